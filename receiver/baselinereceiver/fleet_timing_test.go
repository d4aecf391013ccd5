package baselinereceiver

import (
	"context"
	"fmt"
	"os"
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

// fleetEnv is how many connectors BenchmarkFleet has; they are 10,000 without it.
const fleetEnv = "WEIR_BENCH_CONNECTORS"

const (
	fleetDays   = 56
	fleetTenant = 1000 // connectors of a tenant
)

// fleetRows are the rollups of a day of a fleet, made in the engine: of a hundred
// connectors, five work around the clock on four endpoints, twenty through the
// working day on three, the others two hours a day on two. Amounts are scaled by
// the first placeholder.
const fleetRows = `
WITH cityHash64(c, day, h, e) AS dice
SELECT toDateTime(toUInt32(day * 86400 + h * 3600 + five * 300), 'UTC') AS at,
    concat('tenant-', leftPad(toString(intDiv(c, %[1]d)), 4, '0')), concat('connector-', leftPad(toString(c), 7, '0')),
    'zapier', 'production', 'GET', concat('/api/', toString(c %% 7), '/objects/', toString(e)), '2xx',
    toUInt64(n) AS actions, toFloat64(n), 0, n * 200., n * (500. + dice %% 5000), 0, n * 1e8,
    map(toInt16(106), toFloat64(n)), arrayReduce('uniqCombined64State(12)', ['somebody']), toDateTime64(%[2]d, 6, 'UTC')
FROM (
    SELECT c, day, h, e, five, %[3]d * (1 + cityHash64(c, day, h, e, 7) %% 9) AS n
    FROM (
        SELECT number AS c, %[4]d AS day, multiIf(c %% 100 < 5, 2, c %% 100 < 25, 1, 0) AS class
        FROM numbers(%[5]d)
    )
    ARRAY JOIN if(class = 2, range(24), if(class = 1, range(8, 17), [6 + c %% 12, 7 + c %% 12])) AS h
    ARRAY JOIN if(class = 2, range(4), if(class = 1, range(3), range(2))) AS e
    ARRAY JOIN %[6]s AS five
    WHERE class = 2 OR toDayOfWeek(toDate(toUInt16(day))) < 6
)`

const fleetColumns = ", tenant_id, connector_id, platform_name, environment, method, route, status_class, actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at)"

// fleet fills the rollups with so many days up to end.
func fillFleet(b *testing.B, conn driver.Conn, connectors, days, scale int, end time.Time) {
	b.Helper()
	for day := end.Unix()/86400 - int64(days); day < end.Unix()/86400; day++ {
		for _, table := range []struct{ into, fives string }{{"connector_hours (hour", "[0]"}, {"connector_5m (bucket", "[dice % 12]"}} {
			rows := fmt.Sprintf(fleetRows, fleetTenant, end.Unix(), scale, day, connectors, strings.Replace(table.fives, "dice", "cityHash64(c, h)", 1))
			require.NoError(b, conn.Exec(b.Context(), "INSERT INTO "+table.into+fleetColumns+rows))
		}
	}
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

// BenchmarkFleet evaluates a large fleet: the first build of all profiles, then
// one hour, then the first hour of the next day, whose profiles are built from
// the day before's.
func BenchmarkFleet(b *testing.B) {
	connectors := 10_000
	if text := os.Getenv(fleetEnv); text != "" {
		var err error
		connectors, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	midnight := time.Date(2026, 6, 17, 0, 0, 0, 0, time.UTC)
	server := chdbtest.StartWith(b, chdb.Config{})
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(b, schema.Apply(b.Context(), server.Conn(b, "default"), opts))
	conn := server.Conn(b, schema.DefaultDatabase)
	began := time.Now()
	fillFleet(b, conn, connectors, fleetDays+1, 1, midnight.AddDate(0, 0, 1))
	b.Logf("filled in %s", time.Since(began).Round(time.Second))

	builtin, err := rules.Builtin()
	require.NoError(b, err)
	clock := &manualClock{now: midnight.Add(2*time.Hour + 5*time.Minute)}
	config := createDefaultConfig().(*Config)
	config.CatchUp = time.Hour
	r, err := newRunner(config, conn, builtin, nil, clock, zap.NewNop())
	require.NoError(b, err)
	clock.passed = func() { _, _ = r.lease.Beat(b.Context()) }
	for b.Loop() {
		for _, step := range []struct {
			name string
			at   time.Time
		}{
			{"cold", midnight.Add(2*time.Hour + 5*time.Minute)},
			{"hour", midnight.Add(14*time.Hour + 5*time.Minute)},
			{"day", midnight.Add(25*time.Hour + 5*time.Minute)},
		} {
			clock.now = step.at
			_, err := r.lease.Beat(b.Context())
			require.NoError(b, err)
			watched := watchStep(server.PID())
			require.NoError(b, r.pass(context.Background()))
			watched.report(b, step.name)
		}
	}
}
