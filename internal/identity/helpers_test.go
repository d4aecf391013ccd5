package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/token"
)

const (
	issuer   = "https://id.example.com/"
	audience = "https://api.example.com"
)

// callTime is when every call with a token is made.
var callTime = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

var issuersKey, strangersKey = sync.OnceValue(newKey), sync.OnceValue(newKey)

type claims map[string]any

// good are the claims of a token of crm-sync that is accepted at callTime, with changes.
func good(changes claims) claims {
	c := claims{
		"iss": issuer, "sub": "user-1", "aud": audience, "azp": "crm-sync", "jti": "t-1", "scope": "contacts.read contacts.write",
		"iat": callTime.Add(-time.Minute).Unix(), "exp": callTime.Add(time.Hour).Unix() - 60,
	}
	maps.Copy(c, changes)
	return c
}

func encode(t testing.TB, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(data)
}

func bearer(raw string) []any { return []any{"Bearer " + raw} }

func sign(t testing.TB, algorithm jose.SignatureAlgorithm, key any, c claims) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, nil)
	require.NoError(t, err)
	payload, err := json.Marshal(c)
	require.NoError(t, err)
	signed, err := signer.Sign(payload)
	require.NoError(t, err)
	compact, err := signed.CompactSerialize()
	require.NoError(t, err)
	return compact
}

// signed is a token of the issuer.
func signed(t testing.TB, c claims) string { return sign(t, jose.ES256, issuersKey(), c) }

// unsigned is a token that asks not to be checked.
func unsigned(t testing.TB, c claims) string {
	return encode(t, map[string]string{"alg": "none", "typ": "JWT"}) + "." + encode(t, c) + "."
}

// confused is signed with the issuer's public key, which everybody has, as an
// HMAC secret.
func confused(t testing.TB, c claims) string {
	der, err := x509.MarshalPKIXPublicKey(&issuersKey().PublicKey)
	require.NoError(t, err)
	return sign(t, jose.HS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), c)
}

func verifier(t testing.TB) *token.Verifier {
	t.Helper()
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &issuersKey().PublicKey, KeyID: "k1", Use: "sig"}}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "jwks.json")
	require.NoError(t, os.WriteFile(path, set, 0o600))
	v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{Issuer: issuer, Audiences: []string{audience}, JWKSFile: path}}})
	require.NoError(t, err)
	require.NoError(t, v.Refresh(t.Context()))
	return v
}

// hasher has a new key and the one before it.
func hasher(t testing.TB) *credential.Hasher {
	t.Helper()
	h, err := credential.New([]credential.Key{
		{ID: "v2", Secret: []byte(strings.Repeat("new", 8))},
		{ID: "v1", Secret: []byte(strings.Repeat("old", 8))},
	})
	require.NoError(t, err)
	return h
}

// checkingResolver verifies tokens and hashes credentials at callTime.
func checkingResolver(t testing.TB) *identity.Resolver {
	t.Helper()
	return checkingResolverOf(t, verifier(t))
}

func checkingResolverOf(t testing.TB, tokens *token.Verifier) *identity.Resolver {
	t.Helper()
	return resolverWith(t, identity.Options{
		Tokens: tokens, Hasher: hasher(t), PayloadHeaders: []string{"X-Jwt-Payload"},
		Now: func() time.Time { return callTime },
	})
}
