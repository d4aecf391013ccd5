package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func (r *redactor) processTraces(ctx context.Context, td ptrace.Traces) (_ ptrace.Traces, err error) {
	w := r.walker()
	defer w.finish(ctx, &err)
	w.begin(signalTraces)
	if td, err = r.upToDateTraces(td); err != nil {
		return td, errUnwalkable
	}
	if r.audit {
		w.batch.records = td.SpanCount()
	}
	for _, rs := range td.ResourceSpans().All() {
		w.enterResource(rs.Resource().Attributes())
		attempt(w, (*walker).resource, rs.Resource())
		attempt(w, schemaURL, rs)
		for _, ss := range rs.ScopeSpans().All() {
			w.leaveScope()
			attempt(w, (*walker).scope, ss.Scope())
			attempt(w, schemaURL, ss)
			w.record.reset() // what resource and scope had is counted, but of no span
			for _, span := range ss.Spans().All() {
				w.enter(span.Attributes())
				attempt(w, (*walker).span, span)
				if !w.record.empty() {
					w.leave(span.Attributes())
				}
			}
		}
	}
	return td, nil
}

func (w *walker) span(span ptrace.Span) {
	w.set(placeSpanName, span.Name(), span.SetName)
	w.set(placeStatus, span.Status().Message(), span.Status().SetMessage)
	w.traceState(span.TraceState())
	w.attributes(placeSpan, span.Attributes())
	for _, event := range span.Events().All() {
		w.set(placeEventName, event.Name(), event.SetName)
		w.attributes(placeEvent, event.Attributes())
	}
	for _, link := range span.Links().All() {
		w.traceState(link.TraceState())
		w.attributes(placeLink, link.Attributes())
	}
}
