package identity

import "go.opentelemetry.io/collector/pdata/pcommon"

// writer adds attributes to a map that has room for them.
type writer struct{ attributes pcommon.Map }

// attribute adds a key, or empties the one that is there.
func (w writer) attribute(key string) pcommon.Value { return w.attributes.PutEmpty(key) }

func (w writer) text(key, value string) {
	if value != "" {
		w.attributes.PutStr(key, value)
	}
}

func (w writer) list(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := w.attributes.PutEmptySlice(key)
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}
