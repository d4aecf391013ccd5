package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

func (r *redactor) processMetrics(ctx context.Context, md pmetric.Metrics) (pmetric.Metrics, error) {
	for _, rm := range md.ResourceMetrics().All() {
		r.resource(ctx, rm.Resource())
		r.schemaURL(ctx, rm.SchemaUrl(), rm.SetSchemaUrl)
		for _, sm := range rm.ScopeMetrics().All() {
			r.scope(ctx, sm.Scope())
			r.schemaURL(ctx, sm.SchemaUrl(), sm.SetSchemaUrl)
			for _, m := range sm.Metrics().All() {
				r.try(func(r *redactor) { r.metric(ctx, m) })
			}
		}
	}
	return md, nil
}

func (r *redactor) metric(ctx context.Context, m pmetric.Metric) {
	r.set(ctx, "metric_name", m.Name(), m.SetName)
	r.set(ctx, "metric_text", m.Description(), m.SetDescription)
	r.set(ctx, "metric_text", m.Unit(), m.SetUnit)
	r.attributes(ctx, "metric_metadata", m.Metadata())
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		r.numbers(ctx, m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		r.numbers(ctx, m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, dp := range m.Histogram().DataPoints().All() {
			r.point(ctx, dp.Attributes(), dp.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, dp := range m.ExponentialHistogram().DataPoints().All() {
			r.point(ctx, dp.Attributes(), dp.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, dp := range m.Summary().DataPoints().All() {
			r.attributes(ctx, "datapoint_attribute", dp.Attributes())
		}
	}
}

func (r *redactor) numbers(ctx context.Context, points pmetric.NumberDataPointSlice) {
	for _, dp := range points.All() {
		r.point(ctx, dp.Attributes(), dp.Exemplars())
	}
}

func (r *redactor) point(ctx context.Context, attributes pcommon.Map, exemplars pmetric.ExemplarSlice) {
	r.attributes(ctx, "datapoint_attribute", attributes)
	for _, e := range exemplars.All() {
		r.attributes(ctx, "exemplar_attribute", e.FilteredAttributes())
	}
}
