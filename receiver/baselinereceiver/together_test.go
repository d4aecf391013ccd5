package baselinereceiver

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/simulate"
)

// errors replaces what a connector of the steady fleet did in one hour by calls of which
// half fail.
func (b *bench) errors(connector string, at time.Time) {
	b.t.Helper()
	for _, table := range []struct {
		into  string
		parts uint64
	}{{"connector_hours (hour", 1}, {"connector_5m (bucket", 12}} {
		require.NoError(b.t, b.conn.Exec(b.t.Context(), `INSERT INTO `+table.into+`, tenant_id, connector_id, method, route, status_class, actions, adjusted_count, errors, bytes_out, computed_at)
			SELECT toDateTime(toUInt32(? + number * 300), 'UTC'), 'acme', ?, 'GET', '/contacts', '2xx', 1200 / ? AS calls, calls, calls / 2, calls * 1000, toDateTime64(?, 6, 'UTC') FROM numbers(?)`,
			at.Unix(), connector, table.parts, at.AddDate(1, 0, 0).Unix(), table.parts))
	}
}

func TestAnAPIThatFailsForAllIsOneFinding(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("error-rate")
	b.steady(simEnd.Add(6 * time.Hour))
	for i := range 15 {
		b.errors(fmt.Sprintf("steady-%d", i), simEnd)
	}
	b.errors("steady-7", simEnd.Add(3*time.Hour)) // on its own
	b.pass(b.runner(&manualClock{now: simEnd.Add(6*time.Hour + 5*time.Minute)}))
	found := map[string]string{}
	for _, f := range b.findings() {
		found[f.ConnectorID] = f.Summary
		rows, err := b.conn.Query(t.Context(), f.EvidenceSQL)
		require.NoError(t, err, f.EvidenceSQL)
		require.NoError(t, rows.Close())
	}
	require.Len(t, b.findings(), 2)
	require.Equal(t, "/contacts failed for 15 of 20 connectors that called it between 14:00 and 15:00 on Wed 17 Jun (UTC): 38% of their calls, usually 0.0%. It is the API, or the way to it, and no single connector.", found[""])
	require.Contains(t, found["steady-7"], "failed in")
}

func TestAnEndpointThatManyPeersTakeUpIsOneFinding(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("new-endpoint")
	b.steady(simEnd.Add(6 * time.Hour))
	for i := range 7 {
		b.take(fmt.Sprintf("steady-%d", i), simEnd, "/contacts/v2")
	}
	b.take("steady-9", simEnd, "/admin/keys")
	b.pass(b.runner(&manualClock{now: simEnd.Add(3*time.Hour + 5*time.Minute)}))
	found := map[string]string{}
	for _, f := range b.findings() {
		found[f.ConnectorID] = f.Summary
		rows, err := b.conn.Query(t.Context(), f.EvidenceSQL)
		require.NoError(t, err, f.EvidenceSQL)
		require.NoError(t, rows.Close())
	}
	require.Len(t, b.findings(), 2)
	require.Contains(t, found["steady-9"], "GET /admin/keys")
	require.Regexp(t, `^7 connectors called GET /contacts/v2 for the first time \(8,400 calls\) between 14:00 and 15:00 on Wed 17 Jun \(UTC\), of 20 like them`, found[""])
}

// take has a connector of the steady fleet call another endpoint in one hour.
func (b *bench) take(connector string, at time.Time, route string) {
	b.t.Helper()
	for _, table := range []struct {
		into  string
		parts uint64
	}{{"connector_hours (hour", 1}, {"connector_5m (bucket", 12}} {
		require.NoError(b.t, b.conn.Exec(b.t.Context(), `INSERT INTO `+table.into+`, tenant_id, connector_id, method, route, status_class, actions, adjusted_count, bytes_out, computed_at)
			SELECT toDateTime(toUInt32(? + number * 300), 'UTC'), 'acme', ?, 'GET', ?, '2xx', 1200 / ? AS calls, calls, calls * 1000, toDateTime64(?, 6, 'UTC') FROM numbers(?)`,
			at.Unix(), connector, route, table.parts, at.AddDate(1, 0, 0).Unix(), table.parts))
	}
}
