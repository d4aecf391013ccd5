package transfer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/transfer"
)

func configOf(server *chdbtest.Server, database string) chconn.Config {
	cfg := chconn.NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password = server.Endpoint, server.Username, configopaque.String(server.Password)
	cfg.Database = database
	return cfg
}

func open(t *testing.T, server *chdbtest.Server, database string) *transfer.Database {
	t.Helper()
	db, err := transfer.OpenTarget(t.Context(), configOf(server, database), schema.Options{}, schema.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// filled is a server with rows of two days in a table of each kind: plain,
// replacing, summing, with states and with NULL.
func filled(t *testing.T) *chdbtest.Server {
	t.Helper()
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	for _, insert := range []string{
		`INSERT INTO spans (timestamp, trace_id, name, attributes_string, attributes_json, event_attributes)
			SELECT now64(9) - 86400 * (number % 2), toFixedString(toString(number), 16), 'GET', map('k', toString(number)),
				map('lowcode.redaction.detectors', '["card"]'), [map('a', 'b')] FROM numbers(3000)`,
		"INSERT INTO spans (timestamp, name) SELECT now64(9), 'same' FROM numbers(50)",
		"INSERT INTO actions (bucket, call_key, live) SELECT toStartOfFiveMinutes(now()), toString(number), 1 FROM numbers(400)",
		"INSERT INTO actions (bucket, call_key, live, computed_at) SELECT toStartOfFiveMinutes(now()), toString(number), 0, now64(6) FROM numbers(100)",
		"INSERT INTO connector_5m (bucket, connector_id, latency_histogram, users) SELECT toStartOfFiveMinutes(now()), toString(number), map(1, 0.5), arrayReduce('uniqCombined64State(12)', [toString(number)]) FROM numbers(30)",
		"INSERT INTO findings (fingerprint, started_at, resolved_at) SELECT toString(number), now64(3), if(number = 1, NULL, now64(3)) FROM numbers(3)",
	} {
		require.NoError(t, conn.Exec(t.Context(), insert))
	}
	return server
}

// summary of every table, computed in another way than the package does.
func summary(t *testing.T, conn driver.Conn) map[string]string {
	t.Helper()
	names, err := schema.DataTables()
	require.NoError(t, err)
	all := map[string]string{}
	for _, name := range names {
		var engine string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = ?", name).Scan(&engine))
		if engine != "MergeTree" {
			engine = "FINAL"
		} else {
			engine = ""
		}
		var rows, hash uint64
		columns := "* EXCEPT users"
		if name != "connector_5m" && name != "connector_hours" && name != "connector_days" {
			columns = "*"
		}
		query := fmt.Sprintf("SELECT count(), groupBitXor(sipHash64(toString(tuple(%s)), n)) FROM (SELECT *, count() OVER (PARTITION BY toString(tuple(%s))) AS n FROM %s %s)", columns, columns, name, engine)
		require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&rows, &hash), name)
		all[name] = fmt.Sprint(rows, " ", hash)
	}
	return all
}

func none(string, float64) {}

func TestMoveThatIsKilledAtEveryStatementBringsEachRowOnce(t *testing.T) {
	from := filled(t)
	to := chdbtest.Start(t)
	want := summary(t, from.Conn(t, "weir"))
	source := open(t, from, "weir")

	killed := 0
	for ; ; killed++ {
		target := open(t, to, "weir")
		target.DieAt(killed+1, killed%2 == 0)
		_, err := transfer.Move(t.Context(), source, target, none)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, transfer.ErrDied)
	}
	require.Greater(t, killed, 5)
	require.Equal(t, want, summary(t, to.Conn(t, "weir")))

	again, err := transfer.Move(t.Context(), source, open(t, to, "weir"), none)
	require.NoError(t, err)
	require.Equal(t, again.Partitions, again.Skipped)
	require.Equal(t, want, summary(t, to.Conn(t, "weir")), "a second run brings nothing")
	var left uint64
	require.NoError(t, to.Conn(t, "weir").QueryRow(t.Context(), "SELECT count() FROM system.tables WHERE name LIKE '%_transfer_%'").Scan(&left))
	require.Zero(t, left)
}

func TestMoveLeavesRowsThatAreThereAlone(t *testing.T) {
	server := filled(t)
	open(t, server, "other")
	conn := server.Conn(t, "other")
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO spans (timestamp, name) SELECT now64(9), 'new here' FROM numbers(7)"))
	_, err := transfer.Move(t.Context(), open(t, server, "weir"), open(t, server, "other"), none)
	require.NoError(t, err)
	var all, own uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(), countIf(name = 'new here') FROM spans").Scan(&all, &own))
	require.EqualValues(t, 3057, all)
	require.EqualValues(t, 7, own)
}

func TestASourceThatChangedSinceIsNamed(t *testing.T) {
	from := filled(t)
	to := from
	_, err := transfer.Move(t.Context(), open(t, from, "weir"), open(t, to, "other"), none)
	require.NoError(t, err)
	require.NoError(t, from.Conn(t, "weir").Exec(t.Context(), "INSERT INTO spans (timestamp, name) SELECT now64(9), 'late' FROM numbers(1)"))
	_, err = transfer.Move(t.Context(), open(t, from, "weir"), open(t, to, "other"), none)
	require.ErrorContains(t, err, "of table spans: the source has other rows now")
}

func TestABackupThatWasInterruptedGoesOnAndIsRestored(t *testing.T) {
	from := filled(t)
	to := from
	want := summary(t, from.Conn(t, "weir"))
	folder := filepath.Join(t.TempDir(), "backup")
	source := open(t, from, "weir")
	for left := 1; ; left += 2 {
		source.FailReads(left)
		_, err := transfer.Backup(t.Context(), source, folder, none)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, transfer.ErrDied)
		_, err = transfer.Restore(t.Context(), folder, open(t, to, "other"), false, none)
		require.ErrorContains(t, err, "the backup is not complete")
	}
	_, err := transfer.Restore(t.Context(), folder, open(t, to, "other"), true, none)
	require.NoError(t, err)
	require.Equal(t, "0 0", summary(t, to.Conn(t, "other"))["spans"], "a check leaves nothing")
	result, err := transfer.Restore(t.Context(), folder, open(t, to, "other"), false, none)
	require.NoError(t, err)
	require.Zero(t, result.Skipped)
	require.Equal(t, want, summary(t, to.Conn(t, "other")))
}

func TestADamagedBackupIsRefusedAndItsFileNamed(t *testing.T) {
	from := filled(t)
	to := from
	folder := filepath.Join(t.TempDir(), "backup")
	_, err := transfer.Backup(t.Context(), open(t, from, "weir"), folder, none)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(folder, "findings", "*.zst"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(files[0], content, 0o600))
	_, err = transfer.Restore(t.Context(), folder, open(t, to, "other"), true, none)
	require.ErrorContains(t, err, "findings/all-000001.native.zst: the file is not what was written")
}

func TestABackupIsOfOneDatabaseAndReadableByItsOwnerOnly(t *testing.T) {
	server := filled(t)
	folder := filepath.Join(t.TempDir(), "backup")
	_, err := transfer.Backup(t.Context(), open(t, server, "weir"), folder, none)
	require.NoError(t, err)
	_, err = transfer.Backup(t.Context(), open(t, server, "other"), folder, none)
	require.ErrorContains(t, err, "the folder holds a backup of another database")
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, path)
		return nil
	}))
}

func TestATargetKeepsRowsAsLongAsTheSource(t *testing.T) {
	server := chdbtest.Start(t)
	conn := server.Conn(t, "default")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{Database: "weir", RetentionDays: 90, RollupRetentionDays: 900}))
	source := open(t, server, "weir")
	folder := filepath.Join(t.TempDir(), "backup")
	_, err := transfer.Backup(t.Context(), source, folder, none)
	require.NoError(t, err)
	kept, err := transfer.KeptByBackup(folder)
	require.NoError(t, err)
	require.Equal(t, 90, kept.RetentionDays)

	cfg := configOf(server, "other")
	to, err := transfer.OpenTarget(t.Context(), cfg, schema.Options{RollupRetentionDays: 500}, kept)
	require.NoError(t, err)
	defer to.Close()
	is, err := to.Kept(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int{90, 500}, []int{is.RetentionDays, is.RollupRetentionDays})
}
