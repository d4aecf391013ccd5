package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestWhoAsksWithParametersOnly(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	hostile := `'; DROP TABLE actions --`
	f := &whoFlags{connector: hostile, user: hostile, endpoint: hostile, tenant: hostile, since: "2h", limit: 5, output: "table"}

	query, err := f.query(now)

	require.NoError(t, err)
	require.NotContains(t, query.sql, "DROP")
	require.Equal(t, now.Add(-2*time.Hour), query.since)
	require.Equal(t, now, query.until)
	require.Contains(t, query.parameters, "user")
	require.Contains(t, query.sql, "LIMIT {limit:UInt32}")
}

func TestWhoReadsTimesAndAges(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	f := func(text string, want time.Time) {
		t.Helper()
		got, err := parseMoment("--since", text, now, now)
		require.NoError(t, err)
		require.True(t, want.Equal(got), "%s is %s, not %s", text, got, want)
	}
	f("", now)
	f("90m", now.Add(-90*time.Minute))
	f("7d", now.Add(-7*24*time.Hour))
	f("2026-03-01", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	f("2026-03-01T09:30:00+02:00", time.Date(2026, 3, 1, 7, 30, 0, 0, time.UTC))
}

func TestWhoRefusesWhatItCannotMean(t *testing.T) {
	f := func(flags whoFlags, hint string) {
		t.Helper()
		if flags.output == "" {
			flags.output = "table"
		}
		_, err := flags.query(time.Now())
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, hint)
	}
	f(whoFlags{output: "xml"}, "table or json")
	f(whoFlags{trace: "abc"}, "32 lower-case hex digits")
	f(whoFlags{since: "yesterday"}, `--since "yesterday": expected a time`)
	f(whoFlags{since: "-3h"}, "expected a time")
	f(whoFlags{since: "1h", until: "2h"}, "is not before")
	f(whoFlags{connector: "a", unattributed: true}, "exclude each other")
}

func TestWhoMatchesStarsAndNothingElse(t *testing.T) {
	require.Equal(t, `GET /a\_b\%/%`, likePattern("GET /a_b%/*"))
	require.Equal(t, `back\\slash`, likePattern(`back\slash`))
}

func TestWhoAnswersFromTheStore(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	client := storeWithActions(t, now)
	ask := func(flags whoFlags) ([]action, string) {
		t.Helper()
		flags.client, flags.output = client, "json"
		var out, errOut bytes.Buffer
		require.NoError(t, runWho(t.Context(), &flags, now.Add(time.Minute), &out, &errOut))
		var actions []action
		require.NoError(t, json.Unmarshal(out.Bytes(), &actions), out.String())
		return actions, errOut.String()
	}

	all, _ := ask(whoFlags{})
	require.Len(t, all, 3)
	require.Equal(t, action{
		Time: now, Tenant: "acme", Connector: "crm-sync", ConnectorName: "CRM sync", User: `o'brien\n`,
		Method: "GET", Route: "/contacts_x/{id}", Endpoint: "GET /contacts_x/{id}", Status: 200, BytesOut: 512, DurationMS: 1.5,
		IdentityStatus: "verified", Source: "gateway_log", TraceID: "000102030405060708090a0b0c0d0e0f",
	}, all[0])

	one := func(flags whoFlags, connector string) {
		t.Helper()
		actions, _ := ask(flags)
		require.Len(t, actions, 1, "%+v", flags)
		require.Equal(t, connector, actions[0].Connector)
	}
	one(whoFlags{connector: "crm-*"}, "crm-sync")
	one(whoFlags{connector: "CRM sync"}, "crm-sync")
	one(whoFlags{user: `o'brien\n`}, "crm-sync")
	one(whoFlags{endpoint: "GET /contacts_x/*"}, "crm-sync")
	one(whoFlags{trace: "000102030405060708090a0b0c0d0e0f"}, "crm-sync")
	one(whoFlags{tenant: "globex"}, "billing")
	one(whoFlags{unattributed: true}, "")
	one(whoFlags{limit: 1}, "crm-sync")

	none, hint := ask(whoFlags{connector: "nobody"})
	require.Empty(t, none)
	require.Contains(t, hint, "none of the 3 stored actions match")
}

func TestWhoReadsNoMoreThanItMust(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	client := storeWithActions(t, now)
	conn, err := client.open(t.Context())
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	f := &whoFlags{trace: "000102030405060708090a0b0c0d0e0f", output: "table"}
	query, err := f.query(now)
	require.NoError(t, err)
	rows, err := conn.Query(query.in(t.Context()), "EXPLAIN indexes = 1 "+query.sql)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // a test's rows
	var plan strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	require.NoError(t, rows.Err())
	for _, index := range []string{"idx_trace_id", "Partition", "PrimaryKey"} {
		require.Contains(t, plan.String(), index)
	}
	require.Regexp(t, `PrimaryKey\s+Keys:\s+bucket`, plan.String())
}

// storeWithActions starts the engine with three actions in it, the newest at now.
func storeWithActions(t *testing.T, now time.Time) *clientFlags {
	t.Helper()
	server := chdbtest.Start(t)
	conn := server.Conn(t, "default")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{}))
	insert := func(at time.Time, values string) {
		t.Helper()
		moment := fmt.Sprintf("fromUnixTimestamp64Nano(%d)", at.UnixNano())
		require.NoError(t, conn.Exec(t.Context(), `INSERT INTO weir.actions (bucket, timestamp, live, source, duration_ns, bytes_out,
			call_key, trace_id, tenant_id, connector_id, connector_name, user_id, method, route, status_code, identity_status, unattributed_reason)
			SELECT toStartOfFiveMinutes(`+moment+`), `+moment+`, 1, 'gateway_log', 1500000, 512, `+values))
	}
	insert(now, `'a', unhex('000102030405060708090a0b0c0d0e0f'), 'acme', 'crm-sync', 'CRM sync', 'o\'brien\\n', 'GET', '/contacts_x/{id}', 200, 'verified', ''`)
	insert(now.Add(-time.Hour), `'b', '', 'globex', 'billing', 'Billing', 'jane', 'POST', '/invoices', 201, 'claimed', ''`)
	insert(now.Add(-2*time.Hour), `'c', '', 'acme', '', '', '', 'GET', '/contactsAx/7', 403, 'unattributed', 'unknown_key'`)

	passwordFile := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(passwordFile, []byte(server.Password+"\n"), 0o600))
	return &clientFlags{url: server.Endpoint, user: server.Username, passwordFile: passwordFile, database: "weir"}
}
