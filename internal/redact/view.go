package redact

import (
	"encoding/base64"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// A view is decoded text with, for each of its bytes, the offset in the text it
// came from; from[len(text)] is the end.
type view struct {
	text []byte
	from []int32
}

var views = sync.Pool{New: func() any { return new(view) }}

func (v *view) reset() {
	v.text, v.from = v.text[:0], v.from[:0]
}

func (v *view) put(b byte, from int) {
	v.text = append(v.text, b)
	v.from = append(v.from, int32(from))
}

// string shares memory with the view: it must not outlive it.
func (v *view) string() string { return unsafe.String(unsafe.SliceData(v.text), len(v.text)) }

// decodedView scans the text with percent-encoding, \u escapes, full-width and
// zero-width characters decoded.
func (sc *scanner) decodedView(hits []hit) []hit {
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	if !v.decode(sc.s) {
		return hits
	}
	if sc.encoded && sc.depth+1 == maxDepth {
		return append(hits, hit{0, len(sc.s), detKeyedSecret}) // encoded more often than anything honest is
	}
	n := len(hits)
	hits = sc.e.scan(v.string(), sc.key, sc.depth+1, hits)
	for i := n; i < len(hits); i++ {
		hits[i].start = int(v.from[hits[i].start])
		hits[i].end = int(v.from[hits[i].end])
	}
	return hits
}

// decode fills the view and reports whether it differs from s.
func (v *view) decode(s string) (changed bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			v.put(unhex(s[i+1])<<4|unhex(s[i+2]), i)
			i += 3
			changed = true
		case c == '\\' && i+5 < len(s) && s[i+1] == 'u' && isHex(s[i+2]) && isHex(s[i+3]) && isHex(s[i+4]) && isHex(s[i+5]):
			r := rune(unhex(s[i+2]))<<12 | rune(unhex(s[i+3]))<<8 | rune(unhex(s[i+4]))<<4 | rune(unhex(s[i+5]))
			v.putRune(r, i)
			i += 6
			changed = true
		case c >= 0x80:
			r, size := utf8.DecodeRuneInString(s[i:])
			if folded, drop := fold(r); drop || folded != r {
				changed = true
				if !drop {
					v.put(byte(folded), i)
				}
			} else {
				for j := range size {
					v.put(s[i+j], i+j)
				}
			}
			i += size
		default:
			v.put(c, i)
			i++
		}
	}
	v.from = append(v.from, int32(len(s)))
	return changed
}

func (v *view) putRune(r rune, from int) {
	folded, drop := fold(r)
	if drop {
		return
	}
	var buf [4]byte
	for _, b := range buf[:utf8.EncodeRune(buf[:], folded)] {
		v.put(b, from)
	}
}

// fold maps full-width ASCII and unusual spaces to ASCII, and says which
// characters are invisible.
func fold(r rune) (folded rune, drop bool) {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xfee0, false
	case r >= 0x200b && r <= 0x200f, r == 0x2060, r == 0xfeff, r == 0xad:
		return 0, true
	case r == 0xa0, r == 0x2007, r == 0x202f, r == 0x3000:
		return ' ', false
	case r == 0x2010, r == 0x2011, r == 0x2012, r == 0x2013, r == 0x2212:
		return '-', false
	}
	return r, false
}

// foldable reports whether a character that fold changes may begin s.
func foldable(s string) bool {
	if len(s) < 2 {
		return false
	}
	switch s[0] {
	case 0xc2:
		return s[1] == 0xa0 || s[1] == 0xad
	case 0xe2:
		return s[1] == 0x80 || s[1] == 0x81 || s[1] == 0x88
	case 0xe3:
		return s[1] == 0x80
	case 0xef:
		return s[1] == 0xbb || s[1] == 0xbc || s[1] == 0xbd
	}
	return false
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// minBase64 is the shortest run that is tried as base64.
const minBase64 = 16

// base64View tries a long word as base64 of text, once: first the whole run
// around it, with + and /, then the word alone, as in a path. A hit inside
// takes the whole run: a shorter cut would leave no valid base64.
func (sc *scanner) base64View(start, end int, hits []hit) ([]hit, int) {
	if sc.depth >= maxDepth-1 {
		return hits, end
	}
	if start >= sc.base64Done {
		from, to := start, end
		for from > sc.floor && isBase64(sc.s[from-1]) {
			from--
		}
		for to < len(sc.s) && isBase64(sc.s[to]) {
			to++
		}
		sc.base64Done = to
		if from != start || to != end {
			if more, next, ok := sc.tryBase64(from, to, hits); ok {
				return more, next
			}
		}
	}
	if more, next, ok := sc.tryBase64(start, end, hits); ok {
		return more, next
	}
	return hits, end
}

// tryBase64 decodes and scans one run.
func (sc *scanner) tryBase64(start, end int, hits []hit) (more []hit, next int, ok bool) {
	s := sc.s
	if end-start < minBase64 || !startsText(s[start:]) {
		return hits, end, false
	}
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	if !v.decodeBase64(s[start:end]) {
		return hits, end, false
	}
	n := len(hits)
	hits = sc.e.scan(v.string(), sc.key, maxDepth-1, hits)
	if len(hits) == n {
		return hits, end, false
	}
	for end < len(s) && s[end] == '=' {
		end++
	}
	hits = append(hits[:n], hit{start, end, hits[n].detector})
	sc.floor = end
	return hits, end, true
}

// startsText decodes eight characters and reports whether the six bytes may
// begin UTF-8 text: this dismisses ids, hashes and images at once.
func startsText(s string) bool {
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

// decodeBase64 fills the view if s is base64 of printable text.
func (v *view) decodeBase64(s string) bool {
	encoding := base64.RawStdEncoding
	for i := range len(s) {
		if s[i] == '-' || s[i] == '_' {
			encoding = base64.RawURLEncoding
			break
		}
	}
	size := encoding.DecodedLen(len(s))
	if cap(v.text) < size {
		v.text = make([]byte, size)
	}
	v.text = v.text[:size]
	n, err := encoding.Decode(v.text, unsafe.Slice(unsafe.StringData(s), len(s)))
	v.text = v.text[:n]
	return err == nil && printable(v.text)
}

func printable(b []byte) bool {
	for _, c := range b {
		if !isText(c) {
			return false
		}
	}
	return utf8.Valid(b)
}
