package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// eventColumns are the parallel arrays of a span's events.
type eventColumns struct {
	timestamps      *native.Array[*native.Typed[*proto.ColInt64]]
	names           *native.Array[*native.Dictionary]
	attributes      *native.Array[*textMap]
	droppedOfEvents *native.Array[*proto.ColUInt32]
	dropped         proto.ColUInt32
}

func newEventColumns() *eventColumns {
	return &eventColumns{
		timestamps:      native.NewArray(&native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}}),
		names:           native.NewArray(native.NewDictionary(nil)),
		attributes:      native.NewArray(newTextMap()),
		droppedOfEvents: native.NewArray(&proto.ColUInt32{}),
	}
}

func (c *eventColumns) fields() []native.Field {
	return []native.Field{
		{Name: "event_timestamps", Column: c.timestamps},
		{Name: "event_names", Column: c.names},
		{Name: "event_attributes", Column: c.attributes},
		{Name: "event_dropped_attributes", Column: c.droppedOfEvents},
		{Name: "dropped_events_count", Column: &c.dropped},
	}
}

func (c *eventColumns) append(events ptrace.SpanEventSlice, dropped uint32) {
	for i := range events.Len() {
		event := events.At(i)
		at, _ := storable(event.Timestamp(), 0)
		times := c.timestamps.Values.Values
		*times = append(*times, at)
		c.names.Values.Append(event.Name())
		c.attributes.Values.append(event.Attributes())
		*c.droppedOfEvents.Values = append(*c.droppedOfEvents.Values, event.DroppedAttributesCount())
	}
	c.timestamps.End()
	c.names.End()
	c.attributes.End()
	c.droppedOfEvents.End()
	c.dropped = append(c.dropped, dropped)
}

// linkColumns are the parallel arrays of a span's links.
type linkColumns struct {
	traceIDs       *native.Array[*proto.ColFixedStr16]
	spanIDs        *native.Array[*proto.ColFixedStr8]
	traceStates    *native.Array[*native.Strings]
	flags          *native.Array[*proto.ColUInt32]
	attributes     *native.Array[*textMap]
	droppedOfLinks *native.Array[*proto.ColUInt32]
	dropped        proto.ColUInt32
}

func newLinkColumns() *linkColumns {
	return &linkColumns{
		traceIDs:       native.NewArray(&proto.ColFixedStr16{}),
		spanIDs:        native.NewArray(&proto.ColFixedStr8{}),
		traceStates:    native.NewArray(&native.Strings{}),
		flags:          native.NewArray(&proto.ColUInt32{}),
		attributes:     native.NewArray(newTextMap()),
		droppedOfLinks: native.NewArray(&proto.ColUInt32{}),
	}
}

func (c *linkColumns) fields() []native.Field {
	return []native.Field{
		{Name: "link_trace_ids", Column: c.traceIDs},
		{Name: "link_span_ids", Column: c.spanIDs},
		{Name: "link_trace_states", Column: c.traceStates},
		{Name: "link_flags", Column: c.flags},
		{Name: "link_attributes", Column: c.attributes},
		{Name: "link_dropped_attributes", Column: c.droppedOfLinks},
		{Name: "dropped_links_count", Column: &c.dropped},
	}
}

func (c *linkColumns) append(links ptrace.SpanLinkSlice, dropped uint32) {
	for i := range links.Len() {
		link := links.At(i)
		*c.traceIDs.Values = append(*c.traceIDs.Values, link.TraceID())
		*c.spanIDs.Values = append(*c.spanIDs.Values, link.SpanID())
		c.traceStates.Values.Append(link.TraceState().AsRaw())
		*c.flags.Values = append(*c.flags.Values, link.Flags())
		c.attributes.Values.append(link.Attributes())
		*c.droppedOfLinks.Values = append(*c.droppedOfLinks.Values, link.DroppedAttributesCount())
	}
	c.traceIDs.End()
	c.spanIDs.End()
	c.traceStates.End()
	c.flags.End()
	c.attributes.End()
	c.droppedOfLinks.End()
	c.dropped = append(c.dropped, dropped)
}
