package queryrule_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
)

const (
	benchCallsAnHour = 10 // of a connector
	benchHours       = 2  // of actions
)

const actionRows = `INSERT INTO action_reports (bucket, trace_key, call_key, timestamp, duration_ns, tenant_id, connector_id, platform_name, identity_status, user_id,
		credential_hash, credential_type, token_id, token_scopes, token_expires_in, client_country, client_as, operation_id, method, route, status_code, status_class,
		bytes_out, adjusted_count, source)
	SELECT toStartOfFiveMinutes({end} - 1 - number % 7200) AS b, number, toString(number), {end} - 1 - number % 7200, 1e7, 'acme', {connector}, 'make', 'verified', concat('u', toString(number % 7)),
		concat('v1:', hex(cityHash64(number % {n}))), 'api_key', hex(cityHash64(number % {n}, toStartOfHour(b))), ['contacts.read'], 3600, 'DE', 64496, 'getContacts',
		'GET', concat('/contacts/', toString(number % 5)), 200, '2xx', 1000, 1, 'gateway_log'`

// benchConnectors is 100,000, or what WEIR_BENCH_CONNECTORS says.
func benchConnectors() int {
	if n, err := strconv.Atoi(os.Getenv("WEIR_BENCH_CONNECTORS")); err == nil {
		return n
	}
	return 100_000
}

// fleetRows are what fillFleet inserts: rows a connector, and the SELECT of the
// row with this number. {n} is the number of connectors, {end} the present.
var fleetRows = []struct {
	each int
	sql  string
}{
	{benchCallsAnHour * benchHours, actionRows},
	{48, `INSERT INTO connector_5m (bucket, tenant_id, connector_id, platform_name, method, route, status_class, actions, adjusted_count, bytes_out, cost, computed_at)
		SELECT toStartOfFiveMinutes({end} - 1 - intDiv(number, {n}) * 1800), 'acme', {connector}, 'make', 'GET', '/contacts', '2xx', 5, 5, 5000, 0.01, now64(6)`},
	{96, `INSERT INTO connector_hours (hour, tenant_id, connector_id, platform_name, method, route, status_class, actions, adjusted_count, bytes_out, computed_at)
		SELECT toStartOfHour({end} - 1 - intDiv(number, {n}) * 7200), 'acme', {connector}, 'make', 'GET', '/contacts', '2xx', 10, 10, 10000, now64(6)`},
	{1, `INSERT INTO catalog_connectors (revision, connector_id, tenant_id, region, platform_name, lifecycle, environment, allowed_endpoints, allowed_patterns, quota_requests_per_day, budget_per_day)
		SELECT 'r', {connector}, 'acme', 'eu', 'make', 'listed', if(number % 10 = 0, 'sandbox', 'production'), ['GET /contacts'], ['^(GET) /*contacts/*$'], 1e9, 1e9`},
	{benchCallsAnHour * benchHours, `INSERT INTO spans (timestamp, trace_id, span_id, kind, service_name, name, tenant_id, connector_id, attributes_string, segment_id)
		SELECT {end} - 1 - number % 7200, toFixedString(hex(cityHash64(number)), 16), toFixedString(toString(number), 8), 'server', 'crm-api', 'GET /contacts', 'acme', {connector},
			map('http.request.method', 'GET', 'http.route', '/contacts', 'url.path', concat('/contacts/', toString(number))), toUUID('019c0000-0000-7000-8000-000000000001')`},
}

// fillFleet stores a fleet of n active connectors: two hours of actions, a day
// of 5-minute rollups, eight days of hourly ones, their facts and their catalog.
func fillFleet(tb testing.TB, conn driver.Conn, n int, end time.Time) {
	tb.Helper()
	for _, rows := range fleetRows {
		fillRows(tb, conn, n, end, rows.sql, 0, n*rows.each)
	}
	fillActions(tb, conn)
}

// fillRows inserts the rows with these numbers.
func fillRows(tb testing.TB, conn driver.Conn, n int, end time.Time, sql string, first, last int) {
	tb.Helper()
	fill := strings.NewReplacer("{n}", strconv.Itoa(n), "{connector}", fmt.Sprintf("concat('connector-', toString(number %% %d))", n),
		"{end}", fmt.Sprintf("toDateTime(%d, 'UTC')", end.Unix()))
	const chunk = 500_000
	for from := first; from < last; from += chunk {
		require.NoError(tb, conn.Exec(tb.Context(), fmt.Sprintf("%s FROM numbers(%d, %d)", fill.Replace(sql), from, min(chunk, last-from))))
	}
}

// fillActions takes each report for an action.
func fillActions(tb testing.TB, conn driver.Conn) {
	tb.Helper()
	const columns = `bucket, trace_key, call_key, timestamp, tenant_id, connector_id, platform_name, identity_status, user_id,
		credential_hash, credential_type, token_id, token_scopes, token_expires_in, client_country, client_as, operation_id, method, route, status_code, status_class,
		bytes_out, adjusted_count`
	require.NoError(tb, conn.Exec(tb.Context(), "INSERT INTO actions (live, "+columns+") SELECT 1, "+columns+" FROM action_reports SETTINGS max_threads = 1"))
}

// BenchmarkGovernance evaluates the built-in query rules one by one over a large
// fleet; its sum is what an hourly run costs.
func BenchmarkGovernance(b *testing.B) {
	server := chdbtest.Start(b)
	require.NoError(b, schema.Apply(b.Context(), server.Conn(b, "default"), schema.Options{}))
	conn := server.Conn(b, schema.DefaultDatabase)
	end := time.Now().UTC().Truncate(time.Hour)
	fillFleet(b, conn, benchConnectors(), end)
	builtin, err := rules.Builtin()
	require.NoError(b, err)
	for _, rule := range builtin {
		if rule.Family != rules.Query {
			continue
		}
		b.Run(rule.Name, func(b *testing.B) {
			for b.Loop() {
				_, err := queryrule.Evaluate(b.Context(), conn, &rule, queryrule.WindowAt(&rule, end), "r")
				require.NoError(b, err)
			}
		})
	}
}
