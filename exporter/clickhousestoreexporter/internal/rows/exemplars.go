package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

const numberType proto.ColumnType = "Enum8('none' = 0, 'int' = 1, 'double' = 2)"

// Numbers are stored twice, as Float64 for arithmetic and, where the sender had
// one, as the exact integer.
const (
	noNumber     = int8(0)
	intNumber    = int8(1)
	doubleNumber = int8(2)
)

// exemplarColumns are the parallel arrays of a point's exemplars.
type exemplarColumns struct {
	timestamps *native.Array[*native.Typed[*proto.ColInt64]]
	values     *native.Array[*proto.ColFloat64]
	ints       *native.Array[*proto.ColInt64]
	types      *native.Array[*native.Typed[*proto.ColInt8]]
	traceIDs   *native.Array[*proto.ColFixedStr16]
	spanIDs    *native.Array[*proto.ColFixedStr8]
	attributes *native.Array[*textMap]
	marks      *marks
}

func newExemplarColumns(m *marks) *exemplarColumns {
	return &exemplarColumns{
		timestamps: native.NewArray(&native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}}),
		values:     native.NewArray(&proto.ColFloat64{}),
		ints:       native.NewArray(&proto.ColInt64{}),
		types:      native.NewArray(&native.Typed[*proto.ColInt8]{Name: numberType, Values: &proto.ColInt8{}}),
		traceIDs:   native.NewArray(&proto.ColFixedStr16{}),
		spanIDs:    native.NewArray(&proto.ColFixedStr8{}),
		attributes: native.NewArray(newTextMap().marked(m)),
		marks:      m,
	}
}

func (c *exemplarColumns) fields() []native.Field {
	return []native.Field{
		{Name: "exemplar_timestamps", Column: c.timestamps},
		{Name: "exemplar_values", Column: c.values},
		{Name: "exemplar_ints", Column: c.ints},
		{Name: "exemplar_types", Column: c.types},
		{Name: "exemplar_trace_ids", Column: c.traceIDs},
		{Name: "exemplar_span_ids", Column: c.spanIDs},
		{Name: "exemplar_attributes", Column: c.attributes},
	}
}

// append adds one row.
func (c *exemplarColumns) append(exemplars pmetric.ExemplarSlice) {
	for _, x := range exemplars.All() {
		value, exact, typ := exemplarNumber(x)
		times, types := c.timestamps.Values.Values, c.types.Values.Values
		*times = append(*times, c.marks.clamp(x.Timestamp()))
		*c.values.Values = append(*c.values.Values, value)
		*c.ints.Values = append(*c.ints.Values, exact)
		*types = append(*types, typ)
		*c.traceIDs.Values = append(*c.traceIDs.Values, x.TraceID())
		*c.spanIDs.Values = append(*c.spanIDs.Values, x.SpanID())
		c.attributes.Values.append(x.FilteredAttributes())
	}
	c.timestamps.End()
	c.values.End()
	c.ints.End()
	c.types.End()
	c.traceIDs.End()
	c.spanIDs.End()
	c.attributes.End()
}

func exemplarNumber(x pmetric.Exemplar) (value float64, exact int64, typ int8) {
	switch x.ValueType() {
	case pmetric.ExemplarValueTypeInt:
		return float64(x.IntValue()), x.IntValue(), intNumber
	case pmetric.ExemplarValueTypeDouble:
		return x.DoubleValue(), 0, doubleNumber
	default:
		return 0, 0, noNumber
	}
}
