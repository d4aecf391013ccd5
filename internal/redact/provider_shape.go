package redact

import (
	"fmt"
	"strconv"
	"strings"
)

// charset is a set of bytes, as bits of charsets.
type charset uint16

const (
	csDec charset = 1 << iota
	csHex         // as most write it, in small letters
	csHEX
	csAnyHex
	csLow // small letters and digits
	csUp  // capitals and digits
	csBase32
	csAlnum
	csWord // with _
	csURL  // base64url: with _ and -
	csDotted
	csBase64 // with + and /
	csText   // what a password may hold
)

// charsetNames are what stands in the braces of a shape.
var charsetNames = map[string]charset{
	"dec": csDec, "hex": csHex, "HEX": csHEX, "Hex": csAnyHex, "low": csLow, "up": csUp, "b32": csBase32, "an": csAlnum, "w": csWord, "url": csURL,
	"dot": csDotted, "b64": csBase64, "text": csText,
}

var charsets = func() (table [256]charset) {
	for i := range table {
		c := byte(i)
		in := func(yes bool, set charset) {
			if yes {
				table[c] |= set
			}
		}
		in(isDigit(c), csDec|csHex|csHEX|csAnyHex|csLow|csUp|csAlnum|csWord|csURL|csDotted|csBase64)
		in(isLetter(c), csAlnum|csWord|csURL|csDotted|csBase64)
		in(isHex(c), csAnyHex)
		in(c >= 'a' && c <= 'f', csHex)
		in(c >= 'A' && c <= 'F', csHEX)
		in(c >= 'a' && c <= 'z', csLow)
		in(isUpper(c), csUp|csBase32)
		in(c >= '2' && c <= '7', csBase32)
		in(c == '_', csWord|csURL|csDotted)
		in(c == '-', csURL|csDotted)
		in(c == '.', csDotted)
		in(c == '+' || c == '/', csBase64)
		in(c > ' ' && c < 0x7f && !strings.ContainsRune("\"'`<>,;\\", rune(c)), csText)
	}
	return table
}()

// shape describes a key as its documentation does: literal text, and sets of
// characters with a length or a range. "SG.{url:22}.{url:43}" is a SendGrid key,
// "shpat_{Hex:32}" a Shopify token, "hvs.{url:24-300}" one of Vault.
type shape struct {
	prefix string // what it begins with, literally
	parts  []part
	owner  int // index of providers
}

// part is literal text, or min to max characters of a set.
type part struct {
	literal  string
	set      charset
	min, max int
}

const uuidShape = "{Hex:8}-{Hex:4}-{Hex:4}-{Hex:4}-{Hex:12}"

// compileShapes reads shapes that spaces separate.
func compileShapes(text string, owner int) []shape {
	var shapes []shape
	for _, one := range strings.Fields(text) {
		sh, err := compileShape(strings.ReplaceAll(one, "{uuid}", uuidShape))
		if err != nil {
			panic(err) // a table of this package is wrong: every test says so
		}
		sh.owner = owner
		shapes = append(shapes, sh)
	}
	return shapes
}

func compileShape(text string) (shape, error) {
	var sh shape
	rest := text
	for rest != "" {
		literal, braces, found := strings.Cut(rest, "{")
		if literal != "" {
			sh.parts = append(sh.parts, part{literal: literal})
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(braces, "}")
		p, err := compilePart(inside)
		if !closed || err != nil {
			return shape{}, fmt.Errorf("cannot read the shape %q: expected {set:length}, as {hex:32} or {an:20-40}", text)
		}
		sh.parts = append(sh.parts, p)
		rest = after
	}
	if len(sh.parts) > 0 {
		sh.prefix = sh.parts[0].literal
	}
	return sh, nil
}

func compilePart(inside string) (part, error) {
	name, length, _ := strings.Cut(inside, ":")
	from, to, ranged := strings.Cut(length, "-")
	p := part{set: charsetNames[name]}
	var err error
	if p.min, err = strconv.Atoi(from); err != nil || p.set == 0 {
		return p, fmt.Errorf("cannot read the part %q", inside)
	}
	p.max = p.min
	if ranged {
		p.max, err = strconv.Atoi(to)
	}
	return p, err
}

// match reads the shape from i and returns its end. What follows must not go on
// as the key does: 41 characters are no key of 40.
func (sh *shape) match(s string, i int) (end int, ok bool) {
	for k := range sh.parts {
		p := &sh.parts[k]
		if p.literal != "" {
			if !strings.HasPrefix(s[i:], p.literal) {
				return 0, false
			}
			i += len(p.literal)
			continue
		}
		from := i
		for i < len(s) && i-from < p.max && charsets[s[i]]&p.set != 0 {
			i++
		}
		if p.set == csDotted {
			for i > from && s[i-1] == '.' { // the end of a sentence
				i--
			}
		}
		if i-from < p.min {
			return 0, false
		}
	}
	return i, !sh.continues(s, i)
}

// continues reports whether the character at i belongs to the same word.
func (sh *shape) continues(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if isAlnum(s[i]) {
		return true
	}
	last := sh.parts[len(sh.parts)-1]
	return charsets[s[i]]&last.set != 0 && isAlnum(byteAt(s, i+1))
}

// fixed reports whether every key of the shape has the same length.
func (sh *shape) fixed() bool {
	for _, p := range sh.parts {
		if p.min != p.max {
			return false
		}
	}
	return true
}

// members are the characters of a set that examples are made of.
func (set charset) members() string {
	var b strings.Builder
	for c := range 128 {
		if charsets[c]&set != 0 && (set != csText && set != csDotted || isAlnum(byte(c))) {
			b.WriteByte(byte(c))
		}
	}
	return b.String()
}
