package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/schema"
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
	require.Regexp(t, `catalog.yaml: ok, 1 tenants, 2 connectors, 0 users, 0 APIs, revision [0-9a-f]{12}\n$`, out)
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
	for _, args := range [][]string{
		{},
		{"check"},
		{"chekc"},
		{"check", "--output", "xml", identifyCatalog},
		{"schema", "x"},
		{"diff", identifyCatalog},
		{"diff", "-o", "xml", identifyCatalog, identifyCatalog},
		{"publish"},
		{"hash"},
		{"hash", "key"},
	} {
		_, err := runCatalog(args...)
		require.ErrorIs(t, err, cli.ErrUsage, "%v", args)
	}
	_, err := runCatalog("check", "no.yaml")
	require.ErrorContains(t, err, "cannot read the catalog")
}

func TestCatalogCheckReadsAURLWithItsToken(t *testing.T) {
	content, err := os.ReadFile(identifyCatalog)
	require.NoError(t, err)
	token := strings.Repeat("t", 20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(content)
	}))
	defer server.Close()
	tokenFile := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(tokenFile, []byte(token+"\n"), 0o600))

	out, err := runCatalog("check", "--token-file", tokenFile, server.URL+"/catalog.yaml")
	require.NoError(t, err)
	require.Contains(t, out, server.URL+"/catalog.yaml: ok")
	_, err = runCatalog("check", server.URL+"/catalog.yaml")
	require.ErrorContains(t, err, "401 Unauthorized")
}

func TestCatalogDiffListsWhatChangedAndFails(t *testing.T) {
	write := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	before := write("old.yaml", "version: 1\nconnectors:\n  - {id: a, owner: {team: sales}, tags: [x]}\n  - {id: b}\n")
	after := write("new.yaml", "version: 1\nconnectors:\n  - {id: c}\n  - {id: a, owner: {team: it}, tags: [x, z]}\n")

	out, err := runCatalog("diff", before, after)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Equal(t, strings.Join([]string{
		"LIST        ID  CHANGE   FIELD       OLD    NEW",
		"connectors  a   changed  owner.team  sales  it",
		"connectors  a   changed  tags        [x]    [x, z]",
		"connectors  b   removed                     ",
		"connectors  c   added                       ",
		"",
	}, "\n"), out)

	out, err = runCatalog("diff", "-o", "json", before, after)
	require.ErrorIs(t, err, cli.ErrFound)
	var changes []catalog.Change
	require.NoError(t, json.Unmarshal([]byte(out), &changes))
	require.Equal(t, catalog.Change{List: "connectors", ID: "a", Kind: "changed", Field: "owner.team", Old: "sales", New: "it"}, changes[0])

	out, err = runCatalog("diff", before, before)
	require.NoError(t, err)
	require.Empty(t, out)

	out, err = runCatalog("diff", before, badCatalog(t))
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, "connectors[0].match.jwt[0].claim: missing")
}

func TestCatalogHashPrintsWhatTheCatalogTakes(t *testing.T) {
	keyFile := filepath.Join(t.TempDir(), "key")
	secret := strings.Repeat("s", 32)
	require.NoError(t, os.WriteFile(keyFile, []byte(secret+"\n"), 0o600))
	hash := func(in string, args ...string) (string, error) {
		var out bytes.Buffer
		root := newRoot()
		root.SetArgs(append([]string{"catalog", "hash", "--key-file", keyFile}, args...))
		root.SetIn(strings.NewReader(in))
		root.SetOut(&out)
		err := root.Execute()
		return out.String(), err
	}
	key := strings.Repeat("k", 20)
	hasher, err := credential.New([]credential.Key{{ID: "v2", Secret: []byte(secret)}})
	require.NoError(t, err)

	out, err := hash(key+"\n", "--key-id", "v2")
	require.NoError(t, err)
	require.Equal(t, hasher.Hash(key)+"\n", out)
	_, err = catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: a, match: {credential_hashes: ['"+strings.TrimSpace(out)+"']}}]"))
	require.NoError(t, err)

	for _, wrong := range []string{"", "\n", "Bearer " + key, strings.Repeat("k", 65<<10)} {
		_, err := hash(wrong)
		require.ErrorIs(t, err, cli.ErrUsage)
		require.NotContains(t, err.Error(), key)
	}
}

func TestCatalogPublishPutsTheNewestRevisionInTheTable(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{Database: "weir"}))
	t.Setenv(passwordEnv, server.Password)
	events := startEventSink(t)
	publish := func(path string) (string, error) {
		return runCatalog("publish", "--clickhouse", server.Endpoint, "--clickhouse-user", server.Username, "--otlp", events.endpoint, "--protocol", "http", path)
	}
	out, err := publish(identifyCatalog)
	require.NoError(t, err)
	require.Regexp(t, `^published revision [0-9a-f]{12}\n$`, out)
	out, err = publish(identifyCatalog)
	require.NoError(t, err)
	require.Regexp(t, `^revision [0-9a-f]{12} is the newest already\n$`, out)
	require.Len(t, events.received(), 1, "publishing what is the newest is no event")
	require.Equal(t, lowcode.EventCatalogPublished, events.received()[0].EventName())

	bad := badCatalog(t)
	out, err = publish(bad)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, bad+":5: connectors[0].match.jwt[0].claim")
	in, err := catalog.Read(t.Context(), catalog.Table(server.Conn(t, "weir")))
	require.NoError(t, err)
	require.Len(t, in.Connectors, 2)
}

func TestCatalogSchemaPrintsJSON(t *testing.T) {
	out, err := runCatalog("schema")
	require.NoError(t, err)
	require.True(t, json.Valid([]byte(out)))
}
