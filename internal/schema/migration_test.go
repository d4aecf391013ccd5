package schema_test

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

// Two versions of a small schema: calls get another order and partition, names
// a column.
const (
	oldCalls = `CREATE TABLE IF NOT EXISTS {database}.calls
(
    at  DateTime('UTC'),
    who String,
    n   UInt32
)
ENGINE = MergeTree
PARTITION BY toDate(at)
ORDER BY who
TTL toDate(at) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000;
`
	newCalls = `CREATE TABLE IF NOT EXISTS {database}.calls
(
    at    DateTime('UTC'),
    who   String,
    n     UInt64,
    class UInt16
)
ENGINE = MergeTree
PARTITION BY (class, toDate(at))
ORDER BY (n, who)
TTL toDate(at) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000;
`
	oldNames = `CREATE TABLE IF NOT EXISTS {database}.names
(
    id   UInt32,
    name String
)
ENGINE = ReplacingMergeTree
ORDER BY id
TTL toDate(id) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 100;
`
	sums = `CREATE TABLE IF NOT EXISTS {database}.sums
(
    who String,
    n   UInt64
)
ENGINE = SummingMergeTree
ORDER BY who
SETTINGS non_replicated_deduplication_window = 10000;
`
	sumsOfCalls = `CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.sums_of_calls TO {database}.sums AS
SELECT who, sum(n) AS n FROM {database}.calls GROUP BY who;
`
)

var newNames = strings.Replace(oldNames, "name String", "name String, -- as people write it\n    kind LowCardinality(String) DEFAULT 'none'", 1)

func older() fstest.MapFS {
	return filesOf(map[string]string{
		"sql/0020_calls.sql": oldCalls, "sql/0030_names.sql": oldNames, "sql/0040_sums.sql": sums, "sql/0050_sums_of_calls.sql": sumsOfCalls,
	})
}

func newer() fstest.MapFS {
	return filesOf(map[string]string{
		"sql/0020_calls.sql": newCalls, "sql/0030_names.sql": newNames, "sql/0040_sums.sql": sums, "sql/0050_sums_of_calls.sql": sumsOfCalls,
		"migrations/0002_kinds.sql": "-- Names have a kind.\nALTER TABLE {database}.names ADD COLUMN IF NOT EXISTS kind LowCardinality(String) DEFAULT 'none';\n" +
			"ALTER TABLE {database}.names UPDATE name = upper(name) WHERE name = 'n1';\n",
		"migrations/0003_classes.sql": "-- Calls are kept by class.\n-- rebuild: calls\n-- set: class = toUInt16(n % 2)\n",
	})
}

// filesOf are files, and the one of schema_migrations.
func filesOf(texts map[string]string) fstest.MapFS {
	own, err := fs.ReadFile(schema.Files(), "sql/0010_schema_migrations.sql")
	if err != nil {
		panic(err)
	}
	all := fstest.MapFS{"sql/0010_schema_migrations.sql": &fstest.MapFile{Data: own}}
	for name, text := range texts {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// olderDatabase has rows: calls of two days, more than one piece holds, in
// several parts.
func olderDatabase(t *testing.T, conn driver.Conn) schema.Options {
	t.Helper()
	opts := schema.Options{Database: "db"}
	require.NoError(t, schema.Apply(t.Context(), conn, opts.WithFiles(older())))
	for _, rows := range []int{500_000, 500, 1_000} {
		require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(
			"INSERT INTO db.calls SELECT now() - 86400 * (number %% 2), toString(number %% 7), number FROM numbers(%d)", rows)))
	}
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO db.names SELECT 22000 + number, 'n' || toString(number) FROM numbers(100)"))
	return opts
}

const allCalls = "SELECT count(), sum(cityHash64(at, toString(who), toUInt64(n))) FROM db.calls"

func pair(t *testing.T, conn driver.Conn, query string) [2]uint64 {
	t.Helper()
	var a, b uint64
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&a, &b), query)
	return [2]uint64{a, b}
}

func TestARebuildThatIsKilledAtEveryStatementKeepsEveryRowOnce(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	calls, sums := pair(t, conn, allCalls), pair(t, conn, "SELECT count(), sum(n) FROM db.sums FINAL")

	require.Greater(t, applyDying(t, conn, opts.WithFiles(newer())), 8)

	require.Equal(t, calls, pair(t, conn, allCalls))
	require.Equal(t, sums, pair(t, conn, "SELECT count(), sum(n) FROM db.sums FINAL"), "the copy does not count again")
	require.Equal(t, [2]uint64{0, 250_750}, pair(t, conn, "SELECT countIf(class != n % 2), sum(class) FROM db.calls"))
	require.Equal(t, [2]uint64{1, 100}, pair(t, conn, "SELECT countIf(name = 'N1'), countIf(kind = 'none') FROM db.names FINAL"))

	fresh := schema.Options{Database: "fresh"}.WithFiles(newer())
	require.NoError(t, schema.Apply(t.Context(), conn, fresh))
	require.Equal(t, forms(t, conn, "fresh"), forms(t, conn, "db"))

	// Rows go on as before, through the view too.
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO db.calls (at, who, n) VALUES (now(), 'new', 5)"))
	require.Equal(t, [2]uint64{1, 5}, pair(t, conn, "SELECT count(), sum(n) FROM db.sums FINAL WHERE who = 'new'"))
}

func TestWritersWaitAndReadersReadWhileATableIsRebuilt(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	calls := pair(t, conn, allCalls)
	// The third of a rebuild's statements that make something creates the new table.
	for killed := 1; ; killed++ {
		require.ErrorIs(t, schema.Apply(t.Context(), &dying{Conn: conn, left: killed, heard: true}, opts.WithFiles(newer())), errKilled)
		require.NoError(t, conn.Exec(t.Context(), "DROP TABLE IF EXISTS db.schema_lock"))
		if pair(t, conn, "SELECT count(), toUInt64(0) FROM system.tables WHERE database = 'db' AND name = 'calls_new'")[0] == 1 {
			break
		}
	}
	var refused *clickhouse.Exception
	require.ErrorAs(t, conn.Exec(t.Context(), "INSERT INTO db.calls (at, who, n) VALUES (now(), 'new', 5)"), &refused)
	require.EqualValues(t, 252, refused.Code, "as when there are too many parts: it is tried again")
	require.Equal(t, calls, pair(t, conn, allCalls))
	require.ErrorContains(t, schema.Check(t.Context(), conn, opts.WithFiles(newer())), "run `weirctl schema apply`")

	require.NoError(t, schema.Apply(t.Context(), conn, opts.WithFiles(newer())))
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO db.calls (at, who, n) VALUES (now(), 'new', 5)"))
}

func TestSeveralProcessesMayApplyAtOnce(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	calls := pair(t, conn, allCalls)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = schema.Apply(t.Context(), conn, opts.WithFiles(newer())) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, calls, pair(t, conn, allCalls))
	require.Equal(t, [2]uint64{0, 0}, pair(t, conn, "SELECT count(), toUInt64(0) FROM system.tables WHERE database = 'db' AND name IN ('calls_new', 'schema_lock')"))
}

func TestTheLockOfAProcessThatIsGoneIsTakenOver(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE db.schema_lock (holder String) ENGINE = Memory COMMENT 'gone'"))
	locks := "SELECT count(), toUInt64(0) FROM system.tables WHERE database = 'db' AND name LIKE 'schema_lock%'"
	require.NoError(t, schema.EvictLock(t.Context(), conn, opts, time.Hour))
	require.Equal(t, [2]uint64{1, 0}, pair(t, conn, locks), "it was renewed within the hour")
	require.NoError(t, schema.EvictLock(t.Context(), conn, opts, 0))
	require.Equal(t, [2]uint64{0, 0}, pair(t, conn, locks))
}

func TestAFailingMutationStopsAMigrationAndIsNamed(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE db.names UPDATE name = toString(throwIf(id > 0, 'no such name')) WHERE 1 SETTINGS mutations_sync = 0"))
	err := schema.Apply(t.Context(), conn, opts.WithFiles(newer()))
	require.ErrorContains(t, err, "migration 0002_kinds")
	require.ErrorContains(t, err, "no such name")
	require.ErrorContains(t, err, "KILL MUTATION WHERE mutation_id = 'mutation_")
	require.NoError(t, conn.Exec(t.Context(), "KILL MUTATION WHERE database = 'db' AND table = 'names' SYNC"))
	require.NoError(t, schema.Apply(t.Context(), conn, opts.WithFiles(newer())))
}

func TestAMigrationKeepsTheRetentionThatNobodyNames(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := schema.Options{Database: "db", RetentionDays: 90, RollupRetentionDays: 900}
	require.NoError(t, schema.Apply(t.Context(), conn, opts.WithFiles(older())))
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{Database: "db"}.WithFiles(newer())))
	all := fmt.Sprint(forms(t, conn, "db"))
	require.Contains(t, all, "PARTITION BY (class, toDate(at)) ORDER BY (n, who) TTL toDate(at) + toIntervalDay(90)")
	require.Contains(t, all, "TTL toDate(id) + toIntervalDay(900)")
}

func TestADatabaseWithAnotherPastIsRefused(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	apply := func(files fstest.MapFS) error { return schema.Apply(t.Context(), conn, opts.WithFiles(files)) }

	noMigration := older()
	noMigration["sql/0020_calls.sql"] = newer()["sql/0020_calls.sql"]
	require.ErrorIs(t, apply(noMigration), schema.ErrDrift)
	require.ErrorContains(t, apply(noMigration), "0020_calls")

	require.NoError(t, apply(newer()))
	require.ErrorContains(t, apply(older()), "0003_classes", "an older Weir does not know it")
	changed := newer()
	changed["migrations/0002_kinds.sql"] = &fstest.MapFile{Data: []byte("ALTER TABLE {database}.names DROP COLUMN IF EXISTS kind;\n")}
	require.ErrorContains(t, apply(changed), "migration 0002_kinds was another one")
	require.NoError(t, apply(newer()))
}

func TestCommentsAndLayoutAreNoChange(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	commented := older()
	commented["sql/0020_calls.sql"] = &fstest.MapFile{Data: []byte("-- Every call.\n" + strings.Replace(oldCalls, "who String,", "who String,   -- it's a name", 1))}
	require.NoError(t, schema.Check(t.Context(), conn, opts.WithFiles(commented)))
}

func TestAPlanPrintsWhatAnUpgradeRuns(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	plan, err := schema.Plan(t.Context(), conn, opts.WithFiles(newer()))
	require.NoError(t, err)
	var pending []string
	for _, step := range plan {
		if step.State != schema.StateApplied {
			pending = append(pending, step.Name+" "+step.State+"\n"+step.SQL)
		}
	}
	require.Len(t, pending, 2)
	require.Contains(t, pending[0], "kinds pending\nALTER TABLE db.names ADD COLUMN")
	require.Contains(t, pending[1], "classes pending\nALTER TABLE db.calls MODIFY SETTING max_parts_in_total = 0")
	require.Contains(t, pending[1], "EXCHANGE TABLES db.calls AND db.calls_new")
}

func TestLongWorkTellsHowFarItIs(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := olderDatabase(t, conn)
	told := map[string]float64{}
	opts.Progress = func(what string, share float64, _ string) { told[what] = share }
	require.NoError(t, schema.Apply(t.Context(), conn, opts.WithFiles(newer())))
	require.InDelta(t, 1.0, told["rebuild of calls"], 0)
	require.Contains(t, told, "migration 0002_kinds")
}

func TestWrongMigrationsAreRefused(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, _, err := schema.ParseMigration(text)
		require.ErrorContains(t, err, want)
	}
	f("-- Nothing.\n", "expected statements, or a line -- rebuild: TABLE")
	f("-- rebuild: spans\nALTER TABLE {database}.spans DROP COLUMN a;\n", "expected no statements beside it")
	f("-- rebuild: spans\n-- rebuild: logs\n", "give each table a file")
	f("-- set: a = 1\nALTER TABLE {database}.spans DROP COLUMN a;\n", "needs a line -- rebuild: TABLE")
}

func FuzzParseMigration(f *testing.F) {
	f.Add("ALTER TABLE {database}.a ADD COLUMN IF NOT EXISTS b String DEFAULT '-- ;\n' ;\n")
	f.Add("-- rebuild: a\n-- set: b = 1\n")
	f.Add("'\\")
	f.Fuzz(func(t *testing.T, text string) {
		statements, rebuild, err := schema.ParseMigration(text)
		require.True(t, err != nil || (rebuild != "") != (len(statements) > 0))
	})
}
