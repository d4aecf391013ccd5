package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

// tenThousand is a catalog of so many connectors with all kinds of keys. It is
// parsed once for all benchmarks.
var tenThousand = sync.OnceValues(func() (*catalog.Catalog, error) {
	const n = 10_000
	var text strings.Builder
	text.WriteString("version: 1\ntenants: [{id: acme}]\nconnectors:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - {id: c-%[1]d, name: Connector %[1]d, tenant: acme, platform: make, owner: {team: sales}, environment: production, "+
			"lifecycle: listed, match: {gateway_consumers: [make-%[1]d], jwt: [{claim: azp, value: client-%[1]d}], "+
			"workflow_ids: ['%032[1]d'], headers: [{name: x-connector-id, value: c-%[1]d}], source_cidrs: [10.%[2]d.%[3]d.0/24]}}\n", i, i/256, i%256)
	}
	return catalog.Parse("catalog.yaml", []byte(text.String()))
})

func bigResolver(b *testing.B, options identity.Options) *identity.Resolver {
	c, err := tenThousand()
	require.NoError(b, err)
	return identity.NewResolver(c, options)
}

// gatewaySpan has the attributes a gateway's server span comes with.
func gatewaySpan(b *testing.B, extra map[string]any) pcommon.Map {
	m := pcommon.NewMap()
	for _, kv := range [][2]string{
		{"http.request.method", "GET"},
		{"url.path", "/contacts/4711"},
		{"http.route", "/contacts/{id}"},
		{"url.scheme", "https"},
		{"server.address", "api.example.com"},
		{"network.protocol.version", "1.1"},
		{"user_agent.original", "Make/production"},
		{"client.address", "198.51.100.7"},
		{"net.host.name", "gateway-7"},
		{"user.id", "u-1"},
	} {
		m.PutStr(kv[0], kv[1])
	}
	m.PutInt("http.response.status_code", 200)
	m.PutInt("http.request.body.size", 0)
	m.PutInt("http.response.body.size", 4711)
	for key, value := range extra {
		require.NoError(b, m.PutEmpty(key).FromRaw(value))
	}
	return m
}

func BenchmarkResolve10000(b *testing.B) {
	r := bigResolver(b, identity.Options{})
	for name, extra := range map[string]map[string]any{
		"consumer": {headerKey + "x-consumer-username": []any{"make-7654"}, headerKey + "x-consumer-id": []any{"7d8a7c1e-0000-4000-8000-000000000001"}},
		"claim":    {"jwt.claims.azp": "client-7654", "jwt.claims.sub": "u-1", "jwt.claims.iss": "https://issuer.example.com"},
		"workflow": {headerKey + "x-ms-workflow-id": []any{"00000000000000000000000000007654"}},
		"all": {
			headerKey + "x-consumer-username": []any{"make-7654"}, "jwt.claims.azp": "client-7654",
			headerKey + "x-ms-workflow-id": []any{"00000000000000000000000000007654"}, headerKey + "x-connector-id": []any{"c-7654"},
		},
		"none": {},
	} {
		b.Run(name, func(b *testing.B) {
			m := gatewaySpan(b, extra)
			var s identity.Signals
			var d identity.Decision
			b.ReportAllocs()
			for b.Loop() {
				r.Collect(m, false, &s)
				r.Resolve(&s, identity.TrustAll, &d)
			}
			require.Equal(b, name == "none", d.Connector == nil)
		})
	}
}

// BenchmarkCachedToken10000 is a call whose token Weir has verified before.
func BenchmarkCachedToken10000(b *testing.B) {
	r := bigResolver(b, identity.Options{Tokens: verifier(b), Now: func() time.Time { return callTime }})
	m := gatewaySpan(b, map[string]any{headerKey + "authorization": bearer(signed(b, good(claims{"azp": "client-7654"})))})
	var s identity.Signals
	var d identity.Decision
	b.ReportAllocs()
	for b.Loop() {
		r.Collect(m, false, &s)
		r.Resolve(&s, identity.TrustAll, &d)
	}
	require.Equal(b, "c-7654 verified jwt_claim 0.96", text(&d))
}

// stamping measures work on maps that grow by it: each is used once.
func stamping(b *testing.B, extra map[string]any, work func(*identity.Resolver, pcommon.Map)) {
	r := bigResolver(b, identity.Options{})
	template := gatewaySpan(b, extra)
	maps := make([]pcommon.Map, 1000)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += len(maps) {
		b.StopTimer()
		for i := range maps {
			maps[i] = pcommon.NewMap()
			template.CopyTo(maps[i])
		}
		b.StartTimer()
		for _, m := range maps[:min(len(maps), b.N-n)] {
			work(r, m)
		}
	}
}

var consumerHeaders = map[string]any{
	headerKey + "x-consumer-username": []any{"make-7654"}, headerKey + "x-consumer-id": []any{"7d8a7c1e-0000-4000-8000-000000000001"},
}

func BenchmarkReport10000(b *testing.B) {
	var s identity.Signals
	var d identity.Decision
	var f identity.Facts
	stamping(b, consumerHeaders, func(r *identity.Resolver, m pcommon.Map) {
		r.Collect(m, false, &s)
		r.Resolve(&s, identity.TrustAll, &d)
		r.Describe(&s, "api-gateway", &f)
		d.StampReport(m, &f, r.Revision())
	})
}

func BenchmarkOrdinary10000(b *testing.B) {
	var s identity.Signals
	var d identity.Decision
	stamping(b, consumerHeaders, func(r *identity.Resolver, m pcommon.Map) {
		r.Collect(m, false, &s)
		r.Resolve(&s, identity.TrustAll, &d)
		d.Stamp(m)
	})
}
