package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// numberColumns are what gauges and sums have in common.
type numberColumns struct {
	*pointColumns
	value     proto.ColFloat64
	exact     proto.ColInt64
	typ       native.Typed[*proto.ColInt8]
	exemplars *exemplarColumns
}

func newNumberColumns(f *facts, m *marks) *numberColumns {
	c := &numberColumns{
		pointColumns: newPointColumns(f, m),
		typ:          native.Typed[*proto.ColInt8]{Name: numberType, Values: &proto.ColInt8{}},
		exemplars:    newExemplarColumns(m),
	}
	c.add(
		native.Field{Name: "value", Column: &c.value},
		native.Field{Name: "value_int", Column: &c.exact},
		native.Field{Name: "value_type", Column: &c.typ},
	)
	c.add(c.exemplars.fields()...)
	return c
}

func (e *Encoder) number(c *numberColumns, p pmetric.NumberDataPoint, of *metricRow) {
	c.exemplars.append(p.Exemplars())
	e.point(c.pointColumns, p, of)
	value, exact, typ := 0.0, int64(0), noNumber
	switch p.ValueType() {
	case pmetric.NumberDataPointValueTypeInt:
		value, exact, typ = float64(p.IntValue()), p.IntValue(), intNumber
	case pmetric.NumberDataPointValueTypeDouble:
		value, typ = p.DoubleValue(), doubleNumber
	case pmetric.NumberDataPointValueTypeEmpty:
	}
	c.value = append(c.value, value)
	c.exact = append(c.exact, exact)
	*c.typ.Values = append(*c.typ.Values, typ)
}

// gaugeColumns are the columns of table metrics_gauge.
type gaugeColumns struct{ *numberColumns }

func newGaugeColumns(f *facts, m *marks) *gaugeColumns { return &gaugeColumns{newNumberColumns(f, m)} }

func (e *Encoder) gauge(p pmetric.NumberDataPoint, of *metricRow) {
	e.number(e.metrics.gauges.numberColumns, p, of)
}

// sumColumns are the columns of table metrics_sum.
type sumColumns struct {
	*numberColumns
	temporality native.Typed[*proto.ColInt8]
	monotonic   proto.ColBool
}

func newSumColumns(f *facts, m *marks) *sumColumns {
	c := &sumColumns{numberColumns: newNumberColumns(f, m), temporality: newTemporality()}
	c.add(
		native.Field{Name: "aggregation_temporality", Column: &c.temporality},
		native.Field{Name: "is_monotonic", Column: &c.monotonic},
	)
	return c
}

func (e *Encoder) sum(p pmetric.NumberDataPoint, of *metricRow) {
	c, sum := e.metrics.sums, of.metric.Sum()
	e.number(c.numberColumns, p, of)
	*c.temporality.Values = append(*c.temporality.Values, temporalityOf(sum.AggregationTemporality()))
	c.monotonic = append(c.monotonic, sum.IsMonotonic())
}
