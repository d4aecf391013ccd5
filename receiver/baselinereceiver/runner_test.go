package baselinereceiver

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/rules"
)

// simEnd is a Wednesday afternoon.
var simEnd = time.Date(2026, 6, 17, 14, 0, 0, 0, time.UTC)

// manualClock moves when the test says so; a wait passes at once.
type manualClock struct {
	now    time.Time
	passed func() // after a wait
}

func (c *manualClock) Now() time.Time { return c.now }

func (c *manualClock) Wait(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	if c.passed != nil {
		c.passed()
	}
	return ctx.Err()
}

// bench is a database with simulated rollups and what a runner emits.
type bench struct {
	t       *testing.T
	sim     *simulate.Simulation
	conn    driver.Conn
	catalog string
	rules   []rules.Rule
	emitted []finding.Finding
	reports []evaluation
}

func newBench(t *testing.T, options simulate.Options) *bench {
	t.Helper()
	sim, err := simulate.New(options)
	require.NoError(t, err)
	server := chdbtest.Start(t)
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), opts))
	b := &bench{t: t, sim: sim, conn: server.Conn(t, schema.DefaultDatabase), catalog: filepath.Join(t.TempDir(), "catalog.yaml")}
	b.writeCatalog()
	b.use("requests-burst", "bytes-out-burst", "requests-drip", "unusual-hours", "new-endpoint")
	return b
}

// use sets the built-in rules that runners have.
func (b *bench) use(names ...string) {
	b.t.Helper()
	builtin, err := rules.Builtin()
	require.NoError(b.t, err)
	b.rules = slices.DeleteFunc(builtin, func(r rules.Rule) bool { return !slices.Contains(names, r.Name) })
	require.Len(b.t, b.rules, len(names))
}

func (b *bench) writeCatalog() {
	c := catalog.Catalog{Version: catalog.Version}
	tenants := map[string]bool{}
	for _, sc := range b.sim.Connectors() {
		if !tenants[sc.Tenant] {
			tenants[sc.Tenant] = true
			c.Tenants = append(c.Tenants, catalog.Tenant{ID: sc.Tenant, TimeZone: "UTC"})
		}
		c.Connectors = append(c.Connectors, catalog.Connector{
			ID: sc.ID, Name: sc.Name, Tenant: sc.Tenant, TimeZone: sc.TimeZone,
			Match: catalog.Match{GatewayConsumers: []string{sc.ID}},
		})
	}
	data, err := yaml.Marshal(c)
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(b.catalog, data, 0o600))
}

// insert writes the simulated rollups of the calls in [from, to).
func (b *bench) insert(from, to, computed time.Time) {
	b.t.Helper()
	for _, table := range []struct {
		insert string
		width  time.Duration
	}{{"connector_hours (hour", time.Hour}, {"connector_5m (bucket", 5 * time.Minute}} {
		batch, err := b.conn.PrepareBatch(b.t.Context(), "INSERT INTO "+table.insert+
			", tenant_id, connector_id, platform_name, environment, method, route, status_class, actions, adjusted_count, errors, bytes_in, bytes_out, computed_at)")
		require.NoError(b.t, err)
		for _, row := range b.sim.Rollup(table.width) {
			if row.Start.Before(from) || !row.Start.Before(to) {
				continue
			}
			require.NoError(b.t, batch.Append(row.Start, row.Tenant, row.Connector, row.Platform, row.Environment, row.Method, row.Route, row.StatusClass,
				row.Requests, float64(row.Requests), float64(row.Errors), float64(row.BytesIn), float64(row.BytesOut), computed))
		}
		require.NoError(b.t, batch.Send())
	}
}

// runner is a fresh one, as after a restart. What it emits and reports is kept.
func (b *bench) runner(clock clock) *runner {
	b.t.Helper()
	return b.runnerOn(b.conn, clock)
}

// pass makes one, with a lease that is renewed in time.
func (b *bench) pass(r *runner) {
	b.t.Helper()
	b.beat(r)
	r.clock.(*manualClock).passed = func() { b.beat(r) }
	require.NoError(b.t, r.pass(b.t.Context()))
}

// beat renews the runner's lease; a runner before it is gone by now.
func (b *bench) beat(r *runner) {
	b.t.Helper()
	require.NoError(b.t, b.conn.Exec(b.t.Context(), "TRUNCATE TABLE leases"))
	held, err := r.lease.Beat(b.t.Context())
	require.NoError(b.t, err)
	require.True(b.t, held)
}

func (b *bench) runnerOn(conn driver.Conn, clock clock) *runner {
	b.t.Helper()
	config := createDefaultConfig().(*Config)
	watcher, err := catalog.NewWatcher(b.t.Context(), catalog.Path(b.catalog))
	require.NoError(b.t, err)
	r, err := newRunner(config, conn, b.rules, watcher, clock, zap.NewNop())
	require.NoError(b.t, err)
	r.emit = func(_ context.Context, findings []finding.Finding) error {
		b.emitted = append(b.emitted, findings...)
		return nil
	}
	r.report = func(_ context.Context, _ time.Time, evaluations []evaluation) { b.reports = evaluations }
	return r
}

func (b *bench) findings() []finding.Finding {
	b.t.Helper()
	found, err := finding.Select(b.t.Context(), b.conn, "")
	require.NoError(b.t, err)
	return found
}

func (b *bench) forget() {
	b.t.Helper()
	for _, table := range []string{"findings", "baseline_state", "baseline_models", "baseline_profiles"} {
		require.NoError(b.t, b.conn.Exec(b.t.Context(), "TRUNCATE TABLE "+table))
	}
	b.emitted = nil
}

func TestIncidentsAreFoundOnceAndTheSameAgain(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 80, Spans: 150_000})
	b.insert(b.sim.Start(), b.sim.End(), simEnd.Add(time.Minute))
	clock := &manualClock{now: simEnd.Add(5 * time.Minute)}
	whole := b.runner(clock)
	whole.config.CatchUp = 44 * time.Hour // as far as the first of the steps below
	b.pass(whole)

	first := b.findings()
	for _, in := range b.sim.Incidents() {
		require.True(t, hasFinding(first, in), "%s of %s at %s: %s", in.Kind, in.Connector, in.Start, in.Story)
	}
	for _, f := range first {
		require.NotEmpty(t, f.Contributors)
		rows, err := b.conn.Query(t.Context(), f.EvidenceSQL)
		require.NoError(t, err, f.EvidenceSQL)
		require.NoError(t, rows.Close())
	}
	require.NotEmpty(t, b.reports)
	told := len(b.emitted)

	// A restart has nothing to tell.
	b.pass(b.runner(clock))
	require.Len(t, b.emitted, told, "told again")

	// The same data gives the same findings, whatever was evaluated together, and
	// however much of the fleet was held at a time.
	b.forget()
	steps := &manualClock{now: simEnd.Add(5 * time.Minute)}
	for back := 20; back >= 0; back -= 4 {
		steps.now = simEnd.Add(5*time.Minute - time.Duration(back)*time.Hour)
		restarted := b.runner(steps)
		restarted.portions = portions{recent: history.Size{Entities: 7, Rows: 500}, full: 2}
		b.pass(restarted)
	}
	again := b.findings()
	require.Len(t, again, len(first))
	for i := range first {
		require.Equal(t, first[i], again[i])
	}
}

func TestLateDataIsEvaluatedAgain(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 60, Spans: 120_000})
	late := simEnd.Add(-20 * time.Hour)
	b.insert(b.sim.Start(), late, simEnd.Add(time.Minute))
	clock := &manualClock{now: simEnd.Add(5 * time.Minute)}
	r := b.runner(clock)
	b.pass(r)
	for _, in := range b.sim.Incidents() {
		require.False(t, hasFinding(b.findings(), in), "%s of %s has not happened", in.Kind, in.Connector)
	}

	b.insert(late, b.sim.End(), simEnd.Add(6*time.Minute))
	clock.now = simEnd.Add(7 * time.Minute)
	b.pass(r)
	for _, in := range b.sim.Incidents() {
		require.True(t, hasFinding(b.findings(), in), "%s of %s", in.Kind, in.Connector)
	}
	told := len(b.emitted)

	clock.now = simEnd.Add(8 * time.Minute)
	b.pass(r)
	require.Len(t, b.emitted, told, "told again")
}

func hasFinding(all []finding.Finding, in simulate.Incident) bool {
	for _, f := range all {
		if f.ConnectorID == in.Connector && f.Family == in.Family && f.WindowStart.Before(in.End) && f.WindowEnd.After(in.Start) {
			return true
		}
	}
	return false
}

func TestAnEvaluationWaitsForRollupsButNotForever(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.insert(b.sim.Start(), b.sim.End(), simEnd.Add(time.Minute))
	require.NoError(t, b.conn.Exec(t.Context(),
		"INSERT INTO recompute_queue (segment_id, state, reports, buckets, version) SELECT generateUUIDv4(), 'waiting', 1, [toDateTime(?, 'UTC')], 1",
		simEnd.Add(-time.Hour).Unix()))
	clock := &manualClock{now: simEnd.Add(5 * time.Minute)}
	r := b.runner(clock)
	b.pass(r)
	require.GreaterOrEqual(t, clock.now.Sub(simEnd), 5*time.Minute+r.config.SettleTimeout)
	require.NotEmpty(t, b.reports)

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, r.pass(canceled))
}

func TestAnEmptyDatabaseIsLeftAlone(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.pass(b.runner(&manualClock{now: simEnd}))
	require.Empty(t, b.reports)
	var n uint64
	require.NoError(t, b.conn.QueryRow(t.Context(), "SELECT count() FROM baseline_state").Scan(&n))
	require.Zero(t, n)
}

func TestWithoutAnyPastThereIsNothingToTell(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.insert(b.sim.Start(), b.sim.End(), simEnd.Add(time.Minute))
	b.pass(b.runner(&manualClock{now: simEnd.Add(time.Hour)}))
	require.Empty(t, b.emitted)
	for _, r := range b.reports {
		require.Zero(t, r.open)
	}
}
