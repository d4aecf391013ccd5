package leak

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	// perStatement is how many needles one statement takes; multiSearchAny has at
	// most 255.
	perStatement = 200
	// fewRows are written out and searched here. Of larger tables the database
	// first says whether there is anything to find.
	fewRows = 20_000
)

// Tables looks through every column of every table that can hold a text or a
// card number, decoded by the database.
func (s *Search) Tables(ctx context.Context, conn driver.Conn) error {
	tables, err := listColumns(ctx, conn)
	if err != nil {
		return err
	}
	for table, columns := range tables {
		if err := s.table(ctx, conn, table, columns); err != nil && !isGone(err) {
			return fmt.Errorf("cannot search table %s: %w", table, err)
		}
	}
	return nil
}

// isGone reports whether a table was dropped since it was listed, as the
// recompute's work tables are, which hold copies of rows of other tables.
func isGone(err error) bool {
	const unknownTable = 60
	var exception *clickhouse.Exception
	return errors.As(err, &exception) && exception.Code == unknownTable
}

func (s *Search) table(ctx context.Context, conn driver.Conn, table string, columns []column) error {
	var rows uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM "+table).Scan(&rows); err != nil {
		return err
	}
	s.Searched.Tables++
	s.Searched.Rows += int(rows)
	if rows <= fewRows {
		return s.dump(ctx, conn, table, dumpQuery(table, columns, "1"))
	}
	for chunk := range slices.Chunk(s.needles, perStatement) {
		with, parameters := parameters(chunk)
		var hits uint64
		if err := conn.QueryRow(ctx, with+anyQuery(table, columns), parameters...).Scan(&hits); err != nil {
			return err
		}
		if hits == 0 {
			continue
		}
		if err := s.dump(ctx, conn, table, with+dumpQuery(table, columns, condition(columns)), parameters...); err != nil {
			return err
		}
		if !s.Found.at("table " + table) { // written out it looks different, but it is there
			s.Found.add("a value", "table "+table, int(hits))
		}
	}
	return nil
}

// dump searches rows that are written out.
func (s *Search) dump(ctx context.Context, conn driver.Conn, table, query string, parameters ...any) error {
	rows, err := conn.Query(ctx, query, parameters...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		s.row([]byte(text), "table "+table)
	}
	return rows.Err()
}

// row counts a name once, however often the row holds it.
func (s *Search) row(text []byte, place string) {
	one := Search{Found: Found{}, needles: s.needles, index: s.index}
	one.Bytes(text, place)
	for name := range one.Found {
		s.Found.add(name, place, 1)
	}
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
