package redact

import "math/bits"

// headWindows is how many windows back the beginnings of words are remembered:
// 144 bytes before the window, enough for every look at what stands before.
const headWindows = 4

// keptHeads are the windows of two blocks, the one that is looked at and the one
// before.
const keptHeads = 2 * blockWindows

// headsIn returns the beginnings of words and of their parts (api and Key in
// apiKey) before to, as bits of the 48 bytes from i on. ok is false when one of the
// windows is not remembered.
func (w *window) headsIn(i, to int) (heads uint64, ok bool) {
	back, at := 0, i-w.base
	if at < 0 {
		back = int(uint(stride-1-at) / stride)
		at += back * stride
	}
	if i < 0 || back >= headWindows || to > w.base+windowSize {
		return 0, false
	}
	switch back {
	case 0:
		heads = w.headsHere() >> (at & (windowSize - 1))
	case 1:
		heads = w.heads[(w.index-1)&(keptHeads-1)]>>(at&(windowSize-1)) | w.headsHere()<<((stride-at)&(windowSize-1))
	default:
		heads = w.heads[(w.index-back)&(keptHeads-1)]>>(at&(windowSize-1)) | w.heads[(w.index-back+1)&(keptHeads-1)]<<((stride-at)&(windowSize-1))
	}
	return heads & (1<<(min(to-i, stride)&(windowSize-1)) - 1), true
}

// headsIn is headsIn of the window, also where that does not remember them.
func (sc *scanner) headsIn(i, to int) uint64 {
	heads, ok := sc.w.headsIn(i, to)
	if !ok {
		for k := range min(to-i, stride) {
			if isHead(sc.s, i+k) {
				heads |= 1 << k
			}
		}
	}
	return heads
}

// isHead is headsHere for one byte.
func isHead(s string, i int) bool {
	c, before := s[i], byteAt(s, i-1)
	switch {
	case isUpper(c):
		return !isUpper(before)
	case !isAlnum(c) || isEscaped(s, i):
		return false
	}
	return (!isLetter(before) || isEscaped(s, i-1)) && (isLetter(c) || !isDigit(before))
}

// headsHere returns where words and parts of words begin in the window.
func (w *window) headsHere() uint64 {
	if w.inBlock {
		return w.heads[w.index&(keptHeads-1)]
	}
	uppers, digits := w.lanes[laneUpper], w.lanes[laneDigit]
	letters := w.lanes[laneLower] | uppers
	return letters&^(letters<<1|w.before.letter) | digits&^((letters|digits)<<1|w.before.letter|w.before.digit) |
		uppers&^(uppers<<1|w.before.upper)
}

// headFilter is a set of the first three bytes of words, without case.
type headFilter = endings

// holdsContext reports whether a word that names a context begins in s[from:to].
// It errs on the side of yes.
func (sc *scanner) holdsContext(from, to int) bool {
	s := sc.s
	for i := max(from, 0); i < to; i += stride {
		for heads := mayNameContext(s, i, sc.headsIn(i, to)); heads != 0; heads &= heads - 1 {
			if namesContext(s, i+bits.TrailingZeros64(heads)) {
				return true
			}
		}
	}
	return false
}

// aheadOfHeads is how many bytes from a head on are read in one go.
const aheadOfHeads = 8

// isAheadOfHeads reports whether that much is there, of a text of size bytes.
func isAheadOfHeads(size int, heads uint64) bool { return bits.Len64(heads)-1+aheadOfHeads <= size }

// contextFilter is a set of what the words of contexts begin with, without case:
// three letters of short ones, behind one of two any; four of the others. It errs
// on the side of yes.
type contextFilter struct {
	short [1 << shortContextBits / 64]uint64
	long  [1 << longContextBits / 64]uint64
}

const (
	shortContextBits = 15
	longContextBits  = 15
)

// has is for the first four bytes of a word, of which the first is the lowest.
func (f *contextFilter) has(four uint32) bool {
	short := four & 0x1f1f1f * hashFactor >> (32 - shortContextBits)
	long := (four | 0x20202020) * hashFactor >> (32 - longContextBits)
	return (f.short[short/64]>>(short%64)|f.long[long/64]>>(long%64))&1 != 0
}

func (f *contextFilter) addShort(three uint32) {
	h := three & 0x1f1f1f * hashFactor >> (32 - shortContextBits)
	f.short[h/64] |= 1 << (h % 64)
}

func (f *contextFilter) addLong(four uint32) {
	h := (four | 0x20202020) * hashFactor >> (32 - longContextBits)
	f.long[h/64] |= 1 << (h % 64)
}

// mayNameContext keeps those heads, in s from base on, whose first letters are
// those of a word in the list.
func mayNameContext(s string, base int, heads uint64) (likely uint64) {
	if vector && isAheadOfHeads(len(s)-base, heads) {
		return mayNameContextVector(contextHeads, s[base:], heads)
	}
	for ; heads != 0; heads &= heads - 1 {
		at := base + bits.TrailingZeros64(heads)
		if at+4 > len(s) {
			return likely | heads
		}
		if contextHeads.has(firstFour(s[at : at+4])) {
			likely |= heads & -heads
		}
	}
	return likely
}

func firstFour(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
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

// namesContext looks up the word at i, which a capital behind another letter ends
// as well as what is no letter.
func namesContext(s string, i int) bool {
	if i+8 <= len(s) {
		eight := eightBytes(s[i:])
		capitals := capitalsIn(eight)
		ends := (^(lettersIn(eight)|eight)&highBits | capitals&^(capitals<<8)) &^ 0xff
		if ends != 0 {
			return meaningOfShort(eight|capitals>>2, firstOf(ends)).set != (contextSet{})
		}
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

// namedBefore is namedIn for the text between from and start.
func (sc *scanner) namedBefore(from, start int) (hit, bool) {
	s := sc.s[:start]
	for i := from; i < start; i += stride {
		for heads := nameHeads.mayName(sc.s, i, sc.headsIn(i, start)); heads != 0; heads &= heads - 1 {
			at := i + bits.TrailingZeros64(heads)
			if at+3 > start || at > 0 && isDigit(s[at-1]) {
				continue
			}
			if h, ok := sc.namedAt(s, at, "", start); ok {
				return h, ok
			}
		}
	}
	return hit{}, false
}

// holdsName reports whether the name of a provider may stand in s[start:end].
func (sc *scanner) holdsName(start, end int) bool {
	s := sc.s[:end]
	for i := start; i < end; i += stride {
		for heads := nameHeads.mayName(sc.s, i, sc.headsIn(i, end)); heads != 0; heads &= heads - 1 {
			at := i + bits.TrailingZeros64(heads)
			if at+3 > end {
				continue
			}
			if head := headAt(s[at:]); beginsName(head, s, at) || beginsName(head.short(), s, at) {
				return true
			}
		}
	}
	return false
}

// beginsName reports whether a name with the head stands at i.
func beginsName(head nameHead, s string, i int) bool {
	eight := firstEight(s[i:])
	for k := names.heads[head.hash()]; k != 0; k = names.next[k] {
		if names.keys[k] == head && !names.first[k].differ(eight) && nameEnd(s, i, names.names[k].text) >= 0 {
			return true
		}
	}
	return false
}
