package identityprocessor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

// What identity strips and stamps must not be in the hash: the re-send of a
// request would be another one as soon as a catalog or an arrival time differs.
func TestTheStoreSeesTheHashOfTheRequestAsItWasSent(t *testing.T) {
	now := pcommon.NewTimestampFromTime(arrival)
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetStartTimestamp(now)
	span.Attributes().PutStr("lowcode.tenant.id", "stranger")
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetTimestamp(now)
	md := pmetric.NewMetrics()
	md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetTimestamp(now)
	want := map[string]context.Context{
		"traces": provenance.HashTraces(t.Context(), "", td), "logs": provenance.HashLogs(t.Context(), "", ld), "metrics": provenance.HashMetrics(t.Context(), "", md),
	}
	got := map[string]context.Context{}

	f, config, settings := NewFactory(), NewFactory().CreateDefaultConfig(), processortest.NewNopSettings(metadata.Type)
	nextTraces, err := consumer.NewTraces(func(ctx context.Context, _ ptrace.Traces) error { got["traces"] = ctx; return nil })
	require.NoError(t, err)
	nextLogs, err := consumer.NewLogs(func(ctx context.Context, _ plog.Logs) error { got["logs"] = ctx; return nil })
	require.NoError(t, err)
	nextMetrics, err := consumer.NewMetrics(func(ctx context.Context, _ pmetric.Metrics) error { got["metrics"] = ctx; return nil })
	require.NoError(t, err)
	traces, err := f.CreateTraces(t.Context(), settings, config, nextTraces)
	require.NoError(t, err)
	logs, err := f.CreateLogs(t.Context(), settings, config, nextLogs)
	require.NoError(t, err)
	metrics, err := f.CreateMetrics(t.Context(), settings, config, nextMetrics)
	require.NoError(t, err)
	require.NoError(t, traces.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, traces.Shutdown(context.WithoutCancel(t.Context()))) })

	require.NoError(t, traces.ConsumeTraces(t.Context(), td))
	require.NoError(t, logs.ConsumeLogs(t.Context(), ld))
	require.NoError(t, metrics.ConsumeMetrics(t.Context(), md))
	for signal := range want {
		expected, ok := provenance.RequestHash(want[signal], 1)
		require.True(t, ok, signal)
		hash, ok := provenance.RequestHash(got[signal], 1)
		require.True(t, ok, signal)
		require.Equal(t, expected, hash, signal)
	}
}
