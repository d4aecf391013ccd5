package history_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/internal/schema"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const known = `
version: 1
tenants: [{id: a, time_zone: Europe/Berlin}]
connectors:
  - {id: x, name: Of x, tenant: a, platform: zapier, allowed_endpoints: ["GET /*"], match: {gateway_consumers: [x]}}
`

func source(t *testing.T) *history.Source {
	t.Helper()
	server := chdbtest.Start(t)
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), opts))
	loaded, err := catalog.Parse("catalog.yaml", []byte(known))
	require.NoError(t, err)
	return &history.Source{Conn: server.Conn(t, schema.DefaultDatabase), Catalog: loaded}
}

type row struct {
	at                                   time.Duration // after monday
	tenant, connector, environment, path string
	requests, bytes                      float64
	class                                string // 2xx if empty
}

// insert writes rows into both rollups: in 100 ms a call, by one user.
func insert(t *testing.T, conn driver.Conn, rows ...row) {
	t.Helper()
	for _, table := range []string{"connector_hours (hour", "connector_5m (bucket"} {
		var values []string
		for _, r := range rows {
			at := monday.Add(r.at)
			if strings.HasPrefix(table, "connector_hours") {
				at = at.Truncate(time.Hour)
			}
			values = append(values, fmt.Sprintf("(%d, '%s', '%s', '%s', '%s', '%s', %v, %v)",
				at.Unix(), r.tenant, r.connector, r.environment, r.path, cmp.Or(r.class, "2xx"), r.requests, r.bytes))
		}
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO "+table+`, tenant_id, connector_id, environment, method, route, status_class,
				actions, adjusted_count, errors, bytes_in, bytes_out, latency_histogram, users, computed_at)
			SELECT toDateTime(at, 'UTC'), tenant, connector, environment, 'GET', path, class,
				requests, requests, if(class = '2xx', 0, requests), requests * 2, bytes,
				map(toInt16(floor(4 * log2(1e8))), toFloat64(requests)), arrayReduce('uniqCombined64State(12)', ['ann']), toDateTime64(?, 6, 'UTC')
			FROM values('at UInt32, tenant String, connector String, environment String, path String, class String, requests Float64, bytes Float64', `+
			strings.Join(values, ", ")+")", monday.Add(48*time.Hour).Unix()))
	}
}

func TestLoadReadsConnectors(t *testing.T) {
	s := source(t)
	insert(t, s.Conn,
		row{at: -30 * 24 * time.Hour, tenant: "a", connector: "x", path: "/old", requests: 1, bytes: 10},
		row{at: time.Hour, tenant: "a", connector: "x", environment: "production", path: "/old", requests: 2, bytes: 100},
		row{at: 2 * time.Hour, tenant: "a", connector: "x", environment: "production", path: "/new", requests: 3, bytes: 50, class: "4xx"},
		row{at: 2*time.Hour + 10*time.Minute, tenant: "a", connector: "x", environment: "sandbox", path: "/sandbox", requests: 9, bytes: 9e9},
		row{at: 3 * time.Hour, tenant: "b", connector: "x", path: "/other-tenant", requests: 1, bytes: 1},
		row{at: 3 * time.Hour, path: "/unattributed", requests: 1, bytes: 1},
		row{at: 4 * time.Hour, tenant: "a", connector: "gone", path: "/zero", requests: 0, bytes: 0}, // its key vanished
		row{at: 25 * time.Hour, tenant: "a", connector: "x", path: "/later", requests: 1, bytes: 1},
	)
	reading := history.Reading{Start: monday, End: monday.Add(24 * time.Hour), Before: true, Tops: true, Measures: []string{detect.Latency, detect.Users, detect.BytesIn}}
	h, err := s.Load(t.Context(), reading)
	require.NoError(t, err)
	require.Equal(t, 24, h.Hours)
	require.Len(t, h.Entities, 2)
	x := h.Entities[0]
	require.Equal(t, "a", x.Tenant)
	require.Equal(t, "Of x", x.Name)
	require.Equal(t, []string{"GET /*"}, x.Allowed)
	require.Equal(t, "zapier /new", x.Peer)
	require.Equal(t, "Europe/Berlin", x.Calendar.Location.String())
	require.Equal(t, -30*24, x.First)
	require.Equal(t, []int32{1, 2}, x.Hours)
	require.Equal(t, []float32{2, 3}, x.Requests)
	require.Equal(t, []float32{0, 3}, x.Errors)
	require.Equal(t, []float32{100, 50}, x.BytesOut)
	require.Equal(t, []float32{100, 50}, x.TopBytes)
	require.Equal(t, []float32{2, 3}, x.TopRequests)
	require.Equal(t, []float32{4, 6}, x.BytesIn)
	require.Equal(t, []float32{1, 1}, x.Users)
	require.InDelta(t, 0.1, x.Latency[0], 0.01)
	require.Nil(t, x.Cost, "nobody asked for it")
	require.Equal(t, []detect.Endpoint{
		{Name: "GET /new", First: 2, Hours: []int32{2}, Calls: []float32{3}, Bytes: []float32{50}, Errors: []float32{3}},
		{Name: "GET /old", First: -30 * 24, Hours: []int32{1}, Calls: []float32{2}, Bytes: []float32{100}, Errors: []float32{0}},
	}, x.Endpoints)
	require.Equal(t, "b", h.Entities[1].Tenant)

	// only some, and only a part
	reading.Of = []detect.Key{{Tenant: "b", ID: "x"}, {Tenant: "b", ID: "it's"}}
	h, err = s.Load(t.Context(), reading)
	require.NoError(t, err)
	require.Len(t, h.Entities, 1)
	require.Equal(t, "b", h.Entities[0].Tenant)
	reading.Of = []detect.Key{}
	h, err = s.Load(t.Context(), reading)
	require.NoError(t, err)
	require.Empty(t, h.Entities)
	reading.Of, reading.Part = nil, history.Part{FirstTenant: "a", LastTenant: "a", FirstConnector: "u", LastConnector: "x"}
	h, err = s.Load(t.Context(), reading)
	require.NoError(t, err)
	require.Len(t, h.Entities, 1)
}

func TestLoadReadsOtherEntities(t *testing.T) {
	s := source(t)
	insert(t, s.Conn,
		row{at: time.Hour, tenant: "a", connector: "x", path: "/p", requests: 2, bytes: 100},
		row{at: time.Hour, tenant: "a", connector: "y", path: "/p", requests: 3, bytes: 50},
		row{at: 2 * time.Hour, tenant: "a", connector: "y", path: "/q", requests: 4, bytes: 1},
	)
	require.NoError(t, s.Conn.Exec(t.Context(), `INSERT INTO actions (bucket, call_key, live, tenant_id, connector_id, user_id, credential_id, method, route, adjusted_count, bytes_out, computed_at)
		SELECT toDateTime(?, 'UTC'), toString(number), 1, 'a', 'x', if(number < 3, 'ann', ''), 'key-1', 'GET', '/p', 2, 10, now64(6) FROM numbers(5)`, monday.Add(3*time.Hour+5*time.Minute).Unix()))
	f := func(entity string, want ...string) {
		t.Helper()
		h, err := s.Load(t.Context(), history.Reading{Entity: entity, Start: monday, End: monday.Add(24 * time.Hour), Before: true, Tops: true, Measures: []string{detect.Users, detect.Latency}})
		require.NoError(t, err)
		var got []string
		for _, e := range h.Entities {
			got = append(got, fmt.Sprint(e.Key(), e.Hours, e.Requests, e.TopRequests))
		}
		require.Equal(t, want, got)
	}
	f(history.Tenant, "{a   } [1 2] [5 4] [5 4]")
	f(history.Endpoint, "{a x  GET /p} [1] [2] [2]", "{a y  GET /p} [1] [3] [3]", "{a y  GET /q} [2] [4] [4]")
	f(history.User, "{a  ann } [3] [6] [6]")
	f(history.Credential, "{a  key-1 } [3] [10] [10]")
	_, err := s.Load(t.Context(), history.Reading{Entity: "planet"})
	require.ErrorContains(t, err, `"planet", expected connector, tenant`)
}

func TestBlocksAndTheirPartsCoverTheFleet(t *testing.T) {
	s := source(t)
	var rows []row
	for _, tenant := range []string{"a", "b", "c", "d", "e"} {
		for i := range map[string]int{"b": 5, "d": 11}[tenant] + 2 {
			rows = append(rows, row{at: time.Hour, tenant: tenant, connector: fmt.Sprintf("c%02d", i), path: "/p", requests: 1, bytes: 3})
		}
	}
	rows = append(rows, row{at: time.Hour, tenant: "e", connector: "c00", path: "/q", requests: 1, bytes: 3})
	insert(t, s.Conn, rows...)
	size := func(n int) history.Size { return history.Size{Entities: n, Rows: n} }
	end := monday.Add(24 * time.Hour)
	for _, length := range []time.Duration{24 * time.Hour, 72 * time.Hour} { // of one rollup, and of the other
		start := end.Add(-length)
		blocks, err := s.Blocks(t.Context(), history.Connector, start, end, size(8), size(3))
		require.NoError(t, err)
		seen, parts := map[detect.Key]int{}, 0
		for _, block := range blocks {
			reading := history.Reading{Start: start, End: end, Part: block.Part, Tops: true}
			reading.Known, err = s.Tops(t.Context(), reading)
			require.NoError(t, err)
			held := 0
			for _, part := range block.Parts {
				parts++
				reading.Part = part
				h, err := s.Load(t.Context(), reading)
				require.NoError(t, err)
				require.LessOrEqual(t, len(h.Entities), 3)
				held += len(h.Entities)
				for i := range h.Entities {
					seen[h.Entities[i].Key()]++
					require.Equal(t, h.Entities[i].BytesOut[0] > 0, h.Entities[i].TopBytes[0] > 0, "the block's largest five minutes are found")
				}
			}
			require.LessOrEqual(t, held, 8)
		}
		require.Len(t, seen, len(rows)-1)
		for key, n := range seen {
			require.Equal(t, 1, n, key)
		}
		require.Greater(t, parts, len(blocks))
		require.Greater(t, len(blocks), 3)
	}
	blocks, err := s.Blocks(t.Context(), history.Tenant, monday, end, size(8), size(3))
	require.NoError(t, err)
	require.Equal(t, []history.Block{{Parts: []history.Part{{}}}}, blocks)
}

func TestAShortReadingIsTheSameFromBothRollups(t *testing.T) {
	s := source(t)
	insert(t, s.Conn,
		row{at: time.Hour, tenant: "a", connector: "x", path: "/p", requests: 1, bytes: 10},
		row{at: 25*time.Hour + 5*time.Minute, tenant: "a", connector: "x", path: "/p", requests: 2, bytes: 100},
		row{at: 26 * time.Hour, tenant: "a", connector: "x", path: "/p", requests: 3, bytes: 7, class: "4xx"},
	)
	read := func(of []detect.Key) *detect.History {
		t.Helper()
		h, err := s.Load(t.Context(), history.Reading{
			Start: monday.Add(24 * time.Hour), End: monday.Add(48 * time.Hour), Of: of, Measures: []string{detect.Latency, detect.Users, detect.Cost},
		})
		require.NoError(t, err)
		require.Len(t, h.Entities, 1)
		h.Entities[0].Calendar = nil
		return h
	}
	hours := read([]detect.Key{{Tenant: "a", ID: "x"}})
	require.Equal(t, []int32{1, 2}, hours.Entities[0].Hours)
	require.Equal(t, hours, read(nil))
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
	hours, err := s.VersionsOfHours(t.Context(), monday)
	require.NoError(t, err)
	require.Equal(t, versions, hours)
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
