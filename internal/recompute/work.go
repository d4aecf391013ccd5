package recompute

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// createWork makes the work tables of a run.
func (r *Resolver) createWork(ctx context.Context) error {
	if err := r.sweepWork(ctx); err != nil {
		return err
	}
	var err error
	if r.run, err = randomName(); err != nil {
		return err
	}
	for _, table := range slices.Concat(groupTables, rollupTables) {
		if err := r.exec(ctx, []string{"work_" + table}); err != nil {
			return err
		}
	}
	return nil
}

// sweepWork drops the work tables of a holder before us, which crashed, or
// stalled and lost the lease: should it wake up, it finds nothing to write.
func (r *Resolver) sweepWork(ctx context.Context) error {
	var left []string
	names := strings.Join(slices.Concat(groupTables, rollupTables), "|")
	row := r.conn.QueryRow(ctx, `
SELECT groupArray(name) FROM system.tables
WHERE database = currentDatabase() AND match(name, '^recompute_(`+names+`)_[0-9a-f]{16}$')`)
	if err := row.Scan(&left); err != nil {
		return fmt.Errorf("cannot list old work tables: %w", err)
	}
	for _, table := range left {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+table); err != nil {
			return fmt.Errorf("cannot drop an old work table: %w", err)
		}
	}
	return nil
}

func randomName() (string, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("cannot name a work table: %w", err)
	}
	return hex.EncodeToString(id[:]), nil
}

func (r *Resolver) emptyWork(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if err := r.conn.Exec(ctx, "TRUNCATE TABLE "+workTable(table, r.run)); err != nil {
			return fmt.Errorf("cannot empty a work table: %w", err)
		}
	}
	return nil
}

// dropWork also runs when the context has ended.
func (r *Resolver) dropWork(ctx context.Context) error {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	var errs []error
	for _, table := range slices.Concat(groupTables, rollupTables) {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+workTable(table, r.run)); err != nil {
			errs = append(errs, fmt.Errorf("cannot drop a work table: %w", err))
		}
	}
	return errors.Join(errs...)
}

// cleanupTimeout bounds what is done for tidiness after the end.
const cleanupTimeout = 3 * time.Second

// cleanup is a context for what has to be done although ctx may have ended.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
}
