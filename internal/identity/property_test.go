package identity_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/identity"
)

// attribute is one of a record, or none where the key is empty.
type attribute struct{ key, value string }

// someAttributes draws from the places in which several attributes say the same.
func someAttributes() *rapid.Generator[[]attribute] {
	keys := []string{
		"jwt.claims.azp", "jwt.claims.client_id", "jwt.claims.cid", "envoy.filters.http.jwt_authn.azp", "jwt.claims.sub", "jwt.claims.act",
		headerKey + "x-consumer-username", headerKey + "x_consumer_username", headerKey + "x-consumer-id", headerKey + "x-anonymous-consumer",
		headerKey + "x_anonymous_consumer", headerKey + "x_jwt_payload", headerKey + "x_ms_workflow_id", headerKey + "user_agent",
		headerKey + "x-credential-identifier", headerKey + "x-forwarded-client-cert", headerKey + "x_forwarded_client_cert",
		headerKey + "x-ms-workflow-id", headerKey + "x-connector-id", headerKey + "x_connector_id", headerKey + "x-api-client",
		headerKey + "x-api-key", headerKey + "authorization", headerKey + "x-jwt-payload", headerKey + "user-agent",
		"user_agent.original", "http.user_agent", "client.address", "http.client_ip", "net.peer.ip", "net.sock.peer.addr", "tls.client.subject",
		"gen_ai.agent.id", "gen_ai.agent.name", "mcp.client.name", "user.id", "enduser.id", "http.request.method", "http.method",
		"http.route", "url.template", "url.path", "url.full", "http.target", "http.url", "server.address", "net.host.name", "http.host",
		"lowcode.identity.status", "lowcode.note",
	}
	values := []string{
		"", "crm-sync", "order-flow", "lc-orders", "make-crm-sync", "flow-orders", "9d3f0c1e", "stranger", "true", "CN=crm-sync",
		"URI=spiffe://mesh/order-flow", "Make/production", "203.0.113.7", "Notes agent", "POST", "/hooks/notes?a=1", "https://api.example.com/crm/contacts/1",
		`{"sub":"agent-orders"}`, "eyJzdWIiOiJ1LTEifQ", "Bearer a.b.c", "Bearer opaque", "00000000000000000000000000000001", "service-lc-orders", "bob",
	}
	one := rapid.Custom(func(t *rapid.T) attribute {
		return attribute{rapid.SampledFrom(keys).Draw(t, "key"), rapid.SampledFrom(values).Draw(t, "value")}
	})
	return rapid.SliceOfNDistinct(one, 0, 12, func(a attribute) string { return a.key })
}

// report takes attributes in this order all the way.
func report(r *identity.Resolver, trusted bool, attributes []attribute) (pcommon.Map, *identity.Decision) {
	m := pcommon.NewMap()
	for _, a := range attributes {
		m.PutStr(a.key, a.value)
	}
	var s identity.Signals
	var d identity.Decision
	var f identity.Facts
	r.Collect(m, false, &s)
	r.Resolve(&s, trustIn(trusted), &d)
	r.Describe(&s, "api-gateway", &f)
	d.StampReport(m, &f, r.Revision())
	return m, &d
}

func TestTheOrderOfAttributesDecidesNothing(t *testing.T) {
	r := checkingResolver(t)
	rapid.Check(t, func(t *rapid.T) {
		attributes := someAttributes().Draw(t, "attributes")
		trusted := rapid.Bool().Draw(t, "trusted")
		first, _ := report(r, trusted, attributes)
		second, _ := report(r, trusted, rapid.Permutation(attributes).Draw(t, "order"))
		require.Equal(t, first.AsRaw(), second.AsRaw())
	})
}

func TestWhateverIsSentTheDecisionIsSound(t *testing.T) {
	r := checkingResolver(t)
	rapid.Check(t, func(t *rapid.T) {
		trusted := rapid.Bool().Draw(t, "trusted")
		m, d := report(r, trusted, someAttributes().Draw(t, "attributes"))
		require.Len(t, m.AsRaw(), m.Len(), "a key occurs twice")
		requireSound(t, trusted, d)
	})
}

func requireSound(t require.TestingT, trusted bool, d *identity.Decision) {
	named := d.Connector != nil
	require.Equal(t, named, d.Status != identity.Unattributed)
	require.Equal(t, named, d.Method != identity.None)
	require.Equal(t, named, d.Reason == identity.NoReason)
	require.Equal(t, named, d.Confidence > 0)
	if named && !trusted { // and none of the tokens here is valid
		require.Equal(t, identity.Claimed, d.Status)
	}
	for _, evidence := range d.Evidence() {
		require.Regexp(t, `^[a-z_]+=[a-z0-9_.-]+$`, evidence)
	}
}

// FuzzIdentity sends arbitrary text in the attributes that are parsed.
func FuzzIdentity(f *testing.F) {
	for _, value := range []string{
		`By=a;URI="spiffe://x",URI=spiffe://mesh/crm-sync`, "Bearer a.b.c", `{"sub":"a","act":{"sub":"b"}}`, "https://host?x#y",
		"203.0.113.7:443", "azure-logic-apps/1.0 (workflow 0; version 1)", "claude-ai (via mcp-remote 0.1)", "1e300", "[::1%eth0]:1",
	} {
		f.Add(value, "", true)
		f.Add("", value, false)
	}
	r := checkingResolver(f)
	keys := []string{
		headerKey + "x-forwarded-client-cert", headerKey + "authorization", headerKey + "x-api-key", headerKey + "x-jwt-payload", "jwt.claims.act",
		"jwt.claims.exp", "jwt.claims.iat", "jwt.claims.scope", "jwt.claims.sub_profile", "user_agent.original", "mcp.client.name", "client.address",
		"url.full", "http.host", headerKey + "x-consumer-username",
	}
	f.Fuzz(func(t *testing.T, one, other string, trusted bool) {
		for _, key := range keys {
			m, d := report(r, trusted, []attribute{
				{key, one}, {strings.Replace(key, "x-", "x_", 1) + "_", other}, {"jwt.claims.act", other}, {headerKey + "authorization", one},
			})
			require.Len(t, m.AsRaw(), m.Len())
			requireSound(t, trusted, d)
		}
	})
}
