package recompute

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	// groupReports bounds how many reports, and with them how much memory of the
	// engine, one step works on. A segment is never split.
	groupReports = 150_000
	// groupsPerRun bounds how long rollups wait while much arrives.
	groupsPerRun = 10
	// maxGrowth bounds how far a chain of reports is followed, in steps of 15
	// minutes to either side.
	maxGrowth = 8
)

// Resolver brings actions and rollups up to date. It is not safe for
// concurrent use; of several Resolvers on one database one works at a time.
type Resolver struct {
	conn       driver.Conn
	holder     string // of the lease
	leaseLasts time.Duration
	run        string // part of the names of the work tables
}

// New returns a Resolver. The connection's database holds Weir's tables.
func New(conn driver.Conn) *Resolver {
	return &Resolver{conn: conn, holder: rand.Text(), leaseLasts: leaseLasts}
}

// Result says what a run has done.
type Result struct {
	Segments int // resolved
	Reports  int // in those segments
	Buckets  int // rolled up
}

// settlePause is how long Settle leaves it to another Resolver that is at work.
const settlePause = 50 * time.Millisecond

// Settle runs until nothing is pending.
func Settle(ctx context.Context, conn driver.Conn) error {
	r := New(conn)
	for {
		if _, err := r.Run(ctx); err != nil {
			return err
		}
		pending, err := Pending(ctx, conn)
		if err != nil || pending == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settlePause):
		}
	}
}

// Run resolves what waits in the queue and rolls it up. After an error the
// queue says what is left to do; the next run goes on there. While another
// Resolver is at work it does nothing.
func (r *Resolver) Run(ctx context.Context) (result Result, err error) {
	pending, err := Pending(ctx, r.conn)
	if err != nil || pending == 0 {
		return Result{}, err
	}
	leased, release, held, err := r.lease(ctx)
	if err != nil || !held {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, release()) }()
	return r.work(leased)
}

func (r *Resolver) work(ctx context.Context) (Result, error) {
	var result Result
	waiting, err := r.queued(ctx, "waiting")
	if err != nil {
		return result, err
	}
	if len(waiting) > 0 {
		if err := r.resolve(ctx, waiting, &result); err != nil {
			return result, err
		}
	}
	resolved, err := r.queued(ctx, "resolved")
	if err != nil || len(resolved) == 0 {
		return result, err
	}
	result.Buckets, err = r.rollUp(ctx, resolved)
	return result, err
}

func (r *Resolver) resolve(ctx context.Context, waiting []item, result *Result) (err error) {
	if err := r.createWork(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.dropWork(ctx)) }()
	all := groups(waiting)
	for _, group := range all[:min(len(all), groupsPerRun)] {
		if err := r.resolveGroup(ctx, group); err != nil {
			return err
		}
		result.Segments += len(group)
		for _, it := range group {
			result.Reports += it.reports
		}
	}
	return nil
}

func (r *Resolver) createWork(ctx context.Context) error {
	if err := r.sweepWork(ctx); err != nil {
		return err
	}
	var err error
	if r.run, err = randomName(); err != nil {
		return err
	}
	for _, name := range []string{createKeys, createBuckets, createReports, createServers, createHops, createBest} {
		if err := r.exec(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// sweepWork drops the work tables of a holder before us, which crashed, or
// stalled and lost the lease: should it wake up, it finds nothing to write.
func (r *Resolver) sweepWork(ctx context.Context) error {
	var left []string
	row := r.conn.QueryRow(ctx, `
SELECT groupArray(name) FROM system.tables
WHERE database = currentDatabase() AND match(name, '^recompute_(keys|buckets|reports|servers|hops|best)_[0-9a-f]{16}$')`)
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

// dropWork also runs when the context has ended.
func (r *Resolver) dropWork(ctx context.Context) error {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	var errs []error
	for _, table := range workTables {
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+table+r.run); err != nil {
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

func (r *Resolver) resolveGroup(ctx context.Context, group []item) error {
	for _, table := range workTables {
		if err := r.conn.Exec(ctx, "TRUNCATE TABLE "+table+r.run); err != nil {
			return fmt.Errorf("cannot empty a work table: %w", err)
		}
	}
	segments := list(group)
	for _, name := range []string{fillKeys, fillBuckets} {
		if err := r.exec(ctx, name, "{segments}", segments); err != nil {
			return err
		}
	}
	if err := r.growBuckets(ctx); err != nil {
		return err
	}
	if err := r.readReports(ctx); err != nil {
		return err
	}
	at, err := r.number(ctx, version)
	if err != nil {
		return err
	}
	for _, name := range []string{writeActions, buryActions} {
		if err := r.exec(ctx, name, "{version}", at); err != nil {
			return err
		}
	}
	return r.exec(ctx, markResolved, "{segments}", segments, "{first}", group[0].segment)
}

// readReports collects the reports, and which of them are actions.
func (r *Resolver) readReports(ctx context.Context) error {
	for _, name := range []string{fillReports, fillServers} {
		if err := r.exec(ctx, name); err != nil {
			return err
		}
	}
	servers, err := r.count(ctx, "recompute_servers_")
	if err != nil {
		return err
	}
	if servers > 0 {
		if err := r.exec(ctx, fillHops); err != nil {
			return err
		}
	}
	return r.exec(ctx, fillBest)
}

// growBuckets reads further as long as reports of the traces lie at the edge
// of what is read.
func (r *Resolver) growBuckets(ctx context.Context) error {
	before, err := r.count(ctx, "recompute_buckets_")
	if err != nil {
		return err
	}
	for range maxGrowth {
		if err := r.exec(ctx, growBuckets); err != nil {
			return err
		}
		after, err := r.count(ctx, "recompute_buckets_")
		if err != nil || after == before {
			return err
		}
		before = after
	}
	return nil
}

// count says how much is in a work table.
func (r *Resolver) count(ctx context.Context, table string) (n uint64, err error) {
	if err := r.conn.QueryRow(ctx, "SELECT count() FROM "+table+r.run).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count the rows of a work table: %w", err)
	}
	return n, nil
}

// exec runs a statement of sql/.
func (r *Resolver) exec(ctx context.Context, name string, placeholders ...string) error {
	sql, err := statement(name, append(placeholders, "{run}", r.run)...)
	if err != nil {
		return err
	}
	if err := r.conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("cannot recompute (%s): %w", name, err)
	}
	return nil
}

// number runs a statement of sql/ that gives one.
func (r *Resolver) number(ctx context.Context, name string, placeholders ...string) (string, error) {
	sql, err := statement(name, append(placeholders, "{run}", r.run)...)
	if err != nil {
		return "", err
	}
	var n int64
	if err := r.conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		return "", fmt.Errorf("cannot recompute (%s): %w", name, err)
	}
	return fmt.Sprint(n), nil
}
