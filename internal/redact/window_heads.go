package redact

import "math/bits"

// headWindows is how many windows back the beginnings of words are remembered:
// 144 bytes before the window, enough for every look at what stands before.
const headWindows = 4

// headsIn returns the beginnings of words and of their parts (api and Key in
// apiKey) from i on, as bits of the 48 bytes of i's window that are before to,
// and the offset of bit 0. ok is false when the window is not remembered.
func (w *window) headsIn(i, to int) (heads uint64, base int, ok bool) {
	base = min(i-i%stride, w.base)
	if i < 0 || w.base-base >= headWindows*stride || to > w.base+windowSize {
		return 0, 0, false
	}
	if base < w.base {
		heads = w.heads[base/stride%headWindows] & (1<<stride - 1)
	} else {
		heads = w.headsHere()
	}
	heads &^= 1<<(i-base) - 1
	if n := to - base; n < windowSize {
		heads &= 1<<n - 1
	}
	return heads, base, true
}

// headsHere returns where words and parts of words begin in the window.
func (w *window) headsHere() uint64 {
	uppers, digits := w.lanes[laneUpper], w.lanes[laneDigit]
	letters := w.lanes[laneLower] | uppers
	return letters&^(letters<<1|uint64(w.before.letter)) | digits&^((letters|digits)<<1|uint64(w.before.letter|w.before.digit)) |
		uppers&^(uppers<<1|uint64(w.before.upper))
}

// headFilter is a set of the first three bytes of words, without case.
type headFilter = endings

// holdsContext reports whether a word that names a context begins in s[from:to].
// It errs on the side of yes.
func (sc *scanner) holdsContext(from, to int) bool {
	s := sc.s
	for i := max(from, 0); i < to; {
		heads, base, ok := sc.w.headsIn(i, to)
		if !ok {
			return true
		}
		for ; heads != 0; heads &= heads - 1 {
			if at := base + bits.TrailingZeros64(heads); namesContext(s, at) {
				return true
			}
		}
		if base == sc.w.base {
			return false
		}
		i = base + stride
	}
	return false
}

// keyHoldsContext is holdsContext for the key of the value.
func (sc *scanner) keyHoldsContext() bool {
	key := sc.key
	for i := range len(key) {
		if c := key[i]; isAlnum(c) && (i == 0 || !isAlnum(key[i-1]) || isUpper(c) || isDigit(key[i-1])) && namesContext(key, i) {
			return true
		}
	}
	return false
}

// namesContext looks up the word at i, if its first three letters are those of
// one in the list.
func namesContext(s string, i int) bool {
	if !contextHeads.hasTriple(tripleOf(s[i], byteAt(s, i+1), byteAt(s, i+2))) {
		return false
	}
	end := i + 1
	for end < len(s) && isNameByte(s[end]) && !(isUpper(s[end]) && !isUpper(s[end-1])) {
		end++
	}
	m := meaningOf(s[i:end])
	return m.set != (contextSet{})
}

// headFilterOf holds words of small letters; behind one of two letters anything
// may stand.
func headFilterOf(words []string) *headFilter {
	f := new(headFilter)
	for _, w := range words {
		if len(w) > 2 {
			f.add(w)
			continue
		}
		for c := range 32 {
			f.add(w + string(rune(c)))
		}
	}
	return f
}

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

// nameFilter is a bit for every head that a name may have.
type nameFilter [1 << nameFilterBits / 64]uint64

const nameFilterBits = 16

func (f *nameFilter) bit(h nameHead) (word *uint64, mask uint64) {
	n := uint32(h) * 0x9e3779b1 >> (32 - nameFilterBits)
	return &f[n/64], 1 << (n % 64)
}

func (f *nameFilter) has(h nameHead) bool {
	word, mask := f.bit(h)
	return *word&mask != 0
}

var nameHeads = func() *nameFilter {
	f := new(nameFilter)
	add := func(h nameHead) {
		word, mask := f.bit(h)
		*word |= mask
	}
	for _, head := range names.keys[1:] {
		add(head)
	}
	return f
}()

// namedBefore is namedIn for the text between from and start.
func (sc *scanner) namedBefore(from, start int) (hit, bool) {
	s := sc.s[:start]
	for i := from; i < start; {
		heads, base, ok := sc.w.headsIn(i, start)
		if !ok {
			return sc.namedIn(s[i:], "", start)
		}
		for ; heads != 0; heads &= heads - 1 {
			at := base + bits.TrailingZeros64(heads)
			if at+3 > start || at > 0 && isDigit(s[at-1]) {
				continue
			}
			if h, ok := sc.namedAt(s, at, "", start); ok {
				return h, ok
			}
		}
		if base == sc.w.base {
			break
		}
		i = base + stride
	}
	return hit{}, false
}

// holdsName reports whether the name of a provider may stand in s[start:end].
func (sc *scanner) holdsName(start, end int) bool {
	s := sc.s[:end]
	for i := start; i < end; {
		heads, base, ok := sc.w.headsIn(i, end)
		if !ok {
			return true
		}
		for ; heads != 0; heads &= heads - 1 {
			at := base + bits.TrailingZeros64(heads)
			if at+3 > end {
				continue
			}
			if head := headAt(s[at:]); beginsName(head, s, at) || beginsName(head.short(), s, at) {
				return true
			}
		}
		if base == sc.w.base {
			break
		}
		i = base + stride
	}
	return false
}

// beginsName reports whether a name with the head stands at i.
func beginsName(head nameHead, s string, i int) bool {
	if !nameHeads.has(head) {
		return false
	}
	for k := names.heads[head.hash()]; k != 0; k = names.next[k] {
		if names.keys[k] == head && nameEnd(s, i, names.names[k].text) >= 0 {
			return true
		}
	}
	return false
}
