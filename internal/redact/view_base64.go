package redact

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

const (
	// minBase64 is the shortest run that is tried as base64 or hexadecimal: 12
	// characters of text.
	minBase64 = 16
	// minBase64Line is the shortest line that base64 is wrapped at.
	minBase64Line = 32
)

// longView tries a long word as base64 and as hexadecimal of text.
func (sc *scanner) longView(start, end int, seen uint8, hits []hit) []hit {
	if seen&(digit|join) == digit && (end-start)%2 == 0 && hexText(sc.s[start:start+8]) {
		if more, ok := sc.hexView(start, end, hits); ok {
			return more
		}
	}
	return sc.base64View(start, end, seen, hits)
}

// base64View tries a long word as base64 of text, once: first the whole run
// around it, with + and / and over line ends, then the word alone, as in a path,
// then what stands behind its joins. A hit inside takes the whole run: a shorter
// cut would leave no valid base64.
func (sc *scanner) base64View(start, end int, seen uint8, hits []hit) []hit {
	if start < sc.base64Done {
		return hits
	}
	s := sc.s
	from := start
	for from > sc.floor && base64Values[s[from-1]] < 0x80 {
		from--
	}
	text := startsText(s[from:])
	if text {
		if more, ok := sc.tryBase64(from, base64End(s, from, end), hits); ok {
			return more
		}
	}
	if from < start {
		text = startsText(s[start:])
	}
	if text {
		if more, ok := sc.tryBase64(start, end, hits); ok {
			return more
		}
	}
	if seen&join == 0 {
		return hits
	}
	for i, tries := sc.afterJoin(start, end), 0; i+minBase64 <= end && tries < 4; i, tries = sc.afterJoin(i, end), tries+1 {
		if startsText(s[i:]) {
			if more, ok := sc.tryBase64(i, base64End(s, i, end), hits); ok {
				return more
			}
		}
	}
	return hits
}

// base64End returns where the run from i ends; it goes on over line ends when
// its lines are long and of one length.
func base64End(s string, from, i int) int {
	line := 0
	for {
		for i < len(s) && base64Values[s[i]] < 0x80 {
			i++
		}
		n := i - from
		if n < minBase64Line || n%4 != 0 || (line > 0 && n != line) {
			return i
		}
		line = n
		next := i + newlineLen(s[i:])
		if next == i || next >= len(s) || !isBase64(s[next]) {
			return i
		}
		from, i = next, next
	}
}

// newlineLen knows real and escaped line ends.
func newlineLen(s string) int {
	switch byteAt(s, 0) {
	case '\n':
		return 1
	case '\r':
		if byteAt(s, 1) == '\n' {
			return 2
		}
	case '\\':
		if byteAt(s, 1) == 'n' {
			return 2
		}
		if strings.HasPrefix(s, `\r\n`) {
			return 4
		}
	}
	return 0
}

// tryBase64 decodes and scans one run.
func (sc *scanner) tryBase64(start, end int, hits []hit) (more []hit, ok bool) {
	s := sc.s
	if end-start < minBase64 {
		return hits, false
	}
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	if !v.decodeBase64(s[start:end]) {
		return hits, false
	}
	detector := detKeyedSecret // deeper than maxDepth: unread
	if sc.depth+1 < maxDepth {
		n := len(hits)
		hits = sc.e.scan(v.string(), sc.key, sc.depth+1, hits)
		if len(hits) == n {
			sc.base64Done = end
			return hits, true
		}
		detector = hits[n].detector
		hits = hits[:n]
	}
	for end < len(s) && s[end] == '=' {
		end++
	}
	sc.base64Done, sc.floor = end, max(sc.floor, end)
	return append(hits, hit{start, end, detector}), true
}

// startsText decodes eight characters and reports whether the six bytes may
// begin UTF-8 text: this dismisses ids, hashes and images at once.
func startsText(s string) bool {
	if len(s) < 8 {
		return false
	}
	a, b, c := base64Values[s[0]], base64Values[s[1]], base64Values[s[2]]
	return textFirst[a<<2|b>>4]&textSecond[b<<4|c>>2] != 0 && goesOnAsText(s) // three of four words end here
}

// goesOnAsText is startsText for what has passed its first look.
func goesOnAsText(s string) bool {
	_ = s[7]
	continues := 0 // bytes that must follow a lead byte
	for g := 0; g < 8; g += 4 {
		a, b, c, d := base64Values[s[g]], base64Values[s[g+1]], base64Values[s[g+2]], base64Values[s[g+3]]
		if (a|b|c|d)&0x80 != 0 {
			return false
		}
		for _, x := range [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d} {
			switch {
			case continues > 0:
				if x&0xc0 != 0x80 {
					return false
				}
				continues--
			case x < 0x80:
				if !isText(x) {
					return false
				}
			case x < 0xc2 || x > 0xf4:
				return false
			default:
				continues = utf8Continues(x)
			}
		}
	}
	return true
}

// What the first byte of a text lets follow: 1 for a character of one byte or the
// first byte of a longer one, 2 for the next byte of one.
var textFirst, textSecond = func() (first, second [256]uint8) {
	for i := range 256 {
		switch x := byte(i); {
		case x < 0x80 && isText(x):
			first[i], second[i] = 1, 1
		case x >= 0xc2 && x <= 0xf4:
			first[i], second[i] = 2, 1
		case x >= 0x80 && x < 0xc0:
			second[i] = 2
		}
	}
	return first, second
}()

func utf8Continues(lead byte) int {
	switch {
	case lead < 0xe0:
		return 1
	case lead < 0xf0:
		return 2
	}
	return 3
}

func isText(c byte) bool { return c >= ' ' && c != 0x7f || c == '\n' || c == '\r' || c == '\t' }

// base64Values holds both alphabets; 0x80 marks other bytes.
var base64Values = func() (table [256]byte) {
	for i := range table {
		table[i] = 0x80
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	table['-'], table['_'] = 62, 63
	return table
}()

// decodeBase64 fills the view if s begins as base64 of at least 12 bytes of text;
// what follows the text is left out.
func (v *view) decodeBase64(s string) bool {
	if cap(v.text) < len(s) {
		v.text = make([]byte, 0, len(s))
	}
	v.text = v.text[:0]
	for i := 0; i < len(s); {
		c := s[i]
		switch c {
		case '\n', '\r', '\\':
			if n := newlineLen(s[i:]); n > 0 {
				i += n
				continue
			}
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		v.text = append(v.text, c)
		i++
	}
	if len(v.text)%4 == 1 { // no length of base64: a character of something else is at the end
		v.text = v.text[:len(v.text)-1]
	}
	n, err := base64.RawStdEncoding.Decode(v.text, v.text)
	v.text = v.text[:textLen(v.text[:n])]
	return err == nil && len(v.text) >= minBase64*3/4-1
}

// textLen is how many bytes at the beginning are printable UTF-8.
func textLen(b []byte) int {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			if !isText(b[i]) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n < 2 {
			return i
		}
		i += n
	}
	return len(b)
}

// hexView tries a long word as hexadecimal digits of text.
func (sc *scanner) hexView(start, end int, hits []hit) (more []hit, ok bool) {
	if end-start < 2*minValue {
		return hits, false
	}
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	for i := start; i < end; i += 2 {
		c := unhex(sc.s[i])<<4 | unhex(sc.s[i+1])
		if !isHex(sc.s[i]) || !isHex(sc.s[i+1]) || !isText(c) {
			return hits, false
		}
		v.text = append(v.text, c)
	}
	detector := detKeyedSecret
	if sc.depth+1 < maxDepth {
		n := len(hits)
		hits = sc.e.scan(v.string(), sc.key, sc.depth+1, hits)
		if len(hits) == n {
			return hits, false
		}
		detector = hits[n].detector
		hits = hits[:n]
	}
	sc.floor = max(sc.floor, end)
	return append(hits, hit{start, end, detector}), true
}

// hexText reports whether all pairs of digits are printable ASCII.
func hexText(s string) bool {
	for i := 0; i < len(s); i += 2 {
		if hi := s[i]; hi < '2' || hi > '7' || !isHex(s[i+1]) {
			return false
		}
	}
	return true
}
