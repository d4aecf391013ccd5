package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
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
	for _, args := range [][]string{{}, {"check"}, {"chekc"}, {"check", "--output", "xml", "builtin"}, {"schema", "x"}} {
		_, err := runRules(args...)
		require.ErrorIs(t, err, cli.ErrUsage, "%v", args)
	}
	_, err := runRules("check", "nowhere.yaml")
	require.ErrorContains(t, err, "no file is named")
}
