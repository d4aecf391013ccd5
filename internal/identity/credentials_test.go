package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

// registeredKey is the API key of the connector api-keyed.
func registeredKey() string { return "registered" + "-long-ago" }

func TestAnAPIKeyIsRecognisedByItsHashUnderAnyValidKey(t *testing.T) {
	r := checkingResolver(t)
	f := func(key string, value any, credentialType string) {
		t.Helper()
		require.Equal(t, "api-keyed claimed credential 0.4", text(&resolve(t, r, false, false, map[string]any{key: value}).Decision))
		d := resolve(t, r, true, false, map[string]any{key: value})
		require.Equal(t, "api-keyed verified credential 0.9", text(&d.Decision))
		require.Equal(t, []string{"credential=" + strings.ReplaceAll(key, "_", "-")}, d.Evidence())
		require.Equal(t, hasher(t).Hash(registeredKey()), d.stamped[lowcode.KeyCredentialHash], "the newest key's")
		require.Equal(t, credentialType, d.stamped[lowcode.KeyCredentialType])
	}
	f(headerKey+"x-api-key", []any{registeredKey()}, "api_key")
	f(headerKey+"x_api_key", registeredKey(), "api_key")
	f(headerKey+"apikey", registeredKey(), "api_key")
	f(headerKey+"authorization", "Bearer "+registeredKey(), "bearer")
	f(headerKey+"authorization", "ApiKey "+registeredKey(), "api_key")
}

func TestTheHashOfAStrangersKeyIsStampedToo(t *testing.T) {
	d := resolve(t, checkingResolver(t), true, false, map[string]any{headerKey + "x-api-key": "a stranger's"})
	require.Equal(t, "unattributed unknown_key", text(&d.Decision))
	require.Equal(t, hasher(t).Hash("a stranger's"), d.stamped[lowcode.KeyCredentialHash])
	// Everybody has a token: one that is not registered says nothing.
	require.Equal(t, "unattributed no_signal", text(&resolve(t, checkingResolver(t), true, false, map[string]any{headerKey + "authorization": "Bearer opaque"}).Decision))
}

func TestOfTwoCredentialsTheRegisteredOneIsStamped(t *testing.T) {
	d := resolve(t, checkingResolver(t), true, false, map[string]any{
		headerKey + "apikey": "a stranger's", headerKey + "authorization": "Bearer opaque", headerKey + "x-api-key": registeredKey(),
	})
	require.Equal(t, "api-keyed verified credential 0.9", text(&d.Decision))
	require.Equal(t, hasher(t).Hash(registeredKey()), d.stamped[lowcode.KeyCredentialHash])
}

func TestOtherCredentialsDoNotPushOutTheRegisteredOne(t *testing.T) {
	attributes := map[string]any{headerKey + "authorization": "Bearer opaque"}
	for _, name := range identity.DefaultCredentialHeaders() {
		attributes[headerKey+name] = "a stranger's"
	}
	attributes[headerKey+"x-api-key"] = registeredKey() // the last by name
	require.Equal(t, "api-keyed verified credential 0.9", text(&resolve(t, checkingResolver(t), true, false, attributes).Decision))
}

func TestWhatIsNoCredentialIsNotHashed(t *testing.T) {
	r := checkingResolver(t)
	f := func(value string) {
		t.Helper()
		require.NotContains(t, resolve(t, r, true, false, map[string]any{headerKey + "authorization": value}).stamped, lowcode.KeyCredentialHash)
	}
	f("REDACTED") // Kong
	f("Bearer [REDACTED]")
	f("Bearer ***")
	f("Bearer ")
	f("Negotiate abc")
	f("Bearer " + signed(t, good(nil)))   // known by its claims
	f("Bearer " + unsigned(t, good(nil))) // failed
}

func TestCredentialHeadersCanBeChosen(t *testing.T) {
	r := resolverWith(t, identity.Options{Hasher: hasher(t), CredentialHeaders: []string{"X-Our-Key"}})
	require.Equal(t, "api-keyed claimed credential 0.4", text(&resolve(t, r, false, false, map[string]any{headerKey + "x-our-key": registeredKey()}).Decision))
	require.Equal(t, "unattributed no_signal", text(&resolve(t, r, false, false, map[string]any{headerKey + "x-api-key": registeredKey()}).Decision))
}

func TestTheTypeOfAClientCertificateIsMTLS(t *testing.T) {
	d := resolve(t, checkingResolver(t), true, false, map[string]any{"tls.client.subject": "CN=crm-sync"})
	require.Equal(t, "mtls", d.stamped[lowcode.KeyCredentialType])
}

func TestATokenIsVerifiedInWhateverHeaderItComes(t *testing.T) {
	r := checkingResolver(t)
	raw := signed(t, good(nil))
	f := func(header string, value any) {
		t.Helper()
		d := resolve(t, r, false, false, map[string]any{headerKey + header: value})
		require.Equal(t, "crm-sync verified jwt_claim 0.96", text(&d.Decision))
		require.Equal(t, []string{"jwt_claim=" + headerKey + header}, d.Evidence())
	}
	f("authorization", bearer(raw))
	f("x-api-key", raw)
	f("apikey", "Bearer "+raw)
}

func TestNoCredentialOutlivesTheDecision(t *testing.T) {
	d := resolve(t, checkingResolver(t), true, false, map[string]any{
		headerKey + "x-api-key": registeredKey(), headerKey + "authorization": "Bearer opaque" + "-token",
	})
	for key, value := range d.stamped {
		if strings.HasPrefix(key, lowcode.Prefix) {
			require.NotContains(t, fmt.Sprint(value), registeredKey(), key)
			require.NotContains(t, fmt.Sprint(value), "opaque", key)
		}
	}
	require.NotContains(t, fmt.Sprintf("%+v", d.Decision), registeredKey())
	require.NotContains(t, fmt.Sprintf("%+v", d.signals), registeredKey())
}
