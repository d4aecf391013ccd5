package token_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

// fetch lets a verifier get its keys from a server with this behaviour.
func fetch(t *testing.T, behave http.HandlerFunc) (*token.Verifier, error) {
	t.Helper()
	server := httptest.NewServer(behave)
	t.Cleanup(server.Close)
	v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
		Issuer: issuerName, Audiences: []string{audience}, JWKSURL: server.URL,
	}}})
	require.NoError(t, err)
	t.Cleanup(v.Close)
	return v, v.Refresh(t.Context())
}

func TestRefreshFetchesOverTheNetwork(t *testing.T) {
	v, err := fetch(t, func(w http.ResponseWriter, r *http.Request) {
		require.Contains(t, r.Header.Get("Accept"), "application/jwk-set+json")
		require.NoError(t, json.NewEncoder(w).Encode(keySet()))
	})
	require.NoError(t, err)
	require.Equal(t, "valid", stateOf(v, sign(t, jose.ES256, ecKey(), "ec", good())))
}

func TestRefreshRefusesOtherAnswers(t *testing.T) {
	f := func(want string, behave http.HandlerFunc) {
		t.Helper()
		_, err := fetch(t, behave)
		require.ErrorContains(t, err, want)
	}
	f("404 Not Found, expected 200 OK", http.NotFound)
	f("302 Found, expected 200 OK", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		assertNever(t, "the redirect was followed")
	})
	f("no JWK set", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	f("it is empty", func(http.ResponseWriter, *http.Request) {})
	f("more than 1048576 bytes", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"keys":[`, strings.Repeat(" ", 1<<20))
	})
	f("101 keys, expected at most 100", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"keys":[{}`, strings.Repeat(",{}", 100), `]}`)
	})
	f("no usable key among 3", func(w http.ResponseWriter, _ *http.Request) {
		weak, err := rsa.GenerateKey(rand.Reader, 1024)
		require.NoError(t, err)
		forEncryption := publicJWK(rsaKey(), "enc")
		forEncryption.Use = "enc"
		private := jose.JSONWebKey{Key: ecKey(), KeyID: "private"}
		require.NoError(t, json.NewEncoder(w).Encode(setOf(publicJWK(weak, "weak"), forEncryption, private)))
	})
}

func assertNever(t *testing.T, why string) {
	t.Helper()
	t.Error(why)
}

func TestUnusableKeysDoNotSpoilTheSet(t *testing.T) {
	v := verifierOf(t, object{"keys": []any{
		object{"kty": "AKP", "alg": "ML-DSA-44", "kid": "ec"},
		object{"kty": "RSA", "kid": "broken"},
		"not even an object",
		publicJWK(ecKey(), "ec"),
	}})
	require.Equal(t, "valid", stateOf(v, sign(t, jose.ES256, ecKey(), "ec", good())))
}

func TestAKeyServesItsOwnAlgorithmOnly(t *testing.T) {
	key := publicJWK(rsaKey(), "rsa")
	key.Algorithm = "RS256"
	v := verifierOf(t, setOf(key))
	require.Equal(t, "valid", stateOf(v, sign(t, jose.RS256, rsaKey(), "rsa", good())))
	require.Equal(t, "invalid", stateOf(v, sign(t, jose.PS256, rsaKey(), "rsa", good())))
}

func TestTokensWithoutKidTryABoundedNumberOfKeys(t *testing.T) {
	var others []jose.JSONWebKey
	for i := range 8 {
		others = append(others, publicJWK(otherRSAKey(), fmt.Sprint(i)))
	}
	unnamed := sign(t, jose.RS256, rsaKey(), "", good())
	right := publicJWK(rsaKey(), "rsa")
	require.Equal(t, "valid", stateOf(verifierOf(t, setOf(append(others[:7:7], right)...)), unnamed))
	require.Equal(t, "invalid", stateOf(verifierOf(t, setOf(append(others, right)...)), unnamed))
}
