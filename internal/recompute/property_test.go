package recompute_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// TestTheOutcomeIsAFunctionOfTheReports delivers the same reports in many ways.
func TestTheOutcomeIsAFunctionOfTheReports(t *testing.T) {
	const seed = 20250303
	random := rand.New(rand.NewPCG(seed, 1))
	conn := database(t)
	reports := randomReports(random, 60)
	var judged []recompute.Reattribution
	for range 6 {
		judged = append(judged, reports[random.IntN(len(reports))].judge([]string{"", "crm-sync", "billing"}[random.IntN(3)], "claimed"))
	}
	deliver(t, conn, reports...)
	for i, j := range judged {
		judge(t, conn, i, j)
	}
	settle(t, conn)
	want := outcome(t, conn)
	require.Greater(t, len(want["actions"]), 50)

	for range 3 {
		clearAll(t, conn)
		shuffled := append([]report{}, reports...)
		for range len(reports) / 5 {
			shuffled = append(shuffled, reports[random.IntN(len(reports))])
		}
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for len(shuffled) > 0 {
			n := min(len(shuffled), 1+random.IntN(len(reports)/2))
			deliver(t, conn, shuffled[:n]...)
			shuffled = shuffled[n:]
			if random.IntN(2) == 0 {
				settle(t, conn)
			}
		}
		for _, i := range random.Perm(len(judged)) {
			judge(t, conn, i, judged[i])
		}
		settle(t, conn)
		require.Equal(t, want, outcome(t, conn), "seed %d", seed)
	}
}

// randomReports are calls with more or less instrumentation, some of them
// across bucket borders.
func randomReports(random *rand.Rand, traces int) []report {
	services := []string{"gateway", "crm", "billing", "sdk"}
	sources := []string{"edge", "gateway_log", "server", "server", "server", "client", "client"}
	var all []report
	for trace := range traces {
		start := time.Duration(random.IntN(3600)) * time.Second
		for i := range 1 + random.IntN(8) {
			r := report{
				source:  sources[random.IntN(len(sources))],
				service: services[random.IntN(len(services))],
				trace:   byte(trace + 1),
				span:    byte(i + 1),
				parent:  byte(random.IntN(i + 2)),
				at:      start + time.Duration(random.IntN(20000))*ms,
				length:  time.Duration(1+random.IntN(20000)) * ms,
				route:   []string{"/a", "/b"}[random.IntN(2)],
				user:    []string{"", "ada", "bob"}[random.IntN(3)],
				conn:    []string{"", "", "crm-sync", "invoices"}[random.IntN(4)],
				bytes:   uint64(random.IntN(1000)),
				failed:  random.IntN(5) == 0,
			}
			if trace%7 == 0 {
				r.source = []string{"server", "client"}[random.IntN(2)] // no edge in this trace
			}
			all = append(all, r)
		}
	}
	return all
}

// outcome is everything that readers see.
func outcome(t *testing.T, conn driver.Conn) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	found["actions"] = lines(t, conn, `SELECT concat(hex(call_key), ' ', toString(timestamp), ' ', toString(reports), ' ', `+actionLine+`, ' ', user_id, ' ', route, ' ', toString(trace_context))
		FROM actions FINAL WHERE live ORDER BY call_key, timestamp`)
	found["coverage"] = lines(t, conn, `SELECT concat(toString(hour), ' ', service_name, ' ', identity_status, ' ', toString(trace_context), ' ', toString(calls))
		FROM identity_coverage ORDER BY 1`)
	found["traces"] = lines(t, conn, `SELECT concat(hex(trace_id), ' ', toString(first_seen), ' ', toString(connectors), ' ', connector_id, ' ', user_id)
		FROM trace_identity ORDER BY 1`)
	for table, start := range map[string]string{"connector_5m": "bucket", "connector_hours": "hour"} {
		found[table] = lines(t, conn, `SELECT concat(toString(`+start+`), ' ', connector_id, ' ', route, ' ', status_class, ' ', toString(actions), ' ',
			toString(errors), ' ', toString(bytes_out), ' ', toString(duration_ns_sum), ' ', toString(latency_histogram), ' ', toString(finalizeAggregation(users)))
			FROM `+table+` FINAL WHERE actions > 0 ORDER BY 1`)
	}
	return found
}
