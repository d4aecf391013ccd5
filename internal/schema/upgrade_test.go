package schema_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

// A database of version 1 has the newest form after an upgrade that was killed
// at every statement. It fails when a file of sql/ changes without a migration.
func TestUpgradeOfVersion1IsTheSameAsANewDatabase(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	applyVersion1(t, conn, "old")
	tables := fillTables(t, conn, "old")
	require.Greater(t, len(tables), 15)
	require.NoError(t, conn.Exec(t.Context(), `INSERT INTO old.actions (bucket, call_key, live, credential_hash, operation_id, method, route)
		SELECT toStartOfFiveMinutes(now()), 'a call', 1, 'v1:key', 'contacts.export', 'GET', '/contacts'`))
	fresh := schema.Options{Database: "new", CompatDatabase: "new_compat"}
	require.NoError(t, schema.Apply(t.Context(), conn, fresh))
	before, columns := map[string]string{}, map[string][]string{}
	for _, table := range tables {
		columns[table] = commonColumns(t, conn, table)
		before[table] = contents(t, conn, "old."+table, columns[table])
	}

	killed := applyDying(t, conn, schema.Options{Database: "old", CompatDatabase: "old_compat"})
	require.Greater(t, killed, 5)

	for _, table := range tables {
		require.Equal(t, before[table], contents(t, conn, "old."+table, columns[table]), table)
	}
	for table, condition := range map[string]string{"call_traits": "credential_hash = 'v1:key'", "operation_routes": "operation_id = 'contacts.export'"} {
		var n uint64
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM (SELECT DISTINCT * FROM old."+table+" WHERE "+condition+")").Scan(&n))
		require.EqualValues(t, 1, n, "%s knows the calls before it", table)
	}
	want, got := forms(t, conn, "new"), forms(t, conn, "old")
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	for name := range want {
		require.Equal(t, want[name], got[name], "%s: its file in sql/ has another form than version 1 has after migrations/", name)
	}
	require.NoError(t, schema.Check(t.Context(), conn, schema.Options{Database: "old", CompatDatabase: "old_compat"}))
	todo, err := schema.Plan(t.Context(), conn, schema.Options{Database: "old", CompatDatabase: "old_compat"})
	require.NoError(t, err)
	for _, step := range todo {
		require.Equal(t, schema.StateApplied, step.State, "%s %s", step.Kind, step.Name)
	}
}

// applyVersion1 does what the first version of this package did.
func applyVersion1(t *testing.T, conn driver.Conn, database string) {
	t.Helper()
	require.NoError(t, conn.Exec(t.Context(), "CREATE DATABASE "+database))
	names, err := filepath.Glob("testdata/v1/*.sql")
	require.NoError(t, err)
	for _, file := range names {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sql := strings.NewReplacer("{database}", database, "{retention_days}", "30", "{rollup_retention_days}", "400").Replace(string(text))
		require.NoError(t, conn.Exec(t.Context(), strings.TrimSuffix(strings.TrimSpace(sql), ";")), file)
		number, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".sql"), "_")
		sum := sha256.Sum256(text)
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO "+database+".schema_migrations SELECT toUInt32(?), ?, ?, now64(6)", number, name, hex.EncodeToString(sum[:])))
	}
}

// fillTables puts 500 rows of yesterday and today into every table, in two
// parts, and returns their names.
func fillTables(t *testing.T, conn driver.Conn, database string) (tables []string) {
	t.Helper()
	each(t, conn, "SELECT name FROM system.tables WHERE engine LIKE '%MergeTree' AND name != 'schema_migrations' AND database = '"+database+"' ORDER BY name", func(rows driver.Rows) {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	})
	for _, table := range tables {
		var names, values, random []string
		for name, kind := range columnTypes(t, conn, database, table) {
			names = append(names, name)
			switch {
			case strings.HasPrefix(kind, "DateTime"):
				values = append(values, "now() - 3600 * (n % 40)")
			case strings.HasPrefix(kind, "AggregateFunction"):
				values = append(values, "arrayReduce('uniqCombined64State(12)', [toString(n)])")
			default:
				values = append(values, name)
				random = append(random, fmt.Sprintf("%s %s", name, kind))
			}
		}
		for seed := range 2 {
			insert := fmt.Sprintf("INSERT INTO %s.%s (%s) SELECT %s FROM (SELECT rowNumberInAllBlocks() AS n, * FROM generateRandom(?, %d, 5, 2) LIMIT 250)",
				database, table, strings.Join(names, ", "), strings.Join(values, ", "), seed+1)
			require.NoError(t, conn.Exec(t.Context(), insert, strings.Join(random, ", ")), table)
		}
	}
	return tables
}

// commonColumns are those that a table of version 1 and a new one both have,
// and whose values can be compared.
func commonColumns(t *testing.T, conn driver.Conn, table string) []string {
	t.Helper()
	newest := columnTypes(t, conn, "new", table)
	var common []string
	for name, kind := range columnTypes(t, conn, "old", table) {
		if _, ok := newest[name]; ok && !strings.HasPrefix(kind, "AggregateFunction") {
			common = append(common, name)
		}
	}
	slices.Sort(common)
	return common
}
