package clickhousestoreexporter

import (
	"maps"
	"sync"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/segment"
)

// Where received rows come from, and why rows are refused.
const (
	originRequest  = "request"
	originRecovery = "recovery"
	originTrailer  = "trailer"

	reasonTooLarge = "too_large"
)

// ledger counts what becomes of rows, by table. Whatever happens to a row is
// one entry, so that at any time received = stored + waiting + dead-lettered.
type ledger struct {
	// mu guards everything below.
	mu   sync.Mutex
	rows map[string]*metadata.Rows
	// trailers are rows that the store has added to segments which nobody has
	// begun to deliver; made twice, a trailer counts once.
	trailers map[segment.ID]map[string]int
}

func newLedger() *ledger {
	return &ledger{rows: map[string]*metadata.Rows{}, trailers: map[segment.ID]map[string]int{}}
}

// table must be called with mu held.
func (l *ledger) table(name string) *metadata.Rows {
	r := l.rows[name]
	if r == nil {
		r = &metadata.Rows{Received: map[string]int64{}, Refused: map[string]int64{}}
		l.rows[name] = r
	}
	return r
}

func (l *ledger) received(origin string, rows map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receive(origin, rows)
}

func (l *ledger) receive(origin string, rows map[string]int) {
	for table, n := range rows {
		l.table(table).Received[origin] += int64(n)
	}
}

func (l *ledger) refused(reason string, rows map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for table, n := range rows {
		l.table(table).Refused[reason] += int64(n)
	}
}

func (l *ledger) duplicate(rows map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for table, n := range rows {
		l.table(table).Duplicate += int64(n)
	}
}

// delivered ends the wait of a segment's rows: all that are not stored are in
// the dead letters.
func (l *ledger) delivered(all, stored map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for table, n := range all {
		r := l.table(table)
		r.Stored += int64(stored[table])
		r.DeadLettered += int64(n - stored[table])
	}
}

// trailer is told of rows that a segment has beyond what requests brought.
func (l *ledger) trailer(id segment.ID, rows map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trailers[id] = rows
}

// claimed counts the trailer of a segment whose delivery begins.
func (l *ledger) claimed(id segment.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receive(originTrailer, l.trailers[id])
	delete(l.trailers, id)
}

// recovered counts what the store has found on disk, trailers included.
func (l *ledger) recovered(rows map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.trailers)
	l.receive(originRecovery, rows)
}

func (l *ledger) snapshot() map[string]metadata.Rows {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make(map[string]metadata.Rows, len(l.rows))
	for table, r := range l.rows {
		copied := *r
		copied.Received, copied.Refused = maps.Clone(r.Received), maps.Clone(r.Refused)
		all[table] = copied
	}
	return all
}

// rowsOf counts a record's rows by table.
func rowsOf(record *segment.Record) map[string]int {
	rows := make(map[string]int, len(record.Tables))
	for _, t := range record.Tables {
		rows[t.Name] += t.Rows
	}
	return rows
}
