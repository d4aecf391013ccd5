package erase

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// table is what has to be known of a table to find and delete rows.
type table struct {
	name    string
	engine  string
	key     string // the sorting key
	columns []column
}

// column holds text.
type column struct {
	name string
	of   string // the pattern it is searched for: kindIDs or kindTexts
	typ  string
}

// idColumns hold ids, besides those whose names end in _id.
var idColumns = []string{"actor", "approver", "subject"}

func patternOf(name string) string {
	if strings.HasSuffix(name, "_id") || slices.Contains(idColumns, name) {
		return kindIDs
	}
	return kindTexts
}

// listTables gives the tables of the database that store rows, by name, but not
// those of an erasure and the work tables of a recompute, which it drops.
func listTables(ctx context.Context, conn driver.Conn) ([]table, error) {
	rows, err := conn.Query(ctx, `SELECT t.name, t.engine, t.sorting_key, c.name, c.type
		FROM system.tables AS t INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
		WHERE t.database = currentDatabase() AND t.engine NOT LIKE '%View' AND c.default_kind NOT IN ('ALIAS', 'EPHEMERAL')
			AND NOT startsWith(t.name, '`+jobPrefix+`') AND NOT match(t.name, '^recompute_[a-z]+_[0-9a-f]{16}$')
		ORDER BY t.name, c.position`)
	if err != nil {
		return nil, fmt.Errorf("cannot list the tables: %w", err)
	}
	defer rows.Close()
	var tables []table
	for rows.Next() {
		var t table
		var c column
		if err := rows.Scan(&t.name, &t.engine, &t.key, &c.name, &c.typ); err != nil {
			return nil, fmt.Errorf("cannot list the tables: %w", err)
		}
		if len(tables) == 0 || tables[len(tables)-1].name != t.name {
			tables = append(tables, t)
		}
		c.of = patternOf(c.name)
		last := &tables[len(tables)-1]
		last.columns = append(last.columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot list the tables: %w", err)
	}
	return tables, checkTables(tables)
}

// checkTables refuses what cannot be searched or deleted from.
func checkTables(tables []table) error {
	for _, t := range tables {
		if t.engine == "Distributed" {
			return fmt.Errorf("cannot erase on a cluster: table %s is Distributed; run it on each server's own database, or erase by hand (docs/operations.md)", t.name)
		}
		searched := false
		for _, c := range t.columns {
			condition, err := reach("x", c.typ, "''")
			if err != nil {
				return fmt.Errorf("cannot search column %s of table %s: %w", c.name, t.name, err)
			}
			searched = searched || condition != ""
		}
		if searched && !strings.HasSuffix(t.engine, "MergeTree") && t.engine != "Memory" {
			return fmt.Errorf("cannot erase from table %s: its engine %s deletes no rows; move it to another database, or drop it", t.name, t.engine)
		}
	}
	return nil
}

func quote(name string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

// conditions are, by column, when it holds the subject of a job; columns without
// text are left out.
func (t *table) conditions(job string) (columns []string, conditions []string, err error) {
	for _, c := range t.columns {
		condition, err := reach(quote(c.name), c.typ, patternExpression(job, c.of))
		if err != nil {
			return nil, nil, fmt.Errorf("cannot search column %s of table %s: %w", c.name, t.name, err)
		}
		if condition != "" {
			columns, conditions = append(columns, c.name), append(conditions, condition)
		}
	}
	return columns, conditions, nil
}

// holds is when a row holds the subject; "0" for a table without text.
func (t *table) holds(job string) (string, error) {
	_, conditions, err := t.conditions(job)
	if err != nil || len(conditions) == 0 {
		return "0", err
	}
	return "(" + strings.Join(conditions, " OR ") + ")", nil
}

// patternExpression asks the job table. Should it be empty, nothing matches:
// an empty pattern would match everything.
func patternExpression(job, kind string) string {
	return "ifNull((SELECT if(max(value) = '', NULL, max(value)) FROM " + job + " WHERE kind = '" + kind + "'), '" + strings.ReplaceAll(never, `\`, `\\`) + "')"
}
