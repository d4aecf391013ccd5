package identity_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/geo"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

// mmdb writes a database that knows the network 203.0.113.0/24.
func mmdb(t *testing.T, kind string, record mmdbtype.Map) string {
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true})
	require.NoError(t, err)
	_, network, err := net.ParseCIDR("203.0.113.0/24")
	require.NoError(t, err)
	require.NoError(t, tree.Insert(network, record))
	path := filepath.Join(t.TempDir(), kind+".mmdb")
	file, err := os.Create(path)
	require.NoError(t, err)
	_, err = tree.WriteTo(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	return path
}

func places(t *testing.T) *geo.Lookup {
	lookup, err := geo.Open(
		mmdb(t, "GeoLite2-Country", mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String("NL")}}),
		mmdb(t, "GeoLite2-ASN", mmdbtype.Map{
			"autonomous_system_number": mmdbtype.Uint32(64500), "autonomous_system_organization": mmdbtype.String("Example Networks"),
		}),
	)
	require.NoError(t, err)
	return lookup
}

func TestTheOperationIsFoundByTheHostOfTheURLWhereNoOtherIsGiven(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`{version: 1, apis: [{id: shop, hosts: [api.example.com], classification: internal}]}`))
	require.NoError(t, err)
	r := identity.NewResolver(c, identity.Options{})
	f := func(want any, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, resolve(t, r, false, false, attributes).stamped[lowcode.KeyAPIID])
	}
	f("shop", map[string]any{"http.url": "https://api.example.com/orders/4711"}) // the articles' SDK
	f("shop", map[string]any{"url.full": "https://user@api.example.com:8443?a=b"})
	f("shop", map[string]any{"url.full": "https://proxy/orders", "server.address": "api.example.com"})
	f(nil, map[string]any{"http.url": "https://other.example.com/api.example.com"})
	f(nil, map[string]any{"http.target": "/login?next=https://api.example.com/"})
}

func TestAReportGetsAllThatIsKnownOfTheCall(t *testing.T) {
	r := resolverWith(t, identity.Options{Tokens: verifier(t), Hasher: hasher(t), Geo: places(t), Now: func() time.Time { return callTime }})
	sent := map[string]any{
		"http.request.method": "GET", "url.path": "/crm/contacts/4711", "client.address": "203.0.113.7", "user_agent.original": "Make/production",
		headerKey + "x-ms-workflow-run-id": "r-1", headerKey + "x-ms-workflow-operation-name": "HTTP",
		headerKey + "x-credential-identifier": []any{"9d3f0c1e"}, headerKey + "authorization": bearer(signed(t, agentToken())),
		headerKey + "x-api-key": []any{registeredKey()}, "user.id": "",
	}
	want := map[string]any{}
	for key, value := range sent {
		want[key] = value
	}
	for key, value := range map[string]any{
		lowcode.KeyIdentityStatus: "conflicting", lowcode.KeyIdentityMethod: "jwt_claim", lowcode.KeyIdentityConfidence: 0.5,
		lowcode.KeyIdentityVouched: true, lowcode.KeyIdentityCatalogRevision: r.Revision(),
		lowcode.KeyIdentityConflict: []any{"verified=crm-sync", "verified=order-flow"},
		lowcode.KeyIdentityEvidence: []any{
			"jwt_claim=" + headerKey + "authorization",
			"credential=" + headerKey + "x-credential-identifier", "credential=" + headerKey + "x-api-key",
			"user_agent=user_agent.original", "source_ip=client.address",
		},
		lowcode.KeyConnectorID: "crm-sync", lowcode.KeyConnectorName: "CRM sync", lowcode.KeyTenantID: "acme",
		lowcode.KeyConnectorOwnerTeam: "sales-ops", lowcode.KeyConnectorEnvironment: "production", lowcode.KeyPlatformName: "make",
		lowcode.KeyWorkflowRunID: "r-1", lowcode.KeyWorkflowStepName: "HTTP",
		lowcode.KeyCredentialID: "9d3f0c1e", lowcode.KeyCredentialHash: hasher(t).Hash(registeredKey()), lowcode.KeyCredentialType: "api_key",
		lowcode.KeyTokenID: "t-1", lowcode.KeyTokenIssuer: issuer, lowcode.KeyTokenAudience: []any{audience},
		lowcode.KeyTokenScopes: []any{"contacts.read", "contacts.write"}, lowcode.KeyTokenClientID: "crm-sync", lowcode.KeyTokenExpiresIn: int64(3600),
		lowcode.KeyActorChain: []any{"agent-orders", "spa-1"}, lowcode.KeyActorDepth: int64(2), lowcode.KeyActorType: "ai_agent",
		lowcode.KeyAPIID: "crm", lowcode.KeyAPIOperationID: "getContact", lowcode.KeyDataClassification: "restricted",
		lowcode.KeyDataRetentionClass: "audit", lowcode.KeyRequestCost: 0.002, lowcode.KeyRequestCostCurrency: "EUR",
		lowcode.KeyClientCountry: "NL", lowcode.KeyClientASNumber: int64(64500), lowcode.KeyClientASOrganization: "Example Networks",
		"http.route": "/crm/contacts/{id}", "user.id": "user-1",
	} {
		want[key] = value
	}
	require.Equal(t, want, resolve(t, r, true, false, sent).stamped)
}

func TestAReportOfNobodySaysWhy(t *testing.T) {
	r := testResolver(t)
	require.Equal(t, map[string]any{
		"http.method": "GET", "http.url": "https://api.example.com/orders/4711", "http.route": "/orders/{id}",
		lowcode.KeyIdentityStatus: "unattributed", lowcode.KeyIdentityUnattributedReason: "no_signal",
		lowcode.KeyIdentityCatalogRevision: r.Revision(),
	}, resolve(t, r, false, false, map[string]any{"http.method": "GET", "http.url": "https://api.example.com/orders/4711"}).stamped)
}

func TestOrdinaryRecordsGetLittle(t *testing.T) {
	f := func(attributes, want map[string]any) {
		t.Helper()
		m := pcommon.NewMap()
		decide(t, true, attributes).Stamp(m)
		require.Equal(t, want, m.AsRaw())
	}
	f(nil, map[string]any{lowcode.KeyIdentityStatus: "unattributed"})
	f(map[string]any{"jwt.claims.azp": "crm-sync"}, map[string]any{
		lowcode.KeyIdentityStatus: "verified", lowcode.KeyIdentityMethod: "jwt_claim", lowcode.KeyConnectorID: "crm-sync", lowcode.KeyTenantID: "acme",
	})
}

func TestWhatADecoderKnowsBetterStays(t *testing.T) {
	stamped := resolve(t, testResolver(t), true, true, map[string]any{
		"http.method": "GET", "http.target": "/crm/contacts/4711", "http.route": "/contacts/:id", "user.id": "ada",
		"jwt.claims.sub": "somebody else", lowcode.KeyRequestCost: 0.5, lowcode.KeyCredentialID: "9d3f0c1e", lowcode.KeyWorkflowID: "w-1",
	}).stamped
	require.InDelta(t, 0.5, stamped[lowcode.KeyRequestCost], 0)
	require.Equal(t, "/contacts/:id", stamped["http.route"])
	require.Equal(t, "ada", stamped["user.id"])
	require.Equal(t, "9d3f0c1e", stamped[lowcode.KeyCredentialID])
	require.Equal(t, "w-1", stamped[lowcode.KeyWorkflowID])
	require.Equal(t, "getContact", stamped[lowcode.KeyAPIOperationID])
}

func TestACallThatIsNoOperationOfItsAPIHasTheAPIsClass(t *testing.T) {
	stamped := resolve(t, testResolver(t), true, false, map[string]any{"http.method": "GET", "http.target": "/crm/orders/4711"}).stamped
	require.Equal(t, "/crm/orders/{id}", stamped["http.route"])
	require.Equal(t, "internal", stamped[lowcode.KeyDataClassification])
	require.NotContains(t, stamped, lowcode.KeyAPIOperationID)
}

func TestAUserOutOfTimeIsNoted(t *testing.T) {
	r := resolverWith(t, identity.Options{Now: func() time.Time { return callTime }})
	evidence := func(attributes map[string]any) any {
		return resolve(t, r, true, false, attributes).stamped[lowcode.KeyIdentityEvidence]
	}
	require.Nil(t, evidence(map[string]any{"user.id": "ada"}))
	require.Nil(t, evidence(map[string]any{"user.id": "unknown"}))
	require.Equal(t, []any{"user_expired=user.id"}, evidence(map[string]any{"user.id": "bob"}))
	require.Equal(t, []any{"user_expired=user.id"}, evidence(map[string]any{"jwt.claims.sub": "bob"}))
	require.Equal(t, []any{"user_not_yet_valid=user.id"}, evidence(map[string]any{"enduser.id": "eve"}))
}

func TestOwnPlatformsAreKnownByUserAgentAndAddress(t *testing.T) {
	r := testResolver(t)
	f := func(key string, value any) {
		t.Helper()
		require.Equal(t, "flowtool", resolve(t, r, false, false, map[string]any{key: value}).Platform)
	}
	f("user_agent.original", "flowtool/7")
	f("mcp.client.name", "flowtool/7 (via mcp-remote 0.1)")
	f("net.sock.peer.addr", "192.0.2.3:443")
}
