package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// logColumns are the columns of table logs.
type logColumns struct {
	block          native.Block
	timestamp      native.Typed[*proto.ColInt64]
	observed       native.Typed[*proto.ColInt64]
	traceID        proto.ColFixedStr16
	spanID         proto.ColFixedStr8
	flags          proto.ColUInt32
	severity       proto.ColUInt8
	severityText   *native.Dictionary
	eventName      *native.Dictionary
	body           native.Strings
	bodyJSON       native.Strings
	serviceName    *native.Dictionary
	resourceID     proto.ColUInt64
	scopeName      *native.Dictionary
	scopeVersion   *native.Dictionary
	scopeAttrs     *textMap
	attributes     *attributes
	tenant         *native.Dictionary
	connector      *native.Dictionary
	identityStatus *native.Dictionary
}

func newLogColumns(f *facts) *logColumns {
	c := &logColumns{
		timestamp:      native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		observed:       native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		severityText:   native.NewDictionary(nil),
		eventName:      native.NewDictionary(nil),
		serviceName:    native.NewDictionary(nil),
		scopeName:      native.NewDictionary(nil),
		scopeVersion:   native.NewDictionary(nil),
		scopeAttrs:     newTextMap(),
		attributes:     newAttributes(f),
		tenant:         native.NewDictionary(nil),
		connector:      native.NewDictionary(nil),
		identityStatus: native.NewDictionary(nil),
	}
	c.block.Fields = append([]native.Field{
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
		{Name: "scope_name", Column: c.scopeName},
		{Name: "scope_version", Column: c.scopeVersion},
		{Name: "scope_attributes", Column: c.scopeAttrs},
		{Name: "tenant_id", Column: c.tenant},
		{Name: "connector_id", Column: c.connector},
		{Name: "identity_status", Column: c.identityStatus},
	}, c.attributes.fields()...)
	return c
}

// log adds one log record.
func (e *Encoder) log(r plog.LogRecord, scope pcommon.InstrumentationScope, res *resourceRow) {
	observed, _ := storable(r.ObservedTimestamp(), e.now.UnixNano())
	at, clamped := storable(r.Timestamp(), observed)
	// A log record without a time of its own is usual, and says so by itself.
	clamped = clamped && r.Timestamp() != 0
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
	c.scopeName.Append(scope.Name())
	c.scopeVersion.Append(scope.Version())
	c.scopeAttrs.append(scope.Attributes())
	c.attributes.append(r.Attributes(), r.DroppedAttributesCount(), clamped)
	c.tenant.Append(e.facts.text(tenantID))
	c.connector.Append(e.facts.text(connectorID))
	c.identityStatus.Append(e.facts.text(identityStatus))
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
		c.body.Append("")
		c.bodyJSON.AppendBytes(e.scratch)
	default:
		e.scratch = appendText(e.scratch[:0], body)
		c.body.AppendBytes(e.scratch)
		c.bodyJSON.Append("")
	}
}
