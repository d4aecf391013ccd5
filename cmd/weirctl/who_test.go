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
	f := &whoFlags{connector: hostile, user: hostile, endpoint: hostile, operation: hostile, credential: hostile, window: windowFlags{since: "2h", tenant: hostile}, limit: 5, output: "table"}

	query, err := f.query(now)

	require.NoError(t, err)
	require.NotContains(t, query.sql, "DROP")
	require.Equal(t, now.Add(-2*time.Hour), query.window.since)
	require.Equal(t, now, query.window.until)
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
	f(whoFlags{country: "Germany"}, "expected two letters")
	f(whoFlags{window: windowFlags{since: "yesterday"}}, `--since "yesterday": expected a time`)
	f(whoFlags{window: windowFlags{since: "-3h"}}, "expected a time")
	f(whoFlags{window: windowFlags{since: "1h", until: "2h"}}, "is not before")
	f(whoFlags{connector: "a", unattributed: true}, "exclude each other")
}

func TestWhoMatchesStarsAndNothingElse(t *testing.T) {
	require.Equal(t, `GET /a\_b\%/%`, likePattern("GET /a_b%/*"))
	require.Equal(t, `back\\slash`, likePattern(`back\slash`))
}

func TestWhoShowsActorsAndOperationOnlyWhereThereAreAny(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	require.NoError(t, printActions(&out, "table", []action{
		{Time: at, Connector: "crm-sync", User: "jane", ActorChain: []string{"agent-7", "crm-bot"}, Endpoint: "GET /contacts/{id}", Operation: "readContact", Status: 200, BytesOut: 512, IdentityStatus: "verified"},
		{Time: at, Endpoint: "GET /contacts/{id}", Status: 403, IdentityStatus: "unattributed", UnattributedReason: "expired"},
	}))
	require.Equal(t, strings.Join([]string{
		"TIME (UTC)               CONNECTOR  USER                          ENDPOINT                          STATUS  BYTES OUT  IDENTITY                TRACE",
		"2026-03-10 12:00:00.000  crm-sync   jane via agent-7 via crm-bot  GET /contacts/{id} (readContact)  200     512        verified                -",
		"2026-03-10 12:00:00.000  -          -                             GET /contacts/{id}                403     0          unattributed (expired)  -",
		"",
	}, "\n"), out.String())
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
		IdentityConfidence: 0.5, CatalogRevision: "r1", WorkflowID: "w-1", WorkflowRunID: "run-1",
		ActorChain: []string{"agent-7", "crm-bot"}, ActorType: "ai_agent", CredentialID: "key-1", CredentialHash: "v1:ab", CredentialType: "bearer",
		TokenID: "jti-1", TokenIssuer: "https://login.example.com", TokenClientID: "crm", TokenScopes: []string{"contacts.read"},
		TokenAudience: []string{"crm-api"}, TokenExpiresIn: 900, RetentionClass: "audit", Vouched: true,
		ClientCountry: "DE", ClientAS: 64500, API: "crm", Operation: "readContact", DataClassification: "internal", Rows: 3, Cost: 0.25, CostCurrency: "EUR",
		Environment: "production", DryRun: true, TraceContext: "complete",
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
	one(whoFlags{window: windowFlags{tenant: "globex"}}, "billing")
	one(whoFlags{unattributed: true}, "")
	one(whoFlags{operation: "read*"}, "crm-sync")
	one(whoFlags{country: "de"}, "crm-sync")
	for _, credential := range []string{"key-1", "v1:ab", "crm"} {
		one(whoFlags{credential: credential}, "crm-sync")
	}
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
	rows, err := conn.Query(query.window.in(t.Context(), query.parameters), "EXPLAIN indexes = 1 "+query.sql)
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
	// The newest again, with all that may be known of a call.
	require.NoError(t, conn.Exec(t.Context(), `INSERT INTO weir.actions SELECT * REPLACE (
		0.5 AS identity_confidence, 'r1' AS catalog_revision, 'w-1' AS workflow_id, 'run-1' AS workflow_run_id,
		['agent-7', 'crm-bot'] AS actor_chain, 'ai_agent' AS actor_type, 'key-1' AS credential_id, 'v1:ab' AS credential_hash, 'bearer' AS credential_type,
		'jti-1' AS token_id, 'https://login.example.com' AS token_issuer, 'crm' AS token_client_id, ['contacts.read'] AS token_scopes,
		['crm-api'] AS token_audience, 900 AS token_expires_in, 'audit' AS retention_class, 1 AS vouched,
		'DE' AS client_country, 64500 AS client_as, 'crm' AS api_id, 'readContact' AS operation_id, 'internal' AS data_classification,
		3 AS rows, 0.25 AS cost, 'EUR' AS cost_currency, 'production' AS environment, 1 AS dry_run, 'complete' AS trace_context,
		now64(6) AS computed_at) FROM weir.actions WHERE call_key = 'a'`))

	passwordFile := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(passwordFile, []byte(server.Password+"\n"), 0o600))
	return &clientFlags{url: server.Endpoint, user: server.Username, passwordFile: passwordFile, database: "weir"}
}
