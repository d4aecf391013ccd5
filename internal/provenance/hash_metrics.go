package provenance

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// metrics returns false where a data point has no time.
func (h *hasher) metrics(md pmetric.Metrics) bool {
	h.small(uint32(md.ResourceMetrics().Len()))
	for _, resource := range md.ResourceMetrics().All() {
		h.resource(resource.Resource(), resource.SchemaUrl())
		h.small(uint32(resource.ScopeMetrics().Len()))
		for _, scope := range resource.ScopeMetrics().All() {
			h.scope(scope.Scope(), scope.SchemaUrl())
			h.small(uint32(scope.Metrics().Len()))
			for _, m := range scope.Metrics().All() {
				if !h.metric(m) {
					return false
				}
			}
		}
	}
	return true
}

func (h *hasher) metric(m pmetric.Metric) bool {
	h.text(m.Name())
	h.text(m.Description())
	h.text(m.Unit())
	h.attributes(m.Metadata())
	h.byte(byte(m.Type()))
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return points(h, m.Gauge().DataPoints(), h.numberPoint)
	case pmetric.MetricTypeSum:
		h.small(uint32(m.Sum().AggregationTemporality()))
		h.flag(m.Sum().IsMonotonic())
		return points(h, m.Sum().DataPoints(), h.numberPoint)
	case pmetric.MetricTypeHistogram:
		h.small(uint32(m.Histogram().AggregationTemporality()))
		return points(h, m.Histogram().DataPoints(), h.histogramPoint)
	case pmetric.MetricTypeExponentialHistogram:
		h.small(uint32(m.ExponentialHistogram().AggregationTemporality()))
		return points(h, m.ExponentialHistogram().DataPoints(), h.exponentialPoint)
	case pmetric.MetricTypeSummary:
		return points(h, m.Summary().DataPoints(), h.summaryPoint)
	}
	return true
}

// point is what all data points have.
type point interface {
	StartTimestamp() pcommon.Timestamp
	Timestamp() pcommon.Timestamp
	Attributes() pcommon.Map
	Flags() pmetric.DataPointFlags
}

// points returns false where a point has no time.
func points[P point](h *hasher, list interface {
	Len() int
	At(i int) P
}, one func(P),
) bool {
	h.small(uint32(list.Len()))
	for i := range list.Len() {
		p := list.At(i)
		if p.StartTimestamp() == 0 && p.Timestamp() == 0 {
			return false
		}
		h.number(uint64(p.StartTimestamp()))
		h.number(uint64(p.Timestamp()))
		h.attributes(p.Attributes())
		h.small(uint32(p.Flags()))
		one(p)
		h.spill()
	}
	return true
}

func (h *hasher) numberPoint(p pmetric.NumberDataPoint) {
	h.byte(byte(p.ValueType()))
	h.number(uint64(p.IntValue()))
	h.float(p.DoubleValue())
	h.exemplars(p.Exemplars())
}

func (h *hasher) histogramPoint(p pmetric.HistogramDataPoint) {
	h.number(p.Count())
	h.optional(p.HasSum(), p.Sum())
	h.optional(p.HasMin(), p.Min())
	h.optional(p.HasMax(), p.Max())
	h.numbers(p.BucketCounts())
	h.floats(p.ExplicitBounds())
	h.exemplars(p.Exemplars())
}

func (h *hasher) exponentialPoint(p pmetric.ExponentialHistogramDataPoint) {
	h.number(p.Count())
	h.optional(p.HasSum(), p.Sum())
	h.optional(p.HasMin(), p.Min())
	h.optional(p.HasMax(), p.Max())
	h.small(uint32(p.Scale()))
	h.number(p.ZeroCount())
	h.float(p.ZeroThreshold())
	h.small(uint32(p.Positive().Offset()))
	h.numbers(p.Positive().BucketCounts())
	h.small(uint32(p.Negative().Offset()))
	h.numbers(p.Negative().BucketCounts())
	h.exemplars(p.Exemplars())
}

func (h *hasher) summaryPoint(p pmetric.SummaryDataPoint) {
	h.number(p.Count())
	h.float(p.Sum())
	h.small(uint32(p.QuantileValues().Len()))
	for _, q := range p.QuantileValues().All() {
		h.float(q.Quantile())
		h.float(q.Value())
	}
}

func (h *hasher) exemplars(list pmetric.ExemplarSlice) {
	h.small(uint32(list.Len()))
	for _, e := range list.All() {
		h.number(uint64(e.Timestamp()))
		h.byte(byte(e.ValueType()))
		h.number(uint64(e.IntValue()))
		h.float(e.DoubleValue())
		h.trace(e.TraceID())
		h.span(e.SpanID())
		h.attributes(e.FilteredAttributes())
	}
}

func (h *hasher) optional(has bool, value float64) {
	h.flag(has)
	h.float(value)
}
