package redact

import "math/bits"

// nameHead is the first four letters or digits of a name, small, the first in the
// low byte; the fourth is 0 in a name of three.
type nameHead uint32

func headOfName(name string) nameHead {
	h := nameHead(name[0]) | nameHead(name[1])<<8 | nameHead(name[2])<<16
	if len(name) > 3 {
		h |= nameHead(name[3]) << 24
	}
	return h
}

// headAt reads the head of a name at the beginning of text (at least three
// bytes), a mark before the third and one before the fourth letter left out:
// x.ai, d_7.
func headAt(text string) nameHead {
	a, b, c, i := folded[text[0]], folded[text[1]], folded[text[2]], 3
	if b == 0 {
		b, c, i = c, folded[byteAt(text, 3)], 4
	} else if c == 0 {
		c, i = folded[byteAt(text, 3)], 4
	}
	d := folded[byteAt(text, i)]
	if d == 0 {
		d = folded[byteAt(text, i+1)]
	}
	return nameHead(a) | nameHead(b)<<8 | nameHead(c)<<16 | nameHead(d)<<24
}

func (h nameHead) hash() uint32 { return uint32(h) * 0x9e3779b1 >> (32 - indexBits) }

// short is the head of a name of three letters.
func (h nameHead) short() nameHead { return h & 0xffffff }

// nameBytes are the first eight bytes of a name, and which of them there are.
type nameBytes struct{ bytes, mask uint64 }

func firstBytesOf(name string) nameBytes {
	if len(name) >= 8 {
		return nameBytes{eightBytes(name), ^uint64(0)}
	}
	mask := uint64(1)<<(8*len(name)) - 1
	return nameBytes{firstEight(name) & mask, mask}
}

// spaces makes capitals small letters, and leaves digits.
const spaces = 0x20 * eachByte

// firstEight returns the first eight bytes of a text of at least three, letters as
// small ones; what is missing is a space.
func firstEight(text string) uint64 {
	if len(text) >= 8 {
		return eightBytes(text) | spaces
	}
	eight := uint64(0)
	for i := range len(text) {
		eight |= uint64(text[i]) << (8 * i)
	}
	return eight | spaces
}

// differ reports that a text which begins so does not begin with the name: the
// first byte that is another one is no mark between letters either.
func (n nameBytes) differ(eight uint64) bool {
	others := (eight ^ n.bytes) & n.mask
	return others != 0 && !isNameMark[byte(eight>>(bits.TrailingZeros64(others)&^7))]
}

// isNameMark are the marks that nameEnd leaves out, as firstEight has them.
var isNameMark = [256]bool{'_' | 0x20: true, '-': true, '.': true, ' ': true}

// nameFilter is a set of what the text of a name may begin with, letters small as
// firstEight has them: its first four bytes, and then either the first six, or
// noMore of a name that is short or has a mark among the four. Clean text is
// dismissed by the four, which have one bit; what has passed, by two more.
type nameFilter [1 << nameFilterBits / 64]uint64

const (
	nameFilterBits = 19
	nameFilterNext = 64 - 2*nameFilterBits - 6 // where in a hash the place of the second bit is
	fourBytes      = 1<<32 - 1
	sixBytes       = 1<<48 - 1
	noMore         = 1 << 48
)

// has is 1 or 0, and errs on the side of 1.
func (f *nameFilter) has(text uint64) uint64 {
	h := text * 0x9e3779b97f4a7c15 >> (64 - nameFilterBits)
	return f[h/64] >> (h % 64) & 1
}

func (f *nameFilter) add(text uint64) {
	h := text * 0x9e3779b97f4a7c15 >> (64 - nameFilterBits)
	f[h/64] |= 1 << (h % 64)
}

// hasBoth is has for what has two bits.
func (f *nameFilter) hasBoth(text uint64) bool {
	h := text * 0x9e3779b97f4a7c15
	a, b := h>>(64-nameFilterBits), h>>nameFilterNext&(1<<nameFilterBits-1)
	return f[a/64]>>(a%64)&(f[b/64]>>(b%64))&1 != 0
}

func (f *nameFilter) addBoth(text uint64) {
	f.add(text)
	h := text * 0x9e3779b97f4a7c15 >> nameFilterNext & (1<<nameFilterBits - 1)
	f[h/64] |= 1 << (h % 64)
}

// addShort adds four bytes that are enough.
func (f *nameFilter) addShort(a, b, c, d byte) {
	four := uint64(a) | uint64(b)<<8 | uint64(c)<<16 | uint64(d)<<24 | spaces&fourBytes
	f.add(four)
	f.addBoth(four | noMore)
}

// nameMarks may stand between the letters of a name.
const nameMarks = "_-. "

var nameHeads = func() *nameFilter {
	f := new(nameFilter)
	for _, name := range names.names[1:] {
		f.addName(name.text)
	}
	return f
}()

func (f *nameFilter) addName(name string) {
	a, b, c := name[0], name[1], name[2]
	for _, mark := range []byte(nameMarks) {
		f.addShort(a, mark, b, c)
		f.addShort(a, b, mark, c)
		f.addShort(a, b, c, mark)
	}
	if len(name) == 3 {
		for d := range 256 {
			f.addShort(a, b, c, byte(d))
		}
		return
	}
	if len(name) < 6 {
		f.addShort(a, b, c, name[3])
		return
	}
	four, e := firstEight(name)&fourBytes, uint64(name[4])
	f.add(four)
	f.addBoth(four | e<<32 | uint64(name[5])<<40)
	for _, mark := range []byte(nameMarks) {
		f.addBoth(four | uint64(mark|0x20)<<32 | e<<40)
		f.addBoth(four | e<<32 | uint64(mark|0x20)<<40)
	}
}

// mayName keeps those heads, in s from base on, where the filter knows a name.
func (f *nameFilter) mayName(s string, base int, heads uint64) (likely uint64) {
	if vector && isAheadOfHeads(len(s)-base, heads) {
		return mayNameVector(f, s[base:], heads)
	}
	for ; heads != 0; heads &= heads - 1 {
		at := base + bits.TrailingZeros64(heads)
		if at+8 > len(s) {
			return likely | heads
		}
		text := eightBytes(s[at:at+8]) | spaces
		if four := text & fourBytes; f.has(four) != 0 && (f.hasBoth(four|noMore) || f.hasBoth(text&sixBytes)) {
			likely |= heads & -heads
		}
	}
	return likely
}
