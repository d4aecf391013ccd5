package recompute_test

import (
	"math"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
)

// fiveReports are of one call: the SDK's client span, the gateway's server span,
// two services behind it and the gateway's access log.
func fiveReports(trace byte, gateway string) []report {
	reports := []report{
		client("sdk", 1, 0, 20*ms).by("crm-sync", "claimed"),
		edge(2, 1, 1*ms, 18*ms),
		server("crm", 4, 3, 2*ms, 9*ms).by("crm-sync", "claimed"),
		server("billing", 6, 5, 3*ms, 4*ms),
		gatewayLog(7, 1, 1*ms, 18*ms).by("crm-sync", "verified"),
	}
	reports[1].source = gateway
	for i := range reports {
		reports[i].trace = trace
	}
	return reports
}

// permutations lists all orders of n things.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			order := append([]int{}, shorter[:at]...)
			all = append(all, append(append(order, n-1), shorter[at:]...))
		}
	}
	return all
}

// In every one of the 120 orders, each arrival in a segment of its own, through
// two collectors, resolved after each arrival, with a restart of the engine and
// of the collectors on the way; once where the gateway is a declared edge, once
// where nothing is declared. At last one of the reports comes again.
func TestOneCallReportedFiveWaysIsOneActionInEveryOrder(t *testing.T) {
	server := chdbtest.Start(t)
	conn := onServer(t, server, "weir")
	orders := permutations(5)
	require.Len(t, orders, 120)

	collectors := []*recompute.Resolver{recompute.New(conn), recompute.New(conn)}
	arrive := func(round int) {
		segments := make([][]report, len(collectors))
		for i, order := range orders {
			which := (i + round) % len(collectors)
			declared, undeclared := fiveReports(byte(1+i), "edge"), fiveReports(byte(121+i), "server")
			segments[which] = append(segments[which], declared[order[round%5]], undeclared[order[round%5]])
		}
		for _, reports := range segments {
			deliver(t, conn, reports...)
		}
		_, err := collectors[round%len(collectors)].Run(t.Context())
		require.NoError(t, err)
	}
	for round := range 5 {
		arrive(round)
		if round == 2 {
			server.Kill()
			require.Eventually(t, func() bool { return conn.Ping(t.Context()) == nil }, 20*time.Second, 20*time.Millisecond)
			collectors = []*recompute.Resolver{recompute.New(conn), recompute.New(conn)}
		}
	}
	check := func() {
		found := actionsByTrace(t, conn)
		for i, order := range orders {
			require.Equal(t, []string{"edge gateway 2 crm-sync verified"}, found[byte(1+i)], "declared edge, order %v", order)
			require.Equal(t, []string{"gateway_log kong 7 crm-sync verified"}, found[byte(121+i)], "nothing declared, order %v", order)
		}
		require.EqualValues(t, 240, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL"))
		require.EqualValues(t, 240, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL WHERE connector_id = 'crm-sync'"))
	}
	check()
	arrive(5)
	check()
}

// The caller sent no trace context, so the log and the gateway's span have no
// caller's span in common.
func TestAGatewaysLogWithoutACallerIsTheCallOfItsEdge(t *testing.T) {
	conn := database(t)
	entry, log := edge(2, 0, 0, 9*ms), gatewayLog(7, 0, 0, 9*ms).by("crm-sync", "verified")
	log.request = "r1"
	deliver(t, conn, log)
	settle(t, conn)
	require.Equal(t, []string{"gateway_log kong 7 crm-sync verified"}, actions(t, conn), "the log alone")
	deliver(t, conn, entry)
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 crm-sync verified"}, actions(t, conn))
}

// A report that comes again has its call decided report by report.
func TestCallsThatAreDecidedSomeAtATimeAreAllDecided(t *testing.T) {
	conn := database(t)
	resolver := recompute.New(conn)
	resolver.HardCalls(3)
	for range 2 { // the second time, all of it replaces what is there
		for trace := range byte(20) {
			deliver(t, conn, fiveReports(1+trace, "edge")...)
		}
		_, err := resolver.Run(t.Context())
		require.NoError(t, err)
		found := actionsByTrace(t, conn)
		require.Len(t, found, 20)
		for trace, actions := range found {
			require.Equal(t, []string{"edge gateway 2 crm-sync verified"}, actions, "trace %d", trace)
		}
		require.EqualValues(t, 20, count(t, conn, "SELECT count() FROM trace_identity WHERE connector_id = 'crm-sync'"))
	}
}

func TestABackendThatCameFirstIsNoActionOnceItsGatewayReports(t *testing.T) {
	conn := database(t)
	backend := server("crm", 4, 3, 2*ms, 9*ms).by("crm-sync", "claimed") // by headers that the gateway passed on
	deliver(t, conn, backend)
	settle(t, conn)
	require.Equal(t, []string{"server crm 4 crm-sync claimed"}, actions(t, conn))
	deliver(t, conn, edge(2, 1, 0, 20*ms).by("crm-sync", "verified"))
	settle(t, conn)
	want := []string{"edge gateway 2 crm-sync verified"}
	require.Equal(t, want, actions(t, conn))
	deliver(t, conn, backend)
	settle(t, conn)
	require.Equal(t, want, actions(t, conn), "also when it comes again")
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL"))
}

func TestACallWithoutEvidenceIsOneUnattributedAction(t *testing.T) {
	conn := database(t)
	deliver(t, conn, edge(2, 1, 0, 5*ms), server("crm", 4, 3, 1*ms, 3*ms))
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 - unattributed"}, actions(t, conn))
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL WHERE connector_id = ''"))
}

// Of n calls with bytes b, keeping each with probability p and counting it 1/p
// times gives a sum whose standard deviation is sqrt(Σb²·(1-p)/p). A rollup may
// be off by four of them, which chance exceeds once in 16,000.
func TestAnotherSamplingRateChangesRollupsByNoMoreThanSamplingError(t *testing.T) {
	conn := database(t)
	const calls, probability = 30000, 0.1
	// An hour of all calls, then an hour of the same with every tenth kept.
	require.NoError(t, conn.Exec(t.Context(), replace(`
INSERT INTO action_reports (bucket, trace_key, call_key, source, timestamp, duration_ns, trace_id, span_id, service_name, connector_id,
    method, route, status_class, is_error, bytes_out, adjusted_count, segment_id)
SELECT toStartOfFiveMinutes(timestamp), cityHash64(n), toString(n), 'edge', toDateTime64({start}, 9, 'UTC') + toIntervalMillisecond(n * 3600000 / {calls} % 3600000 + 3600000 * sampled) AS timestamp,
    1000000 * (1 + cityHash64(n, 2) % 300), toFixedString(unhex(hex(sipHash128(n))), 16), 'span', 'gateway', 'crm-sync', 'GET', concat('/', toString(n % 3)), '2xx',
    cityHash64(n, 3) % 5 = 0, cityHash64(n, 4) % 1000, if(sampled, 1 / {probability}, 1), '00000000-0000-4000-8000-000000000001'
FROM (SELECT number AS n, number >= {calls} AS sampled FROM numbers(2 * {calls}))
WHERE NOT sampled OR cityHash64(n) / 18446744073709551616. < {probability}`,
		"{start}", noon.Unix(), "{calls}", calls, "{probability}", probability)))
	buckets := map[uint32]struct{}{}
	for at := noon; at.Before(noon.Add(2 * time.Hour)); at = at.Add(5 * time.Minute) {
		buckets[uint32(at.Unix())] = struct{}{}
	}
	queue(t, conn, [16]byte{6: 0x40, 8: 0x80, 15: 1}, calls, buckets)
	settle(t, conn)

	for _, route := range []string{"/0", "/1", "/2"} {
		full, sampled := measures(t, conn, route, 0), measures(t, conn, route, time.Hour)
		require.InDelta(t, calls/3, full["adjusted_count"], 0)
		squares := map[string]string{"adjusted_count": "1", "errors": "is_error", "bytes_out": "pow(bytes_out, 2)", "duration_ns_sum": "pow(duration_ns, 2)"}
		for measure, square := range squares {
			var sum float64
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT toFloat64(sum("+square+")) FROM actions FINAL WHERE route = '"+route+"' AND adjusted_count = 1").Scan(&sum))
			bound := 4 * math.Sqrt(sum*(1-probability)/probability)
			require.InDelta(t, full[measure], sampled[measure], bound, "%s of %s", measure, route)
			require.Less(t, bound, full[measure]/2, "the bound says something")
		}
		require.InDelta(t, full["latency"], sampled["latency"], 4*math.Sqrt(calls/3*(1-probability)/probability))
	}
}

// measures of the hour that starts at noon and an offset.
func measures(t *testing.T, conn driver.Conn, route string, offset time.Duration) map[string]float64 {
	t.Helper()
	var requests, errors, bytes, duration, latency float64
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT sum(adjusted_count), sum(errors), sum(bytes_out), sum(duration_ns_sum), sum(arraySum(mapValues(latency_histogram)))
		FROM connector_hours FINAL WHERE route = '`+route+"' AND hour = '"+at(offset)+"'").Scan(&requests, &errors, &bytes, &duration, &latency))
	return map[string]float64{"adjusted_count": requests, "errors": errors, "bytes_out": bytes, "duration_ns_sum": duration, "latency": latency}
}
