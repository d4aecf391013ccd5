package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// attributes are the five typed maps that a set of attributes is spread over.
type attributes struct {
	texts   *native.Map[*native.Strings]
	ints    *native.Map[*proto.ColInt64]
	doubles *native.Map[*proto.ColFloat64]
	bools   *native.Map[*proto.ColBool]
	jsons   *native.Map[*native.Strings]

	facts   *facts // where recognised attributes go
	marks   *marks // of the row at hand; nil for none
	scratch []byte
}

func newAttributes(f *facts, m *marks) *attributes {
	return &attributes{
		texts:   native.NewMap(&native.Strings{}, classify),
		ints:    native.NewMap(&proto.ColInt64{}, classify),
		doubles: native.NewMap(&proto.ColFloat64{}, classify),
		bools:   native.NewMap(&proto.ColBool{}, classify),
		jsons:   native.NewMap(&native.Strings{}, classify),
		facts:   f,
		marks:   m,
	}
}

func (a *attributes) fields() []native.Field {
	return []native.Field{
		{Name: "attributes_string", Column: a.texts},
		{Name: "attributes_int", Column: a.ints},
		{Name: "attributes_double", Column: a.doubles},
		{Name: "attributes_bool", Column: a.bools},
		{Name: "attributes_json", Column: a.jsons},
	}
}

// append adds one row. The marks of its other columns must be set.
func (a *attributes) append(m pcommon.Map) {
	for key, v := range m.All() {
		// What has a text is one, as most are: that is quicker found out than the type.
		text := v.Str()
		if text == "" && v.Type() != pcommon.ValueTypeStr {
			a.add(key, v)
			continue
		}
		a.texts.Values.Append(text)
		if tag := a.texts.Keys.Append(key); tag != none {
			a.facts.setText(tag, text)
		}
	}
	if a.marks != nil && *a.marks != (marks{}) {
		for _, key := range a.marks.keys(m) {
			a.bools.Keys.Append(key)
			*a.bools.Values = append(*a.bools.Values, true)
		}
	}
	a.texts.End()
	a.ints.End()
	a.doubles.End()
	a.bools.End()
	a.jsons.End()
}

// add takes what is no text.
func (a *attributes) add(key string, v pcommon.Value) {
	var tag fact
	switch v.Type() {
	case pcommon.ValueTypeInt:
		*a.ints.Values = append(*a.ints.Values, v.Int())
		tag = a.ints.Keys.Append(key)
	case pcommon.ValueTypeDouble:
		*a.doubles.Values = append(*a.doubles.Values, v.Double())
		tag = a.doubles.Keys.Append(key)
	case pcommon.ValueTypeBool:
		*a.bools.Values = append(*a.bools.Values, v.Bool())
		tag = a.bools.Keys.Append(key)
	default:
		a.scratch = appendJSON(a.scratch[:0], v)
		a.marks.written(a.scratch, v)
		a.jsons.Values.AppendBytes(a.scratch)
		tag = a.jsons.Keys.Append(key)
	}
	if tag != none {
		a.facts.read(tag, v)
	}
}

// textMap is a Map(LowCardinality(String), String): attributes of scopes,
// events and links, other types than strings as JSON.
type textMap struct {
	*native.Map[*native.Strings]
	marks   *marks // of the row at hand; nil for none
	scratch []byte
}

func newTextMap() *textMap {
	return &textMap{Map: native.NewMap(&native.Strings{}, nil)}
}

// marked is m, which sets the marks of rows.
func (m *textMap) marked(by *marks) *textMap {
	m.marks = by
	return m
}

func (m *textMap) append(attrs pcommon.Map) {
	for key, v := range attrs.All() {
		m.Keys.Append(key)
		if v.Type() == pcommon.ValueTypeStr {
			m.Values.Append(v.Str())
			continue
		}
		m.scratch = appendText(m.scratch[:0], v)
		m.marks.written(m.scratch, v)
		m.Values.AppendBytes(m.scratch)
	}
	m.End()
}
