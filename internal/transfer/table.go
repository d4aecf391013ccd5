package transfer

import (
	"context"
	"fmt"
	"strings"

	"github.com/weir-otel/weir/internal/schema"
)

// Column is a stored column.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Table is what a copy has to know of one.
type Table struct {
	Name       string      `json:"name"`
	Columns    []Column    `json:"columns"`
	Final      bool        `json:"final"` // its engine replaces or sums rows
	Partitions []Partition `json:"partitions"`
}

// Partition is known by its rows.
type Partition struct {
	ID   string `json:"id"`
	Rows uint64 `json:"rows"`
	Hash uint64 `json:"hash,string"` // sum of the rows' hashes
	// Files are its chunks in a backup, with the SHA-256 of each.
	Files []File `json:"files,omitempty"`
}

// same says that two partitions have the same rows.
func (p Partition) same(other Partition) bool { return p.Rows == other.Rows && p.Hash == other.Hash }

// chunkBytes bounds the uncompressed data of one chunk, and so of one INSERT;
// the embedded engine takes 256 MiB.
const chunkBytes = 64 << 20

// tables reads all tables of Weir's, with their partitions.
func (d *Database) tables(ctx context.Context) ([]Table, error) {
	all, err := d.forms(ctx)
	if err != nil {
		return nil, err
	}
	for i, t := range all {
		if all[i].Partitions, err = d.partitions(ctx, t, t.Name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// forms reads the columns and engines of all tables of Weir's.
func (d *Database) forms(ctx context.Context) ([]Table, error) {
	names, err := schema.DataTables()
	if err != nil {
		return nil, err
	}
	rows, err := d.conn.Query(ctx, `
SELECT t.name, t.engine, groupArray(c.name), groupArray(c.type)
FROM system.tables AS t
INNER JOIN (SELECT * FROM system.columns WHERE database = ? AND default_kind NOT IN ('MATERIALIZED', 'ALIAS', 'EPHEMERAL') ORDER BY name) AS c ON c.table = t.name
WHERE t.database = ? AND has(?, t.name)
GROUP BY t.name, t.engine
ORDER BY t.name`, d.cfg.Database, d.cfg.Database, names)
	if err != nil {
		return nil, fmt.Errorf("cannot read the columns of database %s: %w", d.cfg.Database, err)
	}
	defer rows.Close()
	var all []Table
	for rows.Next() {
		var t Table
		var engine string
		var columns, types []string
		if err := rows.Scan(&t.Name, &engine, &columns, &types); err != nil {
			return nil, fmt.Errorf("cannot read the columns of database %s: %w", d.cfg.Database, err)
		}
		if engine == "Distributed" {
			return nil, fmt.Errorf("cannot copy %s: %w", t.Name, errCluster)
		}
		t.Final = strings.TrimPrefix(engine, "Replicated") != "MergeTree"
		for i := range columns {
			t.Columns = append(t.Columns, Column{Name: columns[i], Type: types[i]})
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the columns of database %s: %w", d.cfg.Database, err)
	}
	if len(all) != len(names) {
		return nil, fmt.Errorf("database %s has %d of %d tables: run weirctl schema apply first", d.cfg.Database, len(all), len(names))
	}
	return all, nil
}

// names of the columns, for SELECT and INSERT.
func (t Table) names() string {
	quoted := make([]string, 0, len(t.Columns))
	for _, c := range t.Columns {
		quoted = append(quoted, "`"+c.Name+"`")
	}
	return strings.Join(quoted, ", ")
}

// hash is the expression over a row. NULL would make the whole of it NULL, and a
// state of an aggregate has several forms with one result.
func (t Table) hash() string {
	values := make([]string, 0, len(t.Columns))
	for _, c := range t.Columns {
		value := "`" + c.Name + "`"
		switch {
		case strings.HasPrefix(c.Type, "Nullable("):
			value = "ifNull(toString(" + value + "), '\\\\N')"
		case strings.HasPrefix(c.Type, "AggregateFunction("):
			value = "finalizeAggregation(" + value + ")"
		}
		values = append(values, value)
	}
	return "cityHash64(" + strings.Join(values, ", ") + ")"
}

func (t Table) from(name string) string {
	if t.Final {
		return " FROM `" + name + "` FINAL"
	}
	return " FROM `" + name + "`"
}

// partitions of a table with the form of t.
func (d *Database) partitions(ctx context.Context, t Table, name string) ([]Partition, error) {
	rows, err := d.conn.Query(ctx, "SELECT _partition_id, count(), sum("+t.hash()+")"+t.from(name)+" GROUP BY _partition_id ORDER BY _partition_id")
	if err != nil {
		return nil, fmt.Errorf("cannot count the rows of table %s: %w", name, err)
	}
	defer rows.Close()
	var all []Partition
	for rows.Next() {
		var p Partition
		if err := rows.Scan(&p.ID, &p.Rows, &p.Hash); err != nil {
			return nil, fmt.Errorf("cannot count the rows of table %s: %w", name, err)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// partition counts one.
func (d *Database) partition(ctx context.Context, t Table, name, id string) (Partition, error) {
	p := Partition{ID: id}
	query := "SELECT count(), sum(" + t.hash() + ")" + t.from(name) + " WHERE _partition_id = ?"
	if err := d.conn.QueryRow(ctx, query, id).Scan(&p.Rows, &p.Hash); err != nil {
		return Partition{}, fmt.Errorf("cannot count the rows of partition %s of table %s: %w", id, name, err)
	}
	return p, nil
}

// chunks are the conditions that cut a partition into pieces: places in its
// parts or, where FINAL looks at several parts, remainders of the sorting key.
func (d *Database) chunks(ctx context.Context, t Table, id string) ([]string, error) {
	rows, err := d.conn.Query(ctx, `
SELECT p.name, p.rows, p.data_uncompressed_bytes, t.sorting_key
FROM system.parts AS p
INNER JOIN system.tables AS t ON t.database = p.database AND t.name = p.table
WHERE p.database = ? AND p.table = ? AND p.partition_id = ? AND p.active AND p.rows > 0
ORDER BY p.name`, d.cfg.Database, t.Name, id)
	if err != nil {
		return nil, fmt.Errorf("cannot read the parts of table %s: %w", t.Name, err)
	}
	defer rows.Close()
	where := "_partition_id = '" + id + "'"
	var conditions []string
	var allBytes uint64
	var key string
	for rows.Next() {
		var name string
		var count, bytes uint64
		if err := rows.Scan(&name, &count, &bytes, &key); err != nil {
			return nil, fmt.Errorf("cannot read a part of table %s: %w", t.Name, err)
		}
		allBytes += bytes
		size := max(chunkBytes/max(bytes/count, 1), 1)
		for from := uint64(0); from < count; from += size {
			conditions = append(conditions, fmt.Sprintf("%s AND _part = '%s' AND _part_offset BETWEEN %d AND %d", where, name, from, from+size-1))
		}
	}
	if err := rows.Err(); err != nil || !t.Final {
		return conditions, err
	}
	conditions = nil
	for n, i := allBytes/chunkBytes+1, uint64(0); i < n; i++ {
		conditions = append(conditions, fmt.Sprintf("%s AND cityHash64(%s) %% %d = %d", where, key, n, i))
	}
	return conditions, nil
}
