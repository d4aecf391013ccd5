package redactprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata/entity"
)

// resource and scope are shared by all signals.
func (w *walker) resource(resource pcommon.Resource) {
	w.attributes(placeResource, resource.Attributes())
	refs := entity.ResourceEntityRefs(resource)
	for i := range refs.Len() {
		ref := refs.At(i)
		w.set(placeEntity, ref.Type(), ref.SetType)
		w.set(placeEntity, ref.SchemaUrl(), ref.SetSchemaUrl)
		w.list(placeEntity, ref.IdKeys())
		w.list(placeEntity, ref.DescriptionKeys())
	}
}

func (w *walker) scope(scope pcommon.InstrumentationScope) {
	w.set(placeScope, scope.Name(), scope.SetName)
	w.set(placeScope, scope.Version(), scope.SetVersion)
	w.attributes(placeScope, scope.Attributes())
}

// list redacts each string of a list.
func (w *walker) list(at place, list pcommon.StringSlice) {
	for i := range list.Len() {
		if out, changed := w.text(at, "", list.At(i)); changed {
			list.SetAt(i, out)
		}
	}
}

// hasSchemaURL is a resource or scope of any signal.
type hasSchemaURL interface {
	SchemaUrl() string
	SetSchemaUrl(string)
}

// schemaURL redacts the schema URL of a resource or scope.
func schemaURL[T hasSchemaURL](w *walker, of T) {
	w.set(placeSchemaURL, of.SchemaUrl(), of.SetSchemaUrl)
}

func (w *walker) traceState(state pcommon.TraceState) {
	w.set(placeTraceState, state.AsRaw(), state.FromRaw)
}
