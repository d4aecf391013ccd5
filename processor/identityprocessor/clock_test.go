package identityprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func at(offset time.Duration) pcommon.Timestamp {
	return pcommon.NewTimestampFromTime(arrival.Add(offset))
}

func TestSpansFarFromTheirArrivalEndOnIt(t *testing.T) {
	f := func(backfill bool, start, end, wantStart, wantEnd pcommon.Timestamp) {
		t.Helper()
		r := run(t, func(c *Config) { c.TrustedPeers[1].AllowBackfill = backfill })
		span := r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
			span := newSpan(t, spans, ptrace.SpanKindServer, nil)
			span.SetStartTimestamp(start)
			span.SetEndTimestamp(end)
		})[0]
		require.Equal(t, wantStart, span.StartTimestamp(), "start")
		require.Equal(t, wantEnd, span.EndTimestamp(), "end")
		_, clamped := span.Attributes().Get("lowcode.time.clamped")
		require.Equal(t, start != wantStart || end != wantEnd, clamped)
	}
	day := 24 * time.Hour
	f(false, at(-time.Minute), at(0), at(-time.Minute), at(0))
	f(false, at(59*time.Minute), at(60*time.Minute), at(59*time.Minute), at(60*time.Minute))
	f(false, at(-time.Minute), 0, at(-time.Minute), 0)
	f(false, at(-time.Minute), at(10*time.Hour), at(-time.Minute), at(0))
	f(false, at(time.Minute), at(10*time.Hour), at(time.Minute), at(time.Minute))
	f(false, at(-time.Minute), at(-day), at(-time.Minute), at(-time.Minute))
	f(false, at(day), at(day+time.Second), at(-time.Second), at(0))
	f(false, at(-day), at(-day+time.Second), at(-time.Second), at(0))
	f(false, at(-day), at(0), at(-time.Hour), at(0))
	f(false, 0, 0, at(0), at(0))
	f(true, at(-28*day), at(-28*day+time.Second), at(-28*day), at(-28*day+time.Second))
	f(true, at(day), at(day+time.Second), at(-time.Second), at(0))
	f(true, 0, at(0), at(0), at(0))
}

func TestEventsMoveWithTheirSpan(t *testing.T) {
	r := run(t, nil)
	span := r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
		span := newSpan(t, spans, ptrace.SpanKindServer, nil)
		span.SetStartTimestamp(at(48 * time.Hour))
		span.SetEndTimestamp(at(48*time.Hour + 10*time.Second))
		span.Events().AppendEmpty().SetTimestamp(at(48*time.Hour + 3*time.Second))
		span.Events().AppendEmpty().SetTimestamp(at(96 * time.Hour))
		span.Events().AppendEmpty()
	})[0]
	require.Equal(t, at(-7*time.Second), span.Events().At(0).Timestamp())
	require.Equal(t, at(0), span.Events().At(1).Timestamp())
	require.Equal(t, at(-10*time.Second), span.Events().At(2).Timestamp())
}

func TestEventsOfASpanWhoseStartIsBelievedStayWithinIt(t *testing.T) {
	r := run(t, nil)
	span := r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
		span := newSpan(t, spans, ptrace.SpanKindServer, nil)
		span.SetStartTimestamp(at(-time.Minute))
		span.SetEndTimestamp(at(48 * time.Hour))
		span.Events().AppendEmpty().SetTimestamp(at(-time.Second))
		span.Events().AppendEmpty().SetTimestamp(at(24 * time.Hour))
		span.Events().AppendEmpty()
	})[0]
	require.Equal(t, at(-time.Second), span.Events().At(0).Timestamp())
	require.Equal(t, at(0), span.Events().At(1).Timestamp())
	require.Equal(t, at(-time.Minute), span.Events().At(2).Timestamp())
}

func TestLogsFarFromTheirArrivalGetIt(t *testing.T) {
	r := run(t, nil)
	f := func(timestamp, observed, wantTimestamp, wantObserved pcommon.Timestamp, wantClamped bool) {
		t.Helper()
		logs := plog.NewLogs()
		record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.SetTimestamp(timestamp)
		record.SetObservedTimestamp(observed)
		_, err := r.processLogs(t.Context(), logs)
		require.NoError(t, err)
		require.Equal(t, wantTimestamp, record.Timestamp())
		require.Equal(t, wantObserved, record.ObservedTimestamp())
		_, clamped := record.Attributes().Get("lowcode.time.clamped")
		require.Equal(t, wantClamped, clamped)
	}
	f(at(-time.Second), at(0), at(-time.Second), at(0), false)
	f(at(-time.Second), 0, at(-time.Second), at(0), false)
	f(0, 0, 0, at(0), false)
	f(at(-48*time.Hour), at(0), at(0), at(0), true)
	f(at(0), at(48*time.Hour), at(0), at(0), true)
}
