package identityprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"

	"github.com/weir-otel/weir/internal/provenance"
)

// These put the hash of the request into the context, for the store, while the
// batch still is what the sender sent. That of spans, which are most of what
// comes, is made by processTraces: span by span, while each is in the processor's
// cache.

type hashedTraces struct{ processor.Traces }

func (p hashedTraces) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	return p.Traces.ConsumeTraces(provenance.ExpectTraces(ctx), td)
}

type hashedLogs struct{ processor.Logs }

func (p hashedLogs) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	return p.Logs.ConsumeLogs(provenance.HashLogs(ctx, subjectIn(ctx), ld), ld)
}

type hashedMetrics struct{ processor.Metrics }

func (p hashedMetrics) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	return p.Metrics.ConsumeMetrics(provenance.HashMetrics(ctx, subjectIn(ctx), md), md)
}
