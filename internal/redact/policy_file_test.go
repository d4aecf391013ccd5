package redact_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func writePolicy(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestPolicyFile(t *testing.T) {
	secret := string(keys("k1")[0].Secret)
	t.Setenv("WEIR_TEST_KEY", secret)
	cfg, err := redact.LoadPolicy(writePolicy(t, `
detectors: [secret, pii]
exclude: [us_ssn]
action: mask
actions:
  email: token
  financial: {action: keep_last, keep_last: 2, mask: "###"}
  secret:
mask: "[gone]"
blocked_keys: [app.note]
allowed_patterns: ['.*@example\.com']
statements: off
token_keys:
  - {id: k1, secret: "${env:WEIR_TEST_KEY}"}
patterns:
  - {name: order, pattern: 'OR-[0-9]{6}', class: pii, keywords: [order]}
rules:
  - connectors: [crm-*]
    signals: [logs]
    action: drop
    allowed_values: [a@b.example]
`))
	require.NoError(t, err)
	require.Equal(t, redact.PolicyConfig{
		Config: redact.Config{
			Detectors: []string{"secret", "pii"}, Exclude: []string{"us_ssn"}, Action: "mask",
			Actions: map[string]redact.Action{"email": {Do: "token"}, "financial": {Do: "keep_last", KeepLast: 2, Mask: "###"}, "secret": {}},
			Mask:    "[gone]", BlockedKeys: []string{"app.note"}, AllowedPatterns: []string{`.*@example\.com`}, Statements: "off",
			TokenKeys: []redact.Key{{ID: "k1", Secret: redact.Secret(secret)}},
			Patterns:  []redact.Pattern{{Name: "order", Pattern: "OR-[0-9]{6}", Class: "pii", Keywords: []string{"order"}}},
		},
		Rules: []redact.Rule{{
			Connectors: []string{"crm-*"}, Signals: []string{"logs"}, Settings: redact.Settings{Action: "drop", AllowedValues: []string{"a@b.example"}},
		}},
	}, cfg)
	require.NoError(t, cfg.Validate())

	cfg, err = redact.LoadPolicy(writePolicy(t, "# nothing yet\n"))
	require.NoError(t, err)
	require.Zero(t, cfg)
}

func TestPolicyFileErrorsNameLineAndKey(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := redact.LoadPolicy(writePolicy(t, text))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hunter")
	}
	f("action: mask\ndetector: [email]\n", `policy.yaml:2: unknown key "detector": expected one of action, actions, allowed_keys`)
	f("actions:\n  email: {do: mask}\n", `policy.yaml:2: unknown key "actions::email::do": expected one of action, keep_last, mask`)
	f("rules:\n  - tenant: [acme]\n", `policy.yaml:2: unknown key "rules[0]::tenant": expected one of action`)
	f("detectors: email\n", `policy.yaml:1: "detectors" is no such: expected a list`)
	f("keep_last: four\n", `policy.yaml:1: "keep_last" is no such: expected a whole number`)
	f("mask: [a]\n", `policy.yaml:1: "mask" is no such: expected a text`)
	f("actions: [a]\n", `policy.yaml:1: "actions" is no such: expected a map`)
	f("token_keys: hunter22\n", `policy.yaml:1: "token_keys" is no such: expected a list`)
	f("token_keys: [hunter22]\n", `policy.yaml:1: "token_keys[0]" is no such: expected a map with id, secret`)
	f("token_keys:\n  - {id: k1, secret: '${env:WEIR_TEST_UNSET}'}\n", `${env:WEIR_TEST_UNSET}, which is not set`)
	f("action: mask\naction: drop\n", `policy.yaml:2: "action" is there twice`)
	f("- a\n", `policy.yaml:1: "policy" is no such: expected a map with action`)
	f("a: &a [email]\ndetectors: *a\n", `policy.yaml:1: unknown key "a"`)
	f("detectors: &a [email]\nexclude: *a\n", `policy.yaml:2: "exclude" is an alias`)
	f("\t", "cannot parse the policy file")

	_, err := redact.LoadPolicy("/nowhere/policy.yaml")
	require.ErrorContains(t, err, "cannot read the policy file")
}

func TestAPolicyFileReplacesTheKeysItHas(t *testing.T) {
	inline := redact.PolicyConfig{Config: redact.Config{Action: "mask", Exclude: []string{"card"}, TokenKeys: keys("k1"), Mask: "###"}}
	file := redact.PolicyConfig{Config: redact.Config{Action: "token", Exclude: []string{"email"}, BlockedKeys: []string{"app.note"}}, Rules: []redact.Rule{{Keys: []string{"k"}}}}
	require.Equal(t, redact.PolicyConfig{
		Config: redact.Config{Action: "token", Exclude: []string{"email"}, BlockedKeys: []string{"app.note"}, TokenKeys: keys("k1"), Mask: "###"},
		Rules:  []redact.Rule{{Keys: []string{"k"}}},
	}, inline.WithFile(file))
	require.Equal(t, inline, inline.WithFile(redact.PolicyConfig{}))
}

func FuzzPolicyFile(f *testing.F) {
	f.Add("action: mask\nrules:\n  - {keys: [a], actions: {email: drop}}\n")
	f.Add("token_keys: [{id: k1, secret: x}]\nactions: {pii: {mask: '###'}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := redact.LoadPolicy(writePolicy(t, text))
		if err == nil && len(cfg.Patterns) == 0 {
			_, _ = redact.NewPolicy(cfg)
		}
	})
}
