package identity

import (
	"hash/maphash"
	"math"
	"math/bits"
	"strings"
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
// The table has no pointers, so the garbage collector does not walk it. It may be
// used from any number of goroutines.
type Traces struct {
	seed  maphash.Seed // so that no sender can choose a row
	ttl   uint32       // seconds
	names connectorNumbers
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

// knownTrace is one trace.
type knownTrace struct {
	trace      pcommon.TraceID
	connector  uint32 // its number, or ofSeveral
	learned    uint32 // Unix seconds; 0 for a place that is free
	confidence uint16 // in units of 1/confidenceUnit
	standing   standing
}

const confidenceUnit = 10_000

func (k *knownTrace) isKnown() bool { return k.learned != 0 }

// NewTraces returns a memory of size traces, rounded up to a multiple of eight,
// or nil for a size of 0. It is as exact as a second.
func NewTraces(size int, ttl time.Duration) *Traces {
	if size <= 0 {
		return nil
	}
	return &Traces{
		seed:  maphash.MakeSeed(),
		ttl:   uint32(ttl / time.Second),
		names: connectorNumbers{numbers: map[string]uint32{"": ofSeveral}, ids: []string{ofSeveral: ""}},
		rows:  make([]traceRow, (size+tracesPerRow-1)/tracesPerRow),
	}
}

// connectorNumbers numbers the ids of connectors. Ids, because a catalog may change
// within a trace and the old one is not to be kept alive. A number is given once:
// there are as many as connectors were found since the start.
type connectorNumbers struct {
	mu      sync.RWMutex // guards everything below
	numbers map[string]uint32
	ids     []string // by number; that of ofSeveral is ""
}

const ofSeveral = 0

func (c *connectorNumbers) of(id string) uint32 {
	c.mu.RLock()
	number, known := c.numbers[id]
	c.mu.RUnlock()
	if known {
		return number
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if number, known := c.numbers[id]; known {
		return number
	}
	id = strings.Clone(id)
	number = uint32(len(c.ids))
	c.numbers[id] = number
	c.ids = append(c.ids, id)
	return number
}

func (c *connectorNumbers) id(number uint32) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ids[number]
}

// lesson is what came of new evidence.
type lesson struct {
	known    bool     // there was evidence before
	agreed   bool     // all evidence of the highest standing says the same
	standing standing // which that is
	evicted  bool     // another trace had to go
}

// learn notes what a decision that teaches says of its trace.
func (t *Traces) learn(trace pcommon.TraceID, d *Decision, now uint32) (l lesson) {
	news := knownTrace{trace, t.names.of(d.Connector.ID), now, uint16(math.Round(d.Confidence * confidenceUnit)), d.standing()}
	row, lock := t.row(news.trace)
	lock.Lock()
	defer lock.Unlock()
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
	l.agreed, l.standing = news.connector != ofSeveral, news.standing
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
		k.connector = ofSeveral
	}
	k.confidence = max(k.confidence, before.confidence)
	k.learned = max(k.learned, before.learned)
}

// recall returns what is known of a trace, or the zero value, and the id of its
// connector, "" if there are several.
func (t *Traces) recall(trace pcommon.TraceID, now uint32) (found knownTrace, connector string) {
	found = t.look(trace, now)
	if found.connector != ofSeveral {
		connector = t.names.id(found.connector)
	}
	return found, connector
}

func (t *Traces) look(trace pcommon.TraceID, now uint32) knownTrace {
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
