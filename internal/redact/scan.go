package redact

// maxDepth bounds views inside views (a percent-encoded base64 of JSON).
const maxDepth = 4

// minToken is the shortest word that a provider's key or a random-looking
// secret can be.
const minToken = 16

// scanner reads one text. It lives on the stack of scan.
type scanner struct {
	e     *Engine
	s     string
	key   string
	floor int // no match may begin before: the end of the last hit
	depth int

	base64Done int  // runs before this offset were tried as base64
	encoded    bool // percent-encoding or \u escapes were seen
	folded     bool // full-width or invisible characters were seen
}

// scan appends the hits of one text, sorted but for those of views.
func (e *Engine) scan(s, key string, depth int, hits []hit) []hit {
	first := firstCandidate(s)
	if first == len(s) {
		return hits
	}
	sc := scanner{e: e, s: s, key: key, depth: depth}
	wordStart := first
	for i := first; i < len(s); {
		c := classes[s[i]]
		if c&word == 0 {
			if c&stop == 0 || (s[i] == '.' && !mayEndPrefix(s, wordStart, i)) {
				i++
				continue
			}
			h, ok := sc.atStop(i, wordStart)
			if !ok {
				i++
				continue
			}
			hits = append(hits, h)
			i = max(i+1, h.end)
			sc.floor = h.end
			continue
		}
		start, seen := i, c
		wordStart = i
		for i++; i < len(s); i++ {
			c = classes[s[i]]
			if c&word == 0 {
				break
			}
			seen |= c
		}
		if i-start < minToken && !mayBegin(s, start, i, seen) {
			continue
		}
		h, ok := sc.atWord(start, i, seen)
		if ok {
			hits = append(hits, h)
			i = max(i, h.end)
			sc.floor = h.end
			continue
		}
		if i-start >= minToken {
			hits, i = sc.base64View(start, i, hits)
		}
	}
	if (sc.encoded || sc.folded) && depth < maxDepth {
		hits = sc.decodedView(hits)
	}
	return hits
}

// mayBegin dismisses nearly all short words.
func mayBegin(s string, start, end int, seen uint8) bool {
	n := end - start
	switch {
	case n < 3:
		return false
	case seen&(lower|upper) == 0: // digits and dashes
		return n >= 9 || (end < len(s) && s[end] == ' ')
	case seen&(digit|join) == 0: // letters
		return (n == 5 || n == 6) && end < len(s) && s[end] == ' '
	}
	return n >= 12 || s[start] == '-' || (n >= 4 && isDigit(s[start+2]) && isLetter(s[start]))
}

// mayEndPrefix reports whether the dot at i may belong to a key such as SG.….
func mayEndPrefix(s string, wordStart, i int) bool {
	return i > wordStart && (len(dottedIndex[s[wordStart]]) > 0 || byteAt(s, i+1) == 'a')
}

// firstCandidate is the loop of scan without its state: it returns where the
// first word or separator stands that needs a closer look, or len(s). Most
// values have none.
func firstCandidate(s string) int {
	if len(s) < minToken && tooPlain(s) {
		return len(s)
	}
	wordStart := 0
	for i := 0; i < len(s); {
		c := classes[s[i]]
		if c&word == 0 {
			if c&stop != 0 && (s[i] != '.' || mayEndPrefix(s, wordStart, i)) {
				return wordStart
			}
			i++
			continue
		}
		seen := c
		wordStart = i
		for i++; i < len(s); i++ {
			c = classes[s[i]]
			if c&word == 0 {
				break
			}
			seen |= c
		}
		if i-wordStart >= minToken || mayBegin(s, wordStart, i, seen) {
			return wordStart
		}
	}
	return len(s)
}

// tooPlain dismisses short values without a branch a byte: GET, api-gateway,
// /v1/orders. What is shorter than nine bytes holds no number that matters.
func tooPlain(s string) bool {
	var seen uint8
	for i := range len(s) {
		seen |= classes[s[i]]
	}
	return seen&stop == 0 && seen&space == 0 && (seen&digit == 0 || len(s) < 9)
}

// atWord dispatches on the shape of a word.
func (sc *scanner) atWord(start, end int, seen uint8) (hit, bool) {
	n, s := end-start, sc.s
	switch {
	case seen&(lower|upper) == 0: // digits and dashes
		if s[start] == '-' && n >= 5 && hasFold(s[start:end], "-----") {
			return hit{}, false
		}
		if seen&digit != 0 {
			return sc.atDigits(start, end, seen)
		}
		return hit{}, false
	case s[start] == '-' && n > 4:
		if h, ok := sc.atDashes(start, end); ok {
			return h, ok
		}
	case n == 5 || n == 6:
		if h, ok := sc.atScheme(start, end); ok {
			return h, ok
		}
	}
	if seen&digit == 0 && n < minToken {
		return hit{}, false
	}
	if n >= 4 && isLetter(s[start]) && isDigit(s[start+2]) {
		if h, ok := sc.atIBAN(start); ok {
			return h, ok
		}
	}
	if n >= minToken {
		return sc.atLongWord(start, end, seen)
	}
	if n >= 12 {
		return sc.digitsInside(start, end)
	}
	return hit{}, false
}

// atLongWord tries what is long and may be random.
func (sc *scanner) atLongWord(start, end int, seen uint8) (hit, bool) {
	if h, ok := sc.atJWT(start); ok {
		return h, ok
	}
	if h, ok := sc.atToken(start, end); ok {
		return h, ok
	}
	if seen&digit == 0 {
		return hit{}, false
	}
	if h, ok := sc.besideKeyword(start, end); ok {
		return h, ok
	}
	return sc.digitsInside(start, end)
}

// atStop dispatches on a separator.
func (sc *scanner) atStop(i, wordStart int) (hit, bool) {
	s := sc.s
	switch s[i] {
	case '@':
		return sc.atSign(i)
	case ':':
		if byteAt(s, i+1) == '/' && byteAt(s, i+2) == '/' {
			return sc.atURL(i)
		}
		if h, ok := sc.atTelegram(i); ok {
			return h, ok
		}
		return sc.atKeyed(i)
	case '=':
		return sc.atKeyed(i)
	case '>':
		return sc.atElement(i)
	case '.':
		return sc.atDot(max(wordStart, sc.floor), i)
	case '%':
		sc.encoded = sc.encoded || (isHex(byteAt(s, i+1)) && isHex(byteAt(s, i+2)))
	case '\\':
		sc.encoded = sc.encoded || (byteAt(s, i+1) == 'u' && isHex(byteAt(s, i+2)))
	default:
		sc.folded = sc.folded || foldable(s[i:])
	}
	return hit{}, false
}
