package recompute_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/yardstick"
)

const benchSegments = 40

// benchReports is how many reports a load has; `make bench` sets it.
var benchReports = func() int {
	if n, err := strconv.Atoi(os.Getenv("WEIR_BENCH_REPORTS")); err == nil {
		return n
	}
	return 1_000_000
}()

// load is what a benchmark resolves: reports of 200 connectors.
type load struct {
	name      string
	length    time.Duration // that the reports are spread over
	perCall   int           // reports
	endpoints int           // of a connector
	unknown   bool          // the edge does not know the connector
	position  string        // of the report with a number, in time
}

// In order, each segment holds a stretch of time; shuffled, each holds a bit of
// all of it. A month has hardly two calls of one endpoint in 5 minutes, so that
// every call costs a row of each rollup; an hour is as busy as it gets.
var loads = []load{
	{"an hour of calls reported five times", time.Hour, 5, 5, false, "number"},
	{"an hour of calls that adopt", time.Hour, 5, 5, true, "number"},
	{"an hour of calls reported once", time.Hour, 1, 5, false, "number"},
	{"a month in order", 28 * 24 * time.Hour, 1, 50, false, "number"},
	{"a month shuffled", 28 * 24 * time.Hour, 1, 50, false, "(number % {segments}) * ({reports} / {segments}) + intDiv(number, {segments})"},
}

// wanted is how many reports a second are to be recomputed on two processors of
// the machine of the budgets, where each call was reported five times.
const wanted = 1_000_000

// BenchmarkRecompute resolves reports and rolls them up. cpu-s is the processor
// time of the engine, which other work on the machine disturbs less than the
// time that passes; wanted-here is what is wanted of a machine as slow as this one
// was just before and after.
func BenchmarkRecompute(b *testing.B) {
	for _, l := range loads {
		b.Run(l.name, func(b *testing.B) {
			var cpu time.Duration
			var peak float64
			var loops []float64
			statements := &timedConn{took: map[string]cost{}}
			for b.Loop() {
				b.StopTimer()
				server := chdbtest.Start(b)
				conn := onServer(b, server, "weir")
				l.deliver(b, conn)
				statements.Conn, statements.tb, statements.pid = conn, b, server.PID()
				loops = append(loops, yardstickLoops()...)
				before := processorTime(b, server.PID())
				b.StartTimer()
				settle(b, statements)
				b.StopTimer()
				cpu += processorTime(b, server.PID()) - before
				peak = max(peak, peakMemory(b, server.PID()))
				loops = append(loops, yardstickLoops()...)
				b.StartTimer()
			}
			b.ReportMetric(float64(benchReports)/b.Elapsed().Seconds()*float64(b.N), "reports/s")
			b.ReportMetric(wanted/yardstick.Slower(loops), "wanted-here")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(peak, "peak-MiB")
			statements.log(b)
		})
	}
}

func yardstickLoops() (times []float64) {
	for range 20 {
		times = append(times, yardstick.Loop())
	}
	return times
}

// cost of statements: what passes while they run, and what of the engine's
// processor time. Half of what passed is as good as two processors allow.
type cost struct{ elapsed, cpu time.Duration }

// timedConn sums the cost of each kind of statement.
type timedConn struct {
	driver.Conn
	tb  testing.TB
	pid int

	mu   sync.Mutex // guards took: the resolver renews its lease beside
	took map[string]cost
}

func (c *timedConn) Exec(ctx context.Context, query string, args ...any) error {
	defer c.timed(query)()
	return c.Conn.Exec(ctx, query, args...)
}

func (c *timedConn) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	defer c.timed(query)()
	return c.Conn.QueryRow(ctx, query, args...)
}

func (c *timedConn) timed(query string) (end func()) {
	start, before := time.Now(), processorTime(c.tb, c.pid)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		sum := c.took[kind(query)]
		c.took[kind(query)] = cost{sum.elapsed + time.Since(start), sum.cpu + processorTime(c.tb, c.pid) - before}
	}
}

var runName = regexp.MustCompile("_[0-9a-f]{16}")

// longestKind leaves out lists of buckets.
const longestKind = 110

// kind is the beginning of a statement's first line that is no comment.
func kind(query string) string {
	for line := range strings.Lines(query) {
		if !strings.HasPrefix(line, "--") {
			name := runName.ReplaceAllString(strings.TrimSpace(line), "")
			return name[:min(len(name), longestKind)]
		}
	}
	return query
}

const worthALine = 20 * time.Millisecond

func (c *timedConn) log(b *testing.B) {
	b.Helper()
	kinds := slices.SortedFunc(maps.Keys(c.took), func(x, y string) int { return cmp.Compare(c.took[y].elapsed, c.took[x].elapsed) })
	var text strings.Builder
	for _, kind := range kinds {
		took := c.took[kind]
		if took.elapsed < worthALine {
			break
		}
		fmt.Fprintf(&text, "\n%8.3f s %8.3f cpu-s  %s", took.elapsed.Seconds()/float64(b.N), took.cpu.Seconds()/float64(b.N), kind)
	}
	b.Log(text.String())
}

// processorTime is what a process has used so far, in user and system mode.
func processorTime(b testing.TB, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(b, err)
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may hold blanks
	fields := strings.Fields(rest)
	const ticks = 100 // a second, on every Linux
	return time.Duration(parse(b, fields[11])+parse(b, fields[12])) * time.Second / ticks
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory is the most that a process has had of it, in MiB.
func peakMemory(b testing.TB, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(b, err)
	found := peakLine.FindStringSubmatch(string(status))
	require.NotNil(b, found)
	return float64(parse(b, found[1])) / 1024
}

// deliver fills action_reports as segments would. What merges them later is not
// the recompute's cost.
func (l load) deliver(b *testing.B, conn driver.Conn) {
	b.Helper()
	require.NoError(b, conn.Exec(b.Context(), "SYSTEM STOP MERGES action_reports"))
	each := benchReports / benchSegments
	start := time.Now().UTC().Truncate(24 * time.Hour).Add(-l.length)
	for i := range benchSegments {
		id, err := segment.NewID(time.Now())
		require.NoError(b, err)
		sql := replace(`
INSERT INTO action_reports (bucket, trace_key, call_key, source, timestamp, duration_ns, trace_id, span_id, parent_span_id, service_name,
    tenant_id, connector_id, platform_name, identity_status, identity_method, user_id, method, route, status_code, status_class, is_error,
    bytes_in, bytes_out, adjusted_count, segment_id)
WITH
    intDiv(position, {perCall}) AS n,
    position % {perCall} AS k,
    cityHash64(n, 3) % 200 AS connector,
    toFixedString(reinterpretAsFixedString(cityHash64(n, 2)), 8) AS caller
SELECT
    toStartOfFiveMinutes(timestamp), cityHash64(n), concat(trace_id, if(k = 3, span_id, parent_span_id)), ['edge', 'gateway_log', 'server', 'client', 'server'][k + 1],
    toDateTime64({start}, 9, 'UTC') + toIntervalMillisecond(toUInt64({length} * 1000. * n * {perCall} / {reports})) AS timestamp,
    1000000 + cityHash64(n) % 500000000,
    toFixedString(unhex(hex(sipHash128(n))), 16) AS trace_id,
    if(k = 3, caller, toFixedString(reinterpretAsFixedString(cityHash64(n, k, 1)), 8)) AS span_id,
    if(k IN (0, 1), caller, if(k = 3, toFixedString('', 8), toFixedString(reinterpretAsFixedString(cityHash64(n, k, 2)), 8))) AS parent_span_id,
    ['gateway', 'kong', 'crm', 'flow', 'billing'][k + 1],
    'acme', if(k = 0 AND {unknown}, '', concat('connector-', toString(connector))), 'make', 'verified', 'gateway_consumer', concat('user-', toString(cityHash64(n, 4) % 500)),
    ['GET', 'POST'][1 + cityHash64(n, 5) % 2], concat('/resource-', toString(intDiv(connector + cityHash64(n, 5) % {endpoints}, 2)), '/{id}'), 200, '2xx', 0,
    cityHash64(n, 6) % 1000, cityHash64(n, 7) % 10000, 1, '{id}'
FROM (SELECT toUInt64({position}) AS position FROM numbers({from}, {each}))
SETTINGS insert_deduplicate = 0`,
			"{position}", l.position, "{segments}", benchSegments, "{reports}", benchReports, "{length}", int(l.length.Seconds()),
			"{perCall}", l.perCall, "{unknown}", l.unknown, "{endpoints}", l.endpoints, "{start}", start.Unix(), "{from}", i*each, "{each}", each, "'{id}'", "'"+id.String()+"'")
		require.NoError(b, conn.Exec(b.Context(), sql))
		buckets := map[uint32]struct{}{}
		for _, bucket := range lines(b, conn, "SELECT DISTINCT toString(toUnixTimestamp(bucket)) FROM action_reports WHERE segment_id = '"+id.String()+"'") {
			buckets[parse(b, bucket)] = struct{}{}
		}
		queue(b, conn, id, each, buckets)
	}
}
