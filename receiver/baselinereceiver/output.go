package baselinereceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/metadata"
)

func toLogs(findings []finding.Finding) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "weir")
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(metadata.ScopeName)
	for _, f := range findings {
		f.ToLog(scope.LogRecords().AppendEmpty())
	}
	return logs
}

// maxSeries bounds the series per rule: only what is most unusual is shown.
const maxSeries = 50

// series is one entity in one evaluation.
type series struct {
	tenant, connector  string
	observed, expected float64
	lower, upper       float64
	score              float64
}

// evaluation is what there is to report about one rule.
type evaluation struct {
	rule      string
	measure   string
	tick      time.Time
	lag, took time.Duration
	states    map[detect.State]int // entities by how much is known of them; nil of a query rule
	open      int
	told      int // findings since the last report
	threshold float64
	alerts    int     // episodes that began in the 24 hours before
	budget    float64 // of alerts a day for so many entities
	failed    bool    // its SQL could not be run
	top       []series
}

// report sends the metrics of the last evaluations; a failure is only logged, as
// the next report replaces them.
func (b *baseline) report(ctx context.Context, at time.Time, evaluations []evaluation) {
	if b.metrics == nil || len(evaluations) == 0 {
		return
	}
	if err := b.metrics.ConsumeMetrics(ctx, toMetrics(at, evaluations)); err != nil {
		b.settings.Logger.Warn("cannot pass on the metrics of baselines", zap.Error(err))
	}
}

func toMetrics(at time.Time, evaluations []evaluation) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "weir")
	scope := resource.ScopeMetrics().AppendEmpty()
	scope.Scope().SetName(metadata.ScopeName)
	m := metricWriter{into: scope.Metrics(), at: pcommon.NewTimestampFromTime(at), gauges: map[string]pmetric.Gauge{}}
	for _, e := range evaluations {
		m.add("lowcode.baseline.evaluation.lag", "s", "Time from the end of the last evaluated window to its evaluation.", e.lag.Seconds(), e.rule)
		m.add("lowcode.baseline.evaluation.duration", "s", "Time that the last evaluation took.", e.took.Seconds(), e.rule)
		m.add("lowcode.baseline.threshold", "1", "Calibrated threshold of the fleet.", e.threshold, e.rule)
		m.add("lowcode.baseline.findings.open", "{finding}", "Episodes that are not resolved.", float64(e.open), e.rule)
		m.add("lowcode.baseline.findings", "{finding}", "Changes of episodes told since the last report.", float64(e.told), e.rule)
		m.add("lowcode.baseline.alerts", "{finding}", "Episodes that began in the 24 hours before the last evaluation.", float64(e.alerts), e.rule)
		if e.states != nil {
			m.add("lowcode.baseline.alerts.budget", "{finding}", "Alerts a day that people will read, by the rule's budget and the entities that are ready.", e.budget, e.rule)
		}
		m.add("lowcode.baseline.evaluation.failed", "1", "1 if the SQL of the rule could not be run, else 0.", map[bool]float64{true: 1}[e.failed], e.rule)
		for _, state := range []detect.State{detect.Learning, detect.Ready, detect.Stale} {
			if n, ok := e.states[state]; ok {
				m.add("lowcode.baseline.connectors", "{connector}", "Entities by how much is known of them: learning, ready or stale.", float64(n), e.rule).PutStr("state", string(state))
			}
		}
		for _, s := range e.top {
			for name, value := range map[string]float64{"observed": s.observed, "expected": s.expected, "lower": s.lower, "upper": s.upper, "score": s.score} {
				attrs := m.add("lowcode.baseline."+name, "1", "Of the most unusual connectors of the last evaluation, "+name+".", value, e.rule)
				attrs.PutStr(lowcode.KeyTenantID, s.tenant)
				attrs.PutStr(lowcode.KeyConnectorID, s.connector)
				attrs.PutStr(lowcode.KeyFindingMeasure, e.measure)
			}
		}
	}
	return metrics
}

// metricWriter adds points to gauges, one gauge a name.
type metricWriter struct {
	into   pmetric.MetricSlice
	at     pcommon.Timestamp
	gauges map[string]pmetric.Gauge
}

func (m *metricWriter) add(name, unit, description string, value float64, rule string) pcommon.Map {
	gauge, ok := m.gauges[name]
	if !ok {
		metric := m.into.AppendEmpty()
		metric.SetName(name)
		metric.SetUnit(unit)
		metric.SetDescription(description)
		gauge = metric.SetEmptyGauge()
		m.gauges[name] = gauge
	}
	point := gauge.DataPoints().AppendEmpty()
	point.SetTimestamp(m.at)
	point.SetDoubleValue(value)
	point.Attributes().PutStr("security_rule.name", rule)
	return point.Attributes()
}
