package redactprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// A place is one spot of the telemetry where a text can stand.
type tracePlace struct {
	name  string
	plant func(ptrace.Traces, string)
}

type logPlace struct {
	name  string
	plant func(plog.Logs, string)
}

type metricPlace struct {
	name  string
	plant func(pmetric.Metrics, string)
}

// attributeForms are the ways a text stands in a map.
var attributeForms = map[string]func(pcommon.Map, string){
	"string": func(m pcommon.Map, s string) { m.PutStr("note", s) },
	"slice":  func(m pcommon.Map, s string) { m.PutEmptySlice("notes").AppendEmpty().SetStr(s) },
	"map":    func(m pcommon.Map, s string) { m.PutEmptyMap("note").PutStr("text", s) },
	"deep": func(m pcommon.Map, s string) {
		m.PutEmptySlice("a").AppendEmpty().SetEmptyMap().PutEmptyMap("b").PutEmptySlice("c").AppendEmpty().SetStr(s)
	},
	"bytes":      func(m pcommon.Map, s string) { m.PutEmptyBytes("note").FromRaw([]byte(s)) },
	"key":        func(m pcommon.Map, s string) { m.PutStr(s, "x") },
	"nested key": func(m pcommon.Map, s string) { m.PutEmptyMap("note").PutInt(s, 1) },
}

func tracePlaces() []tracePlace {
	span := func(td ptrace.Traces) ptrace.Span { return td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0) }
	places := []tracePlace{
		{"scope name", func(td ptrace.Traces, s string) { td.ResourceSpans().At(0).ScopeSpans().At(0).Scope().SetName(s) }},
		{"scope version", func(td ptrace.Traces, s string) { td.ResourceSpans().At(0).ScopeSpans().At(0).Scope().SetVersion(s) }},
		{"resource schema url", func(td ptrace.Traces, s string) { td.ResourceSpans().At(0).SetSchemaUrl(s) }},
		{"scope schema url", func(td ptrace.Traces, s string) { td.ResourceSpans().At(0).ScopeSpans().At(0).SetSchemaUrl(s) }},
		{"span name", func(td ptrace.Traces, s string) { span(td).SetName(s) }},
		{"status message", func(td ptrace.Traces, s string) { span(td).Status().SetMessage(s) }},
		{"tracestate", func(td ptrace.Traces, s string) { span(td).TraceState().FromRaw(s) }},
		{"event name", func(td ptrace.Traces, s string) { span(td).Events().AppendEmpty().SetName(s) }},
		{"link tracestate", func(td ptrace.Traces, s string) { span(td).Links().AppendEmpty().TraceState().FromRaw(s) }},
	}
	for form, put := range attributeForms {
		for name, at := range map[string]func(ptrace.Traces) pcommon.Map{
			"resource": func(td ptrace.Traces) pcommon.Map { return td.ResourceSpans().At(0).Resource().Attributes() },
			"scope": func(td ptrace.Traces) pcommon.Map {
				return td.ResourceSpans().At(0).ScopeSpans().At(0).Scope().Attributes()
			},
			"span":  func(td ptrace.Traces) pcommon.Map { return span(td).Attributes() },
			"event": func(td ptrace.Traces) pcommon.Map { return span(td).Events().AppendEmpty().Attributes() },
			"link":  func(td ptrace.Traces) pcommon.Map { return span(td).Links().AppendEmpty().Attributes() },
		} {
			places = append(places, tracePlace{name + " attribute, " + form, func(td ptrace.Traces, s string) { put(at(td), s) }})
		}
	}
	return places
}

func newTraces() ptrace.Traces {
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	return td
}

func logPlaces() []logPlace {
	record := func(ld plog.Logs) plog.LogRecord { return ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0) }
	places := []logPlace{
		{"body", func(ld plog.Logs, s string) { record(ld).Body().SetStr(s) }},
		{"body bytes", func(ld plog.Logs, s string) { record(ld).Body().SetEmptyBytes().FromRaw([]byte(s)) }},
		{"body slice", func(ld plog.Logs, s string) { record(ld).Body().SetEmptySlice().AppendEmpty().SetStr(s) }},
		{"event name", func(ld plog.Logs, s string) { record(ld).SetEventName(s) }},
		{"severity text", func(ld plog.Logs, s string) { record(ld).SetSeverityText(s) }},
		{"scope name", func(ld plog.Logs, s string) { ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName(s) }},
		{"resource schema url", func(ld plog.Logs, s string) { ld.ResourceLogs().At(0).SetSchemaUrl(s) }},
		{"scope schema url", func(ld plog.Logs, s string) { ld.ResourceLogs().At(0).ScopeLogs().At(0).SetSchemaUrl(s) }},
	}
	for form, put := range attributeForms {
		for name, at := range map[string]func(plog.Logs) pcommon.Map{
			"resource": func(ld plog.Logs) pcommon.Map { return ld.ResourceLogs().At(0).Resource().Attributes() },
			"scope":    func(ld plog.Logs) pcommon.Map { return ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes() },
			"record":   func(ld plog.Logs) pcommon.Map { return record(ld).Attributes() },
			"body":     func(ld plog.Logs) pcommon.Map { return record(ld).Body().SetEmptyMap() },
		} {
			places = append(places, logPlace{name + " map, " + form, func(ld plog.Logs, s string) { put(at(ld), s) }})
		}
	}
	return places
}

func newLogs() plog.Logs {
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	return ld
}

func metricPlaces() []metricPlace {
	metric := func(md pmetric.Metrics) pmetric.Metric {
		return md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
	}
	places := []metricPlace{
		{"name", func(md pmetric.Metrics, s string) { metric(md).SetName(s) }},
		{"description", func(md pmetric.Metrics, s string) { metric(md).SetDescription(s) }},
		{"unit", func(md pmetric.Metrics, s string) { metric(md).SetUnit(s) }},
		{"scope version", func(md pmetric.Metrics, s string) {
			md.ResourceMetrics().At(0).ScopeMetrics().At(0).Scope().SetVersion(s)
		}},
		{"resource schema url", func(md pmetric.Metrics, s string) { md.ResourceMetrics().At(0).SetSchemaUrl(s) }},
		{"scope schema url", func(md pmetric.Metrics, s string) { md.ResourceMetrics().At(0).ScopeMetrics().At(0).SetSchemaUrl(s) }},
	}
	for form, put := range attributeForms {
		for name, at := range map[string]func(pmetric.Metrics) pcommon.Map{
			"resource": func(md pmetric.Metrics) pcommon.Map { return md.ResourceMetrics().At(0).Resource().Attributes() },
			"metadata": func(md pmetric.Metrics) pcommon.Map { return metric(md).Metadata() },
			"gauge": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptyGauge().DataPoints().AppendEmpty().Attributes()
			},
			"sum": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptySum().DataPoints().AppendEmpty().Attributes()
			},
			"histogram": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptyHistogram().DataPoints().AppendEmpty().Attributes()
			},
			"exponential": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Attributes()
			},
			"summary": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptySummary().DataPoints().AppendEmpty().Attributes()
			},
			"sum exemplar": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptySum().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
			},
			"histogram exemplar": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptyHistogram().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
			},
			"exponential exemplar": func(md pmetric.Metrics) pcommon.Map {
				return metric(md).SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
			},
		} {
			places = append(places, metricPlace{name + " attribute, " + form, func(md pmetric.Metrics, s string) { put(at(md), s) }})
		}
	}
	return places
}

func newMetrics() pmetric.Metrics {
	md := pmetric.NewMetrics()
	md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	return md
}
