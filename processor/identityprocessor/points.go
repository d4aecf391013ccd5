package identityprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/internal/identity"
)

// point is a data point of any type of metric.
type point interface {
	Attributes() pcommon.Map
	StartTimestamp() pcommon.Timestamp
	SetStartTimestamp(pcommon.Timestamp)
	Timestamp() pcommon.Timestamp
	SetTimestamp(pcommon.Timestamp)
}

// addMetric attributes data points. They have no trace to inherit from, so each
// is decided at once.
func (b *batch) addMetric(m pmetric.Metric) {
	b.strip(m.Metadata())
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		b.addNumbers(m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		b.addNumbers(m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			b.addPoint(p, p.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			b.addPoint(p, p.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		none := pmetric.NewExemplarSlice()
		for _, p := range m.Summary().DataPoints().All() {
			b.addPoint(p, none)
		}
	}
}

func (b *batch) addNumbers(points pmetric.NumberDataPointSlice) {
	for _, p := range points.All() {
		b.addPoint(p, p.Exemplars())
	}
}

// addPoint decides by the point's own attributes, and stamps what keeps the
// number of time series small: status, method, connector and tenant.
func (b *batch) addPoint(p point, exemplars pmetric.ExemplarSlice) {
	s := &b.signals
	b.resolver.Collect(p.Attributes(), b.from.own, s)
	if !b.from.own && stripPoint(p, exemplars, s.HasLowcode) {
		b.counts.stripped++
	}
	b.clock.clampExemplars(exemplars)
	if b.clock.clampPoint(p) {
		b.counts.clamped++
	}
	if s.Identified {
		return
	}
	var d identity.Decision
	b.resolve(&d, p.Timestamp())
	b.counts.record(kindDataPoint, &d)
	d.Stamp(p.Attributes())
}
