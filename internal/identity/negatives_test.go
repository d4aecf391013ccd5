package identity_test

import (
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// TestWhatIsForgedVerifiesNothing lists what somebody may try in order to pass
// for crm-sync, and what it comes to.
func TestWhatIsForgedVerifiesNothing(t *testing.T) {
	const (
		auth     = headerKey + "authorization"
		consumer = headerKey + "x-consumer-username"
		xfcc     = headerKey + "x-forwarded-client-cert"
	)
	const gateway, anybody = true, false
	tokens := verifier(t)
	r := checkingResolverOf(t, tokens)
	f := func(name string, trusted bool, attributes map[string]any, want string) {
		t.Helper()
		require.Equal(t, want, text(&resolve(t, r, trusted, false, attributes).Decision), name)
	}
	token := func(raw string) map[string]any { return map[string]any{auth: bearer(raw)} }
	with := func(raw, key string, value any) map[string]any { return map[string]any{auth: bearer(raw), key: value} }
	valid := signed(t, good(nil))
	expired := signed(t, good(claims{"exp": callTime.Add(-time.Minute).Unix()}))

	f("the yardstick: a valid token, whoever sent it", anybody, token(valid), "crm-sync verified jwt_claim 0.96")
	f("the gateway's header from a service that is none", anybody, map[string]any{consumer: "make-crm-sync"}, "crm-sync claimed gateway_consumer 0.4")
	f("the gateway's claims from a service that is none", anybody, map[string]any{"jwt.claims.azp": "crm-sync"}, "crm-sync claimed jwt_claim 0.5")
	f("a certificate's subject from a service that is none", anybody, map[string]any{"tls.client.subject": "CN=crm-sync"}, "crm-sync claimed mtls 0.5")

	for _, trusted := range []bool{gateway, anybody} {
		f("an expired token", trusted, token(expired), "unattributed expired")
		f("a token of tomorrow", trusted, token(signed(t, good(claims{"nbf": callTime.Add(24 * time.Hour).Unix()}))), "unattributed invalid_token")
		f("a stranger's key", trusted, token(sign(t, jose.ES256, strangersKey(), good(nil))), "unattributed invalid_token")
		f("a token for another API", trusted, token(signed(t, good(claims{"aud": "https://other.example.com"}))), "unattributed invalid_token")
		f("alg=none", trusted, token(unsigned(t, good(nil))), "unattributed invalid_token")
		f("the public key as an HMAC secret", trusted, token(confused(t, good(nil))), "unattributed invalid_token")
		f("a signature of another token", trusted, token(signed(t, good(nil))+"x"), "unattributed invalid_token")
		f("a token of an issuer that nobody configured", trusted, token(signed(t, good(claims{"iss": "https://evil.example.com/"}))), "unattributed no_signal")
	}
	foreign := sign(t, jose.ES256, jose.JSONWebKey{Key: strangersKey(), KeyID: "k2"}, good(nil))
	f("a key that the issuer does not have", anybody, token(foreign), "unattributed unknown_key")
	f("a key that the issuer does not have, and a claim beside it", anybody, with(foreign, consumer, "make-crm-sync"), "crm-sync claimed gateway_consumer 0.4")
	require.NoError(t, tokens.Refresh(t.Context()))
	f("a key that the issuer still does not have", anybody, token(foreign), "unattributed invalid_token")

	f("a token that failed, and a claim beside it", anybody, with(expired, consumer, "make-crm-sync"), "crm-sync claimed gateway_consumer 0.4")
	f("a token that failed behind a gateway that knows better", gateway, with(expired, consumer, "flow-orders"), "order-flow verified gateway_consumer 0.9")
	f("a token that failed, and a key that nobody has", gateway, with(expired, consumer, "stranger"), "unattributed expired")

	f("a certificate before the gateway's own in XFCC", gateway,
		map[string]any{xfcc: `By=spiffe://mesh/evil;URI=spiffe://mesh/crm-sync,By=spiffe://mesh/edge;URI=spiffe://mesh/order-flow`},
		"order-flow verified mtls 0.97")
	f("a quote that would swallow the gateway's element", gateway,
		map[string]any{xfcc: `URI=spiffe://mesh/crm-sync;Subject="CN=x,By=spiffe://mesh/edge;URI=spiffe://mesh/order-flow`},
		"unattributed unknown_key")
	f("XFCC again, in the spelling that the gateway does not write", gateway,
		map[string]any{xfcc: "URI=spiffe://mesh/order-flow", headerKey + "x_forwarded_client_cert": "URI=spiffe://mesh/crm-sync"},
		"order-flow verified mtls 0.97")

	f("somebody else's valid token behind the gateway's consumer", gateway, with(valid, consumer, "flow-orders"),
		"crm-sync conflicting jwt_claim 0.5 verified=crm-sync verified=order-flow")
	f("a valid token with a claim to be another", anybody, with(valid, consumer, "flow-orders"),
		"crm-sync conflicting jwt_claim 0.5 verified=crm-sync claimed=order-flow")
	f("a consumer that claims to be another by its header", gateway, map[string]any{consumer: "flow-orders", headerKey + "x-api-client": "lc-orders"},
		"order-flow conflicting gateway_consumer 0.5 verified=order-flow claimed=lc-orders")
	f("an inner actor, who only handed the token on", gateway,
		map[string]any{"jwt.claims.act": `{"sub":"agent-2","act":{"sub":"agent-orders"}}`}, "unattributed no_signal")
}
