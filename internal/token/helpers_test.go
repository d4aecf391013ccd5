package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

const (
	issuerName = "https://id.example.com/"
	audience   = "https://api.example.com"
)

// at is the time of every call, unless a test says otherwise.
var at = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// Keys take long to make: one of each kind for all tests.
var (
	rsaKey      = sync.OnceValue(newRSA)
	otherRSAKey = sync.OnceValue(newRSA)
	ecKey       = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	ec384Key    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
	ec521Key    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) })
	edKey       = sync.OnceValue(func() ed25519.PrivateKey { _, key, err := ed25519.GenerateKey(rand.Reader); return must(key, err) })
)

func newRSA() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

type object = map[string]any

// good returns the claims of a token that is accepted at the time at, changed by
// the given ones; a nil value removes a claim.
func good(changes ...object) object {
	claims := object{
		"iss": issuerName,
		"sub": "user-1",
		"aud": audience,
		"exp": at.Add(5 * time.Minute).Unix(),
		"iat": at.Add(-time.Minute).Unix(),
	}
	for _, change := range changes {
		maps.Copy(claims, change)
	}
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

// sign returns the compact JWT of claims; kid may be "".
func sign(tb testing.TB, algorithm jose.SignatureAlgorithm, key any, kid string, claims any, headers ...object) string {
	tb.Helper()
	options := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{}}
	for _, header := range headers {
		for name, value := range header {
			options.ExtraHeaders[jose.HeaderKey(name)] = value
		}
	}
	signing := key
	if kid != "" {
		signing = jose.JSONWebKey{Key: key, KeyID: kid}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: signing}, options)
	require.NoError(tb, err)
	signed, err := signer.Sign(must(json.Marshal(claims)))
	require.NoError(tb, err)
	return must(signed.CompactSerialize())
}

// unsigned returns header and claims as the first two parts, and a signature of choice.
func unsigned(header, claims any, signature string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part(must(json.Marshal(header))) + "." + part(must(json.Marshal(claims))) + "." + signature
}

func publicJWK(key any, kid string) jose.JSONWebKey {
	private := jose.JSONWebKey{Key: key, KeyID: kid, Use: "sig"}
	return private.Public()
}

// keySet is the issuer's set in most tests.
func keySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		publicJWK(rsaKey(), "rsa"), publicJWK(ecKey(), "ec"), publicJWK(edKey(), "ed"),
	}}
}

// writeKeys writes a key set into a new file and returns its path.
func writeKeys(tb testing.TB, set any) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "jwks.json")
	require.NoError(tb, os.WriteFile(path, must(json.Marshal(set)), 0o600))
	return path
}

// verifierOf returns a verifier with the issuer's keys loaded from a file.
func verifierOf(tb testing.TB, set any, change ...func(*token.Config)) *token.Verifier {
	tb.Helper()
	cfg := token.Config{Issuers: []token.IssuerConfig{{
		Issuer: issuerName, Audiences: []string{audience}, JWKSFile: writeKeys(tb, set),
	}}}
	for _, c := range change {
		c(&cfg)
	}
	v, err := token.New(cfg)
	require.NoError(tb, err)
	require.NoError(tb, v.Refresh(tb.Context()))
	return v
}
