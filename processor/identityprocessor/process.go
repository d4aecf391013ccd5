package identityprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/provenance"
)

func (p *identityProcessor) processTraces(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
	b := p.newBatch(p.senders.of(ctx))
	defer p.release(b)
	hash := provenance.BeginTraces(ctx, subjectIn(ctx), traces)
	for _, resource := range traces.ResourceSpans().All() {
		hash.Resource(resource)
		b.strip(resource.Resource().Attributes())
		from := p.originOf(b.from, resource.Resource())
		for _, scope := range resource.ScopeSpans().All() {
			hash.Scope(scope)
			b.strip(scope.Scope().Attributes())
			for _, span := range scope.Spans().All() {
				hash.Span(span)
				b.addSpan(span, &from)
			}
		}
	}
	hash.End()
	b.stampSpans()
	p.counters.add(ctx, &b.counts)
	return traces, nil
}

func (p *identityProcessor) processLogs(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
	b := p.newBatch(p.senders.of(ctx))
	defer p.release(b)
	for _, resource := range logs.ResourceLogs().All() {
		b.strip(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			b.strip(scope.Scope().Attributes())
			for _, record := range scope.LogRecords().All() {
				b.addLog(record)
			}
		}
	}
	b.stampLogs()
	p.counters.add(ctx, &b.counts)
	return logs, nil
}

func (p *identityProcessor) processMetrics(ctx context.Context, metrics pmetric.Metrics) (pmetric.Metrics, error) {
	b := p.newBatch(p.senders.of(ctx))
	defer p.release(b)
	for _, resource := range metrics.ResourceMetrics().All() {
		b.strip(resource.Resource().Attributes())
		for _, scope := range resource.ScopeMetrics().All() {
			b.strip(scope.Scope().Attributes())
			for _, m := range scope.Metrics().All() {
				b.addMetric(m)
			}
		}
	}
	p.counters.add(ctx, &b.counts)
	return metrics, nil
}

// originOf reads what decides about all spans of a resource.
func (p *identityProcessor) originOf(from sender, resource pcommon.Resource) origin {
	service := ""
	if value, found := resource.Attributes().Get("service.name"); found {
		service = value.Str()
	}
	return origin{service: service, label: noLabel, source: p.senders.reportSource(from, service)}
}
