package route

import "strings"

// class sorts bytes, one bit each, so that one pass tells all that a segment has.
type class uint16

const (
	lower class = 1 << iota
	upper
	digit
	joiner      // -_.~ between the words of a name
	mark        // other separators: keys, arguments, custom methods
	punctuation // part of a name
	at
	brace
	semicolon
	foreign // anything else: escapes, blanks, non-ASCII

	letter       = lower | upper
	alphanumeric = letter | digit
	separator    = joiner | mark
)

var classes = func() (table [256]class) {
	for i := range table {
		switch c := byte(i); {
		case c >= 'a' && c <= 'z':
			table[i] = lower
		case c >= 'A' && c <= 'Z':
			table[i] = upper
		case c >= '0' && c <= '9':
			table[i] = digit
		case strings.IndexByte("-_.~", c) >= 0:
			table[i] = joiner
		case strings.IndexByte(":,=()'!$&[]|", c) >= 0:
			table[i] = mark
		case c == '*' || c == '+':
			table[i] = punctuation
		case c == '@':
			table[i] = at
		case c == '{' || c == '}':
			table[i] = brace
		case c == ';':
			table[i] = semicolon
		default:
			table[i] = foreign
		}
	}
	return table
}()

func classesOf(s string) (has class) {
	for i := range len(s) {
		has |= classes[s[i]]
	}
	return has
}

// within reports that has holds nothing but what allowed holds.
func (has class) within(allowed class) bool { return has&^allowed == 0 }

func isSeparator(c byte) bool { return classes[c]&separator != 0 }

// endsPiece reports whether a piece may end before s[i].
func endsPiece(s string, i int) bool { return i == len(s) || isSeparator(s[i]) }
