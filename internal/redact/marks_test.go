package redact_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestMarksKnowWhatEveryKeyHasMadeOfAValue(t *testing.T) {
	const value = "Ann@example.com"
	tokens, seals := keys("k2", "k1"), keys("s1", "s2")
	policy, err := redact.NewPolicy(redact.PolicyConfig{Config: redact.Config{TokenKeys: tokens, SealKeys: seals}})
	require.NoError(t, err)
	marks, err := policy.Marks(value)
	require.NoError(t, err)
	for i := range 2 {
		token := replaced(t, newEngine(t, redact.Config{Action: "token", TokenKeys: tokens[i : i+1]}), "", "mail "+value)
		require.True(t, slices.Contains(marks, token), token)
		sealed := replaced(t, newEngine(t, redact.Config{Action: "encrypt", SealKeys: seals[i : i+1]}), "", "mail "+value)
		require.True(t, slices.Contains(marks, sealed), sealed)
	}
	other := replaced(t, newEngine(t, redact.Config{Action: "token", TokenKeys: tokens[:1]}), "", "mail bob@example.com")
	require.False(t, slices.Contains(marks, other))
}
