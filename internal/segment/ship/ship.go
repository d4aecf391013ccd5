package ship

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
)

const tableReports = "action_reports"

// Result says what became of a segment's tables.
type Result struct {
	Stored map[string]int // rows by table
	Failed []segment.TableReason
}

// Shipper sends segments over one connection, whose database holds the tables.
type Shipper struct {
	Conn driver.Conn
	// Sent, where set, is told the duration of every INSERT that was answered.
	Sent func(table string, took time.Duration, err error)
	Now  func() time.Time
}

// Send stores the tables of a segment that are not in done, which it extends.
// A table that ClickHouse will never take is in the result's Failed, the others
// are stored all the same; any other error ends the attempt and can be retried
// with the same done.
func (s *Shipper) Send(ctx context.Context, r *segment.Reader, done map[string]int) (Result, error) {
	result := Result{Stored: done}
	for _, table := range r.Tables() {
		if _, ok := done[table]; ok {
			continue
		}
		err := s.insert(ctx, r.Header.ID, table, r.Body(table))
		if err == nil {
			done[table] = r.Rows(table)
			continue
		}
		code, permanent := Permanent(err)
		if !permanent {
			return result, fmt.Errorf("cannot insert %d rows into %s: %w", r.Rows(table), table, err)
		}
		result.Failed = append(result.Failed, segment.TableReason{
			Table: table, Rows: r.Rows(table), Code: code, Message: err.Error(),
		})
	}
	if _, ok := done[tableReports]; !ok {
		return result, nil
	}
	// Last: a row in the queue means that the reports are there.
	if err := s.enqueue(ctx, r); err != nil {
		return result, err
	}
	return result, nil
}

func (s *Shipper) enqueue(ctx context.Context, r *segment.Reader) error {
	buckets := map[uint32]struct{}{}
	for _, meta := range r.Meta {
		if err := recompute.ParseBuckets(meta, buckets); err != nil {
			return err
		}
	}
	body := recompute.QueueBlock(r.Header.ID, r.Rows(tableReports), buckets)
	if err := s.insert(ctx, r.Header.ID, recompute.QueueTable, body); err != nil {
		return fmt.Errorf("cannot queue a segment for the recompute: %w", err)
	}
	return nil
}

func (s *Shipper) insert(ctx context.Context, id segment.ID, table string, body io.Reader) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplicate":         1,
		"insert_deduplication_token": id.String() + "-" + table,
		"async_insert":               0,
		// What the views make of a block counts once too; ClickHouse before 26.2 asks for it.
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		// A backfill reaches over more days than ClickHouse expects of an insert.
		"max_partitions_per_insert_block": 0,
	}))
	start := s.Now()
	err := s.Conn.InsertFormat(ctx, "Native", "INSERT INTO "+table, body)
	if s.Sent != nil {
		s.Sent(table, s.Now().Sub(start), err)
	}
	return err
}

// Replay sends dead letters again and removes what is stored. Letters that
// fail again keep their place with the new reason.
func (s *Shipper) Replay(ctx context.Context, letter segment.DeadLetter) (Result, error) {
	r, err := segment.OpenReader(letter.Path)
	if err != nil {
		return Result{}, err
	}
	defer r.Close()
	done := map[string]int{}
	for table, rows := range letter.Stored {
		if slices.Contains(r.Tables(), table) {
			done[table] = rows
		}
	}
	result, err := s.Send(ctx, r, done)
	if err != nil {
		return result, err
	}
	if len(result.Failed) == 0 {
		return result, letter.Remove()
	}
	letter.Tables, letter.Stored, letter.At = result.Failed, result.Stored, s.Now()
	return result, letter.Update()
}
