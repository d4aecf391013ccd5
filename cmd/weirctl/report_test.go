package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

var update = flag.Bool("update", false, "write the golden files")

// reportNow is the evening of the day of testdata/report/store.sql.
var reportNow = time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)

// reportStore starts the engine with what testdata/report/store.sql says.
func reportStore(t *testing.T) *clientFlags {
	t.Helper()
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{RetentionDays: 36_500}))
	conn := server.Conn(t, schema.DefaultDatabase)
	statements, err := os.ReadFile(filepath.Join("testdata", "report", "store.sql"))
	require.NoError(t, err)
	for statement := range strings.SplitSeq(string(statements), ";\n") {
		if strings.TrimSpace(statement) != "" {
			require.NoError(t, conn.Exec(t.Context(), statement))
		}
	}
	passwordFile := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(passwordFile, []byte(server.Password), 0o600))
	return &clientFlags{url: server.Endpoint, user: server.Username, passwordFile: passwordFile, database: schema.DefaultDatabase}
}

// golden compares an answer with testdata/report/<name>.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "report", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// flagsFor are those of a report with the catalog of testdata/report.
func flagsFor(client *clientFlags, output string) *reportFlags {
	return &reportFlags{
		client: client, catalogs: &catalogFlags{}, window: windowFlags{since: reportSince},
		catalog: filepath.Join("testdata", "report", "catalog.yaml"), output: &output,
	}
}

func TestReportsAnswerFromTheStore(t *testing.T) {
	client := reportStore(t)
	t.Run("access", func(t *testing.T) { testReportAccess(t, client) })
	t.Run("inventory", func(t *testing.T) { testReportInventory(t, client) })
	t.Run("blast radius", func(t *testing.T) { testReportBlastRadius(t, client) })
	t.Run("flows", func(t *testing.T) { testReportFlows(t, client) })
	t.Run("without a catalog file", func(t *testing.T) { testReportsWithoutACatalogFile(t, client) })
}

func testReportAccess(t *testing.T, client *clientFlags) {
	ask := func(f *reportFlags) (out, errOut bytes.Buffer) {
		require.NoError(t, runReportAccess(t.Context(), f, reportNow, &out, &errOut))
		return out, errOut
	}
	table, hint := ask(flagsFor(client, "table"))
	golden(t, "access.txt", table.String())
	require.Contains(t, hint.String(), "2 calls have no connector")

	text, _ := ask(flagsFor(client, "json"))
	var report accessReport
	require.NoError(t, json.Unmarshal(text.Bytes(), &report))
	byID := map[string]accessRow{}
	for _, row := range report.Connectors {
		byID[row.Connector] = row
	}
	crm := byID["crm-sync"]
	require.Equal(t, accessScopes{
		Granted: []string{"contacts.read", "contacts.write", "export.all"}, Allowed: []string{"contacts.read", "contacts.write"},
		Used: []string{"contacts.read"}, Unused: []string{"contacts.write", "export.all"}, Outside: []string{"export.all"}, EndpointsUnknown: 1,
	}, crm.Scopes)
	require.Equal(t, []string{"GET /exports/{id}"}, crm.Endpoints.Outside)
	require.Equal(t, []string{"POST /crm/contacts", "DELETE /crm/contacts/{id}"}, crm.Endpoints.Unused)
	require.EqualValues(t, 6, crm.Calls)
	require.EqualValues(t, 3, crm.Users)
	require.EqualValues(t, 2, crm.Credentials)
	require.False(t, byID["shadow"].Registered)
	require.Nil(t, byID["never-used"].LastUse)

	f := flagsFor(client, "json")
	f.window.tenant = `globex'\`
	text, _ = ask(f)
	require.NoError(t, json.Unmarshal(text.Bytes(), &report))
	require.Empty(t, report.Connectors)
}

func testReportInventory(t *testing.T, client *clientFlags) {
	ask := func(output string, change func(*inventoryFlags)) string {
		f := &inventoryFlags{reportFlags: flagsFor(client, output)}
		change(f)
		var out, errOut bytes.Buffer
		require.NoError(t, runReportInventory(t.Context(), f, reportNow, &out, &errOut))
		require.Empty(t, errOut.String())
		return out.String()
	}
	golden(t, "inventory.txt", ask("table", func(*inventoryFlags) {}))
	golden(t, "inventory.json", ask("json", func(f *inventoryFlags) { f.connector = "nightly-export" }))

	datasets := func(change func(*inventoryFlags)) (all []string) {
		var exposures []exposure
		require.NoError(t, json.Unmarshal([]byte(ask("json", change)), &exposures))
		for _, e := range exposures {
			all = append(all, strings.Join([]string{e.Dataset, e.Connector, e.User}, ", "))
		}
		return all
	}
	require.Equal(t, []string{"crm readContact, crm-sync, jane", "crm readContact, crm-sync, john"},
		datasets(func(f *inventoryFlags) { f.classification = "restricted" }))
	require.Equal(t, []string{"reports GET /exports/{id}, crm-sync, o'brien\\n", "reports GET /exports/{id}, nightly-export, "},
		datasets(func(f *inventoryFlags) { f.classification = unclassified }))
	require.Len(t, datasets(func(f *inventoryFlags) { f.user = `o'brien\n` }), 1)
	require.Empty(t, datasets(func(f *inventoryFlags) { f.classification = "secret" }))
}

func testReportBlastRadius(t *testing.T, client *clientFlags) {
	var out bytes.Buffer
	require.NoError(t, runReportBlastRadius(t.Context(), flagsFor(client, "table"), "crm-sync", reportNow, &out))
	golden(t, "blast-radius.txt", out.String())

	out.Reset()
	require.NoError(t, runReportBlastRadius(t.Context(), flagsFor(client, "json"), "crm-sync", reportNow, &out))
	golden(t, "blast-radius.json", out.String())

	out.Reset()
	require.NoError(t, runReportBlastRadius(t.Context(), flagsFor(client, "table"), "never-used", reportNow, &out))
	require.Contains(t, out.String(), "none in this time")

	err := runReportBlastRadius(t.Context(), flagsFor(client, "table"), "nobody", reportNow, &out)
	require.ErrorContains(t, err, `connector "nobody" made no calls`)
}

func testReportFlows(t *testing.T, client *clientFlags) {
	w, err := (&windowFlags{since: "1d"}).at(reportNow)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, runReportFlows(t.Context(), client, w, "json", &out))
	var flows []flow
	require.NoError(t, json.Unmarshal(out.Bytes(), &flows))
	at := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	require.Equal(t, []flow{
		{From: "crm-api", To: "billing", Calls: 1, Connectors: []string{"crm-sync"}, LastSeen: at},
		{From: "gateway", To: "crm-api", Calls: 1, Connectors: []string{"crm-sync"}, LastSeen: at},
	}, flows, "a trace of three services has two edges")
}

func testReportsWithoutACatalogFile(t *testing.T, client *clientFlags) {
	f := flagsFor(client, "table")
	f.catalog = ""
	var out, errOut bytes.Buffer
	require.ErrorIs(t, runReportAccess(t.Context(), f, reportNow, &out, &errOut), cli.ErrUsage)
	require.NoError(t, runReportBlastRadius(t.Context(), f, "crm-sync", reportNow, &out))
	require.Contains(t, out.String(), "reports GET /exports/{id}  unclassified")

	conn, err := client.open(t.Context())
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	_, _, err = catalog.Publish(t.Context(), conn, catalog.Path(filepath.Join("testdata", "report", "catalog.yaml")), reportNow)
	require.NoError(t, err)
	out.Reset()
	require.NoError(t, runReportAccess(t.Context(), f, reportNow, &out, &errOut))
	golden(t, "access.txt", out.String())

	f.catalog = filepath.Join("testdata", "report", "missing.yaml")
	require.ErrorContains(t, runReportAccess(t.Context(), f, reportNow, &out, &errOut), "weirctl catalog check")
}

func TestReportRefusesWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"nonsense"}, {"access", "x"}, {"access", "--output", "xml"}, {"inventory", "--since", "yesterday"}, {"blast-radius"}, {"flows", "--since", "1h", "--until", "2h"},
	} {
		root := newRoot()
		root.SetArgs(append([]string{"report"}, args...))
		root.SetOut(t.Output())
		require.ErrorIs(t, root.Execute(), cli.ErrUsage, "%v", args)
	}
}

func TestReportHelpTeaches(t *testing.T) {
	for _, command := range newReportCommand().Commands() {
		require.Contains(t, command.Example, "weirctl report "+command.Name())
		for line := range strings.Lines(command.Long) {
			require.LessOrEqual(t, len(line), 90, line)
		}
	}
}
