package ship

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/segment"
)

const (
	tableReports = "action_reports"
	// tokensRemembered is how long after a first attempt a table surely knows
	// its token.
	tokensRemembered = schema.DeduplicationWindow / 2
	// unknownAttempts is how often rows are sent whole when the error may be
	// about them or not.
	unknownAttempts = 5
)

// Result says what became of a segment's rows.
type Result struct {
	Stored map[string]int // rows by table
	// Refused are the rows that ClickHouse does not take, by table and code.
	Refused []segment.TableReason
	// Letter holds the refused rows; nil where there are none.
	Letter *Letter
	// ViewErrors are of tables that have the rows while a view behind them has
	// refused them.
	ViewErrors map[string]error
}

// Shipper sends segments over one connection, whose database holds the tables.
// It is safe for concurrent use.
type Shipper struct {
	Conn driver.Conn
	// Compression of what is sent: CompressionLZ4, CompressionZSTD, or none.
	Compression string
	// Sent, where set, is told the duration of every INSERT that was answered.
	Sent func(table string, took time.Duration, err error)
	Now  func() time.Time

	// mu guards everything below.
	mu       sync.Mutex
	facts    map[string]*facts
	accepted map[string]uint64 // INSERTs that each table has taken
}

// Send stores the rows of a segment that are not stored yet. What ClickHouse
// will never take is in the result; any other error ends the attempt, which can
// be made again with the same delivery.
func (s *Shipper) Send(ctx context.Context, r *segment.Reader, d *Delivery) (Result, error) {
	result := Result{Stored: map[string]int{}, ViewErrors: map[string]error{}}
	for _, table := range r.Tables() {
		a := &attempt{s: s, r: r, d: d, table: table, token: r.Header.ID.String() + "-" + table, progress: d.table(table)}
		if err := a.send(ctx); err != nil {
			return result, fmt.Errorf("cannot store %d rows in %s: %w", r.Rows(table), table, err)
		}
		if a.stored > 0 {
			result.Stored[table] = a.stored
		}
		if a.viewError != nil {
			result.ViewErrors[table] = a.viewError
		}
		result.refuse(table, a.refused)
	}
	if result.Stored[tableReports] > 0 {
		// Last: a row in the queue means that the reports are there.
		if err := s.enqueue(ctx, r); err != nil {
			return result, err
		}
	}
	return result, result.finishLetter(r)
}

func (s *Shipper) enqueue(ctx context.Context, r *segment.Reader) error {
	buckets, err := changedBuckets(r)
	if err != nil {
		return err
	}
	return recompute.Enqueue(ctx, s.Conn, r.Header.ID, r.Rows(tableReports), buckets)
}

func changedBuckets(r *segment.Reader) (map[uint32]struct{}, error) {
	buckets := map[uint32]struct{}{}
	for _, meta := range r.Meta {
		if err := recompute.ParseBuckets(meta, buckets); err != nil {
			return nil, err
		}
	}
	return buckets, nil
}

// insertSettings hold for every INSERT; most are ClickHouse's defaults, which
// profiles may change.
func insertSettings(token string) clickhouse.Settings {
	return clickhouse.Settings{
		"insert_deduplicate":         1,
		"insert_deduplication_token": token,
		"async_insert":               0,
		// What the views make of a block counts once too; ClickHouse before 26.2 asks for it.
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		// A backfill reaches over more days than ClickHouse expects of an insert.
		"max_partitions_per_insert_block": 0,
		// One INSERT is one part a partition: it is there or not, never a piece of it.
		"min_insert_block_size_rows":  1_048_449,
		"min_insert_block_size_bytes": 1 << 30,
		// Through a Distributed table: the answer comes when the shards have the rows.
		"distributed_foreground_insert": 1,
	}
}

func (s *Shipper) insert(ctx context.Context, table, token string, body io.Reader) error {
	settings := insertSettings(token)
	body, framed := compressed(body, s.Compression)
	if framed {
		settings["decompress"] = 1
	}
	start := s.Now()
	err := s.Conn.InsertFormat(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "Native", "INSERT INTO "+table, body)
	if s.Sent != nil {
		s.Sent(table, s.Now().Sub(start), err)
	}
	if err == nil {
		s.countAccepted(table)
	}
	return err
}

func (s *Shipper) countAccepted(table string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accepted == nil {
		s.accepted = map[string]uint64{}
	}
	s.accepted[table]++
}

func (s *Shipper) acceptedOf(table string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted[table]
}

// factsOf reads a table's facts, once, or again where they may have changed.
func (s *Shipper) factsOf(ctx context.Context, table string, again bool) (*facts, error) {
	s.mu.Lock()
	known := s.facts[table]
	s.mu.Unlock()
	if known != nil && !again {
		return known, nil
	}
	read, err := readFacts(ctx, s.Conn, table)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.facts == nil {
		s.facts = map[string]*facts{}
	}
	s.facts[table] = read
	return read, nil
}
