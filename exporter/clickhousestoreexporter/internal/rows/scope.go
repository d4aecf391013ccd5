package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// scopeRow is what rows take from their instrumentation scope.
type scopeRow struct {
	name, version, schemaURL string
	attributes               pcommon.Map
	dropped                  uint32
}

func scopeOf(s pcommon.InstrumentationScope, schemaURL string) scopeRow {
	return scopeRow{
		name: s.Name(), version: s.Version(), schemaURL: schemaURL,
		attributes: s.Attributes(), dropped: s.DroppedAttributesCount(),
	}
}

// scopeColumns are the columns that tell which code made a row.
type scopeColumns struct {
	names      *native.Dictionary
	versions   *native.Dictionary
	schemaURLs *native.Dictionary
	attributes *textMap
	dropped    proto.ColUInt32
}

func newScopeColumns(m *marks) *scopeColumns {
	return &scopeColumns{
		names:      native.NewDictionary(nil),
		versions:   native.NewDictionary(nil),
		schemaURLs: native.NewDictionary(nil),
		attributes: newTextMap().marked(m),
	}
}

func (c *scopeColumns) fields() []native.Field {
	return []native.Field{
		{Name: "scope_name", Column: c.names},
		{Name: "scope_version", Column: c.versions},
		{Name: "scope_schema_url", Column: c.schemaURLs},
		{Name: "scope_attributes", Column: c.attributes},
		{Name: "scope_dropped_attributes_count", Column: &c.dropped},
	}
}

// append adds n rows.
func (c *scopeColumns) append(s *scopeRow, n int) {
	c.names.AppendRepeated(s.name, n)
	c.versions.AppendRepeated(s.version, n)
	c.schemaURLs.AppendRepeated(s.schemaURL, n)
	for range n {
		c.attributes.append(s.attributes)
		c.dropped = append(c.dropped, s.dropped)
	}
}
