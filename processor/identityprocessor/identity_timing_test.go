package identityprocessor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
)

func manyConnectors(b *testing.B, n int) string {
	var text strings.Builder
	text.WriteString("version: 1\ntenants: [{id: acme}]\nconnectors:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - {id: c-%[1]d, name: Connector %[1]d, tenant: acme, platform: make, owner: {team: sales}, environment: production, lifecycle: listed, "+
			"match: {gateway_consumers: [make-%[1]d], jwt: [{claim: azp, value: client-%[1]d}]}}\n", i)
	}
	path := filepath.Join(b.TempDir(), "catalog.yaml")
	require.NoError(b, os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

const batchSize = 1000

// gatewayBatch is what a gateway sends: per trace a server span with 15
// attributes and two inner spans with a few.
func gatewayBatch(kind ptrace.SpanKind) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api-gateway")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	for i := range batchSize {
		span := spans.AppendEmpty()
		span.SetKind(kind)
		span.SetTraceID(pcommon.TraceID{byte(i), byte(i >> 8), 1})
		span.SetSpanID(pcommon.SpanID{byte(i), byte(i >> 8), 1})
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(arrival.Add(-time.Second)))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(arrival))
		attributes := span.Attributes()
		for _, kv := range [][2]string{
			{"http.request.method", "GET"},
			{"url.path", "/contacts/4711"},
			{"http.route", "/contacts/{id}"},
			{"url.scheme", "https"},
			{"server.address", "api.example.com"},
			{"network.protocol.version", "1.1"},
			{"user_agent.original", "Make/production"},
			{"client.address", "198.51.100.7"},
			{"user.id", "u-1"},
		} {
			attributes.PutStr(kv[0], kv[1])
		}
		attributes.PutInt("http.response.status_code", 200)
		attributes.PutInt("http.request.body.size", 0)
		attributes.PutInt("http.response.body.size", 4711)
		attributes.PutEmptySlice("http.request.header.x-consumer-username").AppendEmpty().SetStr(fmt.Sprintf("make-%d", i*7))
		attributes.PutEmptySlice("http.request.header.x-consumer-id").AppendEmpty().SetStr("7d8a7c1e-0000-4000-8000-000000000001")
	}
	return traces
}

// BenchmarkSpan is the whole work of the component on one span.
func BenchmarkSpan(b *testing.B) {
	for name, kind := range map[string]ptrace.SpanKind{"report": ptrace.SpanKindServer, "inner": ptrace.SpanKindInternal} {
		b.Run(name, func(b *testing.B) {
			r := run(b, func(c *Config) { c.Catalog.File = manyConnectors(b, 10_000) })
			template := gatewayBatch(kind)
			ctx := from(loopback)
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += batchSize {
				b.StopTimer()
				traces := ptrace.NewTraces()
				template.CopyTo(traces)
				b.StartTimer()
				_, err := r.processTraces(ctx, traces)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkSpanOfARememberedTrace is the work on a backend's span without
// evidence, whose trace an earlier batch told of.
func BenchmarkSpanOfARememberedTrace(b *testing.B) {
	r := run(b, func(c *Config) { c.Catalog.File = manyConnectors(b, 10_000) })
	_, err := r.processTraces(from(loopback), gatewayBatch(ptrace.SpanKindServer))
	require.NoError(b, err)
	template := ptrace.NewTraces()
	gatewayBatch(ptrace.SpanKindServer).CopyTo(template)
	for _, span := range template.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		span.Attributes().RemoveIf(func(key string, _ pcommon.Value) bool { return strings.HasPrefix(key, "http.request.header.") })
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += batchSize {
		b.StopTimer()
		traces := ptrace.NewTraces()
		template.CopyTo(traces)
		b.StartTimer()
		_, err := r.processTraces(from(stranger), traces)
		require.NoError(b, err)
	}
}

// BenchmarkDataPoint is the whole work of the component on one data point.
func BenchmarkDataPoint(b *testing.B) {
	r := run(b, func(c *Config) { c.Catalog.File = manyConnectors(b, 10_000) })
	template := pmetric.NewMetrics()
	points := template.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptySum().DataPoints()
	for i := range batchSize {
		point := points.AppendEmpty()
		point.SetTimestamp(pcommon.NewTimestampFromTime(arrival))
		point.Attributes().PutStr("http.request.method", "GET")
		point.Attributes().PutStr("http.route", "/contacts/{id}")
		point.Attributes().PutInt("http.response.status_code", 200)
		point.Attributes().PutStr("jwt.claims.azp", fmt.Sprintf("client-%d", i*7))
	}
	ctx := from(loopback)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += batchSize {
		b.StopTimer()
		metrics := pmetric.NewMetrics()
		template.CopyTo(metrics)
		b.StartTimer()
		_, err := r.processMetrics(ctx, metrics)
		require.NoError(b, err)
	}
}

// BenchmarkElevenPuts is the yardstick: what writing eleven attributes costs by
// itself on the machine at hand.
func BenchmarkElevenPuts(b *testing.B) {
	template := gatewayBatch(ptrace.SpanKindServer)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += batchSize {
		b.StopTimer()
		traces := ptrace.NewTraces()
		template.CopyTo(traces)
		b.StartTimer()
		for _, span := range traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			for _, key := range elevenKeys {
				span.Attributes().PutStr(key, "value")
			}
		}
	}
}

var elevenKeys = [...]string{
	lowcode.KeyConnectorID, lowcode.KeyConnectorName, lowcode.KeyConnectorOwnerTeam, lowcode.KeyConnectorEnvironment,
	lowcode.KeyConnectorLifecycle, lowcode.KeyPlatformName, lowcode.KeyTenantID, lowcode.KeyIdentityStatus,
	lowcode.KeyIdentityMethod, lowcode.KeyIdentityConfidence, lowcode.KeyIdentityCatalogRevision,
}
