package verify

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/audit"
)

// Database is a trail in ClickHouse; the connection's database holds the tables.
type Database struct{ Conn driver.Conn }

var _ Trail = Database{}

const (
	// segmentBytes gives the UUID's bytes in the usual order.
	segmentBytes = "UUIDStringToNum(toString(segment_id))"
	// segmentDay is the partition key of events and event_chain, as it is there.
	segmentDay = "toDate(UUIDv7ToDateTime(segment_id, 'UTC'))"
)

// Statements implements Trail.
func (d Database) Statements(ctx context.Context) ([]audit.Statement, error) {
	const signed = "source, number, previous, toUnixTimestamp64Milli(at), public_key, signature"
	var all []audit.Statement
	err := d.each(ctx, "SELECT "+signed+", seq, head, UUIDStringToNum(toString(head_segment)) FROM audit_checkpoints FINAL", func(rows driver.Rows) error {
		s := audit.Statement{Kind: audit.Checkpoint}
		var head, segment string
		if err := scanStatement(rows, &s, &s.Seq, &head, &segment); err != nil {
			return err
		}
		copy(s.Head[:], head)
		copy(s.Segment[:], segment)
		all = append(all, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.each(ctx, "SELECT "+signed+", kind, event_days, chain_days, target, seqs, receipt FROM audit_tombstones FINAL", func(rows driver.Rows) error {
		var s audit.Statement
		var kind string
		if err := scanStatement(rows, &s, &kind, &s.EventDays, &s.ChainDays, &s.Target, &s.Seqs, &s.Receipt); err != nil {
			return err
		}
		s.Kind = audit.StatementKind(kind)
		all = append(all, s)
		return nil
	})
	return all, err
}

// scanStatement reads the columns that both tables have, and more.
func scanStatement(rows driver.Rows, s *audit.Statement, more ...any) error {
	var previous, key, signature string
	if err := rows.Scan(append([]any{&s.Source, &s.Number, &previous, &s.At, &key, &signature}, more...)...); err != nil {
		return err
	}
	copy(s.Previous[:], previous)
	s.Key, s.Signature = []byte(key), []byte(signature)
	return nil
}

// Sources implements Trail.
func (d Database) Sources(ctx context.Context) (names []string, err error) {
	err = d.each(ctx, "SELECT DISTINCT source FROM event_chain ORDER BY source", func(rows driver.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

const entryColumns = "source, seq, digest, hash, " + segmentBytes

// Chain implements Trail.
func (d Database) Chain(ctx context.Context, source string, from uint64, each func(audit.Entry) error) error {
	query := "SELECT " + entryColumns + " FROM event_chain WHERE source = ? AND seq >= ? ORDER BY source, seq"
	return d.each(ctx, query, scanEntry(each), source, from)
}

// DayEntries implements Trail.
func (d Database) DayEntries(ctx context.Context, day time.Time, each func(audit.Entry) error) error {
	return d.each(ctx, "SELECT "+entryColumns+" FROM event_chain WHERE "+segmentDay+" = toDate(?)", scanEntry(each), day.Format(time.DateOnly))
}

func scanEntry(each func(audit.Entry) error) func(driver.Rows) error {
	return func(rows driver.Rows) error {
		var e audit.Entry
		var digest, hash, segment string
		if err := rows.Scan(&e.Source, &e.Seq, &digest, &hash, &segment); err != nil {
			return err
		}
		copy(e.Digest[:], digest)
		copy(e.Hash[:], hash)
		copy(e.Segment[:], segment)
		return each(e)
	}
}

// Days implements Trail.
func (d Database) Days(ctx context.Context) (days []time.Time, err error) {
	query := "SELECT DISTINCT day FROM (SELECT " + segmentDay + " AS day FROM event_chain UNION ALL SELECT " + segmentDay + " AS day FROM events) ORDER BY day"
	err = d.each(ctx, query, func(rows driver.Rows) error {
		var day time.Time
		err := rows.Scan(&day)
		days = append(days, day.UTC())
		return err
	})
	return days, err
}

// eventColumns are those of a Row. A map's keys and values come as arrays: a
// key that is there twice would be hidden otherwise.
var eventColumns = "toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(received_at), trace_id, span_id, severity, vouched, " +
	"mapKeys(attributes), mapValues(attributes), salt, digest, " + segmentBytes + ", " + strings.Join(audit.TextColumns[:], ", ")

// DayEvents implements Trail.
func (d Database) DayEvents(ctx context.Context, day time.Time, each func(*Row) error) error {
	var r Row
	var keys, values []string
	var trace, span, salt, digest, segment string
	fields := []any{&r.Timestamp, &r.ReceivedAt, &trace, &span, &r.Severity, &r.Vouched, &keys, &values, &salt, &digest, &segment}
	for _, text := range r.Texts() {
		fields = append(fields, text)
	}
	return d.each(ctx, "SELECT "+eventColumns+" FROM events WHERE "+segmentDay+" = toDate(?)", func(rows driver.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		copy(r.TraceID[:], trace)
		copy(r.SpanID[:], span)
		copy(r.Salt[:], salt)
		copy(r.Digest[:], digest)
		copy(r.Segment[:], segment)
		r.Attributes = slices.Grow(r.Attributes[:0], len(keys))
		for i, key := range keys {
			r.Attributes = append(r.Attributes, audit.Attribute{Key: key, Value: values[i]})
		}
		return each(&r)
	}, day.Format(time.DateOnly))
}

// each runs a query and hands its rows over.
func (d Database) each(ctx context.Context, query string, each func(driver.Rows) error, args ...any) error {
	rows, err := d.Conn.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
