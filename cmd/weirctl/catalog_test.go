package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

func runCatalog(args ...string) (string, error) {
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"catalog"}, args...))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.Execute()
	return out.String(), err
}

func badCatalog(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(path, []byte("version: 1\nconnectors:\n  - id: a\n    match:\n      jwt: [{value: x}]\n"), 0o600))
	return path
}

func TestCatalogCheckAcceptsAGoodFile(t *testing.T) {
	out, err := runCatalog("check", identifyCatalog)
	require.NoError(t, err)
	require.Regexp(t, `catalog.yaml: ok, 1 tenants, 2 connectors, revision [0-9a-f]{12}\n$`, out)
}

func TestCatalogCheckPrintsEveryProblemAndFails(t *testing.T) {
	path := badCatalog(t)
	out, err := runCatalog("check", identifyCatalog, path)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, path+":5: connectors[0].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp\n")

	out, err = runCatalog("check", "--output", "json", path)
	require.ErrorIs(t, err, cli.ErrFound)
	var results []checkedCatalog
	require.NoError(t, json.Unmarshal([]byte(out), &results))
	require.False(t, results[0].OK)
	require.Equal(t, 5, results[0].Problems[0].Line)
	require.Equal(t, "connectors[0].match.jwt[0].claim", results[0].Problems[0].Field)
}

func TestCatalogCommandsRefuseWrongUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"check"}, {"chekc"}, {"check", "--output", "xml", identifyCatalog}, {"schema", "x"}} {
		_, err := runCatalog(args...)
		require.ErrorIs(t, err, cli.ErrUsage, "%v", args)
	}
	_, err := runCatalog("check", "no.yaml")
	require.ErrorContains(t, err, "cannot read the catalog")
}

func TestCatalogSchemaPrintsJSON(t *testing.T) {
	out, err := runCatalog("schema")
	require.NoError(t, err)
	require.True(t, json.Valid([]byte(out)))
}
