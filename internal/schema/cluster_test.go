package schema_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "run `go test ./internal/schema -update`")
}

// planned are the statements for a new database.
func planned(t *testing.T, conn driver.Conn, opts schema.Options) (statements []string) {
	t.Helper()
	plan, err := schema.Plan(t.Context(), conn, opts)
	require.NoError(t, err)
	for _, step := range plan {
		statements = append(statements, strings.Split(step.SQL, ";\n")...)
	}
	return statements
}

// format is a statement in ClickHouse's own form; an error where it does not
// parse.
func format(t *testing.T, conn driver.Conn, statement string) (formatted string) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT formatQuery(?)", statement).Scan(&formatted), statement)
	return formatted
}

func TestClusterStatementsAreThoseOfTheGoldenFileAndParse(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	opts := schema.Options{
		CompatDatabase: schema.DefaultCompatDatabase, Cluster: "weir", Collectors: 8,
		Storage: schema.Storage{Policy: "tiers", MoveAfterDays: 3, Volume: "cold"},
	}
	var text strings.Builder
	for _, statement := range planned(t, conn, opts) {
		text.WriteString(format(t, conn, statement) + ";\n\n")
	}
	golden(t, "cluster.sql", text.String())
}

func TestEveryTableOfAClusterIsReplicatedAndSplitTheSameWayEachTime(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	for _, statement := range planned(t, conn, schema.Options{CompatDatabase: schema.DefaultCompatDatabase, Cluster: "weir"}) {
		require.Contains(t, statement, " ON CLUSTER weir", statement)
		require.NotContains(t, statement, "rand(", "a segment that is sent again would be split in another way")
		if strings.Contains(statement, "CREATE TABLE") {
			require.Regexp(t, `ENGINE = Replicated\w*MergeTree\('/clickhouse/tables/\{uuid\}/`, statement)
			require.NotContains(t, statement, "non_replicated_deduplication_window")
			require.Regexp(t, ` replicated_deduplication_window = \d+, replicated_deduplication_window_seconds = 7200`, statement)
		}
	}
}

func TestWindowsGrowWithTheNumberOfCollectors(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{Collectors: 1}))
	window := func(table string) (engine string) {
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT engine_full FROM system.tables WHERE database = 'weir' AND name = ?", table).Scan(&engine))
		return engine
	}
	require.Contains(t, window("spans"), "deduplication_window = 10000,")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{Collectors: 20}))
	require.Contains(t, window("spans"), "deduplication_window = 57600,", "20 collectors, a segment each 5 s over two days, two hours")
	require.Contains(t, window("catalog_revisions"), "deduplication_window = 100,", "few inserts, whoever many collect")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{Collectors: 2}))
	require.Contains(t, window("spans"), "deduplication_window = 57600,", "a smaller window would forget")
}

func TestRowsMoveToAVolumeBeforeTheyEnd(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	tiers := schema.Options{Storage: schema.Storage{Policy: "tiers", MoveAfterDays: 3, Volume: "s3's"}}
	for _, statement := range planned(t, conn, tiers) {
		statement = format(t, conn, statement)
		if strings.Contains(statement, "weir.actions\n") && strings.HasPrefix(statement, "CREATE TABLE") {
			require.Contains(t, statement, `TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 's3\'s', toDate(bucket) + toIntervalDay(30)`)
			require.Contains(t, statement, "storage_policy = 'tiers'")
		}
		if strings.Contains(statement, "weir.connector_hours\n") && strings.HasPrefix(statement, "CREATE TABLE") {
			require.NotContains(t, statement, "TO VOLUME", "rollups stay")
		}
	}
}

func TestStorageOfTablesThatAreThereIsAltered(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{}))
	tiers := schema.Options{Storage: schema.Storage{Policy: "tiers", MoveAfterDays: 3, Volume: "cold"}}
	plan, err := schema.Plan(t.Context(), conn, tiers)
	require.NoError(t, err)
	var changes []string
	for _, step := range plan {
		if step.Kind == schema.KindSetting {
			changes = append(changes, step.SQL)
		}
	}
	require.Contains(t, changes, "ALTER TABLE weir.actions MODIFY SETTING storage_policy = 'tiers'")
	require.Contains(t, changes, "ALTER TABLE weir.actions MODIFY TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 'cold', toDate(bucket) + toIntervalDay(30)")
}
