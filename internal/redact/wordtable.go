package redact

import "math/bits"

// wordKey is a text of at most 24 bytes, with zeros behind it: three numbers are
// compared in one go, and hashed without a loop.
type wordKey [3]uint64

const maxWordKey = 24

// keyOf returns the text with small letters for capitals.
func keyOf(text string) (k wordKey) {
	for i := 0; i < len(k) && len(text) > 0; i++ {
		if len(text) >= 8 {
			k[i] = lowerEight(eightBytes(text))
			text = text[8:]
			continue
		}
		rest := uint64(0)
		for j := range len(text) {
			rest |= uint64(text[j]) << (8 * j)
		}
		k[i] = lowerEight(rest)
		break
	}
	return k
}

// lowerEight makes small letters of the capitals among eight bytes.
func lowerEight(x uint64) uint64 {
	return x | capitalsIn(x)>>2
}

// wordTable maps words to numbers of an entry of some other table. It is built
// once; 0 stands for what it does not hold.
type wordTable struct {
	slots []uint16 // entries of keys
	keys  []wordKey
	shift uint
}

func newWordTable(words []string) *wordTable {
	t := &wordTable{keys: make([]wordKey, 1, len(words)+1)}
	size := bits.Len(uint(4 * len(words)))
	t.slots, t.shift = make([]uint16, 1<<size), uint(64-size)
	for _, w := range words {
		k := keyOf(w)
		h := t.hash(&k)
		for t.slots[h] != 0 {
			h = (h + 1) % uint64(len(t.slots))
		}
		t.keys = append(t.keys, k)
		t.slots[h] = uint16(len(t.keys) - 1)
	}
	return t
}

// hashOdd is 2⁶⁴ over the golden ratio.
const hashOdd = 0x9e3779b97f4a7c15

func (t *wordTable) hash(k *wordKey) uint64 {
	return (k[0]*hashOdd ^ bits.RotateLeft64(k[1]*hashOdd, 23) ^ bits.RotateLeft64(k[2]*hashOdd, 41)) * hashOdd >> t.shift
}

// findShort is find for a word of at most eight bytes, which hash has for the first
// number.
func (t *wordTable) findShort(word uint64) int {
	for h := word * hashOdd * hashOdd >> t.shift; ; h = (h + 1) & uint64(len(t.slots)-1) {
		n := t.slots[h]
		if n == 0 {
			return 0
		}
		if k := &t.keys[n]; k[0] == word && k[1]|k[2] == 0 {
			return int(n)
		}
	}
}

// find returns the place of the word among those of newWordTable, from 1 on, or 0.
func (t *wordTable) find(k wordKey) int {
	for h := t.hash(&k); ; h = (h + 1) & uint64(len(t.slots)-1) {
		n := t.slots[h]
		if n == 0 || t.keys[n] == k {
			return int(n)
		}
	}
}
