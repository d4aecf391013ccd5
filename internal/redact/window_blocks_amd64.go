package redact

import "unsafe"

// blockTable is what blockAVX2 looks up; it knows the offsets. Every line is the
// same for each window, or for each 16 bytes.
type blockTable struct {
	spread                [32]byte // where the windows of a stream begin
	head, one             [blockWindows]uint64
	backslash             [32]byte
	escapeLow, escapeHigh [32]byte // a byte is the letter of an escape if both its halves share a bit

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
	for k := range blockWindows {
		t.head[k], t.one[k] = 1<<stride-1, 1
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

// read reads the block at base, of which all blockSize bytes are there, and one
// more in front. before is the block that ends there, or what follow has written.
func (b *block) read(s string, base int, before *block) {
	text := s[base : base+blockSize]
	b.dismiss = before.dismiss
	blockAVX2(&laneTables, &blockTables, unsafe.StringData(text), b, before)
}

// blockAVX2 reads the text of a block and finds its candidates.
//
//go:noescape
func blockAVX2(t *laneTable, c *blockTable, text *byte, b, before *block)
