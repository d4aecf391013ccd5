package queryrule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
)

var (
	nine   = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	window = queryrule.Window{Start: nine, End: nine.Add(time.Hour)}
)

// inWindow uses the parameters that every rule has to use.
const inWindow = " WHERE {start:DateTime} < {end:DateTime}"

func query(sql string) *rules.Rule {
	return &rules.Rule{Name: "a", Family: rules.Query, SQL: sql, Window: rules.Duration(time.Hour), Lookback: rules.Duration(7 * 24 * time.Hour)}
}

func engine(t *testing.T) driver.Conn {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{Database: "q"}))
	return server.Conn(t, "q")
}

func TestQueryRules(t *testing.T) {
	conn := engine(t)
	evaluate := func(t *testing.T, rule *rules.Rule) ([]queryrule.Row, error) {
		t.Helper()
		return queryrule.Evaluate(t.Context(), conn, rule, window, "rev1")
	}
	t.Run("rows of any column types are read", func(t *testing.T) {
		found, err := evaluate(t, query(`SELECT toLowCardinality('acme') AS tenant_id, 'crm' AS connector_id, CAST('jane', 'Nullable(String)') AS entity,
			if(rand() < 0, 0.5::Float64, 3::UInt64) AS observed, toDecimal64(1.5, 1)::Float32 AS expected, 'critical' AS severity, 'GET /x' AS endpoint, 'why' AS detail, ['ab'] AS trace_ids`+inWindow))
		require.NoError(t, err)
		require.Equal(t, []queryrule.Row{{
			TenantID: "acme", ConnectorID: "crm", Entity: "jane", Observed: 3, Expected: 1.5,
			Severity: "critical", Endpoint: "GET /x", Detail: "why", TraceIDs: []string{"ab"},
		}}, found)
	})
	t.Run("rows of one key are one finding, the one that exceeds most", func(t *testing.T) {
		found, err := evaluate(t, query(`SELECT '' AS tenant_id, toString(number % 2) AS connector_id, '' AS entity, number AS observed, 0 AS expected FROM numbers(6)`+inWindow))
		require.NoError(t, err)
		require.Len(t, found, 2)
		require.InDelta(t, 4, found[0].Observed, 0)
		require.InDelta(t, 5, found[1].Observed, 0)
	})
	t.Run("the window, the baseline, the revision and parameters are given", func(t *testing.T) {
		rule := query(`SELECT {catalog:String} AS tenant_id, {word:String} AS connector_id, arrayStringConcat({words:Array(String)}, '|') AS entity,
			toUnixTimestamp({end:DateTime}) - toUnixTimestamp({start:DateTime}) AS observed, toUnixTimestamp({start:DateTime}) - toUnixTimestamp({baseline:DateTime}) AS expected
			WHERE {many:UInt32} = 7 AND {share:Float64} = 0.5 AND toHour({start:DateTime}) = 9`)
		rule.Parameters = rules.Values{"word": "it's\ta \\", "words": []any{"a'b", "c\\"}, "many": 7, "share": 0.5}
		found, err := evaluate(t, rule)
		require.NoError(t, err)
		require.Equal(t, []queryrule.Row{{TenantID: "rev1", ConnectorID: "it's\ta \\", Entity: "a'b|c\\", Observed: 3600, Expected: 7 * 86400}}, found)

		var words string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT entity FROM ("+queryrule.Evidence(rule, window, "rev1")+")").Scan(&words))
		require.Equal(t, "a'b|c\\", words, "the evidence runs as it is")
	})
	t.Run("what is no number becomes one", func(t *testing.T) {
		found, err := evaluate(t, query(`SELECT '' AS tenant_id, '' AS connector_id, '' AS entity, 0 / 0 AS observed, 1 / 0 AS expected`+inWindow))
		require.NoError(t, err)
		require.Zero(t, found[0].Observed)
		require.Greater(t, found[0].Expected, 1e300)
	})
	t.Run("a rule neither writes nor reaches out", func(t *testing.T) {
		for _, sql := range []string{
			"INSERT INTO findings (fingerprint) VALUES ('x')", "SELECT 1; DROP TABLE actions", "SELECT * FROM url('http://127.0.0.1/', CSV)",
			"SELECT * FROM file('/etc/passwd')", "SELECT * FROM remote('127.0.0.1', system.one)", "SELECT * FROM system.processes",
			"SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT * FROM other.actions", "SELECT 1 SETTINGS max_memory_usage = 0", "SELECT sleep(3)",
		} {
			_, err := evaluate(t, query(sql))
			require.ErrorContains(t, err, "the read-only user may not send", sql)
		}
	})
	t.Run("too many rows are an error, not a part of them", func(t *testing.T) {
		_, err := evaluate(t, query(`SELECT '' AS tenant_id, '' AS connector_id, toString(number) AS entity, 1 AS observed, 0 AS expected FROM numbers(20000)`+inWindow))
		require.ErrorContains(t, err, "TOO_MANY_ROWS")
	})
	t.Run("too much memory is an error", func(t *testing.T) {
		_, err := evaluate(t, query(`SELECT '' AS tenant_id, '' AS connector_id, '' AS entity, length(groupArray(repeat(toString(number), 20))) AS observed, 0 AS expected FROM numbers(10000000)`+inWindow))
		require.ErrorContains(t, err, "MEMORY_LIMIT")
	})
	t.Run("errors name the rule and what was expected", func(t *testing.T) {
		f := func(sql, want string) {
			t.Helper()
			_, err := evaluate(t, query(sql))
			require.ErrorContains(t, err, "cannot evaluate rule a (")
			require.ErrorContains(t, err, want)
		}
		const row = "SELECT '' AS tenant_id, '' AS connector_id, '' AS entity, 1 AS observed, 0 AS expected"
		f("SELECT '' AS tenant_id"+inWindow, "returns no column connector_id")
		f(row+", 1 AS extra"+inWindow, "returns the column extra")
		f(strings.Replace(row, "1 AS observed", "'1' AS observed", 1)+inWindow, "column observed is a string, expected a number")
		f(strings.Replace(row, "'' AS entity", "1 AS entity", 1)+inWindow, "column entity is a uint8, expected a text")
		f(row+", 'bad' AS severity"+inWindow, `column severity is "bad"`)
		f(row+" WHERE {more:UInt8} = 1", "{more:UInt8}, which is no parameter of the rule")
		f("SELECT nothing FROM actions"+inWindow, "UNKNOWN_IDENTIFIER")
	})
}

func TestCatalogIsPublishedOncePerRevision(t *testing.T) {
	conn := engine(t)
	c, err := catalog.Parse("c.yaml", []byte(`version: 1
tenants: [{id: acme, region: eu}]
connectors:
  - id: crm
    tenant: acme
    platform: make
    lifecycle: deprecated
    allowed_endpoints: [GET /contacts/*]
    match: {gateway_consumers: [secret-consumer]}
    approval: {status: approved, by: it, at: 2026-01-02, expires: 2026-12-31}
    quota: {requests_per_day: 10}
  - id: bare
`))
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, queryrule.PublishCatalog(t.Context(), conn, c))
	}
	var count uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM catalog_connectors").Scan(&count))
	require.EqualValues(t, 2, count, "the second time changes nothing")

	var row string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT formatRow('JSONEachRow', * EXCEPT published_at) FROM catalog_connectors FINAL WHERE connector_id = 'crm'").Scan(&row))
	require.NotContains(t, row, "secret-consumer")
	require.JSONEq(t, fmt.Sprintf(`{"revision":%q,"connector_id":"crm","name":"","version":"","tenant_id":"acme","region":"eu","platform_name":"make","environment":"",
		"lifecycle":"deprecated","purpose":"","owner_team":"","owner_contact":"","approval_status":"approved","approved_by":"it","approved_on":"2026-01-02",
		"approval_expires":"2026-12-31","allowed_scopes":[],"allowed_endpoints":["GET /contacts/*"],"allowed_patterns":["^(GET) /*contacts/[^/].*/*$"],
		"quota_requests_per_day":10,"quota_bytes_out_per_day":0,"budget_per_day":0,"budget_currency":""}`, c.Revision), row)

	require.NoError(t, conn.Exec(t.Context(), "TRUNCATE TABLE catalog_connectors"))
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO catalog_connectors (revision, connector_id, published_at) VALUES (?, 'crm', now64(3) - INTERVAL 25 HOUR)", c.Revision))
	require.NoError(t, queryrule.PublishCatalog(t.Context(), conn, c))
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM catalog_connectors FINAL").Scan(&count))
	require.EqualValues(t, 2, count, "rows that are a day old are written again")
}

func TestStrengthSaysHowFarARowIsBeyondWhatItIsHeldTo(t *testing.T) {
	f := func(observed, expected, want float64) {
		t.Helper()
		r := queryrule.Row{Observed: observed, Expected: expected}
		require.InDelta(t, want, r.Strength(), 1e-9)
	}
	f(30, 10, 3)
	f(10, 10, 1)
	f(1, 10, 1)
	f(5, 0, 2)
	f(1e12, 1, 100)
}
