package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
	"github.com/weir-otel/weir/internal/audit"
)

// logColumns are the columns of table logs.
type logColumns struct {
	block        native.Block
	timestamp    native.Typed[*proto.ColInt64]
	observed     native.Typed[*proto.ColInt64]
	traceID      proto.ColFixedStr16
	spanID       proto.ColFixedStr8
	flags        proto.ColUInt32
	severity     proto.ColUInt8
	severityText *native.Dictionary
	eventName    *native.Dictionary
	body         native.Strings
	bodyJSON     native.Strings
	serviceName  *native.Dictionary
	resourceID   proto.ColUInt64
	scope        *scopeColumns
	attributes   *attributes
	dropped      proto.ColUInt32 // attributes
	owner        *ownerColumns
}

func newLogColumns(f *facts, m *marks) *logColumns {
	c := &logColumns{
		timestamp:    native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		observed:     native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		severityText: native.NewDictionary(nil),
		eventName:    native.NewDictionary(nil),
		serviceName:  native.NewDictionary(nil),
		scope:        newScopeColumns(m),
		attributes:   newAttributes(f, m),
		owner:        newOwnerColumns(),
	}
	c.block.Fields = []native.Field{
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "observed_timestamp", Column: &c.observed},
		{Name: "trace_id", Column: &c.traceID},
		{Name: "span_id", Column: &c.spanID},
		{Name: "flags", Column: &c.flags},
		{Name: "severity_number", Column: &c.severity},
		{Name: "severity_text", Column: c.severityText},
		{Name: "event_name", Column: c.eventName},
		{Name: "body", Column: &c.body},
		{Name: "body_json", Column: &c.bodyJSON},
		{Name: "service_name", Column: c.serviceName},
		{Name: "resource_id", Column: &c.resourceID},
		{Name: "dropped_attributes_count", Column: &c.dropped},
	}
	c.block.Fields = append(c.block.Fields, c.scope.fields()...)
	c.block.Fields = append(c.block.Fields, c.owner.fields()...)
	c.block.Fields = append(c.block.Fields, c.attributes.fields()...)
	return c
}

// logOrEvent adds a log record to logs, or to events, if it is an audit event.
func (e *Encoder) logOrEvent(r plog.LogRecord, scope *scopeRow, res *resourceRow) error {
	if !audit.IsEvent(r.EventName()) {
		e.log(r, scope, res)
		return nil
	}
	digest, err := e.auditEvents.record(r, res, e.now.UnixNano())
	if err != nil {
		return err
	}
	e.record.Digests = append(e.record.Digests, digest[:]...)
	return nil
}

// log adds one log record.
func (e *Encoder) log(r plog.LogRecord, scope *scopeRow, res *resourceRow) {
	observed, observedClamped := storable(r.ObservedTimestamp(), e.now.UnixNano())
	at, clamped := storable(r.Timestamp(), observed)
	// A log record without a time of its own is usual, and says so by itself.
	e.marks = marks{clamped: clamped && r.Timestamp() != 0 || observedClamped && r.ObservedTimestamp() != 0}
	e.facts.reset()

	c := e.logs
	*c.timestamp.Values = append(*c.timestamp.Values, at)
	*c.observed.Values = append(*c.observed.Values, observed)
	c.traceID = append(c.traceID, r.TraceID())
	c.spanID = append(c.spanID, r.SpanID())
	c.flags = append(c.flags, uint32(r.Flags()))
	c.severity = append(c.severity, uint8(enumOf(int32(r.SeverityNumber()), int32(plog.SeverityNumberFatal4))))
	c.severityText.Append(r.SeverityText())
	c.eventName.Append(r.EventName())
	e.logBody(r.Body())
	c.serviceName.Append(res.serviceName)
	c.resourceID = append(c.resourceID, res.id)
	c.scope.append(scope, 1)
	c.attributes.append(r.Attributes())
	c.dropped = append(c.dropped, r.DroppedAttributesCount())
	c.owner.append(&e.facts, e.retention.Classes)
}

func (e *Encoder) logBody(body pcommon.Value) {
	c := e.logs
	switch body.Type() {
	case pcommon.ValueTypeEmpty:
		c.body.Append("")
		c.bodyJSON.Append("")
	case pcommon.ValueTypeStr:
		c.body.Append(body.Str())
		c.bodyJSON.Append("")
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice, pcommon.ValueTypeBytes:
		e.scratch = appendJSON(e.scratch[:0], body)
		e.marks.written(e.scratch, body)
		c.body.Append("")
		c.bodyJSON.AppendBytes(e.scratch)
	default:
		e.scratch = appendText(e.scratch[:0], body)
		c.body.AppendBytes(e.scratch)
		c.bodyJSON.Append("")
	}
}
