package redactprocessor

import (
	"context"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// BenchmarkTraces redacts a batch of 100 clean HTTP spans of 20 attributes.
func BenchmarkTraces(b *testing.B) {
	r := newTestRedactor(b, nil)
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range 100 {
		span := spans.AppendEmpty()
		span.SetName("GET /api/v1/customers/{id}/orders")
		for key, value := range map[string]any{
			"http.request.method": "GET", "http.route": "/api/v1/customers/{id}/orders", "http.response.status_code": 200,
			"url.full": "https://api.example.com/api/v1/customers/48151623/orders?page=2&size=50&sort=created_at", "url.path": "/api/v1/customers/48151623/orders",
			"url.query": "page=2&size=50&sort=created_at", "url.scheme": "https", "server.address": "api.example.com", "server.port": 443,
			"client.address": "203.0.113.42", "network.peer.address": "10.12.4.7", "network.protocol.version": "1.1",
			"user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Make/production", "user.id": "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11",
			"http.request.header.traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "http.request.header.x-consumer-username": "make-crm-sync",
			"deployment.environment.name": "production", "service.name": "api-gateway", "thread.name": "worker-12", "lowcode.connector.id": "crm-sync",
		} {
			if err := span.Attributes().PutEmpty(key).FromRaw(value); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.processTraces(context.Background(), td); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/span")
}
