package rows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// notUTF8 is what a sender of Latin-1 writes.
const notUTF8 = "caf\xe9\x00"

func TestUnusualTextIsStoredByteForByte(t *testing.T) {
	const long = 3 << 20
	td := newSpans(1)
	s := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	setTimes(s, time.Now().UnixNano(), time.Now().UnixNano())
	s.SetName(strings.Repeat("n", 100_000))
	s.Status().SetMessage(notUTF8)
	s.Attributes().PutStr("latin-1", notUTF8)
	s.Attributes().PutStr(notUTF8, "key")
	s.Attributes().PutStr("empty", "")
	s.Attributes().PutStr("long", strings.Repeat("x", long))
	for i := range 20_000 {
		s.Attributes().PutInt(fmt.Sprintf("many.%d", i), int64(i))
	}
	record, err := NewEncoder(NewResources()).Traces(td, time.Now())
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, fmt.Sprintf("(100000,'636166E900','636166E900','key',1,%d,20000,199990000,[])", long), row(t, conn,
		`SELECT toString((length(name), hex(status_message), hex(attributes_string['latin-1']), attributes_string[unhex('636166E900')], mapContains(attributes_string, 'empty'),
			length(attributes_string['long']), length(attributes_int), arraySum(mapValues(attributes_int)), mapKeys(attributes_bool))) FROM spans`))
}

func TestTextThatJSONCannotHoldIsReplacedAndMarked(t *testing.T) {
	td := newSpans(3)
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	for i := range spans.Len() {
		setTimes(spans.At(i), time.Now().UnixNano(), time.Now().UnixNano())
		spans.At(i).SetName(fmt.Sprintf("span %d", i))
	}
	spans.At(0).Attributes().PutEmptySlice("list").AppendEmpty().SetStr(notUTF8)
	spans.At(1).Events().AppendEmpty().Attributes().PutEmptyMap("map").PutStr(notUTF8, "")
	spans.At(2).Attributes().PutEmptySlice("list").AppendEmpty().SetStr("a replacement \ufffd of the sender's own")
	record, err := NewEncoder(NewResources()).Traces(td, time.Now())
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, "['span 0','span 1']", row(t, conn, "SELECT toString(arraySort(groupArray(name))) FROM spans WHERE attributes_bool['lowcode.text.replaced']"))
	require.Equal(t, "[\"caf\ufffd\\u0000\"]", row(t, conn, "SELECT attributes_json['list'] FROM spans WHERE name = 'span 0'"))
}

func TestEveryTimeThatClickHouseWouldWrapIsClampedAndMarked(t *testing.T) {
	const never = pcommon.Timestamp(1 << 63) // 2262 is where DateTime64 ends
	now := pcommon.NewTimestampFromTime(time.Now())
	td := newSpans(6)
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	for i, c := range []struct {
		name       string
		start, end pcommon.Timestamp
	}{
		{"start", never, never},
		{"end", now, never},
		{"ends before it begins", now, now - 1},
		{"event", now, now},
		{"already marked", never, never},
		{"usual", now, now + 5},
	} {
		spans.At(i).SetName(c.name)
		spans.At(i).SetStartTimestamp(c.start)
		spans.At(i).SetEndTimestamp(c.end)
	}
	spans.At(3).Events().AppendEmpty().SetTimestamp(never)
	spans.At(4).Attributes().PutBool("lowcode.time.clamped", true)
	spans.At(5).Events().AppendEmpty().SetTimestamp(now)
	record, err := NewEncoder(NewResources()).Traces(td, time.Now())
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, "['already marked','end','ends before it begins','event','start']", row(t, conn,
		"SELECT toString(arraySort(groupArray(name))) FROM spans WHERE mapKeys(attributes_bool) = ['lowcode.time.clamped']"))
	require.Equal(t, "(1970,2100)", row(t, conn, "SELECT toString((min(toYear(t)) + 1970 - toYear(now()), max(toYear(t)))) FROM (SELECT arrayJoin(arrayPushBack(event_timestamps, timestamp)) AS t FROM spans)"))
	require.Equal(t, "5", row(t, conn, "SELECT toString(max(duration_ns)) FROM spans"))
}

func TestClampedTimesOfLogRecordsAndDataPointsAreMarked(t *testing.T) {
	const never = pcommon.Timestamp(1 << 63)
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().SetTimestamp(never)
	records.AppendEmpty().SetObservedTimestamp(never)
	records.AppendEmpty()
	e := NewEncoder(NewResources())
	_, err := e.Logs(ld, time.Now())
	require.NoError(t, err)
	require.Equal(t, 2, e.logs.attributes.bools.Values.Rows(), "a record without a time is usual")

	md := everyMetric(t)
	point := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(1).Gauge().DataPoints().At(0)
	point.SetStartTimestamp(never)
	_, err = e.Metrics(md, time.Now())
	require.NoError(t, err)
	gauges := e.metrics.gauges.attributes.bools
	require.Equal(t, 3, gauges.Values.Rows(), "the point's own, its mark, and that of the empty point")
	point.SetStartTimestamp(0)
	point.Exemplars().At(0).SetTimestamp(never)
	_, err = e.Metrics(md, time.Now())
	require.NoError(t, err)
	require.Equal(t, 3, gauges.Values.Rows())
	require.Equal(t, 2, e.metrics.sums.attributes.bools.Values.Rows(), "a mark is of one point only")
}

func TestAMarkDoesNotReachTheNextRequest(t *testing.T) {
	e := NewEncoder(NewResources())
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	_, err := e.Traces(td, time.Now())
	require.NoError(t, err)
	td.ResourceSpans().At(0).Resource().Attributes().PutStr("service.name", "other")
	_, err = e.Traces(td, time.Now())
	require.NoError(t, err)
	require.Zero(t, e.resources.attributes.bools.Values.Rows())
}
