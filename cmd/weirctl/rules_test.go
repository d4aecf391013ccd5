package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/rules"
)

func runRules(args ...string) (string, error) {
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"rules"}, args...))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.Execute()
	return out.String(), err
}

func TestRulesCheckAcceptsTheBuiltinRules(t *testing.T) {
	out, err := runRules("check", "builtin")
	require.NoError(t, err)
	require.Regexp(t, `^\d+ rules are fine\n$`, out)
}

func TestRulesCheckNamesFileLineFieldAndRemedy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(path, []byte("version: 1\nrules:\n  - name: a\n    familly: volume\n"), 0o600))
	out, err := runRules("check", path)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, path+":4: rules[0].familly: is not known, expected one of ")
	require.Contains(t, out, "; correct or remove it")

	out, err = runRules("check", "--output", "json", path)
	require.ErrorIs(t, err, cli.ErrFound)
	var result struct {
		Problems rules.Problems `json:"problems"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &result))
	require.Equal(t, 4, result.Problems[0].Line)
}

func TestRulesListPrintsTheBuiltinRules(t *testing.T) {
	out, err := runRules("list")
	require.NoError(t, err)
	require.Contains(t, out, "unusual-hours")
	require.Contains(t, out, "builtin/hours.yaml:")

	out, err = runRules("list", "--output", "json")
	require.NoError(t, err)
	var all []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	require.NotEmpty(t, all)
	require.Equal(t, "28d", all[0]["lookback"])
}

func TestRulesCommandsRefuseWrongUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"check"}, {"chekc"}, {"check", "--output", "xml", "builtin"}, {"schema", "x"}, {"test"}, {"test", "--output", "xml", "builtin"}} {
		_, err := runRules(args...)
		require.ErrorIs(t, err, cli.ErrUsage, "%v", args)
	}
	_, err := runRules("check", "nowhere.yaml")
	require.ErrorContains(t, err, "no file is named")
}

const statisticalTests = `version: 1
rules: [builtin]
tests:
  - name: a burst
    rule: requests-burst
    series: [{connector: crm-sync, endpoint: GET /contacts, requests: (40 38 41 44)x348 400}]
    expect: [{connector: crm-sync}]
  - name: none
    rule: requests-burst
    series: [{connector: crm-sync, endpoint: GET /contacts, requests: (40 38 41 44)x348 40}]
    expect: %s
`

func TestRulesTestSaysWhatIsNotAsExpected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.yaml")
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(statisticalTests, "%s", "[]")), 0o600))
	out, err := runRules("test", path)
	require.NoError(t, err)
	require.Equal(t, "2 tests, 0 failed\n", out)

	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(statisticalTests, "%s", "[{connector: crm-sync}]")), 0o600))
	out, err = runRules("test", path)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Equal(t, path+":8: requests-burst: none\n    expect[0] was not found\n2 tests, 1 failed\n", out)

	require.NoError(t, os.WriteFile(path, []byte("version: 1\nrules: [builtin]\ntests: [{name: a, rule: no-rule, expect: []}]\n"), 0o600))
	out, err = runRules("test", path)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, path+`:3: tests[0].rule: is "no-rule", expected the name of a rule; see weirctl rules list`)
}

func TestRulesTestStartsAnEngineForQueryRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`version: 1
rules: [builtin]
tests:
  - name: two connectors with one token
    rule: token-replayed
    actions: [{connector: a, token: t}, {connector: b, token: t}]
    expect: [{entity: t, observed: 2}]
`), 0o600))
	out, err := runRules("test", path, "--output", "json")
	require.NoError(t, err)
	var result struct {
		Tests, Failed int
		Results       []struct{ Rule string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &result))
	require.Equal(t, 1, result.Tests)
	require.Zero(t, result.Failed)
	require.Equal(t, "token-replayed", result.Results[0].Rule)
}

func TestRulesBacktestPrintsFindingsADayAgainstTheBudget(t *testing.T) {
	client := reportStore(t)
	arguments := []string{
		"backtest", "--rule", "token-replayed", "--rule", "requests-burst", "--since", "2026-03-09", "--until", "2026-03-11",
		"--clickhouse", client.url, "--clickhouse-user", client.user, "--password-file", client.passwordFile,
	}
	out, err := runRules(arguments...)
	require.NoError(t, err)
	require.Regexp(t, `RULE +FAMILY +WINDOWS +FINDINGS +A DAY +BUDGET A DAY +VERDICT +×1.25 +×1.5 +×2 +×3\n`, out)
	require.Regexp(t, `token-replayed +query +48 +0 +0.00 +0.00 +within`, out)
	require.Regexp(t, `requests-burst +volume +48 +0 `, out)

	_, err = runRules("backtest", "--rule", "nothing")
	require.ErrorIs(t, err, cli.ErrUsage)
}
