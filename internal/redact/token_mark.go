package redact

import "strings"

// A mark is what a redaction leaves in angle brackets: <EMAIL>,
// <EMAIL:k1:26 characters of base32>, <EMAIL:enc:k1:base64url>. The scanner
// steps over marks, so their shape is strict: the label is one of a detector's,
// a key's id has no room for a secret, a token has its one length, and a sealed
// value ends in a checksum. Whose key made it does not matter: what one Weir has
// written passes the next one unchanged.

// maxLabel bounds the label of a mark.
const maxLabel = 32

// sealedMark stands before the key's id of a sealed value.
const sealedMark = "enc"

// labels are those of all detectors; an engine has those of its patterns.
var labels = func() map[string]struct{} {
	known := map[string]struct{}{"REDACTION_FAILED": {}, "SECRET": {}}
	for _, d := range detectors {
		known[d.label()] = struct{}{}
	}
	return known
}()

// markEnd returns the end of the mark whose < is at i, or 0.
func (e *Engine) markEnd(s string, i int) int {
	end := labelEnd(s, i+1)
	if end < i+3 || end == len(s) {
		return 0
	}
	if !e.isLabel(s[i+1 : end]) {
		return 0
	}
	if s[end] == '>' {
		return end + 1
	}
	if s[end] != ':' {
		return 0
	}
	id := keyIDEnd(s, end+1)
	if id == end+1 || byteAt(s, id) != ':' {
		return 0
	}
	if s[end+1:id] == sealedMark {
		return sealedEnd(s, i, id+1)
	}
	body := id + 1
	for body < len(s) && body-id <= tokenLength && isTokenChar(s[body]) {
		body++
	}
	if body-id-1 != tokenLength || byteAt(s, body) != '>' {
		return 0
	}
	return body + 1
}

func (e *Engine) isLabel(label string) bool {
	if _, ok := labels[label]; ok {
		return true
	}
	for i := firstPattern; i < len(e.detectors); i++ {
		if e.replacers[i].label == label {
			return true
		}
	}
	return false
}

// labelEnd returns the end of the capitals, digits and _ from i.
func labelEnd(s string, i int) int {
	from := i
	for i < len(s) && i-from <= maxLabel && (isUpper(s[i]) || isDigit(s[i]) || s[i] == '_') {
		i++
	}
	return i
}

// sealedEnd reads the key's id and the body of a sealed value; the mark begins
// at start.
func sealedEnd(s string, start, i int) int {
	id := keyIDEnd(s, i)
	if id == i || byteAt(s, id) != ':' {
		return 0
	}
	end := id + 1
	for end < len(s) && isWord(s[end]) {
		end++
	}
	if byteAt(s, end) != '>' || end-id-1 < minSealed || checkOf(s[start:end-checkLength]) != s[end-checkLength:end] {
		return 0
	}
	return end + 1
}

// isTokenChar knows the alphabet of base32, RFC 4648 section 6.
func isTokenChar(c byte) bool { return isUpper(c) || (c >= '2' && c <= '7') }

// brackets are how < and > are written inside JSON, URLs and HTML.
var brackets = [][2]string{{`\u003c`, `\u003e`}, {`\u003C`, `\u003E`}, {"%3C", "%3E"}, {"%3c", "%3e"}, {"&lt;", "&gt;"}}

const (
	// maxMarkHead is what stands before the body of a sealed value, with an
	// encoded bracket and encoded colons.
	maxMarkHead = len(`\u003c`) + maxLabel + len(sealedMark) + maxKeyID + 3*len("%3A")
	// maxEncodedMark bounds how far the end of an encoded mark is searched.
	maxEncodedMark = 1 << 16
)

// insideEncodedMark reports whether a hit lies in a mark that was put into JSON,
// a URL or HTML after it was written.
func (e *Engine) insideEncodedMark(s string, h hit) bool {
	head := s[max(0, h.start-maxMarkHead):min(len(s), h.start+1)]
	if strings.IndexByte(head, '\\') < 0 && strings.IndexByte(head, '%') < 0 && strings.IndexByte(head, '&') < 0 {
		return false
	}
	for _, b := range brackets {
		from := max(0, h.start-maxMarkHead)
		before := s[from:min(len(s), h.start+len(b[0]))]
		if !strings.Contains(before, b[0]) { // which is faster than the search from behind
			continue
		}
		open := strings.LastIndex(before, b[0])
		open += from
		if label := open + len(b[0]); !e.isLabel(s[label:labelEnd(s, label)]) {
			continue
		}
		end := encodedMarkEnd(s, open+len(b[0]), b)
		if end < h.end {
			continue
		}
		if plain := plainText(s[open:end]); plain != "" && plain[0] == '<' && e.markEnd(plain, 0) == len(plain) {
			return true
		}
	}
	return false
}

// encodedMarkEnd returns the end of a mark whose inside begins at i, or 0. It
// stops where no mark goes on: many brackets without an end cost no more than
// their text.
func encodedMarkEnd(s string, i int, b [2]string) int {
	for end := i; end < min(len(s), i+maxEncodedMark); end++ {
		switch c := s[end]; {
		case isWord(c), c == ':', c == ';':
		case c != b[0][0] && c != '%' && c != '\\':
			return 0
		case strings.HasPrefix(s[end:], b[1]):
			return end + len(b[1])
		case strings.HasPrefix(s[end:], b[0]):
			return 0
		}
	}
	return 0
}
