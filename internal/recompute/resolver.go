package recompute

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"
)

const (
	// groupReports bounds how many reports, and with them how much memory of the
	// engine, one step works on. A segment is never split.
	groupReports = 500_000
	// stepsAtOnce run beside each other: while one of them waits, the other uses
	// the processor.
	stepsAtOnce = 2
	// hardCalls bounds likewise the calls that a step decides report by report.
	hardCalls = 25_000
	// groupsPerRun bounds how long rollups wait while much arrives.
	groupsPerRun = 8
	// fewKeys are worth to be looked up in an index, and no work table more.
	fewKeys = 10_000
	// maxGrowth bounds how far a chain of reports is followed, in steps of 15
	// minutes to either side.
	maxGrowth = 8
)

// insertThreads of a statement that runs alone: sorting and compressing cost the
// most.
const insertThreads = 2

// settings of all statements of a run.
var settings = clickhouse.Settings{
	"insert_deduplicate":          0, // a statement that was cut short is run again, whatever has been noted of it
	"optimize_on_insert":          0, // each writes a key once: there is nothing to merge
	"max_insert_threads":          insertThreads,
	"parallel_view_processing":    1,        // else one thread writes a table with views, and reads all for it
	"min_insert_block_size_bytes": 64 << 20, // of memory, several times while it is sorted
	// Sorting many keys to look them up in an index costs more than it saves.
	"use_index_for_in_with_subqueries_max_values": fewKeys,
	"max_query_size": 64 << 20, // of which lists of buckets are the most
}

// Resolver brings actions and rollups up to date. It is not safe for
// concurrent use; of several Resolvers on one database one works at a time.
type Resolver struct {
	conn       driver.Conn
	holder     string // of the lease
	leaseLasts time.Duration

	groupReports int    // how many one step works on
	hardCalls    uint64 // how many are decided together
	few          int    // keys or actions that are not worth a way of their own
	keys         string // engine of the work tables of keys
	threads      uint64 // that the engine gives a statement
}

// New returns a Resolver. The connection's database holds Weir's tables.
func New(conn driver.Conn) *Resolver {
	return &Resolver{
		conn: conn, holder: rand.Text(), leaseLasts: leaseLasts,
		groupReports: groupReports, hardCalls: hardCalls, few: fewKeys,
	}
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
	if err := r.startWork(ctx, waiting); err != nil {
		return result, err
	}
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
	all := groups(waiting, r.groupReports)
	all = all[:min(len(all), groupsPerRun)]
	resolved := make([]bool, len(all))
	err := r.together(ctx, len(all), func(ctx context.Context, w *work, i int) error {
		if err := w.resolveGroup(ctx, all[i]); err != nil {
			return err
		}
		resolved[i] = true
		return nil
	})
	for i, group := range all {
		if resolved[i] {
			result.Segments += len(group)
			result.Reports += sum(group)
		}
	}
	return err
}

func (w *work) resolveGroup(ctx context.Context, group []item) error {
	segments := list(group)
	if err := w.makeWork(ctx, []string{"keys"}); err != nil {
		return err
	}
	beside, besideCtx := errgroup.WithContext(ctx)
	beside.Go(func() error { return w.makeWork(besideCtx, groupTables) })
	beside.Go(func() error { return w.findTraces(besideCtx, segments) })
	if err := beside.Wait(); err != nil {
		return err
	}
	several, err := w.findReports(ctx)
	if err != nil {
		return err
	}
	if several > 0 {
		if err := w.chooseBest(ctx); err != nil {
			return err
		}
	}
	if err := w.write(ctx, several > 0); err != nil {
		return err
	}
	return w.exec(ctx, []string{markResolved}, "{segments}", segments, "{first}", group[0].segment)
}

// findTraces collects the traces that the segments touch, and the buckets that
// their reports may be in.
func (w *work) findTraces(ctx context.Context, segments string) error {
	if err := w.exec(ctx, []string{fillKeys}, "{segments}", segments); err != nil {
		return err
	}
	var judged uint64
	var asked []uint32
	if err := w.scan(ctx, askedBuckets, []string{"{segments}", segments}, &judged, &asked); err != nil {
		return err
	}
	if judged > 0 {
		if err := w.exec(ctx, []string{fillJudgedKeys}, "{segments}", segments); err != nil {
			return err
		}
	}
	return w.findBuckets(ctx, asked)
}

// findBuckets reads further as long as reports of the traces lie at the edge
// of what is read. Those that are asked for have some.
func (w *work) findBuckets(ctx context.Context, asked []uint32) error {
	w.near, w.buckets = asked, asked
	found := asked
	for range maxGrowth {
		further := slices.DeleteFunc(around(found), func(b uint32) bool { return slices.Contains(w.near, b) })
		if len(further) == 0 {
			return nil
		}
		if err := w.scan(ctx, foundBuckets, []string{"{further}", numbers(further)}, &found); err != nil {
			return err
		}
		w.near, w.buckets = slices.Concat(w.near, further), slices.Concat(w.buckets, found)
	}
	return nil
}

// findReports says how the reports of these traces are read: as they are judged
// now, and those of long traces part by part. several is how many traces have
// more than one.
func (w *work) findReports(ctx context.Context) (several uint64, err error) {
	w.source = []string{"{judged}", "action_reports", "{grp}", "trace_key", "{split}", "", "{buckets}", numbers(w.buckets)}
	var judged uint64
	sql := "SELECT count() FROM reattributions WHERE bucket IN (" + numbers(w.buckets) + ")"
	if err := w.conn.QueryRow(ctx, sql).Scan(&judged); err != nil {
		return 0, fmt.Errorf("cannot count reattributions: %w", err)
	}
	if judged > 0 {
		reattributed, err := w.fill(partReattributed, nil)
		if err != nil {
			return 0, err
		}
		w.source[1] = reattributed
	}
	if err := w.exec(ctx, []string{fillTraces}); err != nil {
		return 0, err
	}
	n, err := w.counts(ctx, "traces", "1", "long")
	if err != nil {
		return 0, err
	}
	several, long := n[0], n[1]
	if long == 0 {
		return several, nil
	}
	split, err := w.fill(partSplit, nil)
	if err != nil {
		return 0, err
	}
	w.source[3], w.source[5] = "if(part = 0, raw.trace_key, cityHash64(raw.trace_key, part))", split
	if err := w.makeWork(ctx, []string{"parts"}); err != nil {
		return 0, err
	}
	return several, w.exec(ctx, []string{fillParts})
}

// chooseBest finds which report of each call is an action, for traces that have
// more than one.
func (w *work) chooseBest(ctx context.Context) error {
	if err := w.exec(ctx, []string{fillCalls, fillGroups}); err != nil {
		return err
	}
	n, err := w.counts(ctx, "groups", "bitAnd(sources, 6) = 0 AND servers > 1", "asks")
	if err != nil {
		return err
	}
	if nested := n[0]; nested > 0 {
		if err := w.makeWork(ctx, []string{"servers"}); err != nil {
			return err
		}
		if err := w.exec(ctx, []string{fillServers, fillHops}); err != nil {
			return err
		}
	}
	if asking := n[1]; asking > 0 {
		if err := w.exec(ctx, []string{fillServing}); err != nil {
			return err
		}
	}
	return w.exec(ctx, []string{fillBest})
}
