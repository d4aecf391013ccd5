package identityprocessor

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
)

// clock decides which timestamps are believed: those within skew of arrival,
// and any past one if the sender may backfill.
type clock struct {
	earliest, latest pcommon.Timestamp
	arrival          pcommon.Timestamp
}

func newClock(arrival time.Time, skew time.Duration, backfill bool) clock {
	c := clock{
		earliest: pcommon.NewTimestampFromTime(arrival.Add(-skew)),
		latest:   pcommon.NewTimestampFromTime(arrival.Add(skew)),
		arrival:  pcommon.NewTimestampFromTime(arrival),
	}
	if backfill {
		c.earliest = 1 // a time of 0 is no time, whoever sends it
	}
	return c
}

func (c clock) believes(t pcommon.Timestamp) bool { return t >= c.earliest && t <= c.latest }

// clampSpan moves a span that is not believed so that it ends on arrival; its
// duration and the place of its events within it stay, as far as they can be true.
func (c clock) clampSpan(span ptrace.Span) (clamped bool) {
	start, end := span.StartTimestamp(), span.EndTimestamp()
	if c.believes(start) && (end == 0 || c.believes(end)) {
		return false
	}
	longest := c.latest - c.arrival
	duration := pcommon.Timestamp(0)
	if end > start && start != 0 {
		duration = min(end-start, longest)
	}
	span.SetStartTimestamp(c.arrival - duration)
	span.SetEndTimestamp(c.arrival)
	for _, event := range span.Events().All() {
		offset := pcommon.Timestamp(0)
		if at := event.Timestamp(); at > start {
			offset = min(at-start, duration)
		}
		event.SetTimestamp(c.arrival - duration + offset)
	}
	span.Attributes().PutBool(lowcode.KeyTimeClamped, true)
	return true
}

// clampLog sets the time of a record that is not believed to its arrival. A
// record without a time has that of its observation, or none yet.
func (c clock) clampLog(record plog.LogRecord) (clamped bool) {
	if observed := record.ObservedTimestamp(); observed == 0 || !c.believes(observed) {
		record.SetObservedTimestamp(c.arrival)
		clamped = observed != 0
	}
	if at := record.Timestamp(); at != 0 && !c.believes(at) {
		record.SetTimestamp(c.arrival)
		clamped = true
	}
	if clamped {
		record.Attributes().PutBool(lowcode.KeyTimeClamped, true)
	}
	return clamped
}

// clampPoint sets the time of a data point that is not believed to its arrival.
// Its start may be long ago, where it counts since its process began, but not
// after the time. A point without a time has none.
func (c clock) clampPoint(p point) (clamped bool) {
	if at := p.Timestamp(); at != 0 && !c.believes(at) {
		p.SetTimestamp(c.arrival)
		clamped = true
	}
	if start := p.StartTimestamp(); start > p.Timestamp() && (clamped || start > c.latest) {
		p.SetStartTimestamp(p.Timestamp())
		clamped = true
	}
	if clamped {
		p.Attributes().PutBool(lowcode.KeyTimeClamped, true)
	}
	return clamped
}

// clampExemplars does the same for the examples of a point.
func (c clock) clampExemplars(exemplars pmetric.ExemplarSlice) {
	for _, exemplar := range exemplars.All() {
		if at := exemplar.Timestamp(); at != 0 && !c.believes(at) {
			exemplar.SetTimestamp(c.arrival)
		}
	}
}
