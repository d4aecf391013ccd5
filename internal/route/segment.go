package route

import "strings"

const (
	placeholderID    = "{id}"
	placeholderUUID  = "{uuid}"
	placeholderHash  = "{hash}"
	placeholderDate  = "{date}"
	placeholderToken = "{token}"
	placeholderEmail = "{email}"
	placeholderText  = "{text}"
	placeholderRest  = "{rest}"
)

// appendSegment appends the template of one segment. The order of the rules
// matters: what holds for the whole segment comes before what holds for a piece.
func appendSegment(out []byte, segment string) []byte {
	if len(segment) > maxSegment {
		if isTokenAlphabet(segment) {
			return append(out, placeholderToken...)
		}
		return append(out, placeholderText...)
	}
	if whole := wholeSegment(segment); whole != "" {
		return append(out, whole...)
	}
	before := len(out)
	out = appendPieces(out, segment)
	if len(out)-before > maxSegment {
		return append(out[:before], placeholderText...)
	}
	return out
}

// wholeSegment returns the placeholder that stands for all of segment, or "".
// A segment that holds one of our placeholders has been through here before
// and is only looked at piece by piece, which keeps Template idempotent.
func wholeSegment(segment string) string {
	shape := shapeOf(segment)
	switch {
	case shape.brace:
		if !bracesAreOurs(segment) {
			return placeholderID
		}
		if shape.foreign {
			return placeholderText
		}
		return ""
	case shape.at && isEmail(segment):
		return placeholderEmail
	case isTimestamp(segment):
		return placeholderDate
	case shape.foreign:
		return placeholderText
	case segment[0] == ':' && len(segment) > 1:
		return placeholderID
	case isJWT(segment):
		return placeholderToken
	case len(segment) >= 20 && shape.lower && shape.upper && shape.digit && shape.mixes >= 3 && !holdsUUID(segment):
		return placeholderToken
	}
	return ""
}

// shape is what one pass over a segment tells.
type shape struct {
	lower, upper, digit, brace, at bool
	// foreign: a byte that a plain name does not have (escapes, blanks, non-ASCII).
	foreign bool
	// mixes counts the places where a letter touches a digit.
	mixes int
}

func shapeOf(segment string) shape {
	var s shape
	var last class
	for i := range len(segment) {
		c := classes[segment[i]]
		switch c {
		case lower:
			s.lower = true
		case upper:
			s.upper = true
		case digit:
			s.digit = true
		case brace:
			s.brace = true
		case at:
			s.at = true
		case foreign:
			s.foreign = true
			s.at = s.at || segment[i] == '%' && strings.HasPrefix(segment[i:], "%40")
		}
		if last <= digit && c <= digit && last != 0 && (last == digit) != (c == digit) {
			s.mixes++
		}
		last = c
	}
	return s
}

// class sorts bytes; those up to digit are alphanumeric.
type class byte

const (
	lower class = iota + 1
	upper
	digit
	brace
	at
	separator   // falls between pieces
	punctuation // part of a name
	foreign     // anything else: escapes, blanks, non-ASCII
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
		case c == '{' || c == '}':
			table[i] = brace
		case c == '@':
			table[i] = at
		case strings.IndexByte("-_.~:,=()'!$&[]|", c) >= 0:
			table[i] = separator
		case c == '*' || c == '+':
			table[i] = punctuation
		default:
			table[i] = foreign
		}
	}
	return table
}()

func isSeparator(c byte) bool { return classes[c] == separator }

func holdsUUID(segment string) bool {
	for i := range len(segment) {
		if (i == 0 || isSeparator(segment[i-1])) && uuidAt(segment[i:]) > 0 {
			return true
		}
	}
	return false
}

// bracesAreOurs reports whether every brace belongs to one of our placeholders,
// standing as a piece of its own. A foreign one ("{contactId}") could be any
// text a caller likes, so it is not kept.
func bracesAreOurs(segment string) bool {
	for i := 0; i < len(segment); {
		if segment[i] == '}' {
			return false
		}
		if segment[i] != '{' {
			i++
			continue
		}
		length := placeholderAt(segment[i:])
		if length == 0 || i > 0 && !isSeparator(segment[i-1]) {
			return false
		}
		if i += length; i < len(segment) && !isSeparator(segment[i]) {
			return false
		}
	}
	return true
}

// placeholderAt returns the length of our placeholder at the start of s, or 0.
func placeholderAt(s string) int {
	for _, p := range [...]string{
		placeholderID, placeholderUUID, placeholderHash, placeholderDate,
		placeholderToken, placeholderEmail, placeholderText, placeholderRest,
	} {
		if strings.HasPrefix(s, p) {
			return len(p)
		}
	}
	return 0
}
