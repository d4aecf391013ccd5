package identity_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

// agentToken has the shape of Auth0's tokens for agents: the user stays the
// subject, the agent acts, and an app handed the token on before it.
func agentToken() claims {
	return good(claims{
		"sub_profile": "user", "client_profile": "service ai_agent",
		"act": claims{"sub": "agent-orders", "sub_profile": "ai_agent", "act": claims{"sub": "spa-1", "sub_profile": "browser_app"}},
	})
}

// attributesOf puts claims where a collector flattens them to.
func attributesOf(t *testing.T, prefix string, c claims) map[string]any {
	attributes := map[string]any{}
	for name, value := range c {
		attributes[prefix+name] = value
		if name == "act" {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			attributes[prefix+name] = string(data)
		}
	}
	return attributes
}

// tokenFacts picks what is stamped of a token.
func tokenFacts(stamped map[string]any) map[string]any {
	facts := map[string]any{}
	for _, key := range []string{
		lowcode.KeyTokenID, lowcode.KeyTokenIssuer, lowcode.KeyTokenAudience, lowcode.KeyTokenScopes, lowcode.KeyTokenClientID,
		lowcode.KeyTokenExpiresIn, lowcode.KeyActorChain, lowcode.KeyActorDepth, lowcode.KeyActorType, "user.id",
	} {
		if value, found := stamped[key]; found {
			facts[key] = value
		}
	}
	return facts
}

func TestFactsOfATokenAreTheSameHoweverItIsSeen(t *testing.T) {
	r := checkingResolver(t)
	want := map[string]any{
		lowcode.KeyTokenID: "t-1", lowcode.KeyTokenIssuer: issuer, lowcode.KeyTokenAudience: []any{audience},
		lowcode.KeyTokenScopes: []any{"contacts.read", "contacts.write"}, lowcode.KeyTokenClientID: "crm-sync",
		lowcode.KeyTokenExpiresIn: int64(3600), lowcode.KeyActorChain: []any{"agent-orders", "spa-1"},
		lowcode.KeyActorDepth: int64(2), lowcode.KeyActorType: "ai_agent", "user.id": "user-1",
	}
	f := func(trusted bool, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, tokenFacts(resolve(t, r, trusted, false, attributes).stamped))
	}
	raw := signed(t, agentToken())
	f(false, map[string]any{headerKey + "authorization": bearer(raw)})
	f(true, map[string]any{headerKey + "x-jwt-payload": encode(t, agentToken())})
	f(true, map[string]any{headerKey + "x_jwt_payload": []any{raw}})
	f(true, attributesOf(t, "jwt.claims.", agentToken()))
	f(true, attributesOf(t, "envoy.filters.http.jwt_authn.", agentToken()))
	f(true, attributesOf(t, "envoy.filters.http.jwt_authn.jwt_payload.", agentToken()))
}

func TestFactsOfATokenAreStampedOnlyIfSomebodyAnswersForThem(t *testing.T) {
	r := checkingResolver(t)
	f := func(attributes map[string]any) {
		t.Helper()
		facts := tokenFacts(resolve(t, r, false, false, attributes).stamped)
		delete(facts, "user.id") // says who it is claimed to be; status says that it is claimed
		require.Empty(t, facts)
	}
	f(attributesOf(t, "jwt.claims.", agentToken()))
	f(map[string]any{headerKey + "x-jwt-payload": encode(t, agentToken())})
	f(map[string]any{headerKey + "authorization": bearer(unsigned(t, agentToken()))})
}

func TestOnlyTheOutermostActorNamesAConnector(t *testing.T) {
	r := checkingResolver(t)
	c := agentToken()
	delete(c, "azp")
	require.Equal(t, "order-flow verified jwt_claim 0.96",
		text(&resolve(t, r, false, false, map[string]any{headerKey + "authorization": bearer(signed(t, c))}).Decision))
	require.Equal(t, "order-flow verified jwt_claim 0.95",
		text(&resolve(t, r, true, false, attributesOf(t, "jwt.claims.", c)).Decision))
	c["act"] = claims{"sub": "spa-1", "act": claims{"sub": "agent-orders"}}
	require.Equal(t, "unattributed no_signal",
		text(&resolve(t, r, true, false, attributesOf(t, "jwt.claims.", c)).Decision))
}

func TestClaimsThatAreListsMatchByEachValue(t *testing.T) {
	r := testResolver(t)
	require.Equal(t, "lc-orders verified jwt_claim 0.95",
		text(&resolve(t, r, true, false, map[string]any{"jwt.claims.sub": []any{"somebody", "service-lc-orders"}}).Decision))
}

func TestAClaimThatIsALongListMatchesByAnyOfItsValues(t *testing.T) {
	people := []any{"alice", "bob", "carol", "dave", "erin", "frank", "service-lc-orders"}
	require.Equal(t, "lc-orders verified jwt_claim 0.95",
		text(&resolve(t, testResolver(t), true, false, map[string]any{"jwt.claims.sub": people}).Decision))
}

func TestAListInATokenMatchesHoweverItIsSeen(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: crm, match: {jwt: [{claim: groups, value: crm-robots}]}}]"))
	require.NoError(t, err)
	r := identity.NewResolver(c, identity.Options{
		Tokens: verifier(t), PayloadHeaders: []string{"x-jwt-payload"}, Now: func() time.Time { return callTime },
	})
	member := good(claims{"groups": []any{"everybody", "crm-robots"}})
	delete(member, "azp")
	f := func(attributes map[string]any, want string) {
		t.Helper()
		require.Equal(t, want, text(&resolve(t, r, true, false, attributes).Decision))
	}
	f(map[string]any{headerKey + "authorization": bearer(signed(t, member))}, "crm verified jwt_claim 0.96")
	f(map[string]any{headerKey + "x-jwt-payload": encode(t, member)}, "crm verified jwt_claim 0.95")
	f(map[string]any{"jwt.claims.groups": member["groups"]}, "crm verified jwt_claim 0.95")
}

// Anybody can nest attributes deeper than a stack bears.
func TestAChainOfActorsIsReadNoDeeperThanItCounts(t *testing.T) {
	m := pcommon.NewMap()
	actor := m.PutEmptyMap("jwt.claims.act")
	actor.PutStr("sub", "agent-orders")
	for range 10_000 {
		actor = actor.PutEmptyMap("act")
		actor.PutStr("sub", "spa-1")
	}
	var s identity.Signals
	var d identity.Decision
	var f identity.Facts
	r := checkingResolver(t)
	r.Collect(m, false, &s)
	r.Resolve(&s, identity.TrustAll, &d)
	r.Describe(&s, "api-gateway", &f)
	require.Equal(t, "order-flow verified jwt_claim 0.95", text(&d))

	report := pcommon.NewMap()
	d.StampReport(report, &f, r.Revision())
	require.Equal(t, []any{"agent-orders", "spa-1", "spa-1", "spa-1", "spa-1"}, report.AsRaw()[lowcode.KeyActorChain])
}

func TestATokenIsJudgedByTheTimeOfTheCall(t *testing.T) {
	r := resolverWith(t, identity.Options{Tokens: verifier(t), Now: func() time.Time { return callTime.Add(2 * time.Hour) }})
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(map[string]any{headerKey + "authorization": bearer(signed(t, good(nil)))}))
	f := func(at time.Time, want string) {
		t.Helper()
		var s identity.Signals
		var d identity.Decision
		r.Collect(m, false, &s)
		s.At = at
		r.Resolve(&s, identity.TrustNobody, &d)
		require.Equal(t, want, text(&d))
	}
	f(callTime, "crm-sync verified jwt_claim 0.96")
	f(time.Time{}, "unattributed expired")
}
