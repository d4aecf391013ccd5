package recompute

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

// work is what is worked on at one time: a group, or a stretch of the rollup.
type work struct {
	*Resolver
	run     string   // part of the names of its tables
	tables  []string // that are there
	near    []uint32 // buckets that the traces of a group may have been in
	buckets []uint32 // in which they have reports
	source  []string // placeholders: how the reports of a group are read
}

func (r *Resolver) newWork() *work {
	return &work{Resolver: r, run: randomName()}
}

// together does n steps, some of them at one time, each with work tables that no
// other uses meanwhile. They share the threads of one statement: what is added up
// by one thread need not be put together, and none waits for another.
func (r *Resolver) together(ctx context.Context, n int, step func(ctx context.Context, w *work, i int) error) error {
	if n > 1 {
		ctx = clickhouse.Context(ctx, clickhouse.WithSettings(r.shared()))
	}
	var next atomic.Int64
	workers, ctx := errgroup.WithContext(ctx)
	for range min(n, stepsAtOnce) {
		workers.Go(func() (err error) {
			w := r.newWork()
			defer func() { err = errors.Join(err, w.drop(ctx)) }()
			for i := int(next.Add(1)) - 1; i < n && err == nil; i = int(next.Add(1)) - 1 {
				err = step(ctx, w, i)
			}
			return err
		})
	}
	return workers.Wait()
}

// shared are the settings of steps that run beside each other.
func (r *Resolver) shared() clickhouse.Settings {
	shared := maps.Clone(settings)
	shared["max_threads"] = max(1, r.threads/stepsAtOnce)
	shared["max_insert_threads"] = insertThreads / stepsAtOnce
	return shared
}

// startWork tidies up, and chooses how keys are kept.
func (r *Resolver) startWork(ctx context.Context, waiting []item) error {
	reports, err := r.sweepWork(ctx)
	if err != nil {
		return err
	}
	r.keys = "Memory"
	if sum(waiting) > r.few && reports != "Distributed" {
		// Made once, and not by each statement that looks keys up; but it stays
		// on this server.
		r.keys = "Set SETTINGS persistent = 0"
	}
	return nil
}

// makeWork makes work tables, or empties those that are there.
func (w *work) makeWork(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if slices.Contains(w.tables, table) {
			if err := w.conn.Exec(ctx, "TRUNCATE TABLE "+workTable(table, w.run)); err != nil {
				return fmt.Errorf("cannot empty a work table: %w", err)
			}
			continue
		}
		w.tables = append(w.tables, table)
		if err := w.exec(ctx, []string{"work_" + table}); err != nil {
			return err
		}
	}
	return nil
}

// sweepWork drops the work tables of a holder before us, which crashed, or
// stalled and lost the lease: should it wake up, it finds nothing to write. It
// gives the engine of action_reports, and notes how many threads a statement has.
func (r *Resolver) sweepWork(ctx context.Context) (reports string, err error) {
	var left []string
	row := r.conn.QueryRow(ctx, `
SELECT
    groupArrayIf(name, match(name, '^recompute_[a-z]+_[0-9a-f]{16}$') AND NOT startsWith(name, '`+leaseTable+`')),
    anyIf(engine, name = 'action_reports'),
    toUInt64(getSetting('max_threads'))
FROM system.tables
WHERE database = currentDatabase()`)
	if err := row.Scan(&left, &reports, &r.threads); err != nil {
		return "", fmt.Errorf("cannot list old work tables: %w", err)
	}
	for _, table := range left {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+table); err != nil {
			return "", fmt.Errorf("cannot drop an old work table: %w", err)
		}
	}
	return reports, nil
}

func randomName() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails, see crypto/rand
	return hex.EncodeToString(id[:])
}

// drop also runs when the context has ended.
func (w *work) drop(ctx context.Context) error {
	if len(w.tables) == 0 {
		return nil
	}
	names := make([]string, len(w.tables))
	for i, table := range w.tables {
		names[i] = workTable(table, w.run)
	}
	ctx, cancel := cleanup(ctx)
	defer cancel()
	w.tables = nil
	if err := w.conn.Exec(ctx, "DROP TABLE IF EXISTS "+strings.Join(names, ", ")); err != nil {
		return fmt.Errorf("cannot drop work tables: %w", err)
	}
	return nil
}

// cleanupTimeout bounds what is done for tidiness after the end.
const cleanupTimeout = 3 * time.Second

// cleanup is a context for what has to be done although ctx may have ended.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
}
