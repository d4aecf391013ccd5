package dashboards

import (
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/dashboards/internal/macro"
)

// seedIdentity adds to the small world: one key that two connectors use, and one
// whose second connector is only inherited; an agent that calls for jane; and two
// services, of which orders hardly knows its callers.
func seedIdentity(t *testing.T, conn driver.Conn, hour string) {
	t.Helper()
	require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(`
		INSERT INTO coverage_5m (bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context, actions, adjusted_count, computed_at)
		SELECT toDateTime('%s', 'UTC') - toIntervalSecond(300 * number), row.1, row.2, row.3, row.4, row.5, 10, row.6, now64(6)
		FROM numbers(600)
		ARRAY JOIN [
			('acme', 'billing', 'verified', '', 'complete', 100),
			('acme', 'orders', 'claimed', '', 'root', 40),
			('beta', 'orders', 'conflicting', '', 'broken', 10),
			('acme', 'orders', 'unattributed', 'unknown_key', 'none', 30),
			('', 'orders', 'unattributed', 'no_signal', 'complete', 20)
		] AS row`, hour)))
	require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(`
		INSERT INTO actions (bucket, call_key, live, source, timestamp, tenant_id, connector_id, identity_status, credential_hash, credential_id, user_id, actor_chain, client_country, data_classification, bytes_out, adjusted_count)
		SELECT toStartOfFiveMinutes(at), concat('identity', row.1, row.2, row.4, row.5), 1, 'gateway_log', at, row.1, row.2, row.3, row.4, row.5, row.6, row.7, row.8, row.9, 1000, 2
		FROM (SELECT toDateTime64('%s', 9, 'UTC') - toIntervalSecond(10) AS at)
		ARRAY JOIN [
			('acme', 'crm-sync', 'verified', 'v1:a', 'k1', 'jane', ['agent-7', 'crm-bot'], 'DE', 'restricted'),
			('beta', 'O''Neil report', 'claimed', 'v1:a', 'k2', '', [], 'US', ''),
			('acme', 'crm-sync', 'verified', 'v1:b', '', '', [], 'DE', 'internal'),
			('acme', 'erp', 'inherited', 'v1:b', '', '', [], '', 'internal'),
			('', '', 'unattributed', 'v1:a', '', '', [], 'DE', 'internal')
		] AS row`, hour)))
}

func TestPanelsShowWhoItIs(t *testing.T) {
	now := time.Now().UTC()
	conn := prepare(t, now)
	f := func(title string, into ...any) {
		t.Helper()
		firstRow(t, conn, now, "weir-identity", title, into...)
	}
	var share, untraced, none, root, broken, calls, bytesOut float64
	f("Verified calls", &share)
	require.InDelta(t, 0.5, share, 1e-9)
	f("Unattributed calls", &share)
	require.InDelta(t, 0.25, share, 1e-9)
	f("Calls without trace context", &share)
	require.InDelta(t, 0.4, share, 1e-9)

	var at, last time.Time
	var name, connector, tenant, which string
	f("Share of calls by identity status", &at, &name, &share)
	require.Equal(t, "claimed", name)
	require.InDelta(t, 0.2, share, 1e-9)
	f("Unattributed calls over time, by reason", &at, &name, &calls)
	require.Equal(t, "no_signal", name)
	require.InDelta(t, 20, calls, 1e-9)
	f("Services by what is unknown of their callers", &name, &calls, &share, &untraced, &none, &root, &broken)
	require.Equal(t, "orders", name, "the worst first, though billing has as many calls")
	require.InDeltaSlice(t, []float64{0.5, 0.8, 0.3, 0.4, 0.1}, []float64{share, untraced, none, root, broken}, 1e-9)

	f("Calls by country, top ten", &name, &calls)
	require.Equal(t, "DE", name)
	require.InDelta(t, 6, calls, 1e-9)
	var connectors uint64
	f("Credentials used by several connectors", &name, &connectors, &which, &calls, &last)
	require.Equal(t, "v1:a", name)
	require.EqualValues(t, 2, connectors, "calls of nobody are no connector")
	require.Equal(t, "acme/crm-sync, beta/O'Neil report", which)
	f("Data by classification and connector", &name, &connector, &tenant, &calls, &bytesOut)
	require.InDelta(t, 2000, bytesOut, 1e-9, "a sampled call counts for all it stands for")
	f("Who acts for whom", &name, &connector, &tenant, &calls, &bytesOut)
	require.Equal(t, "jane via agent-7 via crm-bot", name)
}

func TestARangeWithinAnHourShowsCoverage(t *testing.T) {
	now := time.Now().UTC()
	conn := prepare(t, now)
	to := now.Truncate(time.Hour).Add(-5 * time.Minute)
	n, err := count(t.Context(), conn, statement(t, "weir-identity", "Share of calls by identity status",
		macro.Context{From: to.Add(-20 * time.Minute), To: to, Interval: time.Second}))
	require.NoError(t, err)
	require.Equal(t, 5*4, n, "five buckets of four statuses")
}
