package history_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/history"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func source(t *testing.T) *history.Source {
	t.Helper()
	server := chdbtest.Start(t)
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), opts))
	return &history.Source{
		Conn:   server.Conn(t, schema.DefaultDatabase),
		Locate: func(string) *time.Location { return time.UTC },
		Name:   func(id string) string { return "Name of " + id },
	}
}

type row struct {
	at                                   time.Duration // after monday
	tenant, connector, environment, path string
	requests, bytes                      float64
}

func insert(t *testing.T, conn driver.Conn, rows ...row) {
	t.Helper()
	for _, table := range []string{"connector_hours (hour", "connector_5m (bucket"} {
		batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO "+table+
			", tenant_id, connector_id, environment, method, route, status_class, actions, adjusted_count, bytes_out, computed_at)")
		require.NoError(t, err)
		for _, r := range rows {
			at := monday.Add(r.at)
			if table[:15] == "connector_hours" {
				at = at.Truncate(time.Hour)
			}
			require.NoError(t, batch.Append(at, r.tenant, r.connector, r.environment, "GET", r.path, "2xx", uint64(r.requests), r.requests, r.bytes, monday.Add(48*time.Hour)))
		}
		require.NoError(t, batch.Send())
	}
}

func TestLoadReadsConnectorsEndpointsAndLargestFives(t *testing.T) {
	s := source(t)
	insert(t, s.Conn,
		row{at: -30 * 24 * time.Hour, tenant: "a", connector: "x", path: "/old", requests: 1, bytes: 10},
		row{at: time.Hour, tenant: "a", connector: "x", environment: "production", path: "/old", requests: 2, bytes: 100},
		row{at: 2 * time.Hour, tenant: "a", connector: "x", environment: "production", path: "/new", requests: 3, bytes: 50},
		row{at: 2*time.Hour + 10*time.Minute, tenant: "a", connector: "x", environment: "sandbox", path: "/sandbox", requests: 9, bytes: 9e9},
		row{at: 3 * time.Hour, tenant: "b", connector: "x", path: "/other-tenant", requests: 1, bytes: 1},
		row{at: 3 * time.Hour, path: "/unattributed", requests: 1, bytes: 1},
		row{at: 4 * time.Hour, tenant: "a", connector: "gone", path: "/zero", requests: 0, bytes: 0}, // its key vanished
		row{at: 25 * time.Hour, tenant: "a", connector: "x", path: "/later", requests: 1, bytes: 1},
	)
	h, err := s.Load(t.Context(), monday, monday.Add(24*time.Hour))
	require.NoError(t, err)
	require.Equal(t, 24, h.Hours)
	require.Len(t, h.Entities, 2)
	x := h.Entities[0]
	require.Equal(t, "a", x.Tenant)
	require.Equal(t, "Name of x", x.Name)
	require.Equal(t, -30*24, x.First)
	require.Equal(t, []float64{0, 2, 3, 0}, x.Requests[:4])
	require.Equal(t, []float64{0, 100, 50, 0}, x.Bytes[:4])
	require.Equal(t, []float64{0, 100, 50, 0}, x.Top[:4])
	require.Len(t, x.Endpoints, 2)
	for _, ep := range x.Endpoints {
		switch ep.Name {
		case "GET /old":
			require.Equal(t, -30*24, ep.First)
		case "GET /new":
			require.Equal(t, 2, ep.First)
			require.Equal(t, []int32{2}, ep.Hours)
		}
	}
	require.Equal(t, "b", h.Entities[1].Tenant)
}

func TestUnsettledCountsSegmentsThatTouchThePast(t *testing.T) {
	s := source(t)
	enqueue := func(state string, bucket time.Time) {
		t.Helper()
		require.NoError(t, s.Conn.Exec(t.Context(),
			"INSERT INTO recompute_queue (segment_id, state, reports, buckets, version) SELECT generateUUIDv4(), ?, 1, [toDateTime(?, 'UTC')], 1", state, bucket.Unix()))
	}
	enqueue("done", monday)
	enqueue("waiting", monday.Add(time.Hour))
	for before, want := range map[time.Duration]int{0: 0, time.Hour: 0, 2 * time.Hour: 1} {
		n, err := s.Unsettled(t.Context(), monday.Add(before))
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
}

func TestVersionsAndEmpty(t *testing.T) {
	s := source(t)
	empty, err := s.Empty(t.Context())
	require.NoError(t, err)
	require.True(t, empty)
	insert(t, s.Conn, row{at: time.Hour, tenant: "a", connector: "x", path: "/p", requests: 1})
	empty, err = s.Empty(t.Context())
	require.NoError(t, err)
	require.False(t, empty)
	versions, err := s.Versions(t.Context(), monday)
	require.NoError(t, err)
	require.Equal(t, map[time.Time]time.Time{monday.Add(time.Hour): monday.Add(48 * time.Hour)}, versions)
}

func TestTracesHaveTheLargestAnswersFirst(t *testing.T) {
	s := source(t)
	for i, trace := range []string{"00000000000000000000000000000001", "00000000000000000000000000000002", "00000000000000000000000000000000"} {
		require.NoError(t, s.Conn.Exec(t.Context(), `INSERT INTO actions (bucket, call_key, live, timestamp, trace_id, tenant_id, connector_id, method, route, bytes_out, computed_at)
			SELECT toDateTime(?, 'UTC'), ?, 1, toDateTime64(?, 9, 'UTC'), unhex(?), 'a', 'x', 'GET', '/p', ?, now64(6)`,
			monday.Unix(), trace, monday.Unix(), trace, uint64(100+i)))
	}
	traces, err := s.Traces(t.Context(), "a", "x", "GET /p", monday, monday.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []string{"00000000000000000000000000000002", "00000000000000000000000000000001"}, traces)
	traces, err = s.Traces(t.Context(), "a", "x", "", monday, monday.Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, traces, 2)
	traces, err = s.Traces(t.Context(), "a", "other", "", monday, monday.Add(time.Hour))
	require.NoError(t, err)
	require.Empty(t, traces)
}
