package e2e

import (
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func gatewaySpans(n int) (stubs tracetest.SpanStubs, traces []string) {
	service := resource.NewSchemaless(attribute.String("service.name", "api-gateway"))
	for range n {
		var id trace.TraceID
		var span trace.SpanID
		for i := range id {
			id[i] = byte(rand.Uint32())
		}
		copy(span[:], id[:])
		traces = append(traces, id.String())
		stubs = append(stubs, tracetest.SpanStub{
			Name: "GET", SpanKind: trace.SpanKindServer, Resource: service,
			StartTime: time.Now(), EndTime: time.Now().Add(time.Millisecond),
			SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span, TraceFlags: trace.FlagsSampled}),
			Attributes: []attribute.KeyValue{
				attribute.String("http.request.method", "GET"), attribute.String("url.path", "/contacts/17"),
				attribute.Int("http.response.status_code", 200), attribute.String("user.id", "chaos"),
				attribute.StringSlice("http.request.header.x-consumer-username", []string{"make-crm-sync"}),
			},
		})
	}
	return stubs, traces
}
