package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/identity"
)

func TestASignalThatIsSwitchedOffNamesNobody(t *testing.T) {
	f := func(name string, attributes map[string]any, on, off string) {
		t.Helper()
		method, known := identity.MethodOf(name)
		require.True(t, known, name)
		options := identity.Options{Tokens: verifier(t), Hasher: hasher(t)}
		require.Equal(t, on, text(&resolve(t, resolverWith(t, options), true, false, attributes).Decision), name)
		options.Off = map[identity.Method]bool{method: true}
		require.Equal(t, off, text(&resolve(t, resolverWith(t, options), true, false, attributes).Decision), name)
	}
	const disabled = "unattributed disabled"
	f("mtls", map[string]any{"tls.client.subject": "CN=crm-sync"}, "crm-sync verified mtls 0.97", disabled)
	f("jwt_claim", map[string]any{"jwt.claims.azp": "crm-sync"}, "crm-sync verified jwt_claim 0.95", disabled)
	f("jwt_claim", map[string]any{headerKey + "authorization": bearer(unsigned(t, good(nil)))}, "unattributed invalid_token", disabled)
	f("credential", map[string]any{headerKey + "x-credential-identifier": "9d3f0c1e"}, "crm-sync verified credential 0.92", disabled)
	f("credential", map[string]any{headerKey + "x-api-key": registeredKey()}, "api-keyed verified credential 0.9", disabled)
	f("gateway_consumer", map[string]any{headerKey + "x-consumer-username": "make-crm-sync"}, "crm-sync verified gateway_consumer 0.9", disabled)
	f("header", map[string]any{headerKey + "x-connector-id": "order-flow"}, "order-flow claimed header 0.4", disabled)
	f("agent", map[string]any{"gen_ai.agent.name": "Notes agent"}, "noted claimed agent 0.3", disabled)
	f("user_agent", map[string]any{"user_agent.original": "Make/production"}, "crm-sync claimed user_agent 0.2", disabled)
	f("route", map[string]any{"http.request.method": "POST", "url.full": "https://api.example.com/hooks/notes?a=1"}, "noted claimed route 0.15", disabled)
	f("source_ip", map[string]any{"client.address": "203.0.113.7"}, "order-flow claimed source_ip 0.1", disabled)

	// The signals that are left decide as if the others were not there.
	f("user_agent", map[string]any{"user_agent.original": "Make/production", "client.address": "203.0.113.7"},
		"unattributed ambiguous claimed=crm-sync claimed=order-flow", "order-flow claimed source_ip 0.1")
	f("user_agent", map[string]any{"user_agent.original": "axios/1.7.9"}, "unattributed no_signal", "unattributed no_signal")
}

func TestOnlyMethodsHaveNames(t *testing.T) {
	for _, name := range []string{"", "none", "password"} {
		_, known := identity.MethodOf(name)
		require.False(t, known, name)
	}
}

func TestWhatManyShareContradictsNobody(t *testing.T) {
	r := testResolver(t)
	verified := func(key string, value any) string {
		return text(&resolve(t, r, true, false, map[string]any{
			headerKey + "x-consumer-username": "make-crm-sync", "http.method": "POST", key: value,
		}).Decision)
	}
	require.Equal(t, "crm-sync verified gateway_consumer 0.9", verified("http.target", "/hooks/notes"))
	require.Equal(t, "crm-sync conflicting gateway_consumer 0.5 verified=crm-sync claimed=noted", verified("gen_ai.agent.name", "Notes agent"))
}
