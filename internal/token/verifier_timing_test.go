package token_test

import (
	"strconv"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

// typical is a token of some 900 bytes, as identity providers issue them.
func typical(tb testing.TB) string {
	tb.Helper()
	return sign(tb, jose.RS256, rsaKey(), "rsa", good(object{
		"azp": "agent-linked-client-id", "jti": "1f0e4c2b-5a4d-4d3c-9d52-0a8c2f6f1e11",
		"scope": "openid profile read:data write:data", "gty": "client-credentials",
		"act":                          object{"sub": "agt_1a2b3c", "sub_profile": "ai_agent"},
		"https://example.com/claims/a": "some value of an issuer's own",
	}))
}

func TestACachedTokenCostsNoMemory(t *testing.T) {
	v := verifierOf(t, keySet())
	raw := typical(t)
	require.Equal(t, "valid", stateOf(v, raw))
	require.Zero(t, testing.AllocsPerRun(100, func() { v.Verify(raw, at) }))
}

func BenchmarkVerifyCached(b *testing.B) {
	v := verifierOf(b, keySet())
	raw := typical(b)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, state := v.Verify(raw, at); state != token.Valid {
			b.Fatal(state)
		}
	}
}

func BenchmarkVerifyFirstTime(b *testing.B) {
	v := verifierOf(b, keySet(), func(c *token.Config) { c.CacheSize = 1 })
	tokens := []string{typical(b), sign(b, jose.RS256, rsaKey(), "rsa", good(object{"jti": "2"}))}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, state := v.Verify(tokens[i%2], at); state != token.Valid {
			b.Fatal(state)
		}
	}
}

func BenchmarkVerifyFlood(b *testing.B) {
	v := verifierOf(b, keySet())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		raw := unsigned(object{"alg": "RS256", "kid": "rsa"}, good(object{"jti": strconv.Itoa(i)}), "AAAA")
		if _, state := v.Verify(raw, at); state == token.Valid {
			b.Fatal(state)
		}
	}
}
