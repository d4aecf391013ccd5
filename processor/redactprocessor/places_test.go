package redactprocessor

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata/entity"
)

// forms are the ways a text stands in a map.
var forms = []struct {
	name  string
	named bool
	put   func(m pcommon.Map, key, text string)
}{
	{"string", true, func(m pcommon.Map, key, text string) { m.PutStr(key, text) }},
	{"slice", true, func(m pcommon.Map, key, text string) { m.PutEmptySlice(key).AppendEmpty().SetStr(text) }},
	{"map", true, func(m pcommon.Map, key, text string) { m.PutEmptyMap("outer").PutStr(key, text) }},
	{"deep", true, func(m pcommon.Map, key, text string) {
		m.PutEmptySlice("a").AppendEmpty().SetEmptyMap().PutEmptyMap("b").PutEmptySlice(key).AppendEmpty().SetStr(text)
	}},
	{"bytes", true, func(m pcommon.Map, key, text string) { m.PutEmptyBytes(key).FromRaw([]byte(text)) }},
	{"key", false, func(m pcommon.Map, _, text string) { m.PutStr(text, "x") }},
	{"nested key", false, func(m pcommon.Map, _, text string) { m.PutEmptyMap("outer").PutInt(text, 1) }},
}

// text is a spot without a name.
func text[T any](name string, plant func(T, string)) spot[T] {
	return spot[T]{name, false, func(c T, _, s string) { plant(c, s) }}
}

// maps are the spots in a map, in all forms.
func maps[T any](name string, at func(T) pcommon.Map) []spot[T] {
	var spots []spot[T]
	for _, form := range forms {
		spots = append(spots, spot[T]{name + " " + form.name, form.named, func(c T, key, s string) { form.put(at(c), key, s) }})
	}
	return spots
}

// briefly keeps three forms of those in maps: enough where the walk is the same.
func briefly[T any](spots []spot[T]) []spot[T] {
	return slices.DeleteFunc(spots, func(s spot[T]) bool {
		return !strings.HasSuffix(s.name, " string") && !strings.HasSuffix(s.name, " deep") && !strings.HasSuffix(s.name, " nested key")
	})
}

// shared are the spots of resource and scope.
func shared[T any](resource func(T) pcommon.Resource, scope func(T) pcommon.InstrumentationScope) []spot[T] {
	entityRef := func(c T) entity.EntityRef { return entity.ResourceEntityRefs(resource(c)).AppendEmpty() }
	spots := []spot[T]{
		text("scope name", func(c T, s string) { scope(c).SetName(s) }),
		text("scope version", func(c T, s string) { scope(c).SetVersion(s) }),
		text("entity type", func(c T, s string) { entityRef(c).SetType(s) }),
		text("entity schema url", func(c T, s string) { entityRef(c).SetSchemaUrl(s) }),
		text("entity id key", func(c T, s string) { entityRef(c).IdKeys().Append(s) }),
		text("entity description key", func(c T, s string) { entityRef(c).DescriptionKeys().Append(s) }),
	}
	spots = append(spots, maps("resource", func(c T) pcommon.Map { return resource(c).Attributes() })...)
	return append(spots, maps("scope", func(c T) pcommon.Map { return scope(c).Attributes() })...)
}

func traceSpots() []spot[ptrace.Traces] {
	type T = ptrace.Traces
	resource := func(td T) ptrace.ResourceSpans { return td.ResourceSpans().At(0) }
	scope := func(td T) ptrace.ScopeSpans { return resource(td).ScopeSpans().At(0) }
	span := func(td T) ptrace.Span { return scope(td).Spans().At(0) }
	spots := []spot[T]{
		text("resource schema url", func(td T, s string) { resource(td).SetSchemaUrl(s) }),
		text("scope schema url", func(td T, s string) { scope(td).SetSchemaUrl(s) }),
		text("span name", func(td T, s string) { span(td).SetName(s) }),
		text("status message", func(td T, s string) { span(td).Status().SetMessage(s) }),
		text("tracestate", func(td T, s string) { span(td).TraceState().FromRaw(s) }),
		text("event name", func(td T, s string) { span(td).Events().AppendEmpty().SetName(s) }),
		text("link tracestate", func(td T, s string) { span(td).Links().AppendEmpty().TraceState().FromRaw(s) }),
	}
	spots = append(spots, shared(func(td T) pcommon.Resource { return resource(td).Resource() },
		func(td T) pcommon.InstrumentationScope { return scope(td).Scope() })...)
	spots = append(spots, maps("span", func(td T) pcommon.Map { return span(td).Attributes() })...)
	spots = append(spots, maps("event", func(td T) pcommon.Map { return span(td).Events().AppendEmpty().Attributes() })...)
	return append(spots, maps("link", func(td T) pcommon.Map { return span(td).Links().AppendEmpty().Attributes() })...)
}

func logSpots() []spot[plog.Logs] {
	type T = plog.Logs
	resource := func(ld T) plog.ResourceLogs { return ld.ResourceLogs().At(0) }
	scope := func(ld T) plog.ScopeLogs { return resource(ld).ScopeLogs().At(0) }
	record := func(ld T) plog.LogRecord { return scope(ld).LogRecords().At(0) }
	spots := []spot[T]{
		text("resource schema url", func(ld T, s string) { resource(ld).SetSchemaUrl(s) }),
		text("scope schema url", func(ld T, s string) { scope(ld).SetSchemaUrl(s) }),
		text("body", func(ld T, s string) { record(ld).Body().SetStr(s) }),
		text("body bytes", func(ld T, s string) { record(ld).Body().SetEmptyBytes().FromRaw([]byte(s)) }),
		text("body slice", func(ld T, s string) { record(ld).Body().SetEmptySlice().AppendEmpty().SetStr(s) }),
		text("event name", func(ld T, s string) { record(ld).SetEventName(s) }),
		text("severity text", func(ld T, s string) { record(ld).SetSeverityText(s) }),
	}
	spots = append(spots, shared(func(ld T) pcommon.Resource { return resource(ld).Resource() },
		func(ld T) pcommon.InstrumentationScope { return scope(ld).Scope() })...)
	spots = append(spots, maps("body", func(ld T) pcommon.Map { return record(ld).Body().SetEmptyMap() })...)
	return append(spots, maps("record", func(ld T) pcommon.Map { return record(ld).Attributes() })...)
}

func metricSpots() []spot[pmetric.Metrics] {
	type T = pmetric.Metrics
	resource := func(md T) pmetric.ResourceMetrics { return md.ResourceMetrics().At(0) }
	scope := func(md T) pmetric.ScopeMetrics { return resource(md).ScopeMetrics().At(0) }
	metric := func(md T) pmetric.Metric { return scope(md).Metrics().At(0) }
	spots := []spot[T]{
		text("resource schema url", func(md T, s string) { resource(md).SetSchemaUrl(s) }),
		text("scope schema url", func(md T, s string) { scope(md).SetSchemaUrl(s) }),
		text("name", func(md T, s string) { metric(md).SetName(s) }),
		text("description", func(md T, s string) { metric(md).SetDescription(s) }),
		text("unit", func(md T, s string) { metric(md).SetUnit(s) }),
	}
	spots = append(spots, shared(func(md T) pcommon.Resource { return resource(md).Resource() },
		func(md T) pcommon.InstrumentationScope { return scope(md).Scope() })...)
	for _, one := range []struct {
		name string
		at   func(pmetric.Metric) pcommon.Map
	}{
		{"metadata", func(m pmetric.Metric) pcommon.Map { return m.Metadata() }},
		{"gauge", func(m pmetric.Metric) pcommon.Map { return m.SetEmptyGauge().DataPoints().AppendEmpty().Attributes() }},
		{"sum", func(m pmetric.Metric) pcommon.Map { return m.SetEmptySum().DataPoints().AppendEmpty().Attributes() }},
		{"histogram", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyHistogram().DataPoints().AppendEmpty().Attributes()
		}},
		{"exponential", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Attributes()
		}},
		{"summary", func(m pmetric.Metric) pcommon.Map { return m.SetEmptySummary().DataPoints().AppendEmpty().Attributes() }},
		{"gauge exemplar", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyGauge().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
		}},
		{"sum exemplar", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptySum().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
		}},
		{"histogram exemplar", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyHistogram().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
		}},
		{"exponential exemplar", func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
		}},
	} {
		spots = append(spots, briefly(maps(one.name, func(md T) pcommon.Map { return one.at(metric(md)) }))...)
	}
	return spots
}

func profileSpots() []spot[pprofile.Profiles] {
	type T = pprofile.Profiles
	resource := func(pd T) pprofile.ResourceProfiles { return pd.ResourceProfiles().At(0) }
	scope := func(pd T) pprofile.ScopeProfiles { return resource(pd).ScopeProfiles().At(0) }
	profile := func(pd T) pprofile.Profile { return scope(pd).Profiles().At(0) }
	spots := []spot[T]{
		text("resource schema url", func(pd T, s string) { resource(pd).SetSchemaUrl(s) }),
		text("scope schema url", func(pd T, s string) { scope(pd).SetSchemaUrl(s) }),
		text("string", func(pd T, s string) { pd.Dictionary().StringTable().Append(s) }),
		text("original payload", func(pd T, s string) { profile(pd).OriginalPayload().FromRaw([]byte(s)) }),
		text("original payload format", func(pd T, s string) { profile(pd).SetOriginalPayloadFormat(s) }),
		{"attribute", true, func(pd T, key, s string) { tableAttribute(pd, key).SetStr(s) }},
		{"attribute, referred to", true, func(pd T, key, s string) {
			pd.Dictionary().StringTable().Append(s)
			tableAttribute(pd, key).SetStr(s)
		}},
		{"attribute slice", true, func(pd T, key, s string) { tableAttribute(pd, key).SetEmptySlice().AppendEmpty().SetStr(s) }},
	}
	return append(spots, shared(func(pd T) pcommon.Resource { return resource(pd).Resource() },
		func(pd T) pcommon.InstrumentationScope { return scope(pd).Scope() })...)
}

// tableAttribute appends to the attribute table.
func tableAttribute(pd pprofile.Profiles, key string) pcommon.Value {
	kv := pd.Dictionary().AttributeTable().AppendEmpty()
	kv.SetKeyStrindex(int32(pd.Dictionary().StringTable().Len()))
	pd.Dictionary().StringTable().Append(key)
	return kv.Value()
}

func newTraces() ptrace.Traces {
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	return td
}

func newLogs() plog.Logs {
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	return ld
}

func newMetrics() pmetric.Metrics {
	md := pmetric.NewMetrics()
	md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	return md
}

func newProfiles() pprofile.Profiles {
	pd := pprofile.NewProfiles()
	pd.Dictionary().StringTable().Append("") // the first is the empty string
	pd.ResourceProfiles().AppendEmpty().ScopeProfiles().AppendEmpty().Profiles().AppendEmpty()
	return pd
}
