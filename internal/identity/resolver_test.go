package identity_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

func testResolver(t testing.TB) *identity.Resolver { return resolverWith(t, identity.Options{}) }

func resolverWith(t testing.TB, options identity.Options) *identity.Resolver {
	t.Helper()
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	return identity.NewResolver(c, options)
}

func decide(t testing.TB, trusted bool, attributes map[string]any) *identity.Decision {
	t.Helper()
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(attributes))
	r := testResolver(t)
	var s identity.Signals
	var d identity.Decision
	r.Collect(m, false, &s)
	r.Resolve(&s, trustIn(trusted), &d)
	return &d
}

// text writes a decision on one line: "crm-sync verified jwt_claim 0.95".
func text(d *identity.Decision) string {
	if d.Connector == nil {
		return strings.TrimSpace(d.Status.String() + " " + d.Reason.String() + " " + strings.Join(d.Conflict(), " "))
	}
	number, _ := json.Marshal(d.Confidence)
	return strings.TrimSpace(strings.Join([]string{d.Connector.ID, d.Status.String(), d.Method.String(), string(number), strings.Join(d.Conflict(), " ")}, " "))
}

const headerKey = "http.request.header."

func TestEachSignalNamesItsConnector(t *testing.T) {
	f := func(key string, value any, fromTrusted, fromOthers string) {
		t.Helper()
		require.Equal(t, fromTrusted, text(decide(t, true, map[string]any{key: value})), "trusted %s", key)
		require.Equal(t, fromOthers, text(decide(t, false, map[string]any{key: value})), "other %s", key)
	}
	one := func(value string) []any { return []any{value} }
	for _, claim := range []string{"azp", "client_id", "appid", "cid"} {
		f("jwt.claims."+claim, "crm-sync", "crm-sync verified jwt_claim 0.95", "crm-sync claimed jwt_claim 0.5")
	}
	f("jwt.claims.sub", "service-lc-orders", "lc-orders verified jwt_claim 0.95", "lc-orders claimed jwt_claim 0.5")
	f(headerKey+"x-credential-identifier", one("9d3f0c1e"), "crm-sync verified credential 0.92", "crm-sync claimed credential 0.45")
	for _, name := range []string{"x-consumer-username", "x-consumer-custom-id", "x-consumer-id", "x_consumer_username"} {
		f(headerKey+name, one("make-crm-sync"), "crm-sync verified gateway_consumer 0.9", "crm-sync claimed gateway_consumer 0.4")
	}
	f(headerKey+"x-consumer-username", "make-crm-sync", "crm-sync verified gateway_consumer 0.9", "crm-sync claimed gateway_consumer 0.4")
	f(headerKey+"x-ms-workflow-id", one("00000000000000000000000000000001"), "order-flow claimed header 0.4", "order-flow claimed header 0.3")
	f(headerKey+"x-connector-id", one("order-flow"), "order-flow claimed header 0.4", "order-flow claimed header 0.3")
	f(headerKey+"x_api_client", "lc-orders", "lc-orders claimed header 0.4", "lc-orders claimed header 0.3")
	for _, key := range []string{"user_agent.original", "http.user_agent", headerKey + "user-agent"} {
		f(key, "Make/production", "crm-sync claimed user_agent 0.2", "crm-sync claimed user_agent 0.2")
		f(key, "Make/1", "crm-sync claimed user_agent 0.1", "crm-sync claimed user_agent 0.1")
	}
	for _, key := range []string{"client.address", "http.client_ip", "net.peer.ip"} {
		f(key, "203.0.113.7", "order-flow claimed source_ip 0.1", "order-flow claimed source_ip 0.1")
	}
	f("client.address", "203.0.113.7:443", "order-flow claimed source_ip 0.1", "order-flow claimed source_ip 0.1")
}

func TestWithoutAFittingSignalNobodyIsNamed(t *testing.T) {
	f := func(want string, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, text(decide(t, true, attributes)))
	}
	f("unattributed no_signal", nil)
	f("unattributed no_signal", map[string]any{"http.request.method": "GET", "user_agent.original": "axios/1.7.9", "client.address": "not an address"})
	f("unattributed no_signal", map[string]any{"user_agent.original": "Zapier"})
	f("unattributed no_signal", map[string]any{"jwt.claims.sub": "a person", "jwt.claims.iss": "https://issuer"})
	f("unattributed unknown_key", map[string]any{headerKey + "x-consumer-username": []any{"stranger"}})
	f("unattributed unknown_key", map[string]any{"jwt.claims.azp": "stranger"})
	f("unattributed unknown_key", map[string]any{headerKey + "x-ms-workflow-id": "ffff"})
	f("unattributed unknown_key", map[string]any{headerKey + "x-connector-id": "stranger"})
	f("unattributed no_signal", map[string]any{headerKey + "x-consumer-username": 7, "jwt.claims.azp": true, headerKey + "x-consumer-id": []any{}})
	f("unattributed ambiguous", map[string]any{headerKey + "x-consumer-username": []any{"make-crm-sync", "flow-orders"}})
	f("unattributed ambiguous", map[string]any{headerKey + "x_credential_identifier": []any{"a", "b"}})
	f("unattributed ambiguous claimed=lc-orders claimed=order-flow", map[string]any{headerKey + "x-connector-id": "order-flow", headerKey + "x-api-client": "lc-orders"})
	f("unattributed ambiguous claimed=crm-sync claimed=order-flow", map[string]any{"user_agent.original": "Make/1", "client.address": "203.0.113.7"})
	f("unattributed no_signal", map[string]any{headerKey + "x-consumer-username": "make-crm-sync", headerKey + "x-anonymous-consumer": "true"})
}

func TestStrongerSignalsDecideAndContradictionsShow(t *testing.T) {
	f := func(trusted bool, want string, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, text(decide(t, trusted, attributes)))
	}
	consumer := headerKey + "x-consumer-username"
	// One of the consumer's names is enough.
	f(true, "crm-sync verified gateway_consumer 0.9", map[string]any{consumer: "make-crm-sync", headerKey + "x-consumer-id": "c1"})
	// Repeating the same value is no contradiction.
	f(true, "crm-sync verified gateway_consumer 0.9", map[string]any{consumer: []any{"make-crm-sync", "make-crm-sync"}})
	// Claims of less strength do not count against stronger ones …
	f(false, "order-flow claimed header 0.3", map[string]any{headerKey + "x-connector-id": "order-flow", "user_agent.original": "Make/production"})
	// … but one that contradicts what is verified does.
	f(true, "crm-sync conflicting gateway_consumer 0.5 verified=crm-sync claimed=order-flow",
		map[string]any{consumer: "make-crm-sync", headerKey + "x-ms-workflow-id": "00000000000000000000000000000001"})
	f(true, "order-flow conflicting gateway_consumer 0.5 verified=order-flow claimed=crm-sync",
		map[string]any{consumer: "flow-orders", "user_agent.original": "Make/production"})
	f(true, "crm-sync conflicting jwt_claim 0.5 verified=crm-sync verified=order-flow",
		map[string]any{"jwt.claims.azp": "crm-sync", consumer: "flow-orders"})
	// A shared prefix or network contradicts nothing.
	f(true, "order-flow verified gateway_consumer 0.9", map[string]any{consumer: "flow-orders", "user_agent.original": "Make/1"})
	f(true, "crm-sync verified gateway_consumer 0.9", map[string]any{consumer: "make-crm-sync", "client.address": "203.0.113.7"})
	// Equal strength, two names: nobody.
	f(false, "unattributed ambiguous claimed=crm-sync claimed=order-flow", map[string]any{"jwt.claims.azp": "crm-sync", consumer: "flow-orders"})
	// An unknown consumer does not hide what else is claimed.
	f(true, "order-flow claimed header 0.4", map[string]any{consumer: "shared", headerKey + "x-connector-id": "order-flow"})
}

func TestPowerAutomateRequestIsRecognised(t *testing.T) {
	var sample struct {
		Headers map[string]string `json:"headers"`
	}
	data, err := os.ReadFile(filepath.Join("testdata", "headers_power_automate.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &sample))
	attributes := map[string]any{}
	for name, value := range sample.Headers {
		attributes[headerKey+strings.ToLower(name)] = []any{value}
	}
	d := decide(t, true, attributes)
	require.Equal(t, "order-flow claimed header 0.4", text(d))
	require.Equal(t, "power_automate", d.Platform)
	require.Equal(t, "00000000000000000000000000000001", d.WorkflowID)
	require.Equal(t, "08585000000000000000000000000CU02", d.RunID)

	// Where only the user agent was kept, the workflow id in it still tells.
	d = decide(t, true, map[string]any{"user_agent.original": sample.Headers["User-Agent"]})
	require.Equal(t, "order-flow claimed user_agent 0.2", text(d))
	require.Equal(t, "00000000000000000000000000000001", d.WorkflowID)
}

func TestPlatformIsTheConnectorsElseTheUserAgentsElseTheSDKs(t *testing.T) {
	require.Equal(t, "make", decide(t, true, map[string]any{"jwt.claims.azp": "crm-sync", "user_agent.original": "Zapier"}).Platform)
	require.Equal(t, "zapier", decide(t, true, map[string]any{"user_agent.original": "Zapier"}).Platform)
	require.Equal(t, "custom", decide(t, true, map[string]any{headerKey + "x-sdk": "lc-ts-1"}).Platform)
	require.Equal(t, "custom", decide(t, true, map[string]any{"sdk.version": "1.2.0"}).Platform)
	require.Empty(t, decide(t, true, map[string]any{"user_agent.original": "axios/1.7.9"}).Platform)
}

func TestCredentialIDIsKeptOnlyIfAGatewayVouchesForIt(t *testing.T) {
	key := headerKey + "x-credential-identifier"
	require.Equal(t, "9d3f0c1e", decide(t, true, map[string]any{key: "9d3f0c1e"}).CredentialID)
	require.Empty(t, decide(t, false, map[string]any{key: "9d3f0c1e"}).CredentialID)
	require.Empty(t, decide(t, true, map[string]any{key: strings.Repeat("x", 200)}).CredentialID)
	require.Empty(t, decide(t, true, map[string]any{key: "a b"}).CredentialID)
	require.Empty(t, decide(t, true, map[string]any{key: "9d3f0c1e", headerKey + "x-anonymous-consumer": "true"}).CredentialID)
}

func TestEvidenceNeverHoldsAValue(t *testing.T) {
	d := decide(t, true, map[string]any{
		"jwt.claims.azp": "value-1", headerKey + "x-consumer-username": "value-2", headerKey + "x-connector-id": "value-3",
		headerKey + "x-credential-identifier": "value-4",
	})
	require.Len(t, d.Evidence(), 4)
	for _, evidence := range d.Evidence() {
		require.NotContains(t, evidence, "value")
		require.Regexp(t, `^[a-z_]+=[a-z0-9_.-]+$`, evidence)
	}
}

func TestWhatADecoderFoundComesBeforeWhatTheCallerSent(t *testing.T) {
	m := pcommon.NewMap()
	m.PutStr("lowcode.credential.id", "9d3f0c1e")
	m.PutStr(headerKey+"x-credential-identifier", "sent by the caller")
	m.PutStr(headerKey+"x-ms-workflow-id", "sent by the caller")
	m.PutStr("lowcode.workflow.id", "w-1")
	r := testResolver(t)
	var s identity.Signals
	var d identity.Decision
	r.Collect(m, true, &s)
	r.Resolve(&s, identity.TrustAll, &d)
	require.Equal(t, "crm-sync verified credential 0.92", text(&d))
	require.Equal(t, "9d3f0c1e", d.CredentialID)
	require.Equal(t, "w-1", d.WorkflowID)
}
