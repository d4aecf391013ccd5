package clickhousestoreexporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/processor/identityprocessor"
)

// From the processor, which does not believe a sender's clock, to the rollup.
func TestASenderWithAClockADayOffChangesNoOtherDaysRollup(t *testing.T) {
	server := chdbtest.Start(t)
	h := start(t, config(t, server))
	factory := identityprocessor.NewFactory()
	identity, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), h.traces)
	require.NoError(t, err)
	require.NoError(t, identity.Start(t.Context(), componenttest.NewNopHost()))

	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 10))) // of yesterday, as they arrived then
	conn := server.Conn(t, "weir")
	settle := func() {
		h.settled()
		require.NoError(t, recompute.Settle(t.Context(), conn))
	}
	settle()
	first := time.Now().UTC().Format(time.DateOnly)
	for i, off := range []time.Duration{24 * time.Hour, -24 * time.Hour, 365 * 24 * time.Hour} {
		td := someTraces(100*(i+1), 1)
		span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
		wrong := time.Now().Add(off)
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(wrong))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(wrong.Add(time.Millisecond)))
		require.NoError(t, identity.ConsumeTraces(t.Context(), td))
	}
	settle()
	last := time.Now().UTC().Format(time.DateOnly)
	require.NoError(t, identity.Shutdown(t.Context()))
	h.stop()

	yesterday := aDayAgo.Format(time.DateOnly)
	for table, start := range map[string]string{"connector_5m": "bucket", "connector_hours": "hour", "coverage_5m": "bucket"} {
		require.Equal(t, 3, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE toDate(%s) IN ('%s', '%s')", table, start, first, last), "%s of the day of arrival", table)
		require.Equal(t, 10, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE toDate(%s) = '%s'", table, start, yesterday), "%s of the day before", table)
		require.Equal(t, 13, count(t, conn, "SELECT sum(actions) FROM %s FINAL", table), "%s of all days", table)
	}
}
