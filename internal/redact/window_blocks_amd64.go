package redact

import (
	"math/bits"
	"unsafe"
)

// blockTable is what blockAVX2 looks up; it knows the offsets. Every line is the
// same for each window, or for each 16 bytes.
type blockTable struct {
	spread                [32]byte             // where the windows of a stream begin
	head, one, number     [blockWindows]uint64 // number is 0, 1, 2, 3
	backslash             [32]byte
	escapeLow, escapeHigh [32]byte // a byte is the letter of an escape if both its halves share a bit

	// What wide vectors look up.
	lanes         [256]uint8   // of a byte, as bits
	escapeLetters [128]uint8   // 0x80 for one
	reversed      [64]uint8    // the place of each byte in a row of eight that is read from behind
	columns       [64]uint8    // the place of each byte of eight rows of eight in their columns
	bits          [8]uint8     // one bit each
	endings       [3][64]uint8 // the groups that the first, second and third byte of keyEndings are in, by their lowest bits
	beginnings    [3][64]uint8 // likewise of schemeStarts, each in a group of its own
	places        [256]uint8   // as list has them
	greater       uint8

	names   [1 << nameBits / 32]uint32   // keyEndings, by endingHash
	schemes [1 << schemeBits / 32]uint32 // schemeStarts
}

const (
	nameBits   = 14
	schemeBits = 10
)

// endingHash is of three bytes, the first of which is the lowest, without case.
func endingHash(three uint32, bits int) uint32 { return three & 0x1f1f1f * hashFactor >> (32 - bits) }

var blockTables = func() (t blockTable) {
	for i := range 32 {
		t.spread[i], t.backslash[i] = byte(i&7+i>>3&1*stride/8), '\\'
	}
	for l := range t.bits {
		t.bits[l] = 1 << l
	}
	for i := range 64 {
		t.reversed[i] = uint8(i&8 | 7 - i&7)
		t.columns[i] = uint8(i&7<<3 | i>>3)
	}
	for c := range t.lanes {
		for l := range t.bits {
			t.lanes[c] |= uint8(lanesOf[c]>>(8*l)&1) << l
		}
		if isEscapeLetter(byte(c)) {
			t.escapeLetters[c] = 0x80
		}
	}
	t.endings, t.beginnings, t.greater = groupEndings(keyEndings), groupEndings(schemeStarts), '>'
	for i := range t.places {
		t.places[i] = uint8(i)
	}
	for k := range blockWindows {
		t.head[k], t.one[k], t.number[k] = 1<<stride-1, 1, uint64(k)
	}
	for c := range 256 {
		if bit := byte(1) << (c >> 4 & 7); isEscapeLetter(byte(c)) {
			for i := 0; i < 32; i += 16 {
				t.escapeLow[i+c&15] |= bit
				t.escapeHigh[i+c>>4] |= bit
			}
		}
	}
	for n := range uint32(1 << 15) {
		three := n>>10 | n>>5&31<<8 | n&31<<16
		if keyEndings.hasTriple(n) {
			h := endingHash(three, nameBits)
			t.names[h/32] |= 1 << (h % 32)
		}
		if schemeStarts.hasTriple(n) {
			h := endingHash(three, schemeBits)
			t.schemes[h/32] |= 1 << (h % 32)
		}
	}
	return t
}()

// groupEndings puts a set of three bytes into eight groups, each of which also holds
// what its first, second and third bytes make together otherwise; as little of that
// as is found in one go.
func groupEndings(set *endings) (table [3][64]uint8) {
	var groups [8][3]uint32
	size := func(g [3]uint32) int {
		return bits.OnesCount32(g[0]) * bits.OnesCount32(g[1]) * bits.OnesCount32(g[2])
	}
	for n := range uint32(1 << 15) {
		if !set.hasTriple(n) {
			continue
		}
		with := func(g [3]uint32) [3]uint32 {
			return [3]uint32{g[0] | 1<<(n>>10), g[1] | 1<<(n>>5&31), g[2] | 1<<(n&31)}
		}
		best := 0
		for i, g := range groups {
			if size(with(g))-size(g) < size(with(groups[best]))-size(groups[best]) {
				best = i
			}
		}
		groups[best] = with(groups[best])
	}
	for i, g := range groups {
		for place := range table {
			for c := range table[place] {
				table[place][c] |= uint8(g[place]>>(c&31)&1) << i
			}
		}
	}
	return table
}

// readVector reads all blockSize bytes from base on, and those right before.
func (b *block) readVector(s string, base int, before *block) {
	text := s[base : base+blockSize]
	blockAVX2(&laneTables, &blockTables, unsafe.StringData(text), b, before, wide)
}

// blockAVX2 reads the text of a block and finds its candidates; wide allows it
// AVX-512 for the lanes.
//
//go:noescape
func blockAVX2(t *laneTable, c *blockTable, text *byte, b, before *block, wide bool)
