package token_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

// FuzzVerify knows the only tokens that are valid, so any other that is accepted is forged.
func FuzzVerify(f *testing.F) {
	v := verifierOf(f, keySet())
	genuine := map[string]bool{}
	for algorithm, key := range map[jose.SignatureAlgorithm]any{jose.RS256: rsaKey(), jose.ES256: ecKey(), jose.EdDSA: edKey()} {
		raw := sign(f, algorithm, key, "", good())
		require.Equal(f, "valid", stateOf(v, raw)) // cached: a flood of failures changes nothing
		genuine[raw] = true
		f.Add(raw)
	}
	f.Add(unsigned(object{"alg": "none"}, good(), ""))
	f.Add(unsigned(object{"alg": "HS256"}, good(), "AAAA"))
	f.Add("a.b.c.d.e")
	f.Fuzz(func(t *testing.T, raw string) {
		claims, state := v.Verify(raw, at)
		require.Equal(t, state == token.Valid, claims != nil)
		require.Equal(t, state == token.Valid, genuine[raw])
		again, cached := v.Verify(raw, at)
		require.Same(t, claims, again)
		if state != token.Unknown && state != token.Pending { // which a flood may end with
			require.Equal(t, state, cached)
		}
	})
}

func FuzzParseClaims(f *testing.F) {
	f.Add(must(json.Marshal(good())))
	f.Add(must(json.Marshal(object{"act": hops("a", "b", "c", "d", "e", "f"), "tid": "t", "roles": []string{"r"}})))
	f.Add([]byte(`{"exp":1e9,"nbf":0.1,"aud":["a"],"scp":"a b","cid":"c"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, err := token.ParseClaims(payload)
		if err != nil {
			require.Nil(t, c)
			return
		}
		require.True(t, json.Valid(payload))
		require.LessOrEqual(t, len(c.Actors), 5)
		require.NotContains(t, c.Actors, "")
		require.Equal(t, c.ClientID == "", c.ClientClaim == "")
		for _, moment := range []time.Time{c.IssuedAt, c.NotBefore, c.Expires} {
			require.Less(t, moment.Year(), 10_000)
		}
		if subject, ok := c.Claim("sub"); ok && subject != "" {
			require.Equal(t, subject, c.Subject)
		}
	})
}

func FuzzDecodePayload(f *testing.F) {
	f.Add("eyJzdWIiOiJhIn0")
	f.Add("eyJzdWIiOiJhIn0=")
	f.Add(unsigned(object{"alg": "none"}, good(), ""))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := token.DecodePayload(text)
		require.Equal(t, err == nil, c != nil)
	})
}
