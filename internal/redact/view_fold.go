package redact

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// foldingLeads are the first UTF-8 bytes of the characters that fold changes;
// most letters of the Greek, Cyrillic, Hebrew and Han alphabets have others.
var foldingLeads = "\xc2\xcd\xd8\xe1\xe2\xe3\xea\xef\xf0\xf3" + leadsOfDigits()

func leadsOfDigits() string {
	var leads []byte
	add := func(r rune) {
		if c := string(r)[0]; r >= utf8.RuneSelf && bytes.IndexByte(leads, c) < 0 {
			leads = append(leads, c)
		}
	}
	for _, t := range unicode.Nd.R16 {
		add(rune(t.Lo))
	}
	for _, t := range unicode.Nd.R32 {
		add(rune(t.Lo))
	}
	return string(leads)
}

// confusable reports whether fold changes a character beyond ASCII.
func confusable(r rune) bool {
	folded, drop := fold(r)
	return drop || folded != r
}

// fold maps full-width ASCII, mathematical letters, the decimal digits of all
// scripts, unusual spaces and dashes to ASCII, and says which characters are
// invisible.
func fold(r rune) (folded rune, drop bool) {
	switch {
	case r < 0xa0:
		return r, false
	case r >= 0xff01 && r <= 0xff5e: // full width
		return r - 0xfee0, false
	case invisible(r):
		return 0, true
	case r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' ', false
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58, r == 0xfe63, r == 0x2043:
		return '-', false
	case r == 0xfe6b: // small commercial at
		return '@', false
	case r == 0xfe52, r == 0x2024, r == 0xff61: // small full stop, one dot leader, half-width ideographic full stop
		return '.', false
	case r == 0xfe55, r == 0x2236, r == 0xa789: // small colon, ratio
		return ':', false
	case r == 0x2044, r == 0x2215: // fraction slash
		return '/', false
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical alphabets
		n := (r - 0x1d400) % 52
		if n < 26 {
			return 'A' + n, false
		}
		return 'a' + n - 26, false
	case r >= 0x24b6 && r <= 0x24cf: // circled letters
		return 'A' + r - 0x24b6, false
	case r >= 0x24d0 && r <= 0x24e9:
		return 'a' + r - 0x24d0, false
	case r >= 0x1fbf0 && r <= 0x1fbf9, r >= 0x1d7ce && r <= 0x1d7ff:
		return decimal(r), false
	}
	if r >= 0x660 && unicode.Is(unicode.Nd, r) {
		return decimal(r), false
	}
	return r, false
}

// invisible characters are dropped: zero width, direction marks, soft hyphen,
// variation selectors.
func invisible(r rune) bool {
	return r == 0xad || r == 0x34f || r == 0x61c || r == 0x180e || (r >= 0x200b && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) ||
		(r >= 0x2060 && r <= 0x206f) || (r >= 0xfe00 && r <= 0xfe0f) || r == 0xfeff || (r >= 0xe0020 && r <= 0xe007f) || (r >= 0xe0100 && r <= 0xe01ef)
}

// decimal returns the ASCII digit of a decimal digit: Unicode keeps the ten of a
// script together, beginning with zero.
func decimal(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if uint32(r) >= uint32(t.Lo) && uint32(r) <= uint32(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if uint32(r) >= t.Lo && uint32(r) <= t.Hi {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}
