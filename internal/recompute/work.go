package recompute

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// startWork chooses the work tables of a run.
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
	r.run, err = randomName()
	return err
}

// makeWork makes work tables, or empties those that are there.
func (r *Resolver) makeWork(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if slices.Contains(r.tables, table) {
			if err := r.conn.Exec(ctx, "TRUNCATE TABLE "+workTable(table, r.run)); err != nil {
				return fmt.Errorf("cannot empty a work table: %w", err)
			}
			continue
		}
		r.tables = append(r.tables, table)
		if err := r.exec(ctx, []string{"work_" + table}); err != nil {
			return err
		}
	}
	return nil
}

// sweepWork drops the work tables of a holder before us, which crashed, or
// stalled and lost the lease: should it wake up, it finds nothing to write. It
// gives the engine of action_reports.
func (r *Resolver) sweepWork(ctx context.Context) (reports string, err error) {
	var left []string
	row := r.conn.QueryRow(ctx, `
SELECT
    groupArrayIf(name, match(name, '^recompute_[a-z]+_[0-9a-f]{16}$') AND NOT startsWith(name, '`+leaseTable+`')),
    anyIf(engine, name = 'action_reports')
FROM system.tables
WHERE database = currentDatabase()`)
	if err := row.Scan(&left, &reports); err != nil {
		return "", fmt.Errorf("cannot list old work tables: %w", err)
	}
	for _, table := range left {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+table); err != nil {
			return "", fmt.Errorf("cannot drop an old work table: %w", err)
		}
	}
	return reports, nil
}

func randomName() (string, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("cannot name a work table: %w", err)
	}
	return hex.EncodeToString(id[:]), nil
}

// dropWork also runs when the context has ended.
func (r *Resolver) dropWork(ctx context.Context) error {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	var errs []error
	for _, table := range r.tables {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+workTable(table, r.run)); err != nil {
			errs = append(errs, fmt.Errorf("cannot drop a work table: %w", err))
		}
	}
	r.tables = nil
	return errors.Join(errs...)
}

// cleanupTimeout bounds what is done for tidiness after the end.
const cleanupTimeout = 3 * time.Second

// cleanup is a context for what has to be done although ctx may have ended.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
}
