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
			at := base + bits.TrailingZeros64(heads)
			if at+4 <= len(s) && contextHeads.bitOf(tripleOf(s[at], s[at+1], s[at+2]))|longContextHeads.bitOf(lastFour(s[at:at+4])) == 0 {
				continue
			}
			if namesContext(s, at) {
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

// namesContext looks up the word at i, if its first letters are those of one in
// the list.
func namesContext(s string, i int) bool {
	if i+4 > len(s) {
		if !contextHeads.hasTriple(tripleOf(s[i], byteAt(s, i+1), byteAt(s, i+2))) {
			return false
		}
	} else if b := s[i : i+4]; contextHeads.bitOf(tripleOf(b[0], b[1], b[2]))|longContextHeads.bitOf(lastFour(b)) == 0 {
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

// namedBefore is namedIn for the text between from and start.
func (sc *scanner) namedBefore(from, start int) (hit, bool) {
	s := sc.s[:start]
	for i := from; i < start; {
		heads, base, ok := sc.w.headsIn(i, start)
		if !ok {
			return sc.namedIn(s[i:], "", start)
		}
		for heads = nameHeads.mayName(sc.s, base, heads); heads != 0; heads &= heads - 1 {
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
		for heads = nameHeads.mayName(sc.s, base, heads); heads != 0; heads &= heads - 1 {
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
	eight := firstEight(s[i:])
	for k := names.heads[head.hash()]; k != 0; k = names.next[k] {
		if names.keys[k] == head && !names.first[k].differ(eight) && nameEnd(s, i, names.names[k].text) >= 0 {
			return true
		}
	}
	return false
}
