package redact

import (
	"hash/maphash"
	"math/bits"
	"sync/atomic"
)

// memo remembers in which values nothing was found. Telemetry repeats itself
// (methods, routes, hosts, user agents), and what an engine finds depends on the
// key and the value alone. It holds hashes, keyed at random in each process, and
// no text: that two pairs are taken for one has a chance of 2⁻⁶⁴ a look-up.
type memo struct {
	seed  maphash.Seed
	slots [memoSlots]atomic.Uint64 // a hash, at the place its upper bits name; 0 is free
}

const (
	memoBits  = 14 // 128 KiB: what a batch repeats fits into a core's cache
	memoSlots = 1 << memoBits
	// memoLeast is the length from which a look-up costs less than a scan.
	memoLeast = 8
)

func newMemo() *memo { return &memo{seed: maphash.MakeSeed()} }

// hash is of a value, its key and the engine that looks at it.
func (m *memo) hash(engine uint64, key, value string) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ over the golden ratio
	h := maphash.String(m.seed, value) ^ bits.RotateLeft64(maphash.String(m.seed, key), 32) ^ engine*odd
	return h*odd | 1
}

func (m *memo) has(hash uint64) bool { return m.slots[hash>>(64-memoBits)].Load() == hash }
func (m *memo) add(hash uint64)      { m.slots[hash>>(64-memoBits)].Store(hash) }
