// Package erase leaves signed statements about audit events that an erasure is
// about to delete, so that verification tells them from events that somebody
// removed.
package erase

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/audit"
)

// maxSeqs bounds one statement.
const maxSeqs = 10_000

// Request is one erasure. Two with the same key must not run at once: their
// statements would have the same numbers.
type Request struct {
	Key     ed25519.PrivateKey
	Now     time.Time
	Receipt string // id of the erasure's receipt
	// Events is a condition over the columns of table events that selects what
	// will be deleted. It ends up in query logs, so it must not name the data
	// subject: it selects through a job table.
	Events string
	// Chain, where not empty, is such a condition over the columns of table
	// event_chain: for events that are not in table events, but in a dead letter.
	Chain string
}

// Source is under what name a key's statements are.
func Source(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return "erase-" + hex.EncodeToString(sum[:8])
}

// State signs and stores which events may be missing from now on, and returns
// how many. The caller deletes them after it; conn's database holds the tables.
// It can be run again.
func State(ctx context.Context, conn driver.Conn, r Request) (events int, err error) {
	places, err := selected(ctx, conn, r)
	if err != nil || len(places) == 0 {
		return 0, err
	}
	number, previous, err := last(ctx, conn, Source(r.Key.Public().(ed25519.PublicKey)))
	if err != nil {
		return 0, err
	}
	for len(places) > 0 {
		n := 1
		for n < len(places) && n < maxSeqs && places[n].source == places[0].source {
			n++
		}
		number++
		s := audit.Statement{
			Source: Source(r.Key.Public().(ed25519.PublicKey)), Number: number, Previous: previous, At: r.Now.UnixMilli(),
			Kind: audit.Erasure, Target: places[0].source, Receipt: r.Receipt,
		}
		for _, p := range places[:n] {
			s.Seqs = append(s.Seqs, p.seq)
		}
		s.Sign(r.Key)
		if err := store(ctx, conn, &s); err != nil {
			return events, err
		}
		previous, places, events = s.Sum(), places[n:], events+n
	}
	return events, nil
}

// place is an entry of a chain.
type place struct {
	source string
	seq    uint64
}

func selected(ctx context.Context, conn driver.Conn, r Request) (places []place, err error) {
	where := "digest IN (SELECT digest FROM events WHERE " + r.Events + ")"
	if r.Chain != "" {
		where += " OR (" + r.Chain + ")"
	}
	rows, err := conn.Query(ctx, "SELECT source, seq FROM event_chain WHERE "+where+" ORDER BY source, seq")
	if err != nil {
		return nil, fmt.Errorf("cannot select the audit events to be erased: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p place
		if err := rows.Scan(&p.source, &p.seq); err != nil {
			return nil, fmt.Errorf("cannot read an audit event to be erased: %w", err)
		}
		places = append(places, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot select the audit events to be erased: %w", err)
	}
	return places, nil
}

// errChanged is of a statement that is not as it was signed.
var errChanged = errors.New("its last statement is not as it was signed: run weirctl audit verify first")

// last is what the next statement is linked to.
func last(ctx context.Context, conn driver.Conn, source string) (number uint64, previous audit.Sum, err error) {
	s := audit.Statement{Source: source, Kind: audit.Erasure}
	var link, key, signature string
	err = conn.QueryRow(ctx, `SELECT count() AS statements, argMax(number, number), argMax(previous, number), argMax(toUnixTimestamp64Milli(at), number),
		argMax(public_key, number), argMax(signature, number), argMax(target, number), argMax(seqs, number), argMax(receipt, number)
		FROM audit_tombstones FINAL WHERE source = ?`, source).Scan(&number, &s.Number, &link, &s.At, &key, &signature, &s.Target, &s.Seqs, &s.Receipt)
	if err != nil {
		return 0, audit.Sum{}, fmt.Errorf("cannot read the last statement of %s: %w", source, err)
	}
	if number == 0 {
		return 0, audit.Sum{}, nil
	}
	copy(s.Previous[:], link)
	s.Key, s.Signature = []byte(key), []byte(signature)
	if !s.Signed() {
		return 0, audit.Sum{}, fmt.Errorf("cannot continue the statements of %s: %w", source, errChanged)
	}
	return s.Number, s.Sum(), nil
}

// store returns when the statement is in the database; one that is stored
// twice is one.
func store(ctx context.Context, conn driver.Conn, s *audit.Statement) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"async_insert": 0, "distributed_foreground_insert": 1}))
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO audit_tombstones (source, number, previous, at, public_key, signature, kind, target, seqs, receipt)")
	if err == nil {
		err = batch.Append(s.Source, s.Number, string(s.Previous[:]), time.UnixMilli(s.At), string(s.Key), string(s.Signature), string(s.Kind), s.Target, s.Seqs, s.Receipt)
	}
	if err == nil {
		err = batch.Send()
	}
	if err != nil {
		return fmt.Errorf("cannot store a statement about erased audit events: %w", err)
	}
	return nil
}
