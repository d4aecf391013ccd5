package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func (r *redactor) processTraces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	for _, rs := range td.ResourceSpans().All() {
		r.resource(ctx, rs.Resource())
		r.schemaURL(ctx, rs.SchemaUrl(), rs.SetSchemaUrl)
		for _, ss := range rs.ScopeSpans().All() {
			r.scope(ctx, ss.Scope())
			r.schemaURL(ctx, ss.SchemaUrl(), ss.SetSchemaUrl)
			for _, span := range ss.Spans().All() {
				r.try(func(r *redactor) { r.span(ctx, span) })
			}
		}
	}
	return td, nil
}

func (r *redactor) span(ctx context.Context, span ptrace.Span) {
	r.set(ctx, "span_name", span.Name(), span.SetName)
	r.set(ctx, "status_message", span.Status().Message(), span.Status().SetMessage)
	r.traceState(ctx, span.TraceState())
	r.attributes(ctx, "span_attribute", span.Attributes())
	for _, event := range span.Events().All() {
		r.set(ctx, "event_name", event.Name(), event.SetName)
		r.attributes(ctx, "event_attribute", event.Attributes())
	}
	for _, link := range span.Links().All() {
		r.traceState(ctx, link.TraceState())
		r.attributes(ctx, "link_attribute", link.Attributes())
	}
}
