package recompute

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	// groupReports bounds how many reports, and with them how much memory of the
	// engine, one step works on. A segment is never split.
	groupReports = 500_000
	// hardCalls bounds likewise those calls that are decided report by report.
	hardCalls = 50_000
	// groupsPerRun bounds how long rollups wait while much arrives.
	groupsPerRun = 8
	// maxGrowth bounds how far a chain of reports is followed, in steps of 15
	// minutes to either side.
	maxGrowth = 8
)

// settings of all statements of a run.
var settings = clickhouse.Settings{
	"optimize_on_insert":          0,        // each writes a key once: there is nothing to merge
	"max_insert_threads":          2,        // sorting and compressing cost the most
	"min_insert_block_size_bytes": 64 << 20, // of memory, several times while it is sorted
	// Sorting many keys to look them up in an index costs more than it saves.
	"use_index_for_in_with_subqueries_max_values": 10_000,
}

// Resolver brings actions and rollups up to date. It is not safe for
// concurrent use; of several Resolvers on one database one works at a time.
type Resolver struct {
	conn       driver.Conn
	holder     string // of the lease
	leaseLasts time.Duration
	hardCalls  uint64   // how many are decided together
	run        string   // part of the names of the work tables
	source     []string // placeholders: how the reports of a group are read
}

// New returns a Resolver. The connection's database holds Weir's tables.
func New(conn driver.Conn) *Resolver {
	return &Resolver{conn: conn, holder: rand.Text(), leaseLasts: leaseLasts, hardCalls: hardCalls}
}

// Result says what a run has done.
type Result struct {
	Segments int // resolved
	Reports  int // in those segments
	Buckets  int // rolled up
	Beyond   int // endpoints and environments, of all buckets, that are in '{other}' of the rollup
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

func (r *Resolver) work(ctx context.Context) (result Result, err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(settings))
	waiting, err := r.queued(ctx, "waiting")
	if err != nil {
		return result, err
	}
	if err := r.createWork(ctx); err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, r.dropWork(ctx)) }()
	if err := r.resolve(ctx, waiting, &result); err != nil {
		return result, err
	}
	resolved, err := r.queued(ctx, "resolved")
	if err != nil || len(resolved) == 0 {
		return result, err
	}
	return result, r.rollUp(ctx, resolved, &result)
}

func (r *Resolver) resolve(ctx context.Context, waiting []item, result *Result) error {
	all := groups(waiting)
	for i, group := range all[:min(len(all), groupsPerRun)] {
		if i > 0 {
			if err := r.emptyWork(ctx, groupTables); err != nil {
				return err
			}
		}
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

func (r *Resolver) resolveGroup(ctx context.Context, group []item) error {
	segments := list(group)
	if err := r.findTraces(ctx, segments); err != nil {
		return err
	}
	if err := r.findReports(ctx); err != nil {
		return err
	}
	if err := r.chooseBest(ctx); err != nil {
		return err
	}
	if err := r.write(ctx); err != nil {
		return err
	}
	return r.exec(ctx, []string{markResolved}, "{segments}", segments, "{first}", group[0].segment)
}

// findTraces collects the traces that the segments touch, and the buckets that
// their reports may be in.
func (r *Resolver) findTraces(ctx context.Context, segments string) error {
	if err := r.exec(ctx, []string{fillKeys}, "{segments}", segments); err != nil {
		return err
	}
	var judged uint64
	if err := r.conn.QueryRow(ctx, "SELECT count() FROM reattributions WHERE segment_id IN ("+segments+")").Scan(&judged); err != nil {
		return fmt.Errorf("cannot count the reattributions of a segment: %w", err)
	}
	if judged > 0 {
		if err := r.exec(ctx, []string{fillJudgedKeys}, "{segments}", segments); err != nil {
			return err
		}
	}
	if err := r.exec(ctx, []string{fillBuckets}, "{segments}", segments); err != nil {
		return err
	}
	return r.growBuckets(ctx)
}

// growBuckets reads further as long as reports of the traces lie at the edge
// of what is read.
func (r *Resolver) growBuckets(ctx context.Context) error {
	before, err := r.count(ctx, "buckets", "1")
	if err != nil {
		return err
	}
	for range maxGrowth {
		if err := r.exec(ctx, []string{fillFound, growBuckets}); err != nil {
			return err
		}
		after, err := r.count(ctx, "buckets", "1")
		if err != nil || after == before {
			return err
		}
		before = after
	}
	return nil
}

// findReports says how the reports of these traces are read: as they are judged
// now, and those of long traces part by part.
func (r *Resolver) findReports(ctx context.Context) error {
	r.source = []string{"{judged}", "action_reports", "{grp}", "trace_key", "{split}", ""}
	var judged uint64
	sql := "SELECT count() FROM reattributions WHERE bucket IN (SELECT bucket FROM " + workTable("buckets", r.run) + ")"
	if err := r.conn.QueryRow(ctx, sql).Scan(&judged); err != nil {
		return fmt.Errorf("cannot count reattributions: %w", err)
	}
	if judged > 0 {
		reattributed, err := r.fill(partReattributed, nil)
		if err != nil {
			return err
		}
		r.source[1] = reattributed
	}
	if err := r.exec(ctx, []string{fillTraces}); err != nil {
		return err
	}
	long, err := r.count(ctx, "traces", "long")
	if err != nil || long == 0 {
		return err
	}
	split, err := r.fill(partSplit, nil)
	if err != nil {
		return err
	}
	r.source[3], r.source[5] = "if(part = 0, raw.trace_key, cityHash64(raw.trace_key, part))", split
	return r.exec(ctx, []string{fillParts})
}

// chooseBest finds which report of each call is an action, for traces that have
// more than one.
func (r *Resolver) chooseBest(ctx context.Context) error {
	for _, step := range []struct {
		table, where string
		then         []string
	}{
		{"traces", "1", []string{fillCalls, fillGroups}},
		{"groups", "bitAnd(sources, 6) = 0 AND servers > 1", []string{fillServers}},
		{"servers", "1", []string{fillHops}},
		{"groups", "asks", []string{fillServing}},
		{"calls", "1", []string{fillBest}},
	} {
		if err := r.execIf(ctx, step.table, step.where, step.then); err != nil {
			return err
		}
	}
	return nil
}
