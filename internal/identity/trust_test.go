package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

// trustIn is the trust in a sender that may say anything, or nothing.
func trustIn(trusted bool) identity.Trust {
	if trusted {
		return identity.TrustAll
	}
	return identity.TrustNobody
}

// resolveTrusting takes a record all the way, as the report of a call.
func resolveTrusting(t testing.TB, trust identity.Trust, attributes map[string]any) *resolved {
	t.Helper()
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(attributes))
	var d resolved
	var facts identity.Facts
	r := checkingResolver(t)
	r.Collect(m, false, &d.signals)
	r.Resolve(&d.signals, trust, &d.Decision)
	r.Describe(&d.signals, "api-gateway", &facts)
	d.StampReport(m, &facts, r.Revision())
	requireDistinctKeys(t, m)
	d.stamped = m.AsRaw()
	return &d
}

func TestTrustIsASetOfMethods(t *testing.T) {
	require.False(t, identity.TrustNobody.Any())
	require.False(t, identity.TrustOnly().Any())
	trust := identity.TrustOnly(identity.MTLS, identity.GatewayConsumer)
	require.True(t, trust.Any())
	for m := identity.MTLS; int(m) < identity.Methods; m++ {
		require.Equal(t, m == identity.MTLS || m == identity.GatewayConsumer, trust.Has(m), m)
		require.True(t, identity.TrustAll.Has(m), m)
		require.False(t, identity.TrustNobody.Has(m), m)
	}
}

func TestAPeerVouchesForTheSignalsThatItIsTrustedFor(t *testing.T) {
	all := []identity.Method{identity.MTLS, identity.JWTClaim, identity.Credential, identity.GatewayConsumer}
	f := func(method identity.Method, key string, value any, trusted, other string) {
		t.Helper()
		attributes := map[string]any{key: value}
		require.Equal(t, trusted, text(&resolveTrusting(t, identity.TrustOnly(method), attributes).Decision), "trusted for it")
		for _, another := range all {
			if another != method {
				require.Equal(t, other, text(&resolveTrusting(t, identity.TrustOnly(another), attributes).Decision), "trusted for %s", another)
			}
		}
	}
	f(identity.MTLS, "tls.client.subject", "CN=crm-sync", "crm-sync verified mtls 0.97", "crm-sync claimed mtls 0.5")
	f(identity.JWTClaim, "jwt.claims.azp", "crm-sync", "crm-sync verified jwt_claim 0.95", "crm-sync claimed jwt_claim 0.5")
	f(identity.JWTClaim, headerKey+"x-jwt-payload", encode(t, good(nil)), "crm-sync verified jwt_claim 0.95", "crm-sync claimed jwt_claim 0.5")
	f(identity.Credential, headerKey+"x-credential-identifier", "9d3f0c1e", "crm-sync verified credential 0.92", "crm-sync claimed credential 0.45")
	f(identity.Credential, headerKey+"x-api-key", registeredKey(), "api-keyed verified credential 0.9", "api-keyed claimed credential 0.4")
	f(identity.GatewayConsumer, headerKey+"x-consumer-username", "make-crm-sync",
		"crm-sync verified gateway_consumer 0.9", "crm-sync claimed gateway_consumer 0.4")
}

func TestFactsAreStampedOnlyFromAPeerThatIsTrustedForThem(t *testing.T) {
	attributes := attributesOf(t, "jwt.claims.", good(nil))
	attributes[headerKey+"x-credential-identifier"] = "9d3f0c1e"
	stamped := resolveTrusting(t, identity.TrustOnly(identity.GatewayConsumer), attributes).stamped
	require.NotContains(t, stamped, lowcode.KeyTokenID)
	require.NotContains(t, stamped, lowcode.KeyCredentialID)
	require.Equal(t, true, stamped[lowcode.KeyIdentityVouched])
	stamped = resolveTrusting(t, identity.TrustOnly(identity.JWTClaim, identity.Credential), attributes).stamped
	require.Equal(t, "t-1", stamped[lowcode.KeyTokenID])
	require.Equal(t, "9d3f0c1e", stamped[lowcode.KeyCredentialID])
}

// What a client sends in the spelling that its gateway does not write changes
// nothing of what the gateway says.
func TestTheGatewaysSpellingOfAHeaderWins(t *testing.T) {
	const verified = "crm-sync verified gateway_consumer 0.9"
	f := func(want string, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, text(&resolveTrusting(t, identity.TrustAll, attributes).Decision))
	}
	dashed, underscored := headerKey+"x-consumer-username", headerKey+"x_consumer_username"
	f(verified, map[string]any{dashed: "make-crm-sync", underscored: "flow-orders"})
	f(verified, map[string]any{dashed: "make-crm-sync", underscored: []any{"flow-orders", "stranger"}})
	f(verified, map[string]any{dashed: "make-crm-sync", headerKey + "x_anonymous_consumer": "true"})
	f(verified, map[string]any{underscored: "make-crm-sync"})
	f("unattributed no_signal", map[string]any{underscored: "make-crm-sync", headerKey + "x_anonymous_consumer": "true"})
	f("unattributed no_signal", map[string]any{underscored: "make-crm-sync", headerKey + "x-anonymous-consumer": "true"})
	f("unattributed no_signal", map[string]any{dashed: "make-crm-sync", headerKey + "x-anonymous-consumer": "true"})
	f(verified, map[string]any{dashed: "make-crm-sync", headerKey + "x-anonymous-consumer": "false", headerKey + "x_anonymous_consumer": "true"})
	// The headers of the consumer and the credential are of one gateway, and in one spelling.
	f(verified, map[string]any{headerKey + "x-consumer-id": "make-crm-sync", underscored: "flow-orders"})
	f(verified, map[string]any{dashed: "make-crm-sync", headerKey + "x_consumer_id": []any{"a", "b"}, headerKey + "x_credential_identifier": "stranger"})
	f("crm-sync verified credential 0.92", map[string]any{headerKey + "x-credential-identifier": "9d3f0c1e", underscored: "flow-orders"})
	f("unattributed ambiguous", map[string]any{dashed: []any{"make-crm-sync", "flow-orders"}, underscored: "flow-orders"})
	f("crm-sync verified jwt_claim 0.95", map[string]any{
		headerKey + "x-jwt-payload": encode(t, good(nil)), headerKey + "x_jwt_payload": encode(t, good(claims{"azp": "stranger"})),
	})
}

func TestATrustThatIsNotWholeIsStoredWithTheRecord(t *testing.T) {
	came := resolveTrusting(t, identity.TrustOnly(identity.MTLS, identity.Credential), map[string]any{headerKey + "x-consumer-username": "make-crm-sync"})
	require.Contains(t, came.stamped[lowcode.KeyIdentityEvidence], "vouched=mtls")
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(came.stamped))
	var s identity.Signals
	require.Equal(t, identity.TrustOnly(identity.MTLS, identity.Credential), testResolver(t).CollectStored(m, &s))
}
