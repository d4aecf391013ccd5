package rows

import (
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
)

// The tables that this package writes rows of.
const (
	TableSpans     = "spans"
	TableLogs      = "logs"
	TableReports   = "action_reports"
	TableResources = "resources"
)

// Types that ch-go writes without their time zone.
const (
	dateTime   proto.ColumnType = "DateTime('UTC')"
	dateTime64 proto.ColumnType = "DateTime64(9, 'UTC')"
)

// Encoder encodes one request at a time and is reused; it is not safe for
// concurrent use.
type Encoder struct {
	known     *Resources
	retention Retention
	now       time.Time

	spans       *spanColumns
	logs        *logColumns
	auditEvents *auditColumns
	reports     *reportColumns
	resources   *resourceColumns
	metrics     *metricTables // made for the first metrics
	tables      []tableBlock  // in the order they are sent in

	facts         facts // of the span or log record at hand
	resourceFacts facts
	marks         marks // of the row at hand
	sampling      adjustedCounts
	buckets       map[uint32]struct{}
	newResources  []uint64
	scratch       []byte

	out    proto.Buffer
	ends   []tableEnd
	record segment.Record
}

type tableBlock struct {
	name  string
	block *native.Block
}

type tableEnd struct {
	name string
	rows int
	end  int
}

// NewEncoder returns an encoder that leaves out resources that known knows.
func NewEncoder(known *Resources) *Encoder {
	e := &Encoder{known: known, buckets: map[uint32]struct{}{}}
	e.spans = newSpanColumns(&e.facts, &e.marks)
	e.logs = newLogColumns(&e.facts, &e.marks)
	e.auditEvents = newAuditColumns()
	e.reports = newReportColumns()
	e.resources = newResourceColumns(&e.resourceFacts, &e.marks)
	e.tables = []tableBlock{
		{TableResources, &e.resources.block},
		{TableSpans, &e.spans.block},
		{TableLogs, &e.logs.block},
		{TableEvents, &e.auditEvents.block},
		{TableReports, &e.reports.block},
	}
	return e
}

// Source names the collector, in whose audit chain its events are.
func (e *Encoder) Source(name string) { e.auditEvents.source = name }

// Traces encodes a request of spans that arrived at now. The record is valid
// until the encoder is used again.
func (e *Encoder) Traces(td ptrace.Traces, now time.Time) (*segment.Record, error) {
	e.begin(now)
	all := td.ResourceSpans()
	for i := range all.Len() {
		rs := all.At(i)
		resource := e.resource(rs.Resource(), rs.SchemaUrl())
		scopes := rs.ScopeSpans()
		for j := range scopes.Len() {
			spans := scopes.At(j).Spans()
			scope := scopeOf(scopes.At(j).Scope(), scopes.At(j).SchemaUrl())
			shared := e.spans.appendShared(&scope, &resource, spans.Len())
			for k := range spans.Len() {
				e.marks = shared
				e.span(spans.At(k), &resource)
			}
		}
	}
	return e.finish()
}

// Logs encodes a request of log records that arrived at now. The record is
// valid until the encoder is used again.
func (e *Encoder) Logs(ld plog.Logs, now time.Time) (*segment.Record, error) {
	e.begin(now)
	all := ld.ResourceLogs()
	for i := range all.Len() {
		rl := all.At(i)
		resource := e.resource(rl.Resource(), rl.SchemaUrl())
		scopes := rl.ScopeLogs()
		for j := range scopes.Len() {
			records := scopes.At(j).LogRecords()
			scope := scopeOf(scopes.At(j).Scope(), scopes.At(j).SchemaUrl())
			for k := range records.Len() {
				if err := e.logOrEvent(records.At(k), &scope, &resource); err != nil {
					return nil, err
				}
			}
		}
	}
	return e.finish()
}

// Stored must be called when the last record is on disk: its resources need
// not be written again within the hour.
func (e *Encoder) Stored() {
	e.known.remember(e.newResources, e.now.Unix()/int64(time.Hour/time.Second))
}

func (e *Encoder) begin(now time.Time) {
	e.now = now
	for _, t := range e.tables {
		if t.block.Rows() > 0 {
			t.block.Reset()
		}
	}
	clear(e.buckets)
	e.newResources = e.newResources[:0]
	e.out.Reset()
	e.ends = e.ends[:0]
	e.record.Tables = e.record.Tables[:0]
	e.record.Digests = e.record.Digests[:0]
}

func (e *Encoder) finish() (*segment.Record, error) {
	e.reports.copies.fill()
	e.spans.events.fill(e.spans.block.Rows())
	e.spans.links.fill(e.spans.block.Rows())
	for _, t := range e.tables {
		rows := t.block.Rows()
		if rows == 0 {
			continue
		}
		if err := t.block.Encode(&e.out); err != nil {
			return nil, fmt.Errorf("cannot encode rows of table %s: %w", t.name, err)
		}
		e.ends = append(e.ends, tableEnd{name: t.name, rows: rows, end: len(e.out.Buf)})
	}
	start := 0
	for _, t := range e.ends {
		e.record.Tables = append(e.record.Tables, segment.Table{Name: t.name, Rows: t.rows, Block: e.out.Buf[start:t.end]})
		start = t.end
	}
	e.record.Audit = e.auditEvents.block.Rows() > 0 && e.logs.block.Rows() == 0
	e.record.Meta = recompute.AppendBuckets(e.record.Meta[:0], e.buckets)
	return &e.record, nil
}
