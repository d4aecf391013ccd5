package identity

import (
	"hash/maphash"
	"math"
	"math/bits"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Traces remembers from batch to batch which connector a trace belongs to, for
// spans that come after the one with the evidence. It learns from evidence only,
// never from what was inherited, and forgets a trace ttl after its last evidence.
//
// It is a table of a fixed size, taken at once. A trace has its place in one row
// of eight, the one with the latest evidence first; what is pushed out at the
// end is forgotten:
//
//	rows[hash(trace)] = [trace → connector, trace → several, …]
//
// It may be used from any number of goroutines.
type Traces struct {
	seed  maphash.Seed // so that no sender can choose a row
	ttl   uint32       // seconds
	rows  []traceRow
	locks [traceLocks]traceLock // of the rows, by row number modulo traceLocks
}

const (
	tracesPerRow = 8
	traceLocks   = 64
)

type traceRow [tracesPerRow]knownTrace

type traceLock struct {
	sync.Mutex
	_ [56]byte // a cache line of its own
}

// knownTrace is one trace. Connectors are kept by id, because a catalog may
// change within a trace and the old one is not to be kept alive.
type knownTrace struct {
	trace      pcommon.TraceID
	connector  string // "" if there are several
	learned    uint32 // Unix seconds; 0 for a place that is free
	confidence uint16 // in units of 1/confidenceUnit
	standing   standing
}

const confidenceUnit = 10_000

// newKnownTrace is what one decision says of its trace.
func newKnownTrace(trace pcommon.TraceID, d *Decision, now uint32) knownTrace {
	return knownTrace{trace, d.Connector.ID, now, uint16(math.Round(d.Confidence * confidenceUnit)), d.standing()}
}

func (k *knownTrace) isKnown() bool { return k.learned != 0 }

// NewTraces returns a memory of size traces, rounded up to a multiple of eight,
// or nil for a size of 0. It is as exact as a second.
func NewTraces(size int, ttl time.Duration) *Traces {
	if size <= 0 {
		return nil
	}
	return &Traces{
		seed: maphash.MakeSeed(),
		ttl:  uint32(ttl / time.Second),
		rows: make([]traceRow, (size+tracesPerRow-1)/tracesPerRow),
	}
}

// lesson is what came of new evidence.
type lesson struct {
	known    bool     // there was evidence before
	agreed   bool     // all evidence of the highest standing says the same
	standing standing // which that is
	evicted  bool     // another trace had to go
}

// learn notes evidence that a trace belongs to a connector.
func (t *Traces) learn(news knownTrace) (l lesson) {
	row, lock := t.row(news.trace)
	lock.Lock()
	defer lock.Unlock()
	now := news.learned
	at := row.find(news.trace)
	switch {
	case at < 0:
		at = tracesPerRow - 1
		l.evicted = !t.expired(&row[at], now)
	case !t.expired(&row[at], now):
		l.known = true
		news.merge(&row[at])
	}
	copy(row[1:at+1], row[:at])
	row[0] = news
	l.agreed, l.standing = news.connector != "", news.standing
	return l
}

// merge adds what was known before. Of different standings the higher counts alone.
func (k *knownTrace) merge(before *knownTrace) {
	if k.standing != before.standing {
		if k.standing < before.standing {
			*k = *before
		}
		return
	}
	if k.connector != before.connector {
		k.connector = ""
	}
	k.confidence = max(k.confidence, before.confidence)
	k.learned = max(k.learned, before.learned)
}

// recall returns what is known of a trace, or the zero value.
func (t *Traces) recall(trace pcommon.TraceID, now uint32) knownTrace {
	row, lock := t.row(trace)
	lock.Lock()
	defer lock.Unlock()
	if at := row.find(trace); at >= 0 && !t.expired(&row[at], now) {
		return row[at]
	}
	return knownTrace{}
}

func (t *Traces) row(trace pcommon.TraceID) (*traceRow, *sync.Mutex) {
	number, _ := bits.Mul64(maphash.Bytes(t.seed, trace[:]), uint64(len(t.rows)))
	return &t.rows[number], &t.locks[number%traceLocks].Mutex
}

// find returns the place of a trace, or -1. A free place has the id that no
// trace has.
func (r *traceRow) find(trace pcommon.TraceID) int {
	for i := range r {
		if r[i].trace == trace {
			return i
		}
	}
	return -1
}

// expired is true of a free place, too. Batches that overtake each other may look
// back, from a clock that the other was ahead of.
func (t *Traces) expired(place *knownTrace, now uint32) bool {
	return !place.isKnown() || now > place.learned && now-place.learned >= t.ttl
}
