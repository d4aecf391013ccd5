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
	// Between which calls are judged to have been made. A sender who is not trusted
	// chooses his timestamps, and must not choose a time when his token was valid.
	since, until pcommon.Timestamp
}

func newClock(arrival time.Time, config *Config, from sender) clock {
	c := clock{
		earliest: pcommon.NewTimestampFromTime(arrival.Add(-config.MaxClockSkew)),
		latest:   pcommon.NewTimestampFromTime(arrival.Add(config.MaxClockSkew)),
		arrival:  pcommon.NewTimestampFromTime(arrival),
	}
	if from.backfill {
		c.earliest = 1 // a time of 0 is no time, whoever sends it
	}
	c.since, c.until = c.earliest, c.latest
	if !from.trusted() {
		c.since, c.until = pcommon.NewTimestampFromTime(arrival.Add(-config.JWT.MaxDelay)), c.arrival
	}
	return c
}

// judged returns the time by which the tokens of a record of time t are judged.
func (c clock) judged(t pcommon.Timestamp) time.Time {
	if t == 0 {
		return c.arrival.AsTime()
	}
	return min(max(t, c.since), c.until).AsTime()
}

func (c clock) believes(t pcommon.Timestamp) bool { return t >= c.earliest && t <= c.latest }

// clampSpan moves a span whose start is not believed so that it ends on arrival;
// its duration and the place of its events within it stay, as far as they can be
// true. If only its end is not believed the start stays.
func (c clock) clampSpan(span ptrace.Span) (clamped bool) {
	start, end := span.StartTimestamp(), span.EndTimestamp()
	switch {
	case !c.believes(start):
		c.moveSpan(span)
	case end != 0 && !c.believes(end):
		c.cutSpan(span)
	default:
		return false
	}
	span.Attributes().PutBool(lowcode.KeyTimeClamped, true)
	return true
}

// moveSpan makes a span end on arrival.
func (c clock) moveSpan(span ptrace.Span) {
	start, end := span.StartTimestamp(), span.EndTimestamp()
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
}

// cutSpan makes a span that starts when it says end on arrival at the latest.
func (c clock) cutSpan(span ptrace.Span) {
	start := span.StartTimestamp()
	end := max(start, min(span.EndTimestamp(), c.arrival))
	span.SetEndTimestamp(end)
	for _, event := range span.Events().All() {
		event.SetTimestamp(min(max(event.Timestamp(), start), end))
	}
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
