package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

func (r *redactor) processMetrics(ctx context.Context, md pmetric.Metrics) (_ pmetric.Metrics, err error) {
	w := r.walker()
	defer w.finish(ctx, &err)
	w.begin(signalMetrics)
	if md, err = r.upToDateMetrics(md); err != nil {
		return md, errUnwalkable
	}
	if r.audit {
		w.batch.records = md.DataPointCount()
	}
	for _, rm := range md.ResourceMetrics().All() {
		w.enterResource(rm.Resource().Attributes())
		attempt(w, (*walker).resource, rm.Resource())
		attempt(w, schemaURL, rm)
		for _, sm := range rm.ScopeMetrics().All() {
			w.leaveScope()
			attempt(w, (*walker).scope, sm.Scope())
			attempt(w, schemaURL, sm)
			for _, m := range sm.Metrics().All() {
				w.leaveScope()
				attempt(w, (*walker).metric, m)
				w.record.reset()
			}
		}
	}
	return md, nil
}

// metric walks the texts and the attributes of data points. Their values are
// measurements, and stay: a counter passes through every card number there is.
func (w *walker) metric(m pmetric.Metric) {
	w.set(placeMetricName, m.Name(), m.SetName)
	w.set(placeMetricText, m.Description(), m.SetDescription)
	w.set(placeMetricText, m.Unit(), m.SetUnit)
	w.attributes(placeMetricMetadata, m.Metadata())
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		w.numbers(m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		w.numbers(m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, dp := range m.Histogram().DataPoints().All() {
			w.point(dp.Attributes(), dp.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, dp := range m.ExponentialHistogram().DataPoints().All() {
			w.point(dp.Attributes(), dp.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, dp := range m.Summary().DataPoints().All() {
			w.enter(dp.Attributes())
			w.attributes(placePoint, dp.Attributes())
		}
	}
}

func (w *walker) numbers(points pmetric.NumberDataPointSlice) {
	for _, dp := range points.All() {
		w.point(dp.Attributes(), dp.Exemplars())
	}
}

func (w *walker) point(attributes pcommon.Map, exemplars pmetric.ExemplarSlice) {
	w.enter(attributes)
	w.attributes(placePoint, attributes)
	for _, e := range exemplars.All() {
		w.attributes(placeExemplar, e.FilteredAttributes())
	}
}
