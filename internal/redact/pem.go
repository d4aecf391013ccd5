package redact

import "strings"

// atPEM reads a private key block from "-----BEGIN". A block that is cut off
// goes to the end of the text: better too much than half a key.
func (sc *scanner) atPEM(start int) (hit, bool) {
	s := sc.s
	label := s[start+len("-----begin"):]
	if i := strings.Index(label[:min(len(label), 64)], "-----"); i >= 0 {
		label = label[:i]
	} else {
		return hit{}, false
	}
	if !strings.Contains(label, "PRIVATE KEY") {
		return hit{}, false
	}
	endLine := "-----END" + label + "-----"
	from := start + len("-----begin") + len(label) + 5
	if i := strings.Index(s[from:], endLine); i >= 0 {
		return hit{start, from + i + len(endLine), detPrivateKey}, true
	}
	return hit{start, len(s), detPrivateKey}, true
}
