package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/dashboards/internal/macro"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/sqlguard"
)

// seed is a small world: one connector that works on weekdays and takes far
// more than usual in the last hour at an endpoint new to it, one that is always
// there, and calls of nobody.
const seed = `
INSERT INTO {table} ({time}, tenant_id, connector_id, platform_name, environment, method, route, status_class, actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, users, computed_at)
SELECT at, tenant, connector, 'make', 'production', 'GET', path, '2xx', 10, 10, errors, 100, bytes, 0, 1e9, initializeAggregation('uniqCombined64State(12)', 'u'), now64(6)
FROM (
    SELECT toDateTime('%[1]s', 'UTC') - toIntervalSecond({width} * number) AS at, 'acme' AS tenant, 'crm-sync' AS connector, '/contacts/{id}' AS path, 1 AS errors, 1000 AS bytes FROM numbers({buckets})
    UNION ALL
    SELECT toDateTime('%[1]s', 'UTC') - toIntervalSecond({width} * number), 'beta', 'O''Neil report', '/reports', 0, 500 FROM numbers({buckets})
    UNION ALL
    SELECT toDateTime('%[1]s', 'UTC') - toIntervalSecond({width} * number), '', '', '/contacts/{id}', 0, 100 FROM numbers({buckets})
    UNION ALL
    SELECT toDateTime('%[1]s', 'UTC'), 'acme', 'crm-sync', '/contacts/export', 0, 1000000000
)`

func prepare(t *testing.T, now time.Time) driver.Conn {
	t.Helper()
	server := chdbtest.Start(t)
	ctx := t.Context()
	require.NoError(t, schema.Apply(ctx, server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, schema.DefaultDatabase)
	hour := now.Truncate(time.Hour).Format(time.DateTime)
	for _, r := range []struct{ table, time, width, buckets string }{
		{"connector_hours", "hour", "3600", "720"}, {"connector_5m", "bucket", "300", "600"},
	} {
		insert := strings.NewReplacer("{table}", r.table, "{time}", r.time, "{width}", r.width, "{buckets}", r.buckets).Replace(seed)
		require.NoError(t, conn.Exec(ctx, fmt.Sprintf(insert, hour)))
	}
	require.NoError(t, conn.Exec(ctx, fmt.Sprintf(`
		INSERT INTO actions (bucket, call_key, live, source, timestamp, tenant_id, connector_id, user_id, method, route, status_code, bytes_out, identity_status, identity_method, unattributed_reason)
		SELECT toStartOfFiveMinutes(at), toString(number), 1, 'server', at, 'acme', if(number %% 3 = 0, '', 'crm-sync'), 'u1', 'GET', '/contacts/{id}', 200, 5, if(number %% 3 = 0, 'unattributed', 'verified'), 'gateway_consumer', 'no_signal'
		FROM (SELECT number, toDateTime64('%s', 9, 'UTC') - toIntervalSecond(number) AS at FROM numbers(300))`, hour)))
	require.NoError(t, conn.Exec(ctx, fmt.Sprintf(`
		INSERT INTO findings (fingerprint, started_at, status, rule, severity, tenant_id, connector_id, endpoint, observed, expected, summary, dashboard_url, version)
		VALUES ('f1', '%[1]s', 'firing', 'bytes_out_burst', 'critical', 'acme', 'crm-sync', 'GET /contacts/export', 1e9, 1e6, 'much more than usual', 'https://grafana.example.com/d/x', 1),
		       ('f2', '%[1]s', 'resolved', 'bytes_out_burst', 'critical', 'acme', 'crm-sync', '', 1, 1, 'over', '', 1)`, hour)))
	seedIdentity(t, conn, hour)
	return conn
}

type query struct {
	dashboard string // its uid
	name      string
	sql       string
}

// queries returns the SQL of every panel and every variable of every dashboard.
func queries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, d := range All() {
		var model struct {
			Panels []struct {
				Title   string
				Targets []struct{ RawSQL string }
			}
			Templating struct {
				List []struct{ Name, Type, Query string }
			}
		}
		require.NoError(t, json.Unmarshal(d.JSON, &model))
		for _, panel := range model.Panels {
			for _, target := range panel.Targets {
				all = append(all, query{d.UID, panel.Title, target.RawSQL})
			}
		}
		for _, v := range model.Templating.List {
			if v.Type == "query" {
				require.NotContains(t, v.Query, "conditionalAll", "not expanded in a variable's query")
				all = append(all, query{d.UID, "variable " + v.Name, v.Query})
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

func TestEveryPanelRunsOnTheRealEngine(t *testing.T) {
	now := time.Now().UTC()
	conn := prepare(t, now)
	all := macro.Variable{All: true}
	one := func(values ...string) macro.Variable { return macro.Variable{Values: values} }
	ranges := map[string]time.Duration{"short": 24 * time.Hour, "long": 30 * 24 * time.Hour}
	choices := map[string]map[string]macro.Variable{
		"all":     {"tenant": all, "connector": all},
		"one":     {"tenant": one("acme"), "connector": one("crm-sync")},
		"many":    {"tenant": one("acme", "beta"), "connector": one("crm-sync", "unattributed")},
		"empty":   {"tenant": one(), "connector": one()},
		"quote":   {"tenant": all, "connector": one("O'Neil report")},
		"nothing": {"tenant": one("nobody"), "connector": one("'); DROP TABLE x; --")},
	}
	rows := map[string]map[string]int{}
	for rangeName, length := range ranges {
		for choiceName, variables := range choices {
			for _, q := range queries(t) {
				expanded, err := macro.Expand(q.sql, macro.Context{From: now.Add(-length), To: now, Interval: length / 500, Variables: variables})
				require.NoError(t, err, q.name)
				require.NoError(t, sqlguard.Check(expanded, sqlguard.DefaultOptions(schema.DefaultDatabase)), "%s: Grafana is the read-only user\n%s", q.name, expanded)
				n, err := count(t.Context(), conn, expanded)
				require.NoError(t, err, "%s, %s range, %s:\n%s", q.name, rangeName, choiceName, expanded)
				name := q.dashboard + ": " + q.name
				if rows[name] == nil {
					rows[name] = map[string]int{}
				}
				rows[name][rangeName+" "+choiceName] = n
			}
		}
	}
	for name, byCase := range rows {
		for _, rangeName := range []string{"short", "long"} {
			require.NotZero(t, byCase[rangeName+" all"], "%s shows something of the seeded world (%s)", name, rangeName)
			require.NotZero(t, byCase[rangeName+" one"]+byCase[rangeName+" many"], "%s (%s)", name, rangeName)
		}
	}
	require.Equal(t, 1, rows["weir-activity: Open findings"]["short all"])
	require.Equal(t, 1, rows["weir-activity: Endpoints never used before"]["short all"])
	require.Zero(t, rows["weir-activity: Open findings"]["short quote"])
	require.NotZero(t, rows["weir-activity: Calls over time, by connector"]["short quote"])
	require.Zero(t, rows["weir-activity: Calls over time, by connector"]["short nothing"])
	require.Zero(t, rows["weir-activity: API calls"]["long empty"])
	require.Equal(t, 7, rows["weir-activity: When connectors work: hour and weekday, UTC"]["long all"])
	shared := rows["weir-identity: Credentials used by several connectors"]
	require.Equal(t, 1, shared["short all"])
	require.Equal(t, 1, shared["short quote"], "with all its connectors, though one is chosen")
	require.Zero(t, shared["short nothing"])
	require.Equal(t, 7, rows["weir-identity: Data by classification and connector"]["short all"])
	require.Equal(t, 3, rows["weir-identity: Data by classification and connector"]["short one"])
}

func TestPanelsShowTheSeededAnomaly(t *testing.T) {
	now := time.Now().UTC()
	conn := prepare(t, now)
	var connector string
	var bytesOut, share float64
	firstRow(t, conn, now, "weir-activity", "Response bytes, top ten connectors", &connector, &bytesOut)
	require.Equal(t, "crm-sync", connector)
	require.Greater(t, bytesOut, 1e9)
	firstRow(t, conn, now, "weir-activity", "Unattributed calls", &share)
	require.InDelta(t, 1.0/3, share, 0.01)
	var first time.Time
	var tenant, endpoint string
	var calls, taken float64
	firstRow(t, conn, now, "weir-activity", "Endpoints never used before", &first, &connector, &tenant, &endpoint, &calls, &taken)
	require.Equal(t, "GET /contacts/export", endpoint)
	var firing uint64
	firstRow(t, conn, now, "weir-activity", "Firing findings", &firing)
	require.EqualValues(t, 1, firing)
}

// firstRow reads the first row that a panel shows of the day before now.
func firstRow(t *testing.T, conn driver.Conn, now time.Time, dashboard, title string, into ...any) {
	t.Helper()
	shown := statement(t, dashboard, title, macro.Context{From: now.Add(-24 * time.Hour), To: now, Interval: time.Minute})
	require.NoError(t, conn.QueryRow(t.Context(), shown).Scan(into...), title)
}

// statement is what reaches ClickHouse of a panel, with All in the variables.
func statement(t *testing.T, dashboard, title string, c macro.Context) string {
	t.Helper()
	c.Variables = map[string]macro.Variable{"tenant": {All: true}, "connector": {All: true}}
	for _, q := range queries(t) {
		if q.dashboard == dashboard && q.name == title {
			expanded, err := macro.Expand(q.sql, c)
			require.NoError(t, err)
			return expanded
		}
	}
	require.Fail(t, "no such panel", title)
	return ""
}

func count(ctx context.Context, conn driver.Conn, sql string) (int, error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return 0, err
	}
	n := 0
	for rows.Next() {
		n++
	}
	return n, rows.Close()
}
