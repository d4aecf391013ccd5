package demo

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/simulate"
)

// searchTables looks through every column of every table that can hold a text
// or a card number, decoded by the database. Where a table has any, its rows are
// written out to say which secrets.
func searchTables(ctx context.Context, conn driver.Conn, secrets *simulate.Secrets, leaks Leaks, searched *Searched) error {
	tables, err := listColumns(ctx, conn)
	if err != nil {
		return err
	}
	search := newTableSearch(secrets)
	for table, columns := range tables {
		var rows, hits uint64
		if err := conn.QueryRow(ctx, search.anyQuery(table, columns), search.parameters...).Scan(&rows, &hits); err != nil {
			return fmt.Errorf("cannot search table %s: %w", table, err)
		}
		searched.Tables++
		searched.Rows += int(rows)
		if hits == 0 {
			continue
		}
		counts := make([]uint64, len(search.names))
		scan := make([]any, len(counts))
		for i := range counts {
			scan[i] = &counts[i]
		}
		if err := conn.QueryRow(ctx, search.whichQuery(table, columns), search.parameters...).Scan(scan...); err != nil {
			return fmt.Errorf("cannot search table %s: %w", table, err)
		}
		for i, name := range search.names {
			leaks.add(name, "table "+table, int(counts[i]))
		}
	}
	return nil
}

// column of a table.
type column struct {
	name, kind string // kind is its type
}

// listColumns gives the columns of all tables that are no views and not the
// engine's own.
func listColumns(ctx context.Context, conn driver.Conn) (map[string][]column, error) {
	rows, err := conn.Query(ctx, `SELECT c.database, c.table, c.name, c.type FROM system.columns AS c
		INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
		WHERE lower(c.database) NOT IN ('system', 'information_schema') AND t.engine NOT LIKE '%View'
		ORDER BY c.database, c.table, c.position`)
	if err != nil {
		return nil, fmt.Errorf("cannot list the tables: %w", err)
	}
	defer rows.Close()
	tables := map[string][]column{}
	for rows.Next() {
		var database, table, name, kind string
		if err := rows.Scan(&database, &table, &name, &kind); err != nil {
			return nil, fmt.Errorf("cannot list the tables: %w", err)
		}
		key := quote(database) + "." + quote(table)
		tables[key] = append(tables[key], column{name: quote(name), kind: kind})
	}
	return tables, rows.Err()
}

func quote(name string) string { return "`" + name + "`" }

// tableSearch writes statements that look for secrets. These travel as
// parameters, not in the statement.
type tableSearch struct {
	names      []string
	needles    string // [{s0:String}, …]
	parameters []any
}

func newTableSearch(secrets *simulate.Secrets) tableSearch {
	var s tableSearch
	values := secrets.Named()
	for name := range values {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	var needles []string
	for i, name := range s.names {
		parameter := fmt.Sprintf("s%d", i)
		needles = append(needles, "{"+parameter+":String}")
		s.parameters = append(s.parameters, clickhouse.Named(parameter, values[name]))
	}
	s.needles = "[" + strings.Join(needles, ", ") + "]"
	return s
}

// anyQuery counts the rows of a table, and those that hold a secret.
func (s tableSearch) anyQuery(table string, columns []column) string {
	return fmt.Sprintf("SELECT count(), countIf(%s) FROM %s", s.condition(columns), table)
}

// whichQuery counts the rows that hold each secret.
func (s tableSearch) whichQuery(table string, columns []column) string {
	var written, counts []string
	for _, c := range columns {
		written = append(written, c.text())
	}
	for i := range s.names {
		counts = append(counts, fmt.Sprintf("countIf(position(dump, {s%d:String}) > 0)", i))
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT concatWithSeparator('\\n', '', %s) AS dump FROM %s WHERE %s)",
		strings.Join(counts, ", "), strings.Join(written, ", "), table, s.condition(columns))
}

func (s tableSearch) condition(columns []column) string {
	tests := []string{"0"}
	for _, c := range columns {
		tests = append(tests, c.holds(s.needles)...)
	}
	return strings.Join(tests, " OR ")
}

// text is the column written out.
func (c column) text() string {
	if strings.HasPrefix(c.kind, "AggregateFunction") {
		return "toString(finalizeAggregation(" + c.name + "))"
	}
	return "toString(" + c.name + ")"
}

var (
	// tooSmall are types whose values have no room for any of the secrets.
	tooSmall   = regexp.MustCompile(`^(Nullable\()?(U?Int(8|16|32)\b|Float|Date|Enum|Bool|UUID)`)
	mapType    = regexp.MustCompile(`^Map\((LowCardinality\(String\)|String), (.+)\)$`)
	stringType = regexp.MustCompile(`^(String|LowCardinality\(String\))$`)
	listType   = regexp.MustCompile(`^Array\((String|LowCardinality\(String\))\)$`)
)

// holds lists the conditions under which the column has one of the needles. The
// common types are searched as they are: writing out millions of maps takes long.
func (c column) holds(needles string) []string {
	has := func(what string) string { return "multiSearchAny(" + what + ", " + needles + ")" }
	entry := mapType.FindStringSubmatch(c.kind)
	switch {
	case tooSmall.MatchString(c.kind):
		return nil
	case stringType.MatchString(c.kind):
		return []string{has(c.name)}
	case listType.MatchString(c.kind):
		return []string{"arrayExists(v -> " + has("v") + ", " + c.name + ")"}
	case entry != nil && tooSmall.MatchString(entry[2]):
		return []string{"arrayExists(k -> " + has("k") + ", mapKeys(" + c.name + "))"}
	case entry != nil && stringType.MatchString(entry[2]):
		return []string{
			"arrayExists(k -> " + has("k") + ", mapKeys(" + c.name + "))",
			"arrayExists(v -> " + has("v") + ", mapValues(" + c.name + "))",
		}
	default:
		return []string{has(c.text())}
	}
}
