package redact

import "math/bits"

// dismiss takes out the most frequent candidates that are none: words before a
// space that are no scheme, and = and : behind what is no name of a secret.
func (sc *scanner) dismiss(found uint64) uint64 {
	w := &sc.w
	// Names end right before, or behind a quote, a bracket or a space. What else
	// there is (\":, two spaces) waits for atAssign; atURL and atElement want the
	// : of :// and the > behind a quote.
	behind := w.words<<1 | w.before.word
	near := behind | behind<<1
	visible := w.lanes[laneMark] &^ w.lanes[laneSpace]
	slashes := visible >> 1 & (visible >> 2)
	marks, assigns := found&w.marked&^(w.long|w.mixed|w.number|w.iban), found&w.assign&near&^slashes
	if marks|assigns == 0 {
		return found
	}
	return sc.dismissAmong(found, marks, assigns, behind)
}

// dismissAmong is dismiss for the words in marks and for assigns; behind is what
// stands behind a byte of a word.
func (sc *scanner) dismissAmong(found, marks, assigns, behind uint64) uint64 {
	s, base, names := sc.s, sc.w.base, keyEndings
	for m := marks; m != 0; m &= m - 1 {
		at := s[base+bits.TrailingZeros64(m):]
		if schemeStarts.bitAt(at)|isDash[at[0]] == 0 {
			found &^= m & -m
		}
	}
	if sc.e.queryKeys != nil {
		return found
	}
	for m := assigns; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		end := base + i - int(^behind>>(i&(windowSize-1))&1)
		if end < 3 || end >= len(s) {
			continue
		}
		four := firstFour(s[end-3 : end+1])
		if names.bitOf(four&31<<10|four>>8&31<<5|four>>16&31) == 0 && (s[base+i] != '>' || four>>24 == '>') {
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
	if !sc.mayAssign(p) {
		return hit{}, false
	}
	return sc.atKeyed(p)
}

// mayAssign reports whether the name of a secret may stand before = or : at p.
func (sc *scanner) mayAssign(p int) bool {
	s := sc.s
	end := p
	for n := 0; end > sc.floor && n < 16 && beforeAssign[s[end-1]]; n++ {
		end--
	}
	if !keyEndings.endsAt(s, end) && (sc.e.queryKeys == nil || s[p] != '=') {
		return false
	}
	return sc.e.queryKeys != nil || mayEndName(s, end) || sc.isQuotedPair(end, p)
}

// mayEndName dismisses what ends as authorization, confirmation and passcode do,
// and is none of them: duration, version, "status code". end is that of a name in
// keyEndings.
func mayEndName(s string, end int) bool {
	if end < 6 {
		return true
	}
	switch firstFour(s[end-4:end])>>8 | 0x202020 {
	case 'i' | 'o'<<8 | 'n'<<16:
		c := s[end-6] | 0x20
		return c == 'z' || c == 'm'
	case 'o' | 'd'<<8 | 'e'<<16:
		c := s[end-5] | 0x20
		return c == 's' || c == '_'|0x20 || c == '?'|0x20 || c == '&'|0x20
	}
	return true
}

// isQuotedPair reports whether a quote stands before name=value, as around a cookie.
func (sc *scanner) isQuotedPair(end, p int) bool {
	return sc.s[p] == '=' && end == p && byteAt(sc.s, wordStart(sc.s, end, sc.floor)-1) == '"'
}

// beforeAssign are the bytes that keyEnd skips.
var beforeAssign = [256]bool{' ': true, '"': true, '\'': true, '`': true, '\\': true, ']': true, '=': true, ')': true, '\t': true}
