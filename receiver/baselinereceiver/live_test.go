package baselinereceiver

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
)

// steady writes 30 days of a fleet that makes about 1200 calls an hour each.
func (b *bench) steady(end time.Time) {
	b.t.Helper()
	for _, table := range []struct{ into, every, calls string }{
		{"connector_hours (hour", "3600", "1150 + dice % 100"}, {"connector_5m (bucket", "300", "95 + dice % 10"},
	} {
		require.NoError(b.t, b.conn.Exec(b.t.Context(), `INSERT INTO `+table.into+`, tenant_id, connector_id, method, route, status_class, actions, adjusted_count, bytes_out, computed_at)
			WITH cityHash64(c, n) AS dice
			SELECT toDateTime(toUInt32(? - (n + 1) * `+table.every+`), 'UTC'), 'acme', concat('steady-', toString(c)), 'GET', '/contacts', '2xx',
				`+table.calls+` AS calls, calls, calls * 1000, toDateTime64(?, 6, 'UTC')
			FROM (SELECT number AS c FROM numbers(20)) ARRAY JOIN range(toUInt32(30 * 86400 / `+table.every+`)) AS n`, end.Unix(), end.Unix()))
	}
}

// hour replaces what a connector of the steady fleet did in one hour on a route.
func (b *bench) hour(connector string, at time.Time, route string, calls, errors uint64) {
	b.t.Helper()
	for _, table := range []struct {
		into  string
		parts uint64
	}{{"connector_hours (hour", 1}, {"connector_5m (bucket", 12}} {
		require.NoError(b.t, b.conn.Exec(b.t.Context(), `INSERT INTO `+table.into+`, tenant_id, connector_id, method, route, status_class, actions, adjusted_count, errors, bytes_out, computed_at)
			SELECT toDateTime(toUInt32(? + number * 300), 'UTC'), 'acme', ?, 'GET', ?, '2xx', ? AS calls, calls, ?, calls * 1000, toDateTime64(?, 6, 'UTC') FROM numbers(?)`,
			at.Unix(), connector, route, calls/table.parts, errors/table.parts, at.AddDate(1, 0, 0).Unix(), table.parts))
	}
}

// usualRoute is what the steady fleet calls.
const usualRoute = "/contacts"

// call writes actions of a connector, some calls a second.
func (b *bench) call(connector string, from time.Time, seconds int, perSecond float64, route string) {
	b.t.Helper()
	require.NoError(b.t, b.conn.Exec(b.t.Context(), `INSERT INTO actions (bucket, trace_key, call_key, live, timestamp, tenant_id, connector_id, method, route, adjusted_count, bytes_out, computed_at)
		SELECT toStartOfFiveMinutes(at), number, concat(?, toString(number)), 1, toDateTime(toUInt32(? + number), 'UTC') AS at, 'acme', ?, 'GET', ?, ?, 1000, now64(6)
		FROM numbers(?)`, fmt.Sprint(connector, from.Unix(), route), from.Unix(), connector, route, perSecond, seconds))
}

func TestABurstIsToldWithinThreeMinutes(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("requests-burst-now")
	b.steady(simEnd)
	begin := simEnd.Add(22*time.Minute + 40*time.Second) // in the middle of five minutes
	for i := range 20 {
		b.call(fmt.Sprintf("steady-%d", i), simEnd, 1800, 1./3, "/contacts")
	}
	b.call("steady-7", begin, 600, 3, "/contacts/export")

	clock := &manualClock{now: simEnd.Add(15 * time.Minute)}
	r := b.runner(clock)
	for ; clock.now.Before(begin.Add(3 * time.Minute)); clock.now = clock.now.Add(liveEvery) {
		b.pass(r)
	}
	require.NotEmpty(t, b.emitted)
	require.Len(t, b.findings(), 1, "one episode, however it grows")
	f := b.emitted[0]
	require.Equal(t, finding.Firing, f.Status)
	require.Equal(t, "steady-7", f.ConnectorID)
	require.Equal(t, "GET /contacts/export", f.Endpoint)
	require.Regexp(t, `steady-7 made \d+ requests between 14:\d\d and 14:\d\d on Wed 17 Jun \(UTC\); it usually makes .* then \(28 days\)\. Most of what is more went to GET /contacts/export, first seen now\.`, f.Summary)
	require.Less(t, f.UpdatedAt.Sub(begin), 3*time.Minute)

	// It ends when the burst is over, also for a leader that has just begun.
	r = b.runner(clock)
	clock.now = begin.Add(31 * time.Minute)
	b.pass(r)
	clock.now = clock.now.Add(liveEvery)
	b.pass(r)
	clock.now = clock.now.Add(liveEvery)
	b.pass(r)
	require.Equal(t, finding.Resolved, b.findings()[0].Status)
}

func TestABurstThatIsNoBurstYetIsNotTold(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("requests-burst-now")
	b.steady(simEnd)
	b.call("steady-3", simEnd, 1800, 0.6, "/contacts") // not twice the usual
	clock := &manualClock{now: simEnd.Add(10 * time.Minute)}
	r := b.runner(clock)
	b.pass(r) // all others are silent, which proves nothing
	require.Empty(t, b.emitted)
}
