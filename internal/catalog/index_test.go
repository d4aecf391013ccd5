package catalog_test

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestIndexFindsTheConnectorOfASignal(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	x := c.Index()
	f := func(found *catalog.Connector, want string) {
		t.Helper()
		if want == "" {
			require.Nil(t, found)
			return
		}
		require.NotNil(t, found)
		require.Equal(t, want, found.ID)
	}
	agent := func(text string) *catalog.Connector {
		found, _ := x.UserAgent(text)
		return found
	}
	f(x.Consumer("lc-make-0042"), "crm-sync")
	f(x.Consumer("LC-make-0042"), "")
	f(x.Consumer(""), "")
	f(x.Credential("9d3f0c1e"), "crm-sync")
	f(x.Workflow("00000000000000000000000000000001"), "crm-sync")
	f(x.Workflow("1"), "")
	for _, claim := range []string{"azp", "client_id", "appid", "cid"} {
		f(x.Claim("https://id.example.com/", catalog.CanonicalClaim(claim), "crm-sync"), "crm-sync")
	}
	f(x.Claim("", "sub", "crm-sync"), "")
	f(x.Header("x-connector-id", "crm-sync"), "crm-sync")
	f(x.Certificate("CN=crm-sync,O=Acme"), "crm-sync")
	f(x.Certificate("spiffe://acme.example/crm-sync"), "crm-sync")
	f(x.Certificate("CN=crm-sync"), "")
	f(x.CredentialHash("v1:00112233445566778899aabbccddeeff"), "crm-sync")
	f(x.CredentialHash("v2:00112233445566778899aabbccddeeff"), "")
	f(x.Agent("gen_ai.agent.name", "crm-helper"), "crm-sync")
	f(x.Agent("mcp.client.name", "crm-helper"), "")
	f(x.Route("POST", "/hooks/crm/new/lead"), "crm-sync")
	f(x.Route("GET", "/hooks/crm/new"), "")
	f(x.Route("POST", "/hooks/other"), "")
	require.True(t, x.HasRoutes())
	f(agent("Make/production"), "crm-sync")
	f(agent("Make/crm/2"), "crm-sync")
	f(agent("Make/other"), "invoices")
	f(agent("Mak"), "")
	f(x.Address(netip.MustParseAddr("192.0.2.9")), "crm-sync")
	f(x.Address(netip.MustParseAddr("192.0.2.7")), "invoices")
	f(x.Address(netip.MustParseAddr("::ffff:192.0.2.7")), "invoices")
	f(x.Address(netip.MustParseAddr("2001:db8::1%eth0")), "crm-sync")
	f(x.Address(netip.MustParseAddr("198.51.100.1")), "")
	f(x.Address(netip.Addr{}), "")
	_, exact := x.UserAgent("Make/production")
	require.True(t, exact)
	_, exact = x.UserAgent("Make/crm/2")
	require.False(t, exact)
	require.Equal(t, []string{"azp"}, x.Claims())
	require.Equal(t, []string{"x-connector-id"}, x.Headers())
}

func TestIndexOfACatalogThatWasNotLoadedIsEmpty(t *testing.T) {
	var none *catalog.Catalog
	require.Nil(t, none.Index().Consumer("a"))
	require.Nil(t, (&catalog.Catalog{}).Index().Workflow("a"))
	require.Nil(t, none.Index().Route("GET", "/"))
	require.False(t, none.Index().HasRoutes())
}

func TestAllowsCoversMethodsAndPaths(t *testing.T) {
	f := func(pattern, method, route string, want bool) {
		t.Helper()
		c := catalog.Connector{AllowedEndpoints: []string{pattern}}
		allowed, declared := c.Allows(method, route)
		require.True(t, declared)
		require.Equal(t, want, allowed, "%s covers %s %s", pattern, method, route)
	}
	f("GET /contacts/*", "GET", "/contacts/{id}", true)
	f("GET /contacts/*", "GET", "/contacts/{id}/notes", true)
	f("GET /contacts/*", "GET", "/contacts", false)
	f("GET /contacts/*", "POST", "/contacts/{id}", false)
	f("GET /contacts/*", "GET", "/contactsx/{id}", false)
	f("GET /contacts/*/notes", "GET", "/contacts/{id}/notes", true)
	f("GET /contacts/*/notes", "GET", "/contacts/{id}/files", false)
	f("GET /contacts/{contactId}", "GET", "/contacts/{id}", true)
	f("GET /contacts/{contactId}", "GET", "/contacts/{id}/notes", false)
	f("GET|POST /orders", "POST", "/orders", true)
	f("GET|POST /orders", "PUT", "/orders", false)
	f("* /*", "DELETE", "/", true)
	f("* /*", "DELETE", "/a/b/c", true)
	f("GET /", "GET", "/", true)
	f("GET /", "GET", "/a", false)

	allowed, declared := (&catalog.Connector{}).Allows("GET", "/")
	require.False(t, allowed)
	require.False(t, declared)
}

// manyConnectors writes a catalog of n connectors as an organisation would.
func manyConnectors(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\ntenants: [{id: acme, time_zone: Europe/Berlin}]\nconnectors:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - id: connector-%[1]d
    name: Connector %[1]d
    tenant: acme
    platform: make
    owner: {team: sales-ops}
    environment: production
    lifecycle: listed
    purpose: keep CRM contacts in step
    match:
      gateway_consumers: [make-%[1]d, lc-%[1]d]
      jwt: [{claim: azp, value: client-%[1]d}]
      workflow_ids: ["%032[1]d"]
    allowed_endpoints: ["GET /contacts/*"]
`, i)
	}
	return []byte(b.String())
}

func BenchmarkParse10000(b *testing.B) {
	data := manyConnectors(10_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, err := catalog.Parse("catalog.yaml", data)
		require.NoError(b, err)
	}
}

func BenchmarkIndex10000(b *testing.B) {
	c, err := catalog.Parse("catalog.yaml", manyConnectors(10_000))
	require.NoError(b, err)
	x := c.Index()
	b.ReportAllocs()
	for b.Loop() {
		if x.Consumer("make-7654") == nil || x.Claim("", "azp", "client-4321") == nil {
			b.Fatal("not found")
		}
	}
}
