package recompute

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// QueueTable holds one row per delivered segment with action reports.
const QueueTable = "recompute_queue"

// States of a queue row, as the table's enum has them. Version is the state:
// a row only moves forward.
const (
	stateWaiting  = 1
	stateResolved = 2
	stateDone     = 3
)

// Enqueue asks for a recompute of a segment, whose reports are stored. To ask once
// more changes nothing: of a segment's rows the one with the latest state counts.
// So it needs no deduplication, which would lose the row where the engine is
// killed after it has noted a token and before it has the rows.
func Enqueue(ctx context.Context, conn driver.Conn, segmentID [16]byte, reports int, buckets map[uint32]struct{}) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplicate": 0, "async_insert": 0}))
	if err := conn.InsertFormat(ctx, "Native", "INSERT INTO "+QueueTable, queueBlock(segmentID, reports, buckets)); err != nil {
		return fmt.Errorf("cannot queue a segment for the recompute: %w", err)
	}
	return nil
}

// queueBlock is the row of a segment as one Native block.
func queueBlock(segmentID [16]byte, reports int, buckets map[uint32]struct{}) io.Reader {
	sorted := make([]uint32, 0, len(buckets))
	for b := range buckets {
		sorted = append(sorted, b)
	}
	slices.Sort(sorted)

	var buf proto.Buffer
	column := func(name, typ string) {
		buf.PutString(name)
		buf.PutString(typ)
	}
	buf.PutInt(5)
	buf.PutInt(1)
	column("segment_id", "UUID")
	for _, half := range [][]byte{segmentID[:8], segmentID[8:]} {
		half = bytes.Clone(half)
		slices.Reverse(half)
		buf.PutRaw(half)
	}
	column("state", "Enum8('waiting' = 1, 'resolved' = 2, 'done' = 3)")
	buf.PutUInt8(stateWaiting)
	column("reports", "UInt64")
	buf.PutUInt64(uint64(reports))
	column("buckets", "Array(DateTime('UTC'))")
	buf.PutUInt64(uint64(len(sorted)))
	for _, b := range sorted {
		buf.PutUInt32(b)
	}
	column("version", "UInt64")
	buf.PutUInt64(stateWaiting)
	return bytes.NewReader(buf.Buf)
}

// Pending counts the delivered segments whose actions or rollups are not
// written yet. With nothing waiting in any segment folder, 0 means settled.
func Pending(ctx context.Context, conn driver.Conn) (int, error) {
	var n uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM "+QueueTable+" FINAL WHERE state != 'done'").Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count what the recompute has to do: %w", err)
	}
	return int(n), nil
}

// item is a row of the queue.
type item struct {
	segment string
	reports int
	touched []uint32 // buckets; a group has them in one of its rows
}

func (r *Resolver) queued(ctx context.Context, state string) ([]item, error) {
	rows, err := r.conn.Query(ctx, "SELECT toString(segment_id), reports, arrayMap(b -> toUnixTimestamp(b), touched) FROM "+QueueTable+
		" FINAL WHERE state = '"+state+"' ORDER BY enqueued_at, segment_id LIMIT 2000")
	if err != nil {
		return nil, fmt.Errorf("cannot read the recompute queue: %w", err)
	}
	defer rows.Close()
	var items []item
	for rows.Next() {
		var segment string
		var reports uint64
		var touched []uint32
		if err := rows.Scan(&segment, &reports, &touched); err != nil {
			return nil, fmt.Errorf("cannot read a row of the recompute queue: %w", err)
		}
		items = append(items, item{segment: segment, reports: int(reports), touched: touched})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the recompute queue: %w", err)
	}
	return items, nil
}

// groups cuts the queue into steps of so many reports.
func groups(items []item, most int) [][]item {
	var all [][]item
	sum := 0
	for _, it := range items {
		if len(all) == 0 || sum+it.reports > most {
			all, sum = append(all, nil), 0
		}
		last := len(all) - 1
		all[last] = append(all[last], it)
		sum += it.reports
	}
	return all
}

// sum is how many reports items ask for.
func sum(items []item) (reports int) {
	for _, it := range items {
		reports += it.reports
	}
	return reports
}

// touchedBy gives the buckets that resolving items has touched, sorted.
func touchedBy(items []item) (touched []uint32) {
	for _, it := range items {
		touched = append(touched, it.touched...)
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}

// list quotes the segments of items for SQL.
func list(items []item) string {
	quoted := make([]string, len(items))
	for i, it := range items {
		quoted[i] = "'" + it.segment + "'"
	}
	return strings.Join(quoted, ", ")
}
