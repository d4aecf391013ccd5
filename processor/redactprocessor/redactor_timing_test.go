package redactprocessor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

const batchSpans = 100

// httpSpans is a batch of clean HTTP spans of 20 attributes.
func httpSpans(tb testing.TB) ptrace.Traces {
	tb.Helper()
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api-gateway")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	for range batchSpans {
		span := spans.AppendEmpty()
		span.SetName("GET /api/v1/customers/{id}/orders")
		attributes := span.Attributes()
		for _, kv := range [][2]string{
			{"http.request.method", "GET"},
			{"http.route", "/api/v1/customers/{id}/orders"},
			{"url.full", "https://api.example.com/api/v1/customers/48151623/orders?page=2&size=50&sort=created_at"},
			{"url.path", "/api/v1/customers/48151623/orders"},
			{"url.query", "page=2&size=50&sort=created_at"},
			{"url.scheme", "https"},
			{"server.address", "api.example.com"},
			{"client.address", "203.0.113.42"},
			{"network.peer.address", "10.12.4.7"},
			{"network.protocol.version", "1.1"},
			{"user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Make/production"},
			{"user.id", "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11"},
			{"http.request.header.traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
			{"http.request.header.x-consumer-username", "make-crm-sync"},
			{"deployment.environment.name", "production"},
			{"thread.name", "worker-12"},
			{"lowcode.connector.id", "crm-sync"},
		} {
			attributes.PutStr(kv[0], kv[1])
		}
		attributes.PutInt("http.response.status_code", 200)
		attributes.PutInt("server.port", 443)
		attributes.PutInt("http.response.body.size", 1_483_201)
	}
	return td
}

func perSpan(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batchSpans, "ns/span")
}

func benchmarkTraces(b *testing.B, r *redactor, td ptrace.Traces) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.processTraces(context.Background(), td); err != nil {
			b.Fatal(err)
		}
	}
	perSpan(b)
}

// BenchmarkCleanSpan redacts clean HTTP spans with all detectors.
func BenchmarkCleanSpan(b *testing.B) {
	benchmarkTraces(b, newTestRedactor(b, func(c *Config) { c.Summary, c.SelfCheck.SampleRatio = true, defaultSampleRatio }), httpSpans(b))
}

// BenchmarkScopedSpan is BenchmarkCleanSpan with a policy that asks for the
// connector of each span.
func BenchmarkScopedSpan(b *testing.B) {
	r := newTestRedactor(b, func(c *Config) {
		c.Rules = []redact.Rule{{Connectors: []string{"erp-*"}}}
		c.Rules[0].Exclude = []string{"email"}
	})
	benchmarkTraces(b, r, httpSpans(b))
}

// idle is an engine that looks at nothing.
type idle struct{ engine }

func (idle) Redact(_, value string) (string, []redact.Match) { return value, nil }
func (idle) BlocksKey(string) bool                           { return false }

// BenchmarkWalk is what the processor takes without the engine.
func BenchmarkWalk(b *testing.B) {
	r := newTestRedactor(b, nil)
	r.withEngine(func(e engine) engine { return idle{e} })
	benchmarkTraces(b, r, httpSpans(b))
}

// BenchmarkTwoDirtyValues redacts spans with a card number and an e-mail
// address, and writes the summary.
func BenchmarkTwoDirtyValues(b *testing.B) {
	r := newTestRedactor(b, func(c *Config) { c.Summary = true })
	clean := httpSpans(b)
	for _, span := range clean.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		span.Attributes().PutStr("http.route", "/pay/"+redacttest.Card("4", 16, 1))
		span.Attributes().PutStr("thread.name", "for ada.lovelace@example.com")
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		dirty := ptrace.NewTraces()
		clean.CopyTo(dirty)
		b.StartTimer()
		if _, err := r.processTraces(context.Background(), dirty); err != nil {
			b.Fatal(err)
		}
	}
	perSpan(b)
}

func TestACleanBatchCostsNoAllocation(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.Summary = true })
	td := httpSpans(t)
	attributes := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
	attributes.PutInt("order.number", 48_151_623)
	attributes.PutDouble("order.total", 48_151_623)
	attributes.PutEmptySlice("tags").AppendEmpty().SetStr("blue")
	attributes.PutEmptyMap("customer").PutStr("tier", "gold")
	ctx := context.Background()
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		_, _ = r.processTraces(ctx, td)
	}), 1.0, "one for the resource, none for the spans")
	require.NotContains(t, attributes.AsRaw(), "lowcode.redaction.count", "nothing was found in it")
}
