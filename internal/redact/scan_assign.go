package redact

import "math/bits"

// dismiss takes out the most frequent candidates that are none: words before a
// space that are no scheme, and = and : behind what is no name of a secret.
func (sc *scanner) dismiss(found uint64) uint64 {
	s, w, base, names := sc.s, &sc.w, sc.w.base, keyEndings
	for m := found & w.marked &^ (w.long | w.mixed | w.number | w.iban); m != 0; m &= m - 1 {
		at := s[base+bits.TrailingZeros64(m):]
		if schemeStarts.bitAt(at)|isDash[at[0]] == 0 {
			found &^= m & -m
		}
	}
	if sc.e.queryKeys != nil {
		return found
	}
	// Names end right before, or behind a quote, a bracket or a space. What else
	// there is (\":, two spaces) waits for atAssign; atURL and atElement want the
	// : of :// and the > behind a quote.
	behind := w.words<<1 | w.before.word
	near := behind | w.words<<2 | w.before.word<<1
	slashes := w.lanes[laneMark] >> 1 & (w.lanes[laneMark] >> 2)
	for m := found & w.assign & near &^ slashes; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		end := base + i - int(^behind>>(i&(windowSize-1))&1)
		if end < 3 || end >= len(s) {
			continue
		}
		if b := s[end-3 : end+1]; names.bitOf(tripleOf(b[0], b[1], b[2])) == 0 && (s[base+i] != '>' || b[3] == '>') {
			found &^= m & -m
		}
	}
	return found
}

// isDash is 1 for one byte.
var isDash = [256]uint32{'-': 1}

// atAssign looks at what stands before = or :, when it ends as a name of a
// secret does.
func (sc *scanner) atAssign(p int) (hit, bool) {
	s := sc.s
	end := p
	for n := 0; end > sc.floor && n < 16 && beforeAssign[s[end-1]]; n++ {
		end--
	}
	if !keyEndings.endsAt(s, end) && (sc.e.queryKeys == nil || s[p] != '=') {
		return hit{}, false
	}
	return sc.atKeyed(p)
}

// beforeAssign are the bytes that keyEnd skips.
var beforeAssign = [256]bool{' ': true, '"': true, '\'': true, '`': true, '\\': true, ']': true, '=': true, ')': true, '\t': true}
