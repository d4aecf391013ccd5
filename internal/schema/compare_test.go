package schema_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
)

var settingsPart = regexp.MustCompile(` SETTINGS (.*)$`)

// forms are all that makes the tables and views of a database, without the
// order of columns and settings, which depends on the order of ALTERs.
func forms(t *testing.T, conn driver.Conn, database string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	each(t, conn, "SELECT name, engine_full, as_select, comment FROM system.tables WHERE database = '"+database+"'", func(rows driver.Rows) {
		var name, engine, query, comment string
		require.NoError(t, rows.Scan(&name, &engine, &query, &comment))
		var settings []string
		if m := settingsPart.FindStringSubmatch(engine); m != nil {
			settings = strings.Split(m[1], ", ")
			engine = settingsPart.ReplaceAllString(engine, "")
		}
		slices.Sort(settings)
		query = strings.ReplaceAll(query, database+".", "")
		all[name] = append([]string{engine, query, "comment: " + comment}, settings...)
	})
	each(t, conn, "SELECT table, name, type, default_kind, default_expression, compression_codec FROM system.columns WHERE database = '"+database+"' ORDER BY name", func(rows driver.Rows) {
		var table, name, kind, defaultKind, expression, codec string
		require.NoError(t, rows.Scan(&table, &name, &kind, &defaultKind, &expression, &codec))
		all[table] = append(all[table], strings.Join([]string{name, kind, defaultKind, expression, codec}, " "))
	})
	each(t, conn, "SELECT table, name, type_full, expr, granularity FROM system.data_skipping_indices WHERE database = '"+database+"' ORDER BY name", func(rows driver.Rows) {
		var table, name, kind, expression string
		var granularity uint64
		require.NoError(t, rows.Scan(&table, &name, &kind, &expression, &granularity))
		all[table] = append(all[table], fmt.Sprint("index ", name, " ", kind, " ", expression, " ", granularity))
	})
	return all
}

// columnTypes of a table by name, of columns that are stored.
func columnTypes(t *testing.T, conn driver.Conn, database, table string) map[string]string {
	t.Helper()
	types := map[string]string{}
	each(t, conn, fmt.Sprintf("SELECT name, type FROM system.columns WHERE database = '%s' AND table = '%s' AND default_kind NOT IN ('ALIAS', 'MATERIALIZED')", database, table), func(rows driver.Rows) {
		var name, kind string
		require.NoError(t, rows.Scan(&name, &kind))
		types[name] = kind
	})
	return types
}

// contents is the number of a table's rows and the sum of their hashes, over
// some columns; of replacing tables, the newest rows.
func contents(t *testing.T, conn driver.Conn, table string, columns []string) string {
	t.Helper()
	var engine string
	database, name, _ := strings.Cut(table, ".")
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT engine FROM system.tables WHERE database = ? AND name = ?", database, name).Scan(&engine))
	if engine != "MergeTree" {
		table += " FINAL"
	}
	var rows, sum uint64
	query := fmt.Sprintf("SELECT count(), sum(cityHash64(toString(tuple(%s)))) FROM %s", strings.Join(columns, ", "), table)
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&rows, &sum), query)
	return fmt.Sprint(rows, " rows, ", sum)
}

// each calls add for every row.
func each(t *testing.T, conn driver.Conn, query string, add func(rows driver.Rows)) {
	t.Helper()
	rows, err := conn.Query(t.Context(), query)
	require.NoError(t, err, query)
	defer rows.Close()
	for rows.Next() {
		add(rows)
	}
	require.NoError(t, rows.Err())
}
