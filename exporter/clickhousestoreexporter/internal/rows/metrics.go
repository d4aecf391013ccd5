package rows

import (
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
	"github.com/weir-otel/weir/internal/segment"
)

// The tables of metrics: one row a data point.
const (
	TableGauges                = "metrics_gauge"
	TableSums                  = "metrics_sum"
	TableHistograms            = "metrics_histogram"
	TableExponentialHistograms = "metrics_exponential_histogram"
	TableSummaries             = "metrics_summary"
)

const temporalityType proto.ColumnType = "Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2)"

// metricTables are the columns of all tables of metrics.
type metricTables struct {
	gauges       *gaugeColumns
	sums         *sumColumns
	histograms   *histogramColumns
	exponentials *exponentialColumns
	summaries    *summaryColumns
}

func newMetricTables(f *facts, m *marks) *metricTables {
	return &metricTables{
		gauges:       newGaugeColumns(f, m),
		sums:         newSumColumns(f, m),
		histograms:   newHistogramColumns(f, m),
		exponentials: newExponentialColumns(f, m),
		summaries:    newSummaryColumns(f, m),
	}
}

func (m *metricTables) blocks() []tableBlock {
	return []tableBlock{
		{TableGauges, &m.gauges.block},
		{TableSums, &m.sums.block},
		{TableHistograms, &m.histograms.block},
		{TableExponentialHistograms, &m.exponentials.block},
		{TableSummaries, &m.summaries.block},
	}
}

// Metrics encodes a request of metrics that arrived at now. A metric without
// data points has nothing to store. The record is valid until the encoder is used
// again.
func (e *Encoder) Metrics(md pmetric.Metrics, now time.Time) (*segment.Record, error) {
	if e.metrics == nil {
		e.metrics = newMetricTables(&e.facts, &e.marks)
		e.tables = append(e.tables, e.metrics.blocks()...)
	}
	e.begin(now)
	all := md.ResourceMetrics()
	for i := range all.Len() {
		rm := all.At(i)
		resource := e.resource(rm.Resource(), rm.SchemaUrl())
		scopes := rm.ScopeMetrics()
		for j := range scopes.Len() {
			metrics := scopes.At(j).Metrics()
			scope := scopeOf(scopes.At(j).Scope(), scopes.At(j).SchemaUrl())
			for k := range metrics.Len() {
				e.metric(metrics.At(k), &scope, &resource)
			}
		}
	}
	return e.finish()
}

func (e *Encoder) metric(m pmetric.Metric, scope *scopeRow, res *resourceRow) {
	of := metricRow{metric: m, scope: scope, resource: res, base: seriesBase(m.Name(), scope, res)}
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		for _, p := range m.Gauge().DataPoints().All() {
			e.gauge(p, &of)
		}
	case pmetric.MetricTypeSum:
		for _, p := range m.Sum().DataPoints().All() {
			e.sum(p, &of)
		}
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			e.histogram(p, &of)
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			e.exponentialHistogram(p, &of)
		}
	case pmetric.MetricTypeSummary:
		for _, p := range m.Summary().DataPoints().All() {
			e.summary(p, &of)
		}
	case pmetric.MetricTypeEmpty:
	}
}

func newTemporality() native.Typed[*proto.ColInt8] {
	return native.Typed[*proto.ColInt8]{Name: temporalityType, Values: &proto.ColInt8{}}
}

func temporalityOf(t pmetric.AggregationTemporality) int8 {
	return enumOf(int32(t), int32(pmetric.AggregationTemporalityCumulative))
}
