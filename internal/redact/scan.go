package redact

import "math/bits"

// minToken is the shortest word that a provider's key or a random-looking
// secret can be.
const minToken = 16

// scanner reads one text. It lives on the stack of scan.
type scanner struct {
	e     *Engine
	s     string
	key   string
	w     window
	floor int // no match may begin before: the end of the last hit
	depth int

	passed     int // candidates before this offset are part of something known
	base64Done int // runs before this offset were tried as base64
	encoded    region
	asked      int   // one more than where saysNothing was asked last
	nothing    bool  // and what it said
	manifest   uint8 // 1 or 2 once it is known whether this is a Secret of Kubernetes
}

// scan appends the hits of one text, sorted but for those of views.
func (e *Engine) scan(s, key string, depth int, hits []hit) []hit {
	if isWholeID(s, key) {
		return e.patterns.find(s, key, e.enabled, hits)
	}
	var first lanes
	first.read(s[:min(windowSize, len(s))])
	if len(s) < minToken && first.arePlain(len(s)) {
		return e.patterns.find(s, key, e.enabled, hits)
	}
	var sc scanner // not a literal, which would be made and then copied
	sc.e, sc.s, sc.key, sc.depth, sc.w.lanes = e, s, key, depth, first
	hits = sc.run(hits)
	return e.patterns.find(s, key, e.enabled, hits)
}

// arePlain dismisses short values: GET, api-gateway, /v1/orders. What holds fewer
// than seven digits and no separator that marks a detection needs no closer look.
func (l *lanes) arePlain(n int) bool {
	return l[laneStop]|l[laneAssign] == 0 && (l[laneDigit] == 0 || n < 7) && l[laneLower] != 0
}

// run looks closer where the windows say so, the first of which has its lanes.
func (sc *scanner) run(hits []hit) []hit {
	if vector && len(sc.s) >= leastForBlocks {
		hits = sc.runBlocks(hits)
	} else {
		hits = sc.runWindows(hits)
	}
	if sc.encoded.to > 0 {
		hits = sc.readRegion(hits)
	}
	return hits
}

// runWindows moves the window over the text.
func (sc *scanner) runWindows(hits []hit) []hit {
	s, w := sc.s, &sc.w
	for {
		head, more := ^uint64(0), len(s)-w.base > windowSize
		if more {
			head = 1<<stride - 1
		}
		found := w.candidates(s, head)
		if found&(w.assign|w.marked) != 0 {
			found = sc.dismiss(found)
		}
		for ; found != 0; found &= found - 1 {
			hits = sc.at(bits.TrailingZeros64(found), hits)
		}
		if !more {
			return hits
		}
		w.advance(s)
	}
}

// at looks closer at byte i of the window.
func (sc *scanner) at(i int, hits []hit) []hit {
	if p := sc.w.base + i; p >= max(sc.floor, sc.passed) {
		return sc.closer(p, i, hits)
	}
	return hits
}

// closer is at for a byte that nothing known reaches to; p is its offset.
func (sc *scanner) closer(p, i int, hits []hit) []hit {
	w := &sc.w
	m := uint64(1) << (i & (windowSize - 1))
	if w.words&m == 0 {
		if w.stops&m != 0 && isEncoding(sc.s[p]) {
			return sc.noteEncoded(p, hits)
		}
		if h, ok := sc.atStop(p, m); ok {
			return sc.keep(h, ok, hits)
		}
		return hits
	}
	start, end, seen := w.wordAt(sc.s, i)
	start = max(start, sc.floor)
	var h hit
	var ok bool
	if w.long&^(w.number|w.iban|w.marked)&m != 0 && seen&(lower|upper) != 0 { // as atWord would
		h, ok = sc.atLongWord(start, end, seen)
	} else {
		h, ok = sc.atWord(m, start, end, seen)
	}
	if ok {
		hits = sc.keep(h, ok, hits)
		for ok && isRangeMark(byteAt(sc.s, h.end)) && isDigit(byteAt(sc.s, h.end+1)) { // 10.0.0.1-10.0.0.9: the run goes on
			next := wordEnd(sc.s, h.end+1)
			h, ok = sc.atDigitRun(h.end+1, next, classesOf(sc.s[h.end+1:next]))
			hits = sc.keep(h, ok, hits)
		}
		return hits
	}
	if w.long&m != 0 {
		hits = sc.longView(start, end, seen, hits)
	}
	return hits
}

func (sc *scanner) keep(h hit, ok bool, hits []hit) []hit {
	if !ok || !sc.e.enabled[h.detector] { // what is off takes no text from the others
		return hits
	}
	sc.floor = max(sc.floor, h.end)
	return append(hits, h)
}

// atWord dispatches on what the window says about the word at m.
func (sc *scanner) atWord(m uint64, start, end int, seen uint8) (hit, bool) {
	w := &sc.w
	if w.number&m != 0 {
		if h, ok := sc.atDigitRun(start, end, seen); ok || start < sc.passed {
			return h, ok
		}
	}
	if w.iban&m != 0 {
		if h, ok := sc.atIBAN(start); ok {
			return h, ok
		}
	}
	if w.marked&m != 0 {
		if h, ok := sc.atMarkedWord(start, end); ok {
			return h, ok
		}
	}
	if seen&(lower|upper) == 0 { // digits and dashes: atDigitRun has seen them
		if w.long&m != 0 {
			return sc.besideNoun(start, end)
		}
		return hit{}, false
	}
	switch {
	case w.long&m != 0:
		return sc.atLongWord(start, end, seen)
	case w.mixed&m != 0 && (isDigit(sc.s[start]) || w.digitsIn(start, end) >= 3): // no number of an office has fewer
		return sc.atMixedWord(start, end, seen)
	case w.mixed&m != 0:
		return sc.besideNoun(start, end)
	case w.capital&m != 0:
		return sc.atUpper(start, end)
	}
	return hit{}, false
}

// atMarkedWord reads --password x and Bearer x.
func (sc *scanner) atMarkedWord(start, end int) (hit, bool) {
	if sc.s[start] == '-' {
		return sc.atDashes(start, end)
	}
	if n := end - start; n == 5 || n == 6 {
		return sc.atScheme(start, end)
	}
	return hit{}, false
}

// atDigitRun reads a run of digits with single marks between them. Times are the
// most frequent ones and passed over.
func (sc *scanner) atDigitRun(start, end int, seen uint8) (hit, bool) {
	if byteAt(sc.s, start+13) == ':' {
		if to := timestampEnd(sc.s, start); to > 0 {
			sc.passed = to
			return hit{}, false
		}
	}
	if seen&(lower|upper) != 0 || seen == digit && sc.isLoneNumber(start, end) && !mayBeNumber(sc.s[start:end]) && sc.saysNothing(start) {
		return hit{}, false
	}
	if byteAt(sc.s, end) == '.' && isDigit(byteAt(sc.s, end+1)) {
		if h, ok := sc.atNumberDot(start, end); ok {
			return h, ok
		}
	}
	return sc.atDigits(start, end, seen)
}

// mayBeNumber reports whether digits may be what needs no word beside it: a card,
// or a Chinese resident's number.
func mayBeNumber(text string) bool {
	const resident = 18
	n := len(text)
	return n == resident || n >= minCard && n <= maxCard && luhnText(text)
}

// isLoneNumber reports whether digits stand alone, and are no group of a number.
func (sc *scanner) isLoneNumber(start, end int) bool {
	if _, sep := groupAfter(sc.s, end); sep != 0 {
		return false
	}
	before := byteAt(sc.s, start-1)
	return before != '+' && before != '('
}

// atMixedWord reads letters with digits, 8 to 15 bytes.
func (sc *scanner) atMixedWord(start, end int, seen uint8) (hit, bool) {
	if h, ok := sc.atMixed(start, end, seen); ok {
		return h, ok
	}
	if h, ok := sc.besideNoun(start, end); ok {
		return h, ok
	}
	if seen&join != 0 && end-start >= 12 {
		return sc.digitsInside(start, end)
	}
	return hit{}, false
}

// atLongWord tries what is long and may be random.
func (sc *scanner) atLongWord(start, end int, seen uint8) (hit, bool) {
	s := sc.s
	if s[start] == 'e' {
		if h, ok := sc.atJWT(start); ok {
			return h, ok
		}
	}
	switch byteAt(s, start-1) {
	case '.':
		if h, ok := sc.atDotted(start, end); ok {
			return h, ok
		}
	case ':':
		if h, ok := sc.atTelegram(start - 1); ok {
			return h, ok
		}
	}
	switch {
	case seen&join == 0:
		if h, ok := sc.tokenAt(start); ok {
			return h, ok
		}
		if h, ok := sc.atShape(start, end); ok {
			return h, ok
		}
	case isUUID(s, start, end):
		if h, ok := sc.tokenAt(start + tokenInUUID); ok {
			return h, ok
		}
		if h, ok := sc.atShape(start, end); ok {
			return h, ok
		}
		return sc.besideKeyword(start, end, seen&^join) // nothing stands inside
	default:
		if h, ok := sc.atToken(start, end); ok {
			return h, ok
		}
	}
	if seen&digit == 0 {
		return sc.besideNoun(start, end)
	}
	if h, ok := sc.besideKeyword(start, end, seen); ok {
		return h, ok
	}
	if end-start <= 62 {
		if h, ok := sc.atWallet(start, end); ok {
			return h, ok
		}
		if h, ok := sc.atMixed(start, end, seen); ok {
			return h, ok
		}
	}
	if seen&join != 0 {
		return sc.digitsInside(start, end)
	}
	return hit{}, false
}

// atStop dispatches on a separator.
func (sc *scanner) atStop(p int, m uint64) (hit, bool) {
	s := sc.s
	switch s[p] {
	case ':':
		if byteAt(s, p+1) == '/' && byteAt(s, p+2) == '/' {
			return sc.atURL(p)
		}
		if sc.w.chain&m != 0 {
			if h, ok := sc.atColon(wordStart(s, p, sc.floor), p); ok {
				return h, ok
			}
		}
		return sc.atAssign(p)
	case '=':
		return sc.atAssign(p)
	case '>':
		return sc.atElement(p)
	case '@':
		return sc.atSign(p)
	case '+', '(':
		end := wordEnd(s, p+1)
		if seen := classesOf(s[p+1 : end]); seen&(lower|upper) == 0 {
			return sc.atDigits(p+1, end, seen)
		}
	case '<':
		if to := sc.e.markEnd(s, p); to > 0 {
			sc.floor = max(sc.floor, to)
		}
	}
	return hit{}, false
}

// wordStart is where the word before i begins.
func wordStart(s string, i, floor int) int {
	for i > floor && isWord(s[i-1]) {
		i--
	}
	return i
}

// isEncoding reports whether an encoded character may begin with c.
func isEncoding(c byte) bool { return beginsEncoded[c] }

var beginsEncoded = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '%' || c == '\\' || c == '&' || c >= 0x80
	}
	return table
}()

func classesOf(s string) (seen uint8) {
	for i := range len(s) {
		seen |= classes[s[i]]
	}
	return seen
}
