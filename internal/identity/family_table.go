package identity

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// spanTable finds the spans of a batch by trace and span id. It is a hash table
// with open addressing over record numbers: every span of every batch goes
// through it, and it takes a fifth of a map's time.
type spanTable struct {
	slots []int32 // record number + 1; 0 is free
	shift int     // of a hash, to the number of a slot

	// Multipliers of the hash, which no sender knows: ids that fall together
	// cannot be made up.
	high, low, span uint64
}

const minSlots = 16

func (t *spanTable) fill(records []Record) {
	if t.span == 0 {
		t.high, t.low, t.span = rand.Uint64()|1, rand.Uint64()|1, rand.Uint64()|1
	}
	size := minSlots
	for size < 2*len(records) {
		size *= 2
	}
	if cap(t.slots) < size {
		t.slots = make([]int32, size)
	} else {
		t.slots = t.slots[:size]
		clear(t.slots)
	}
	t.shift = 64 - bits.TrailingZeros(uint(size))
	for i := range records {
		r := &records[i]
		if !r.Trace.IsEmpty() && !r.Span.IsEmpty() {
			if slot, at := t.look(records, r.Trace, r.Span); at < 0 {
				t.slots[slot] = int32(i) + 1
			}
		}
	}
}

// find returns the number of the first record with these ids, or -1.
func (t *spanTable) find(records []Record, trace pcommon.TraceID, span pcommon.SpanID) int32 {
	if span.IsEmpty() {
		return -1
	}
	_, at := t.look(records, trace, span)
	return at
}

// look returns where the ids are or would be, and the record there or -1. Half
// of the slots are free, so it ends.
func (t *spanTable) look(records []Record, trace pcommon.TraceID, span pcommon.SpanID) (slot uint64, at int32) {
	hash := binary.NativeEndian.Uint64(trace[:8])*t.high + binary.NativeEndian.Uint64(trace[8:])*t.low + binary.NativeEndian.Uint64(span[:])*t.span
	last := uint64(len(t.slots) - 1)
	for slot = hash >> t.shift; ; slot = (slot + 1) & last {
		at = t.slots[slot] - 1
		if at < 0 || records[at].Span == span && records[at].Trace == trace {
			return slot, at
		}
	}
}
