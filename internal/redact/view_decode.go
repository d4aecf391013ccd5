package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// encodedLen returns the length of the encoded character at the beginning of s,
// or 0: %40, \u0040, \x40, \/, &#64;, &commat;, or one that fold changes.
func encodedLen(s string) int {
	switch c := s[0]; {
	case c == '%':
		if len(s) > 2 && isHex(s[1]) && isHex(s[2]) {
			return 3
		}
	case c == '\\':
		return escapeLen(s)
	case c == '&':
		_, n := entity(s)
		return n
	case c >= 0x80:
		if r, n := utf8.DecodeRuneInString(s); n > 1 && confusable(r) {
			return n
		}
	}
	return 0
}

// escapeLen knows the escapes that can hide something: \u0040, \x40 and \/. The
// others (\n, \") are separators as they stand.
func escapeLen(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '/':
		return 2
	case 'u':
		if len(s) >= 6 && isHex(s[2]) && isHex(s[3]) && isHex(s[4]) && isHex(s[5]) {
			return 6
		}
	case 'x':
		if len(s) >= 4 && isHex(s[2]) && isHex(s[3]) {
			return 4
		}
	}
	return 0
}

// decode fills the view and reports whether it differs from s.
func (v *view) decode(s string) (changed bool) {
	for i := 0; i < len(s); {
		plain := i
		for plain+8 <= len(s) && !holdsEncoding(eightBytes(s[plain:])) {
			plain += 8
		}
		for plain < len(s) && !isEncoding(s[plain]) {
			plain++
		}
		v.text = append(v.text, s[i:plain]...)
		at := len(v.from)
		v.from = slices.Grow(v.from, plain-i)[:at+plain-i]
		for k, from := 0, v.from[at:]; k < len(from); k++ {
			from[k] = int32(i + k)
		}
		i = plain
		if i == len(s) {
			break
		}
		n := 0
		switch c := s[i]; {
		case c == '%':
			if n = encodedLen(s[i:]); n > 0 {
				v.put(unhex(s[i+1])<<4|unhex(s[i+2]), i)
			}
		case c == '\\':
			n = v.putEscape(s, i)
		case c == '&':
			var r rune
			if r, n = entity(s[i:]); n > 0 {
				v.putRune(r, i)
			}
		case c >= 0x80:
			n = v.putFolded(s, i)
		}
		if n == 0 {
			v.put(s[i], i)
			i++
			continue
		}
		changed = true
		i += n
	}
	v.from = append(v.from, int32(len(s)))
	return changed
}

// holdsEncoding is isEncoding for any of eight bytes.
func holdsEncoding(x uint64) bool {
	return x&highBits != 0 || hasZero(x^'%'*eachByte) || hasZero(x^'\\'*eachByte) || hasZero(x^'&'*eachByte)
}

// putEscape decodes the escape of a JSON string at i, and \x40.
func (v *view) putEscape(s string, i int) (n int) {
	switch byteAt(s, i+1) {
	case '"', '\\', '/', '\'':
		v.put(s[i+1], i)
		return 2
	case 'n', 'r':
		v.put('\n', i)
		return 2
	case 't', 'b', 'f':
		v.put('\t', i)
		return 2
	}
	switch n = escapeLen(s[i:]); n {
	case 4:
		v.put(unhex(s[i+2])<<4|unhex(s[i+3]), i)
	case 6:
		r := hexRune(s[i+2:])
		if low := i + 6; r>>10 == 0xd800>>10 && escapeLen(s[low:]) == 6 { // a surrogate pair
			if next := hexRune(s[low+2:]); next>>10 == 0xdc00>>10 {
				r = 0x10000 + r&0x3ff<<10 + next&0x3ff
				n = 12
			}
		}
		v.putRune(r, i)
	}
	return n
}

func hexRune(s string) rune {
	return rune(unhex(s[0]))<<12 | rune(unhex(s[1]))<<8 | rune(unhex(s[2]))<<4 | rune(unhex(s[3]))
}

// putFolded writes the character at i as fold changes it, or returns 0.
func (v *view) putFolded(s string, i int) int {
	r, n := utf8.DecodeRuneInString(s[i:])
	if n < 2 || !confusable(r) {
		return 0
	}
	v.putRune(r, i)
	return n
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

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// maxEntity is the length of the longest entity that is decoded: &NewLine; and
// &#x0000040;.
const maxEntity = 11

// entities are those that stand for ASCII characters and spaces.
var entityNames = map[string]rune{
	"amp": '&', "AMP": '&', "lt": '<', "LT": '<', "gt": '>', "GT": '>', "quot": '"', "QUOT": '"', "apos": '\'', "nbsp": ' ', "Tab": '\t', "NewLine": '\n',
	"commat": '@', "period": '.', "colon": ':', "semi": ';', "comma": ',', "equals": '=', "plus": '+', "sol": '/', "bsol": '\\', "num": '#', "percnt": '%',
	"lowbar": '_', "UnderBar": '_', "hyphen": '-', "dash": '-', "ndash": '-', "mdash": '-', "minus": '-', "lpar": '(', "rpar": ')', "excl": '!', "quest": '?', "dollar": '$',
	"ast": '*', "shy": 0xad, "zwnj": 0x200c, "zwj": 0x200d, "ensp": ' ', "emsp": ' ', "thinsp": ' ', "verbar": '|', "vert": '|', "lbrace": '{', "rbrace": '}',
	"lcub": '{', "rcub": '}', "lsqb": '[', "rsqb": ']',
}

// entity reads an HTML entity at the beginning of s; n is 0 when there is none.
func entity(s string) (r rune, n int) {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 3 {
		return 0, 0
	}
	name := s[1:end]
	if name[0] != '#' {
		r = entityNames[name]
		if r == 0 {
			return 0, 0
		}
		return r, end + 1
	}
	base, digits := rune(10), name[1:]
	if len(digits) > 1 && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	for i := range len(digits) {
		if !isHex(digits[i]) || (base == 10 && !isDigit(digits[i])) {
			return 0, 0
		}
		if r = r*base + rune(unhex(digits[i])); r > utf8.MaxRune {
			return 0, 0
		}
	}
	if r == 0 {
		return 0, 0
	}
	return r, end + 1
}
