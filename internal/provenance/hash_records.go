package provenance

import (
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// TracesHash makes the hash of a request of spans part by part, for who walks the
// request anyway: each part is to be given before it is changed, in the order of
// the request.
type TracesHash struct {
	h     *hasher // nil where no hash is to be made, or can be
	into  *request
	spans int
}

// Resource hashes a resource; its scopes follow.
func (t *TracesHash) Resource(r ptrace.ResourceSpans) {
	if t.h == nil {
		return
	}
	t.h.resource(r.Resource(), r.SchemaUrl())
	t.h.small(uint32(r.ScopeSpans().Len()))
}

// Scope hashes a scope; its spans follow.
func (t *TracesHash) Scope(s ptrace.ScopeSpans) {
	if t.h == nil {
		return
	}
	t.h.scope(s.Scope(), s.SchemaUrl())
	t.h.small(uint32(s.Spans().Len()))
}

// Span hashes a span.
func (t *TracesHash) Span(s ptrace.Span) {
	if t.h == nil {
		return
	}
	if s.StartTimestamp() == 0 && s.EndTimestamp() == 0 {
		t.h.release()
		t.h = nil
		return
	}
	t.h.oneSpan(s)
	t.h.spill()
	t.spans++
}

// End puts the hash where the context that BeginTraces was given has room for it.
func (t *TracesHash) End() {
	if t.h == nil {
		return
	}
	*t.into = request{hash: t.h.sum(), records: t.spans, known: true}
	t.h.release()
	t.h = nil
}

func (h *hasher) oneSpan(s ptrace.Span) {
	h.trace(s.TraceID())
	h.span(s.SpanID())
	h.span(s.ParentSpanID())
	h.text(s.TraceState().AsRaw())
	h.small(s.Flags())
	h.text(s.Name())
	h.small(uint32(s.Kind()))
	h.number(uint64(s.StartTimestamp()))
	h.number(uint64(s.EndTimestamp()))
	h.attributes(s.Attributes())
	h.small(s.DroppedAttributesCount())
	h.small(uint32(s.Events().Len()))
	for _, e := range s.Events().All() {
		h.number(uint64(e.Timestamp()))
		h.text(e.Name())
		h.attributes(e.Attributes())
		h.small(e.DroppedAttributesCount())
	}
	h.small(s.DroppedEventsCount())
	h.small(uint32(s.Links().Len()))
	for _, l := range s.Links().All() {
		h.trace(l.TraceID())
		h.span(l.SpanID())
		h.text(l.TraceState().AsRaw())
		h.small(l.Flags())
		h.attributes(l.Attributes())
		h.small(l.DroppedAttributesCount())
	}
	h.small(s.DroppedLinksCount())
	h.small(uint32(s.Status().Code()))
	h.text(s.Status().Message())
}

// logs returns false where a record has no time.
func (h *hasher) logs(ld plog.Logs) bool {
	h.small(uint32(ld.ResourceLogs().Len()))
	for _, resource := range ld.ResourceLogs().All() {
		h.resource(resource.Resource(), resource.SchemaUrl())
		h.small(uint32(resource.ScopeLogs().Len()))
		for _, scope := range resource.ScopeLogs().All() {
			h.scope(scope.Scope(), scope.SchemaUrl())
			h.small(uint32(scope.LogRecords().Len()))
			for _, r := range scope.LogRecords().All() {
				if r.Timestamp() == 0 && r.ObservedTimestamp() == 0 {
					return false
				}
				h.logRecord(r)
				h.spill()
			}
		}
	}
	return true
}

func (h *hasher) logRecord(r plog.LogRecord) {
	h.number(uint64(r.Timestamp()))
	h.number(uint64(r.ObservedTimestamp()))
	h.trace(r.TraceID())
	h.span(r.SpanID())
	h.small(uint32(r.Flags()))
	h.text(r.EventName())
	h.text(r.SeverityText())
	h.small(uint32(r.SeverityNumber()))
	h.value(r.Body())
	h.attributes(r.Attributes())
	h.small(r.DroppedAttributesCount())
}
