package erase

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/weir-otel/weir/internal/recompute"
)

// reach of a trace: reports up to so far apart are resolved together, in steps of
// 15 minutes (see internal/recompute).
const traceReach = "INTERVAL 4 HOUR"

// affected selects, in a table with bucket and trace_key, what belongs to the
// traces of erased reports.
const affected = "bucket BETWEEN (SELECT min(bucket) - " + traceReach + " FROM " + tracesTable + ") AND (SELECT max(bucket) + " + traceReach + " FROM " + tracesTable + ")" +
	" AND trace_key IN (SELECT trace_key FROM " + tracesTable + ")"

// notePlaces keeps the buckets and traces of the subject's reports and actions,
// while they are there.
func (e *Eraser) notePlaces(ctx context.Context) error {
	tables, err := listTables(ctx, e.Conn)
	if err != nil {
		return err
	}
	for i := range tables {
		t := &tables[i]
		if t.name != reportsTable && t.name != "actions" {
			continue
		}
		holds, err := t.holds(jobTable)
		if err != nil {
			return err
		}
		if err := e.Conn.Exec(ctx, "INSERT INTO "+tracesTable+" SELECT DISTINCT bucket, trace_key FROM "+t.name+" WHERE "+holds); err != nil {
			return fmt.Errorf("cannot note the traces of table %s: %w", t.name, err)
		}
	}
	return nil
}

// recompute takes back the actions of the noted traces and has them resolved
// again from the reports that are left.
func (e *Eraser) recompute(ctx context.Context) error {
	var places uint64
	if err := e.Conn.QueryRow(ctx, "SELECT count() FROM "+tracesTable).Scan(&places); err != nil {
		return fmt.Errorf("cannot read the noted traces: %w", err)
	}
	if places == 0 {
		return nil
	}
	// A run that began before the reports were deleted may still write actions of
	// them. It has ended when this row, which asks for nothing, is done.
	if err := e.rollUp(ctx, "[]"); err != nil {
		return err
	}
	if err := e.step("burying actions"); err != nil {
		return err
	}
	if err := e.bury(ctx); err != nil {
		return err
	}
	if err := e.step("queueing reports"); err != nil {
		return err
	}
	if err := e.requeue(ctx); err != nil {
		return err
	}
	if err := e.step("rolling up"); err != nil {
		return err
	}
	return e.rollUp(ctx, touchedBuckets)
}

// bury marks the actions as ended, and what they say of their traces. Only the
// keys are written: nothing of what is erased.
func (e *Eraser) bury(ctx context.Context) error {
	var version int64 // later than all that it replaces, also when the clock was set back
	if err := e.Conn.QueryRow(ctx, "SELECT toUnixTimestamp64Micro(greatest(now64(6, 'UTC'), max(computed_at) + INTERVAL 2 MICROSECOND)) FROM actions WHERE "+affected).Scan(&version); err != nil {
		return fmt.Errorf("cannot read the actions of the noted traces: %w", err)
	}
	at := "fromUnixTimestamp64Micro(" + strconv.FormatInt(version, 10) + ", 'UTC')"
	for _, sql := range []string{
		`INSERT INTO trace_connectors (trace_id, bucket, verified, tenant_id, connector_id, connector_name, user_id, live, computed_at)
SELECT DISTINCT trace_id, bucket, identity_status IN ('verified', 'conflicting'), tenant_id, connector_id, connector_name, user_id, 0, ` + at + `
FROM actions WHERE ` + affected + ` AND trace_id != toFixedString('', 16) AND connector_id != ''`,
		`INSERT INTO actions (bucket, call_key, trace_key, live, timestamp, trace_id, computed_at)
SELECT bucket, call_key, trace_key, 0, timestamp, trace_id, ` + at + ` FROM actions FINAL WHERE ` + affected + ` AND live = 1`,
	} {
		if err := e.Conn.Exec(withSettings(ctx), sql); err != nil {
			return fmt.Errorf("cannot take back actions: %w", err)
		}
	}
	return nil
}

// requeue has the segments of the reports that are left resolved again. A row of
// the queue only moves forward, so that of a segment is deleted first.
func (e *Eraser) requeue(ctx context.Context) error {
	const left = "action_reports WHERE " + affected
	// The time tells rows of this erasure from others, which may be moved on by a
	// run that has not seen all of it.
	stamp := "fromUnixTimestamp64Milli(" + strconv.FormatInt(e.Now().UnixMilli(), 10) + ", 'UTC')"
	for range passes {
		var segments, done []string
		if err := e.Conn.QueryRow(ctx, "SELECT groupUniqArray(toString(segment_id)) FROM "+left).Scan(&segments); err != nil {
			return fmt.Errorf("cannot read the reports that are left: %w", err)
		}
		if len(segments) == 0 {
			return nil
		}
		const queue = recompute.QueueTable
		if err := e.Conn.QueryRow(ctx, "SELECT groupUniqArray(toString(segment_id)) FROM "+queue+" FINAL WHERE enqueued_at = "+stamp).Scan(&done); err != nil {
			return fmt.Errorf("cannot read the recompute queue: %w", err)
		}
		if len(done) >= len(segments) {
			return nil
		}
		other := "(SELECT segment_id FROM " + left + ") AND enqueued_at != " + stamp
		if err := e.Conn.Exec(ctx, "ALTER TABLE "+queue+" DELETE WHERE segment_id IN "+other+" AND state = 'done'"+mutationSettings); err != nil {
			return fmt.Errorf("cannot queue reports again: %w", err)
		}
		if err := e.Conn.Exec(withSettings(ctx), "INSERT INTO "+queue+" (segment_id, state, reports, buckets, enqueued_at, version) SELECT segment_id, 'waiting', count(), groupUniqArray(bucket), "+stamp+
			", 1 FROM "+left+" AND segment_id NOT IN (SELECT segment_id FROM "+queue+" FINAL) GROUP BY segment_id"); err != nil {
			return fmt.Errorf("cannot queue reports again: %w", err)
		}
		if err := e.settle(ctx, segments); err != nil {
			return err
		}
	}
	return fmt.Errorf("cannot queue reports again: the queue moved on %d times meanwhile; erase again", passes)
}

// touchedBuckets are those whose actions have changed, unless the retention drops
// their reports: what is left of them would replace a rollup that outlives them.
const touchedBuckets = `(SELECT groupUniqArray(bucket) FROM (SELECT bucket FROM actions WHERE ` + affected + ` UNION ALL SELECT bucket FROM ` + tracesTable + `)
WHERE toDate(bucket) > toDate(now('UTC')) - (
    SELECT if(max(days) = 0, 20000, max(days)) FROM (
        SELECT toUInt32OrZero(extract(create_table_query, 'TTL toDate\\(bucket\\) \\+ toIntervalDay\\((\\d+)\\)')) AS days
        FROM system.tables WHERE database = currentDatabase() AND name = 'action_reports')))`

// rollUp queues buckets whose actions have changed and waits until they are
// rolled up.
func (e *Eraser) rollUp(ctx context.Context, buckets string) error {
	var id string
	if err := e.Conn.QueryRow(ctx, "SELECT toString(generateUUIDv4())").Scan(&id); err != nil {
		return fmt.Errorf("cannot name a row of the recompute queue: %w", err)
	}
	if err := e.Conn.Exec(withSettings(ctx), "INSERT INTO "+recompute.QueueTable+" (segment_id, state, reports, buckets, touched, version) SELECT '"+id+"', 'resolved', 0, [], "+buckets+", 2"); err != nil {
		return fmt.Errorf("cannot queue changed buckets: %w", err)
	}
	return e.settle(ctx, []string{id})
}

// recomputePause is how often is looked whether a collector is ready.
const recomputePause = 100 * time.Millisecond

// settle recomputes, or waits for the collector that does, until the segments
// are done.
func (e *Eraser) settle(ctx context.Context, segments []string) error {
	resolver := recompute.New(e.Conn)
	for {
		if _, err := resolver.Run(ctx); err != nil {
			return err
		}
		unfinished, err := recompute.Unfinished(ctx, e.Conn, segments)
		if err != nil || unfinished == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(recomputePause):
		}
	}
}
