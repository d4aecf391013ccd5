package identity

import (
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/weir-otel/weir/internal/lowcode"
)

// writer adds attributes to a map without searching it for each key, which is
// most of what Put costs. It moves the map into a builder and back.
type writer struct {
	attributes pcommon.Map
	builder    xpdata.MapBuilder
	// search says that the map holds lowcode.* already, by a decoder or another
	// Weir: then Put replaces what is there.
	search bool
}

// writers are used again, as the builder's state has to be on the heap.
var writers = sync.Pool{New: func() any { return new(writer) }}

// begin takes up a map that expects so many more attributes.
func (w *writer) begin(attributes pcommon.Map, more int) {
	w.attributes, w.search = attributes, false
	w.builder.EnsureCapacity(attributes.Len() + more)
	for key, value := range attributes.All() {
		w.search = w.search || strings.HasPrefix(key, lowcode.Prefix)
		value.MoveTo(w.builder.AppendEmpty(key))
	}
	if w.search {
		w.builder.UnsafeIntoMap(attributes)
	}
}

// finish lets go of the map, which has all attributes then.
func (w *writer) finish() {
	if !w.search {
		w.builder.UnsafeIntoMap(w.attributes)
	}
	w.attributes = pcommon.Map{}
}

// attribute adds a key, or empties the one that is there.
func (w *writer) attribute(key string) pcommon.Value {
	if w.search {
		return w.attributes.PutEmpty(key)
	}
	return w.builder.AppendEmpty(key)
}

func (w *writer) text(key, value string) {
	switch {
	case value == "":
	case w.search:
		w.attributes.PutStr(key, value)
	default:
		w.builder.AppendEmpty(key).SetStr(value)
	}
}

func (w *writer) list(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := w.attribute(key).SetEmptySlice()
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}
