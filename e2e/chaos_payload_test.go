package e2e

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// Sizes of a request.
const (
	callsARequest  = 10
	spansACall     = 5 // of the gateway, three inside, and the caller's, which comes a request later
	logsARequest   = 20
	pointsAKind    = 4
	eventsARequest = 5
)

// rowBits of an id number the rows of a request; the bits above are the request's number.
const rowBits = 16

// rowKey is the attribute that has the id of a data point.
const rowKey = "chaos.row"

// auditEvents are the names of audit events that are sent.
var auditEvents = [...]string{"lowcode.token.granted", "lowcode.token.exchanged", "lowcode.policy.denied", "lowcode.quota.breached", "lowcode.connector.config.changed"}

// request is what a sender knows of one request.
type request struct {
	number uint64 // even
	// late is the number of the rows in it that belong to the calls of the trace
	// request before: that one's plus one. 0 for none.
	late uint64
	rows map[string]int // by table, without the late ones
	path string
	body []byte // until it is answered

	outcome outcome
}

// lateRows are those of the callers of the calls of one request.
var lateRows = map[string]int{"spans": callsARequest, "action_reports": callsARequest}

// size is how many rows it has in all tables.
func (r *request) size() (n int) {
	for _, rows := range r.parts() {
		for _, k := range rows {
			n += k
		}
	}
	return n
}

// parts are the rows of a request by the number in their ids.
func (r *request) parts() map[uint64]map[string]int {
	parts := map[uint64]map[string]int{r.number: r.rows}
	if r.late != 0 {
		parts[r.late] = lateRows
	}
	return parts
}

// outcome of a request.
type outcome int

const (
	unanswered   outcome = iota // it may be stored or not, and all of it
	refused                     // the collector said no
	acknowledged                // all of it has to be stored
)

// rowID is the id of a row: eight bytes, never zero.
func rowID(request uint64, row int) uint64 { return request<<rowBits | uint64(row) }

func spanID(request uint64, row int) (id pcommon.SpanID) {
	binary.BigEndian.PutUint64(id[:], rowID(request, row))
	return id
}

// traceID of a call: the number of the request that has its gateway's span, and of the call.
func traceID(request uint64, call int) (id pcommon.TraceID) {
	copy(id[:8], "weirtest")
	binary.BigEndian.PutUint64(id[8:], rowID(request, call))
	return id
}

// clientSpan is the span of a call's caller: it comes with the sender's next request.
func clientSpan(request uint64, call int) pcommon.SpanID { return spanID(request+1, call) }

// traceRequest has the gateway's spans of its own calls, and the callers' of the
// request before, so that most calls are resolved from two requests.
func traceRequest(number, previous uint64, now time.Time) (*request, error) {
	td := ptrace.NewTraces()
	spans := scope(td, "api-gateway")
	for call := range callsARequest {
		gateway := newSpan(spans, traceID(number, call), spanID(number, call*(spansACall-1)), ptrace.SpanKindServer, now)
		gateway.SetParentSpanID(clientSpan(number, call))
		gateway.Attributes().PutStr("http.route", "/contacts/{id}")
		gateway.Attributes().PutInt("http.response.status_code", int64(200+(call%5/4)*300)) // each fifth fails
		gateway.Attributes().PutInt("http.response.body.size", int64(100*call))
		gateway.Attributes().PutStr("user.id", fmt.Sprint("user-", number%50))
		gateway.Attributes().PutEmptySlice("http.request.header.x-consumer-username").AppendEmpty().SetStr("make-crm-sync")
		for inside := 1; inside < spansACall-1; inside++ {
			s := newSpan(spans, traceID(number, call), spanID(number, call*(spansACall-1)+inside), ptrace.SpanKindInternal, now)
			s.SetParentSpanID(gateway.SpanID())
		}
	}
	late := uint64(0)
	if previous != 0 {
		late = previous + 1
		spans = scope(td, "crm-connector")
		for call := range callsARequest {
			newSpan(spans, traceID(previous, call), clientSpan(previous, call), ptrace.SpanKindClient, now)
		}
	}
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	return &request{
		number: number, late: late, path: "/v1/traces", body: body,
		rows: map[string]int{"spans": callsARequest * (spansACall - 1), "action_reports": callsARequest},
	}, err
}

func scope(td ptrace.Traces, service string) ptrace.SpanSlice {
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	return resource.ScopeSpans().AppendEmpty().Spans()
}

func newSpan(spans ptrace.SpanSlice, trace pcommon.TraceID, id pcommon.SpanID, kind ptrace.SpanKind, now time.Time) ptrace.Span {
	s := spans.AppendEmpty()
	s.SetTraceID(trace)
	s.SetSpanID(id)
	s.SetKind(kind)
	s.SetName(kind.String())
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Millisecond)))
	if kind != ptrace.SpanKindInternal {
		s.Attributes().PutStr("http.request.method", "GET")
	}
	return s
}

func logRequest(number uint64, now time.Time) (*request, error) {
	ld := plog.NewLogs()
	records := newRecords(ld, "crm-service")
	for row := range logsARequest {
		newRecord(records, number, row, now).Body().SetStr("contact was read")
	}
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	return &request{number: number, path: "/v1/logs", body: body, rows: map[string]int{"logs": logsARequest}}, err
}

func eventRequest(number uint64, now time.Time) (*request, error) {
	ld := plog.NewLogs()
	records := newRecords(ld, "identity-provider")
	for row := range eventsARequest {
		r := newRecord(records, number, row, now)
		r.SetEventName(auditEvents[row%len(auditEvents)])
		r.Attributes().PutStr("lowcode.event.id", fmt.Sprintf("event-%d-%d", number, row))
		r.Attributes().PutStr("lowcode.event.actor", "ops")
	}
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	return &request{number: number, path: "/v1/logs", body: body, rows: map[string]int{"events": eventsARequest}}, err
}

func newRecords(ld plog.Logs, service string) plog.LogRecordSlice {
	resource := ld.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	return resource.ScopeLogs().AppendEmpty().LogRecords()
}

func newRecord(records plog.LogRecordSlice, number uint64, row int, now time.Time) plog.LogRecord {
	r := records.AppendEmpty()
	r.SetTimestamp(pcommon.NewTimestampFromTime(now))
	r.SetTraceID(traceID(number, row))
	r.SetSpanID(spanID(number, row))
	r.SetSeverityNumber(plog.SeverityNumberInfo)
	return r
}

// metricRequest has points of all five kinds.
func metricRequest(number uint64, now time.Time) (*request, error) {
	md := pmetric.NewMetrics()
	resource := md.ResourceMetrics().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "crm-service")
	metrics := resource.ScopeMetrics().AppendEmpty().Metrics()
	gauge := newMetric(metrics, "queue.length").SetEmptyGauge()
	sum := newMetric(metrics, "calls").SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	histogram := newMetric(metrics, "duration").SetEmptyHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	exponential := newMetric(metrics, "size").SetEmptyExponentialHistogram()
	exponential.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	summary := newMetric(metrics, "latency").SetEmptySummary()
	for row := range pointsAKind {
		mark := func(p interface {
			SetTimestamp(pcommon.Timestamp)
			Attributes() pcommon.Map
		},
		) {
			p.SetTimestamp(pcommon.NewTimestampFromTime(now))
			p.Attributes().PutInt(rowKey, int64(rowID(number, row)))
		}
		g := gauge.DataPoints().AppendEmpty()
		g.SetIntValue(int64(row))
		mark(g)
		s := sum.DataPoints().AppendEmpty()
		s.SetDoubleValue(float64(row))
		mark(s)
		h := histogram.DataPoints().AppendEmpty()
		h.ExplicitBounds().FromRaw([]float64{1, 10})
		h.BucketCounts().FromRaw([]uint64{1, 2, 3})
		h.SetCount(6)
		mark(h)
		e := exponential.DataPoints().AppendEmpty()
		e.Positive().BucketCounts().FromRaw([]uint64{1, 2})
		e.SetCount(3)
		mark(e)
		q := summary.DataPoints().AppendEmpty()
		q.SetCount(2)
		q.QuantileValues().AppendEmpty().SetQuantile(0.5)
		mark(q)
	}
	body, err := pmetricotlp.NewExportRequestFromMetrics(md).MarshalProto()
	rows := map[string]int{}
	for _, table := range metricTables {
		rows[table] = pointsAKind
	}
	return &request{number: number, path: "/v1/metrics", body: body, rows: rows}, err
}

func newMetric(metrics pmetric.MetricSlice, name string) pmetric.Metric {
	m := metrics.AppendEmpty()
	m.SetName(name)
	return m
}
