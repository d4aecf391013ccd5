package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// optional is a Nullable(Float64) column.
type optional = *proto.ColNullable[float64]

func newOptional() optional { return proto.NewColNullable[float64](new(proto.ColFloat64)) }

func appendOptional(c optional, has bool, v float64) {
	c.Append(proto.Nullable[float64]{Set: has, Value: v})
}

// distributionColumns are what histograms of both types have in common.
type distributionColumns struct {
	*pointColumns
	count         proto.ColUInt64
	sum, min, max optional // not every sender counts them
	temporality   native.Typed[*proto.ColInt8]
	exemplars     *exemplarColumns
}

func newDistributionColumns(f *facts, m *marks) *distributionColumns {
	c := &distributionColumns{
		pointColumns: newPointColumns(f, m), temporality: newTemporality(), exemplars: newExemplarColumns(m),
		sum: newOptional(), min: newOptional(), max: newOptional(),
	}
	c.add(
		native.Field{Name: "count", Column: &c.count},
		native.Field{Name: "sum", Column: c.sum},
		native.Field{Name: "min", Column: c.min},
		native.Field{Name: "max", Column: c.max},
		native.Field{Name: "aggregation_temporality", Column: &c.temporality},
	)
	c.add(c.exemplars.fields()...)
	return c
}

// distribution is a data point of a histogram of either type.
type distribution interface {
	point
	Count() uint64
	HasSum() bool
	Sum() float64
	HasMin() bool
	Min() float64
	HasMax() bool
	Max() float64
	Exemplars() pmetric.ExemplarSlice
}

func (e *Encoder) distribution(c *distributionColumns, p distribution, t pmetric.AggregationTemporality, of *metricRow) {
	c.exemplars.append(p.Exemplars())
	e.point(c.pointColumns, p, of)
	c.count = append(c.count, p.Count())
	appendOptional(c.sum, p.HasSum(), p.Sum())
	appendOptional(c.min, p.HasMin(), p.Min())
	appendOptional(c.max, p.HasMax(), p.Max())
	*c.temporality.Values = append(*c.temporality.Values, temporalityOf(t))
}

// histogramColumns are the columns of table metrics_histogram.
type histogramColumns struct {
	*distributionColumns
	counts *native.Array[*proto.ColUInt64]
	bounds *native.Array[*proto.ColFloat64]
}

func newHistogramColumns(f *facts, m *marks) *histogramColumns {
	c := &histogramColumns{
		distributionColumns: newDistributionColumns(f, m),
		counts:              native.NewArray(&proto.ColUInt64{}),
		bounds:              native.NewArray(&proto.ColFloat64{}),
	}
	c.add(
		native.Field{Name: "bucket_counts", Column: c.counts},
		native.Field{Name: "explicit_bounds", Column: c.bounds},
	)
	return c
}

func (e *Encoder) histogram(p pmetric.HistogramDataPoint, of *metricRow) {
	c := e.metrics.histograms
	e.distribution(c.distributionColumns, p, of.metric.Histogram().AggregationTemporality(), of)
	appendCounts(c.counts, p.BucketCounts())
	for _, v := range p.ExplicitBounds().All() {
		*c.bounds.Values = append(*c.bounds.Values, v)
	}
	c.bounds.End()
}

func appendCounts(c *native.Array[*proto.ColUInt64], counts pcommon.UInt64Slice) {
	for _, n := range counts.All() {
		*c.Values = append(*c.Values, n)
	}
	c.End()
}

// exponentialColumns are the columns of table metrics_exponential_histogram.
type exponentialColumns struct {
	*distributionColumns
	scale              proto.ColInt32
	zeroCount          proto.ColUInt64
	zeroThreshold      proto.ColFloat64
	positive, negative bucketColumns
}

// bucketColumns are the buckets on one side of zero.
type bucketColumns struct {
	offset proto.ColInt32
	counts *native.Array[*proto.ColUInt64]
}

func (c *bucketColumns) append(b pmetric.ExponentialHistogramDataPointBuckets) {
	c.offset = append(c.offset, b.Offset())
	appendCounts(c.counts, b.BucketCounts())
}

func newExponentialColumns(f *facts, m *marks) *exponentialColumns {
	c := &exponentialColumns{distributionColumns: newDistributionColumns(f, m)}
	c.positive.counts = native.NewArray(&proto.ColUInt64{})
	c.negative.counts = native.NewArray(&proto.ColUInt64{})
	c.add(
		native.Field{Name: "scale", Column: &c.scale},
		native.Field{Name: "zero_count", Column: &c.zeroCount},
		native.Field{Name: "zero_threshold", Column: &c.zeroThreshold},
		native.Field{Name: "positive_offset", Column: &c.positive.offset},
		native.Field{Name: "positive_bucket_counts", Column: c.positive.counts},
		native.Field{Name: "negative_offset", Column: &c.negative.offset},
		native.Field{Name: "negative_bucket_counts", Column: c.negative.counts},
	)
	return c
}

func (e *Encoder) exponentialHistogram(p pmetric.ExponentialHistogramDataPoint, of *metricRow) {
	c := e.metrics.exponentials
	e.distribution(c.distributionColumns, p, of.metric.ExponentialHistogram().AggregationTemporality(), of)
	c.scale = append(c.scale, p.Scale())
	c.zeroCount = append(c.zeroCount, p.ZeroCount())
	c.zeroThreshold = append(c.zeroThreshold, p.ZeroThreshold())
	c.positive.append(p.Positive())
	c.negative.append(p.Negative())
}

// summaryColumns are the columns of table metrics_summary.
type summaryColumns struct {
	*pointColumns
	count     proto.ColUInt64
	sum       proto.ColFloat64
	quantiles *native.Array[*proto.ColFloat64]
	values    *native.Array[*proto.ColFloat64]
}

func newSummaryColumns(f *facts, m *marks) *summaryColumns {
	c := &summaryColumns{
		pointColumns: newPointColumns(f, m),
		quantiles:    native.NewArray(&proto.ColFloat64{}),
		values:       native.NewArray(&proto.ColFloat64{}),
	}
	c.add(
		native.Field{Name: "count", Column: &c.count},
		native.Field{Name: "sum", Column: &c.sum},
		native.Field{Name: "quantiles", Column: c.quantiles},
		native.Field{Name: "quantile_values", Column: c.values},
	)
	return c
}

func (e *Encoder) summary(p pmetric.SummaryDataPoint, of *metricRow) {
	c := e.metrics.summaries
	e.point(c.pointColumns, p, of)
	c.count = append(c.count, p.Count())
	c.sum = append(c.sum, p.Sum())
	for _, q := range p.QuantileValues().All() {
		*c.quantiles.Values = append(*c.quantiles.Values, q.Quantile())
		*c.values.Values = append(*c.values.Values, q.Value())
	}
	c.quantiles.End()
	c.values.End()
}
