package transfer

import (
	"context"
	"errors"
	"fmt"
)

// attempts at a partition that changes while it is copied.
const attempts = 3

var errChanged = errors.New("it changed while it was copied")

// Progress is told what is being copied and which share of all rows is done.
type Progress func(what string, share float64)

// Result says what there is now at the target.
type Result struct {
	Tables     int    `json:"tables"`
	Partitions int    `json:"partitions"`
	Rows       uint64 `json:"rows"`
	Skipped    int    `json:"skipped_partitions"` // they were there from an earlier run
}

// target is where rows go.
type target interface {
	// begin is told the source's id and all tables.
	begin(ctx context.Context, id string, tables []Table) error
	// put stores a partition and compares what it stored. skipped: it is there.
	// errChanged asks for another attempt.
	put(ctx context.Context, from source, t Table, p Partition) (skipped bool, err error)
	// finish is called when all is there.
	finish(ctx context.Context) error
}

// Backup writes all tables to a folder. A backup that was interrupted goes on.
func Backup(ctx context.Context, from *Database, directory string, progress Progress) (Result, error) {
	kept, err := from.Kept(ctx)
	if err != nil {
		return Result{}, err
	}
	return copyAll(ctx, from, &folder{path: directory, kept: kept}, progress)
}

// Restore brings a backup into a database. With check only, everything is loaded and compared, and nothing stays.
func Restore(ctx context.Context, directory string, to *Database, checkOnly bool, progress Progress) (Result, error) {
	from := &folder{path: directory}
	if err := from.open(); err != nil {
		return Result{}, err
	}
	return copyAll(ctx, from, &staging{Database: to, checkOnly: checkOnly}, progress)
}

// Move brings all tables of one database into another. The first is left as it
// is.
func Move(ctx context.Context, from, to *Database, progress Progress) (Result, error) {
	return copyAll(ctx, from, &staging{Database: to}, progress)
}

func copyAll(ctx context.Context, from source, to target, progress Progress) (Result, error) {
	id, err := from.id(ctx)
	if err != nil {
		return Result{}, err
	}
	tables, err := from.tables(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := to.begin(ctx, id, tables); err != nil {
		return Result{}, err
	}
	var all uint64
	for _, t := range tables {
		for _, p := range t.Partitions {
			all += p.Rows
		}
	}
	result := Result{Tables: len(tables)}
	for _, t := range tables {
		for _, p := range t.Partitions {
			progress(t.Name+" "+p.ID, float64(result.Rows)/float64(max(all, 1)))
			skipped, err := copyPartition(ctx, from, to, t, p)
			if err != nil {
				return result, fmt.Errorf("cannot copy partition %s of table %s: %w", p.ID, t.Name, err)
			}
			result.Partitions++
			result.Rows += p.Rows
			if skipped {
				result.Skipped++
			}
		}
	}
	return result, to.finish(ctx)
}

// copyPartition tries again with what is in the partition then.
func copyPartition(ctx context.Context, from source, to target, t Table, p Partition) (skipped bool, err error) {
	for range attempts {
		if skipped, err = to.put(ctx, from, t, p); !errors.Is(err, errChanged) {
			return skipped, err
		}
		if p, err = from.again(ctx, t, p); err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("%w, %d times: stop the collectors that write to it, and run the command again", errChanged, attempts)
}
