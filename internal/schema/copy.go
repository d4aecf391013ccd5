package schema

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// part of a frozen table.
type part struct {
	name        string
	rows, bytes uint64 // bytes are those of the columns, uncompressed
}

// pieceSize is how many rows of the part one INSERT takes.
func (p part) pieceSize() uint64 {
	return min(max(pieceBytes/max(p.bytes/max(p.rows, 1), 1), 1), pieceRows)
}

// copy fills the new table part by part. The new table's comment is the last
// part that is complete; pieces of the next one that are there already are
// recognised by their tokens.
func (r rebuilding) copy(ctx context.Context) error {
	names, expressions, err := r.columns(ctx)
	if err != nil {
		return err
	}
	parts, err := r.parts(ctx)
	if err != nil {
		return err
	}
	var all, done uint64
	for _, p := range parts {
		all += p.rows
	}
	found, err := readDefinitions(ctx, r.conn, r.opts)
	if err != nil {
		return err
	}
	last := found[r.m.rebuild+newSuffix].comment
	for _, p := range parts {
		if p.name > last {
			insert := "INSERT INTO " + r.new + " (" + names + ") SELECT " + expressions + " FROM " + r.old
			if err := r.copyPart(ctx, insert, p); err != nil {
				return fmt.Errorf("part %s: %w", p.name, err)
			}
		}
		done += p.rows
		r.opts.progress("rebuild of "+r.m.rebuild, float64(done)/float64(all), fmt.Sprintf("%d of %d rows", done, all))
	}
	return nil
}

func (r rebuilding) copyPart(ctx context.Context, insert string, p part) error {
	size := p.pieceSize()
	for from := uint64(0); from < p.rows; from += size {
		piece := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
			"insert_deduplicate":         1,
			"insert_deduplication_token": fmt.Sprintf("rebuild-%s-%s-%d", r.m.title(), p.name, from),
			"async_insert":               0,
			// One block: else each has a token of its own, and its rows depend on how
			// they were read.
			"max_threads": 1, "max_insert_threads": 1, "max_block_size": size,
			"min_insert_block_size_rows": pieceRows * 10, "min_insert_block_size_bytes": 0,
			"max_partitions_per_insert_block": 0,
			"optimize_trivial_insert_select":  0,
		}))
		where := fmt.Sprintf(" WHERE _part = %s AND _part_offset BETWEEN %d AND %d", literal(p.name), from, from+size-1)
		if err := r.conn.Exec(piece, insert+where); err != nil {
			return err
		}
	}
	if err := r.conn.Exec(ctx, "ALTER TABLE "+r.new+" MODIFY COMMENT "+literal(p.name)); err != nil {
		return fmt.Errorf("cannot note that it is copied: %w", err)
	}
	return nil
}

func (r rebuilding) parts(ctx context.Context) ([]part, error) {
	rows, err := r.conn.Query(ctx, `
SELECT name, rows, data_uncompressed_bytes
FROM system.parts
WHERE database = ? AND table = ? AND active
ORDER BY name`, r.opts.Database, r.m.rebuild)
	if err != nil {
		return nil, fmt.Errorf("cannot read its parts: %w", err)
	}
	defer rows.Close()
	var all []part
	for rows.Next() {
		var p part
		if err := rows.Scan(&p.name, &p.rows, &p.bytes); err != nil {
			return nil, fmt.Errorf("cannot read a part: %w", err)
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read its parts: %w", err)
	}
	return all, nil
}
