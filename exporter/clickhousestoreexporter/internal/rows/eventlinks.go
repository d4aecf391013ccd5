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
	marks           *marks
}

func newEventColumns(m *marks) *eventColumns {
	return &eventColumns{
		timestamps:      native.NewArray(&native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}}),
		names:           native.NewArray(native.NewDictionary(nil)),
		attributes:      native.NewArray(newTextMap().marked(m)),
		droppedOfEvents: native.NewArray(&proto.ColUInt32{}),
		marks:           m,
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

// append adds one row. Rows without events, which most are, are completed later.
func (c *eventColumns) append(events ptrace.SpanEventSlice, dropped uint32) {
	c.dropped = append(c.dropped, dropped)
	if events.Len() == 0 {
		return
	}
	c.fill(len(c.dropped) - 1)
	for i := range events.Len() {
		event := events.At(i)
		times := c.timestamps.Values.Values
		*times = append(*times, c.marks.clamp(event.Timestamp()))
		c.names.Values.Append(event.Name())
		c.attributes.Values.append(event.Attributes())
		*c.droppedOfEvents.Values = append(*c.droppedOfEvents.Values, event.DroppedAttributesCount())
	}
	c.timestamps.End()
	c.names.End()
	c.attributes.End()
	c.droppedOfEvents.End()
}

// fill completes the columns up to so many rows.
func (c *eventColumns) fill(rows int) {
	missing := rows - c.timestamps.Rows()
	c.timestamps.AppendEmpty(missing)
	c.names.AppendEmpty(missing)
	c.attributes.AppendEmpty(missing)
	c.droppedOfEvents.AppendEmpty(missing)
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

func newLinkColumns(m *marks) *linkColumns {
	return &linkColumns{
		traceIDs:       native.NewArray(&proto.ColFixedStr16{}),
		spanIDs:        native.NewArray(&proto.ColFixedStr8{}),
		traceStates:    native.NewArray(&native.Strings{}),
		flags:          native.NewArray(&proto.ColUInt32{}),
		attributes:     native.NewArray(newTextMap().marked(m)),
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

// append adds one row. Rows without links, which most are, are completed later.
func (c *linkColumns) append(links ptrace.SpanLinkSlice, dropped uint32) {
	c.dropped = append(c.dropped, dropped)
	if links.Len() == 0 {
		return
	}
	c.fill(len(c.dropped) - 1)
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
}

// fill completes the columns up to so many rows.
func (c *linkColumns) fill(rows int) {
	missing := rows - c.traceIDs.Rows()
	c.traceIDs.AppendEmpty(missing)
	c.spanIDs.AppendEmpty(missing)
	c.traceStates.AppendEmpty(missing)
	c.flags.AppendEmpty(missing)
	c.attributes.AppendEmpty(missing)
	c.droppedOfLinks.AppendEmpty(missing)
}
