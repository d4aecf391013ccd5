package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func TestSealedValuesOpenToWhatTheyWere(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "encrypt", SealKeys: keys("k1")})
	in := "to a%40b.example with " + redacttest.Card("4", 16, 1)
	out, matches := e.Redact("", in)
	require.Len(t, matches, 2)
	require.True(t, strings.HasPrefix(out, "to <EMAIL:enc:k1:"), out)
	again, _ := e.Redact("", in)
	require.Equal(t, out, again, "equal values are sealed equally")

	sealed := e.Unseal(out)
	require.Len(t, sealed, 2)
	var names []string
	opened, at := "", 0
	for _, s := range sealed {
		require.NoError(t, s.Err)
		require.Len(t, s.Fingerprint, 32)
		names = append(names, s.Detector)
		opened, at = opened+out[at:s.Start]+s.Value, s.End
	}
	require.Equal(t, in, opened+out[at:])
	require.Equal(t, []string{"email", "card"}, names)
}

func TestAfterARotationOldSealsOpen(t *testing.T) {
	both := keys("k2", "k1")
	old := newEngine(t, redact.Config{Action: "encrypt", SealKeys: both[1:]})
	now := newEngine(t, redact.Config{Action: "encrypt", SealKeys: both})
	out, _ := old.String("", "to a@b.example")
	same, changed := now.String("", out)
	require.False(t, changed, same)
	require.Equal(t, "a@b.example", now.Unseal(out)[0].Value)
	require.ErrorContains(t, newEngine(t, redact.Config{SealKeys: both[:1]}).Unseal(out)[0].Err, "no key of this id")
}

func TestBrokenSealsDoNotOpen(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "encrypt", SealKeys: keys("k1")})
	out, _ := e.String("", "to a@b.example")
	other := newEngine(t, redact.Config{SealKeys: []redact.Key{{ID: "k1", Secret: keys("k2")[0].Secret}}})
	require.ErrorContains(t, other.Unseal(out)[0].Err, "the seal is broken")
	require.Empty(t, e.Unseal(strings.Replace(out, "EMAIL", "CARD", 1)), "the check covers the label")
	require.Empty(t, e.Unseal("<EMAIL:enc:k1:AAAA> <EMAIL> <EMAIL:k1:"+strings.Repeat("A", 26)+"> <"))
}

func TestEverySealOpens(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "encrypt", SealKeys: keys("k1")})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		out, matches := e.Redact("password", value)
		if len(matches) == 0 {
			return
		}
		sealed := e.Unseal("x" + out)
		require.Len(t, sealed, 1)
		require.Equal(t, value, sealed[0].Value)
		require.Equal(t, "sensitive_key", sealed[0].Detector)
	})
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	k := keys("k1")[0]
	text, err := k.Secret.MarshalText()
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprintf("%q", k.Secret), string(text)} {
		require.NotContains(t, shown, string(k.Secret))
		require.Contains(t, shown, "[REDACTED]")
	}
}
