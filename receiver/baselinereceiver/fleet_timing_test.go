package baselinereceiver

import (
	"context"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
)

// fleetEnv is how many connectors BenchmarkFleet has, and daysEnv of how many days
// before the evaluated ones; they are 10,000 and 56 without them. folderEnv is a folder
// in which the engine keeps them for the next run; tenfold, which adds calls, is left
// out then.
const (
	fleetEnv  = "WEIR_BENCH_CONNECTORS"
	daysEnv   = "WEIR_BENCH_DAYS"
	folderEnv = "WEIR_BENCH_FOLDER"
)

const (
	fleetTenant = 1000   // connectors of a tenant
	fleetFill   = 20_000 // connectors of one insert
	fleetCalled = 20_000 // of a larger fleet, tenfold is left out: it takes longest to prepare
)

// fleetHabits are what connectors do on a day, by hour (h) and endpoint (e): of a
// thousand, one calls forty endpoints around the clock and fifty call four; two
// hundred work through the working day on three, the others two hours a day on two.
// n is the calls.
const fleetHabits = `
FROM (
    SELECT c, h, e, class, cityHash64(c, {day}, h, e) AS dice, 1 + dice % 9 AS n
    FROM (SELECT number AS c, multiIf(c % 1000 = 3, 3, c % 100 < 5, 2, c % 100 < 25, 1, 0) AS class FROM numbers({first}, {many}))
    ARRAY JOIN if(class >= 2, range(24), if(class = 1, range(8, 17), [6 + c % 12, 7 + c % 12])) AS h
    ARRAY JOIN range(multiIf(class = 3, 40, class = 2, 4, class = 1, 3, 2)) AS e
    WHERE class >= 2 OR toDayOfWeek(toDate(toUInt16({day}))) < 6
)`

const fleetNames = `
    concat('tenant-', leftPad(toString(intDiv(c, {tenant})), 4, '0')), concat('connector-', leftPad(toString(c), 7, '0')), 'zapier', 'production',
    'GET', concat('/api/', toString(c % 7), '/objects/', toString(e)), '2xx',`

const fleetKeys = "tenant_id, connector_id, platform_name, environment, method, route, status_class, "

// fleetRollup fills a rollup with a day. What is done around the clock is in three
// buckets of each hour, the rest in one.
const fleetRollup = "INSERT INTO {table}, " + fleetKeys + `actions, adjusted_count, bytes_in, bytes_out, cost, computed_at)
SELECT toDateTime(toUInt32({day} * 86400 + h * 3600 + five * 300), 'UTC'),` + fleetNames + `
    toUInt64(n), n / length({fives}) AS calls, calls * 200, calls * (500 + dice % 5000), calls * 1e8, toDateTime64({end}, 6, 'UTC')` + fleetHabits + `
ARRAY JOIN {fives} AS five`

// fleetCalls are the single calls of an hour, from one part of them to another.
const fleetCalls = `bucket, ` + fleetKeys + `timestamp, trace_key, call_key, trace_id, duration_ns, service_name, identity_status, user_id, credential_hash,
    credential_type, token_id, token_scopes, client_country, client_as, status_code, bytes_out, adjusted_count, source{more})
SELECT toDateTime(intDiv(toUnixTimestamp(at), 300) * 300, 'UTC'),` + fleetNames + `
    toDateTime64({day} * 86400 + h * 3600 + cityHash64(dice, i) % 3600, 9, 'UTC') AS at, cityHash64(dice, i, 1) AS trace, hex(trace), unhex(concat(hex(trace), hex(dice))),
    1e7, 'crm', 'verified', concat('user-', toString(i % 3)), concat('v1:', hex(cityHash64(c))),
    'api_key', hex(cityHash64(c, h)), ['contacts.read'], 'DE', 64496, 200, 500 + dice % 5000, {weight}, 'gateway_log'{as}` + fleetHabits + `
ARRAY JOIN range(n * {from}, n * {to}) AS i
WHERE h = {hour}`

const fleetCatalog = `INSERT INTO catalog_connectors (connector_id, tenant_id, region, platform_name, lifecycle, environment, allowed_patterns, quota_requests_per_day, budget_per_day)
SELECT concat('connector-', leftPad(toString(number), 7, '0')), concat('tenant-', leftPad(toString(intDiv(number, {tenant})), 4, '0')), 'eu', 'zapier', 'listed', 'production',
    ['^GET /api/.*$'], 1e9, 1e9 FROM numbers({connectors})`

// benchFleet is an engine with a fleet in it.
type benchFleet struct {
	*chdbtest.Server
	b          *testing.B
	conn       driver.Conn
	connectors int
	end        time.Time
}

func (f *benchFleet) exec(statement string, day int64, pairs ...string) {
	f.b.Helper()
	all := append([]string{
		"{connectors}", strconv.Itoa(f.connectors), "{tenant}", strconv.Itoa(fleetTenant),
		"{end}", strconv.FormatInt(f.end.Unix(), 10), "{day}", strconv.FormatInt(day, 10),
	}, pairs...)
	require.NoError(f.b, f.conn.Exec(f.b.Context(), strings.NewReplacer(all...).Replace(statement)))
}

// open stores the fleet, or takes the one of an earlier run, without what that found
// out about it. The parts stay as they are then.
func (f *benchFleet) open(days int, midnight time.Time) {
	f.b.Helper()
	var filled bool
	require.NoError(f.b, f.conn.QueryRow(f.b.Context(), "SELECT count() > 0 FROM actions").Scan(&filled))
	if !filled {
		f.fill(days)
		f.call(midnight, 12, 14, 0, 1)
	}
	for _, table := range []string{"baseline_state", "baseline_models", "baseline_profiles", "findings", "leases"} {
		f.exec("TRUNCATE TABLE "+table, 0)
	}
	f.exec("SYSTEM STOP MERGES", 0)
}

// fill stores the catalog and the rollups.
func (f *benchFleet) fill(days int) {
	f.b.Helper()
	began, last := time.Now(), f.end.Unix()/86400
	f.exec(fleetCatalog, last)
	for day := last - int64(days); day < last; day++ {
		f.inserts(fleetRollup, day, "{table}", "connector_hours (hour", "{fives}", "[0]")
		f.inserts(fleetRollup, day, "{table}", "connector_5m (bucket", "{fives}", "if(class >= 2, [0, 4, 8], [dice % 12])")
	}
	f.b.Logf("filled in %s", time.Since(began).Round(time.Second))
}

// call stores single calls of the hours [first, last) of a day: the first fold of them
// is what the rollups have. Others stand for no calls, so that only the number of rows
// differs.
func (f *benchFleet) call(day time.Time, first, last, from, to int) {
	f.b.Helper()
	for hour := first; hour < last; hour++ {
		for _, table := range [][3]string{{"action_reports", "", ""}, {"actions", ", live, computed_at", ", 1, toDateTime64({end}, 6, 'UTC')"}} {
			f.inserts("INSERT INTO "+table[0]+" ("+strings.NewReplacer("{more}", table[1], "{as}", table[2]).Replace(fleetCalls), day.Unix()/86400,
				"{hour}", strconv.Itoa(hour), "{weight}", strconv.Itoa(max(0, 1-from)), "{from}", strconv.Itoa(from), "{to}", strconv.Itoa(to))
		}
	}
}

// inserts runs a statement for all connectors, some at a time.
func (f *benchFleet) inserts(statement string, day int64, pairs ...string) {
	f.b.Helper()
	for first := 0; first < f.connectors; first += fleetFill {
		many := min(fleetFill, f.connectors-first)
		f.exec(statement, day, append([]string{"{first}", strconv.Itoa(first), "{many}", strconv.Itoa(many)}, pairs...)...)
	}
}

// rows that statements have read since the engine was started.
func (f *benchFleet) rows() uint64 {
	f.b.Helper()
	var n uint64
	require.NoError(f.b, f.conn.QueryRow(f.b.Context(), "SELECT sum(value) FROM system.events WHERE event = 'SelectedRows'").Scan(&n))
	return n
}

// watch measures what a step takes of this process and of the engine together.
type watch struct {
	engine string
	began  time.Time
	cpu    time.Duration
	stop   chan struct{}
	done   sync.WaitGroup
	most   [3]int64 // resident: collector, engine, both, in MiB
}

func watchStep(engine int) *watch {
	m := &watch{engine: strconv.Itoa(engine), began: time.Now(), stop: make(chan struct{})}
	m.cpu = processorTime("self") + processorTime(m.engine)
	m.done.Go(func() {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			own, its := resident("self"), resident(m.engine)
			for i, v := range [3]int64{own, its, own + its} {
				m.most[i] = max(m.most[i], v)
			}
			select {
			case <-m.stop:
				return
			case <-ticker.C:
			}
		}
	})
	return m
}

func (m *watch) report(b *testing.B, what string) {
	close(m.stop)
	m.done.Wait()
	b.ReportMetric(time.Since(m.began).Seconds(), what+"-s")
	b.ReportMetric((processorTime("self") + processorTime(m.engine) - m.cpu).Seconds(), what+"-cpu-s")
	b.ReportMetric(float64(m.most[0]), what+"-collector-MiB")
	b.ReportMetric(float64(m.most[1]), what+"-engine-MiB")
	b.ReportMetric(float64(m.most[2]), what+"-both-MiB")
}

func resident(process string) int64 {
	data, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	fields := strings.Fields(rest)
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib / 1024
}

// processorTime is in hundredths of a second in the fields 14 and 15.
func processorTime(process string) time.Duration {
	data, err := os.ReadFile("/proc/" + process + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	total := int64(0)
	for _, field := range strings.Fields(rest)[11:13] {
		ticks, _ := strconv.ParseInt(field, 10, 64)
		total += ticks
	}
	return time.Duration(total) * 10 * time.Millisecond
}

// numberOf is a number of the environment.
func numberOf(b *testing.B, name string, normal int) int {
	text := os.Getenv(name)
	if text == "" {
		return normal
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err)
	return n
}

// BenchmarkFleet evaluates a large fleet, all built-in rules: the first build of all
// profiles with the hour after it, one hour more, the same hour again with ten times
// the calls, what is looked at twice a minute, and the first hour of the next day,
// whose profiles are built from the day before's. The rollups are the same however
// many calls they stand for, so tenfold differs in actions and reports of actions.
func BenchmarkFleet(b *testing.B) {
	f := &benchFleet{b: b, connectors: numberOf(b, fleetEnv, 10_000)}
	midnight := time.Date(2026, 6, 17, 0, 0, 0, 0, time.UTC)
	f.end = midnight.AddDate(0, 0, 2)
	f.Server = chdbtest.StartWith(b, chdb.Config{Directory: os.Getenv(folderEnv)})
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(b, schema.Apply(b.Context(), f.Conn(b, "default"), opts))
	f.conn = f.Conn(b, schema.DefaultDatabase)
	f.open(numberOf(b, daysEnv, 56)+2, midnight)

	builtin, err := rules.Builtin()
	require.NoError(b, err)
	clock := &manualClock{}
	config := createDefaultConfig().(*Config)
	config.CatchUp = time.Hour
	r, err := newRunner(config, f.conn, builtin, nil, clock, zap.NewNop())
	require.NoError(b, err)
	clock.passed = func() { _, _ = r.lease.Beat(b.Context()) }
	debug.FreeOSMemory()
	for b.Loop() {
		for _, step := range []struct {
			name    string
			at      time.Duration
			prepare func()
		}{
			{"cold", 2*time.Hour + 5*time.Minute, nil},
			{"hour", 14*time.Hour + 5*time.Minute, nil},
			{"live", 14*time.Hour + 5*time.Minute + 30*time.Second, nil},
			{"tenfold", 14*time.Hour + 5*time.Minute, func() {
				f.call(midnight, 12, 14, 1, 10)
				f.exec("TRUNCATE TABLE baseline_state", 0)
				r.done = nil
			}},
			{"day", 25*time.Hour + 5*time.Minute, nil},
		} {
			if step.name == "tenfold" && (f.connectors > fleetCalled || os.Getenv(folderEnv) != "") {
				continue
			}
			if step.prepare != nil {
				step.prepare()
			}
			clock.now = midnight.Add(step.at)
			_, err := r.lease.Beat(b.Context())
			require.NoError(b, err)
			rows, watched := f.rows(), watchStep(f.PID())
			require.NoError(b, r.pass(context.Background()))
			watched.report(b, step.name)
			b.ReportMetric(float64(f.rows()-rows), step.name+"-rows")
		}
	}
}
