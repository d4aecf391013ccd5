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

// firstEight returns the first eight bytes of a text of at least three, letters as
// small ones; what is missing is a space.
func firstEight(text string) uint64 {
	const spaces = 0x20 * eachByte
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

// nameFilter is a bit for everything that the text of a name may begin with: six
// bytes, or four if it is short or has a mark among them.
type nameFilter [1 << nameFilterBits / 64]uint64

const (
	nameFilterBits = 16
	nameFilterSize = 6 // bytes it reads
)

const headMark = 1

var headBytes = func() [256]byte {
	table := folded
	for _, c := range []byte("_-. ") {
		table[c] = headMark
	}
	return table
}()

func nameHash(head uint64) uint64 { return head * 0x9e3779b97f4a7c15 >> (64 - nameFilterBits) }

// add adds four bytes or six.
func (f *nameFilter) add(bytes ...byte) {
	head := uint64(0)
	for i, c := range bytes {
		head |= uint64(c) << (8 * i)
	}
	n := nameHash(head)
	f[n/64] |= 1 << (n % 64)
}

var nameHeads = func() *nameFilter {
	f := new(nameFilter)
	for _, name := range names.names[1:] {
		f.addName(name.text)
	}
	return f
}()

func (f *nameFilter) addName(name string) {
	a, b, c := name[0], name[1], name[2]
	f.add(a, headMark, b, c)
	f.add(a, b, headMark, c)
	if len(name) == 3 {
		for _, d := range headBytes {
			f.add(a, b, c, d)
		}
		return
	}
	d := name[3]
	f.add(a, b, c, headMark)
	if len(name) < nameFilterSize {
		f.add(a, b, c, d)
		return
	}
	f.add(a, b, c, d, headMark, name[4])
	f.add(a, b, c, d, name[4], headMark)
	f.add(a, b, c, d, name[4], name[5])
}

// mayName keeps those heads, in s from base on, where the filter knows a name. The
// loop has no call and no branch in it.
func (f *nameFilter) mayName(s string, base int, heads uint64) (likely uint64) {
	for ; heads != 0; heads &= heads - 1 {
		at := base + bits.TrailingZeros64(heads)
		if at+nameFilterSize > len(s) {
			return likely | heads
		}
		b := s[at : at+nameFilterSize]
		four := uint64(headBytes[b[0]]) | uint64(headBytes[b[1]])<<8 | uint64(headBytes[b[2]])<<16 | uint64(headBytes[b[3]])<<24
		six := nameHash(four | uint64(headBytes[b[4]])<<32 | uint64(headBytes[b[5]])<<40)
		four = nameHash(four)
		head := heads & -heads
		if (f[four/64]>>(four%64)|f[six/64]>>(six%64))&1 == 0 {
			head = 0
		}
		likely |= head
	}
	return likely
}
