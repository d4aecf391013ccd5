package token_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

func TestATokenLikeACachedOneIsNotTakenForIt(t *testing.T) {
	v := verifierOf(t, keySet())
	raw := sign(t, jose.EdDSA, edKey(), "ed", good())
	require.Equal(t, "valid", stateOf(v, raw))
	for i := range raw {
		changed := []byte(raw)
		changed[i] ^= 1
		require.NotEqual(t, "valid", stateOf(v, string(changed)), "byte %d", i)
	}
	require.Equal(t, "valid", stateOf(v, raw))
}

// Variants of the text that a lax decoder reads as the same token.
func TestATokenHasOneSpelling(t *testing.T) {
	v := verifierOf(t, keySet())
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	parts := strings.Split(raw, ".")
	last := parts[2][len(parts[2])-1]
	require.Contains(t, "AQgw", string(last), "64 bytes leave four bits unused")
	for _, variant := range []string{
		raw[:len(raw)-1] + string(last+1),
		parts[0] + "." + parts[1] + "." + parts[2] + "==",
		parts[0] + "." + parts[1] + ".\r\n" + parts[2],
		" " + raw,
	} {
		require.NotEqual(t, "valid", stateOf(v, variant), "%q", variant)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	v := verifierOf(t, keySet(), func(c *token.Config) { c.CacheSize = 2 })
	tokens := make([]string, 3)
	claims := make([]*token.Claims, 3)
	for i := range tokens {
		tokens[i] = sign(t, jose.EdDSA, edKey(), "ed", good(object{"jti": strconv.Itoa(i)}))
		claims[i], _ = v.Verify(tokens[i], at)
	}
	again, _ := v.Verify(tokens[2], at)
	require.Same(t, claims[2], again)
	again, _ = v.Verify(tokens[0], at)
	require.NotSame(t, claims[0], again, "the one used longest ago made room")
	require.Equal(t, claims[0], again)
}

func TestForgedTokensDoNotPushOutVerifiedOnes(t *testing.T) {
	v := verifierOf(t, keySet(), func(c *token.Config) { c.CacheSize = 2 })
	raw := sign(t, jose.EdDSA, edKey(), "ed", good())
	before, _ := v.Verify(raw, at)
	for i := range 20 {
		stateOf(v, unsigned(object{"alg": "EdDSA", "kid": "ed"}, good(object{"jti": i}), "AAAA"))
		stateOf(v, unsigned(object{"alg": "none"}, good(object{"jti": i}), ""))
	}
	now, _ := v.Verify(raw, at)
	require.Same(t, before, now)
}

func TestAFloodOfForgedTokensIsNotCheckedForEver(t *testing.T) {
	genuine := sign(t, jose.EdDSA, edKey(), "ed", good())
	late := sign(t, jose.EdDSA, edKey(), "ed", good(object{"jti": "late"}))
	synctest.Test(t, func(t *testing.T) {
		var reports []error
		e := &endpoint{answer: publishes(keySet())}
		v := remote(t, e, func(_ string, err error) { reports = append(reports, err) })
		synctest.Wait()
		require.Equal(t, "valid", stateOf(v, genuine))

		states := map[string]int{}
		for i := range 2000 {
			states[stateOf(v, unsigned(object{"alg": "EdDSA", "kid": "ed"}, good(object{"jti": strconv.Itoa(i)}), "AAAA"))]++
		}
		require.Equal(t, map[string]int{"invalid": 500, "pending": 1500}, states)
		require.Equal(t, "valid", stateOf(v, genuine), "cached")
		require.Equal(t, "pending", stateOf(v, late), "not checked now")
		require.Len(t, reports, 2)
		require.ErrorContains(t, reports[1], "more than 500 wrong signatures a second")

		after(time.Second)
		require.Equal(t, "valid", stateOf(v, late))
	})
}

func TestTheSameForgedTokenIsCheckedOnce(t *testing.T) {
	v := verifierOf(t, keySet())
	forged := unsigned(object{"alg": "EdDSA", "kid": "ed"}, good(), "AAAA")
	for range 2000 { // more than a flood
		require.Equal(t, "invalid", stateOf(v, forged))
	}
	require.Equal(t, "valid", stateOf(v, sign(t, jose.EdDSA, edKey(), "ed", good())))
}

func TestVerifyServesManyGoroutinesWhileKeysChange(t *testing.T) {
	v := verifierOf(t, keySet())
	genuine := sign(t, jose.EdDSA, edKey(), "ed", good())
	forged := unsigned(object{"alg": "EdDSA", "kid": "ed"}, good(), "AAAA")
	results := make(chan bool)
	for range 8 {
		go func() {
			right := true
			for range 100 {
				right = right && stateOf(v, genuine) == "valid" && stateOf(v, forged) != "valid"
			}
			results <- right
		}()
	}
	for range 8 {
		require.NoError(t, v.Refresh(t.Context()))
		require.True(t, <-results)
	}
}
