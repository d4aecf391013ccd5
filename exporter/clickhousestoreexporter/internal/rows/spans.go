package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

const (
	kindType   proto.ColumnType = "Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5)"
	statusType proto.ColumnType = "Enum8('unset' = 0, 'ok' = 1, 'error' = 2)"
)

// spanColumns are the columns of table spans.
type spanColumns struct {
	block         native.Block
	timestamp     native.Typed[*proto.ColInt64]
	duration      proto.ColUInt64
	traceID       proto.ColFixedStr16
	spanID        proto.ColFixedStr8
	parentSpanID  proto.ColFixedStr8
	traceState    native.Strings
	flags         proto.ColUInt32
	name          *native.Dictionary
	kind          native.Typed[*proto.ColInt8]
	status        native.Typed[*proto.ColInt8]
	statusMessage native.Strings
	serviceName   *native.Dictionary
	resourceID    proto.ColUInt64
	scope         *scopeColumns
	attributes    *attributes
	dropped       proto.ColUInt32 // attributes
	events        *eventColumns
	links         *linkColumns
	owner         *ownerColumns
	marks         *marks // of the span at hand
}

func newSpanColumns(f *facts, m *marks) *spanColumns {
	c := &spanColumns{
		timestamp:   native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		name:        native.NewDictionary(nil),
		kind:        native.Typed[*proto.ColInt8]{Name: kindType, Values: &proto.ColInt8{}},
		status:      native.Typed[*proto.ColInt8]{Name: statusType, Values: &proto.ColInt8{}},
		serviceName: native.NewDictionary(nil),
		scope:       newScopeColumns(m),
		attributes:  newAttributes(f, m),
		events:      newEventColumns(m),
		links:       newLinkColumns(m),
		owner:       newOwnerColumns(),
		marks:       m,
	}
	c.block.Fields = []native.Field{
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "duration_ns", Column: &c.duration},
		{Name: "trace_id", Column: &c.traceID},
		{Name: "span_id", Column: &c.spanID},
		{Name: "parent_span_id", Column: &c.parentSpanID},
		{Name: "trace_state", Column: &c.traceState},
		{Name: "flags", Column: &c.flags},
		{Name: "name", Column: c.name},
		{Name: "kind", Column: &c.kind},
		{Name: "status_code", Column: &c.status},
		{Name: "status_message", Column: &c.statusMessage},
		{Name: "service_name", Column: c.serviceName},
		{Name: "resource_id", Column: &c.resourceID},
		{Name: "dropped_attributes_count", Column: &c.dropped},
	}
	c.block.Fields = append(c.block.Fields, c.scope.fields()...)
	c.block.Fields = append(c.block.Fields, c.owner.fields()...)
	c.block.Fields = append(c.block.Fields, c.attributes.fields()...)
	c.block.Fields = append(c.block.Fields, c.events.fields()...)
	c.block.Fields = append(c.block.Fields, c.links.fields()...)
	return c
}

// appendShared adds what n spans have in common and returns their marks.
func (c *spanColumns) appendShared(scope *scopeRow, res *resourceRow, n int) marks {
	*c.marks = marks{}
	c.scope.append(scope, n)
	c.serviceName.AppendRepeated(res.serviceName, n)
	for range n {
		c.resourceID = append(c.resourceID, res.id)
	}
	return *c.marks
}

// span adds one span, but for what appendShared has added, and its report if it
// may report an API call.
func (e *Encoder) span(s ptrace.Span, res *resourceRow) {
	start, startClamped := storable(s.StartTimestamp(), e.arrival(s.EndTimestamp()))
	duration, endClamped := durationOf(start, s.EndTimestamp())
	e.marks.clamped = startClamped || endClamped
	e.facts.reset()

	c := e.spans
	*c.timestamp.Values = append(*c.timestamp.Values, start)
	c.duration = append(c.duration, duration)
	c.traceID = append(c.traceID, s.TraceID())
	c.spanID = append(c.spanID, s.SpanID())
	c.parentSpanID = append(c.parentSpanID, s.ParentSpanID())
	c.traceState.Append(s.TraceState().AsRaw())
	c.flags = append(c.flags, s.Flags())
	c.name.Append(s.Name())
	*c.kind.Values = append(*c.kind.Values, enumOf(int32(s.Kind()), int32(ptrace.SpanKindConsumer)))
	*c.status.Values = append(*c.status.Values, enumOf(int32(s.Status().Code()), int32(ptrace.StatusCodeError)))
	c.statusMessage.Append(s.Status().Message())
	c.dropped = append(c.dropped, s.DroppedAttributesCount())
	c.events.append(s.Events(), s.DroppedEventsCount())
	c.links.append(s.Links(), s.DroppedLinksCount())
	c.attributes.append(s.Attributes())
	c.owner.append(&e.facts, e.retention.Classes)

	if source := sourceOf(s.Kind(), &e.facts); source != notAReport {
		e.report(s, source, start, duration, res)
	}
}

// arrival is the best guess for a missing start.
func (e *Encoder) arrival(end pcommon.Timestamp) int64 {
	if end != 0 && uint64(end) <= uint64(latest) {
		return int64(end)
	}
	return e.now.UnixNano()
}

// durationOf is 0 for a span that ended before it began, or never.
func durationOf(start int64, end pcommon.Timestamp) (ns uint64, changed bool) {
	if uint64(end) < uint64(start) || uint64(end) > uint64(latest) {
		return 0, true
	}
	return uint64(end) - uint64(start), false
}

// enumOf maps what a sender made up to 0.
func enumOf(v, highest int32) int8 {
	if v < 0 || v > highest {
		return 0
	}
	return int8(v)
}
