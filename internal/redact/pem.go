package redact

import "strings"

// atPuTTY reads the private lines of a key file of PuTTY, whose first word
// stands at start: up to the MAC, or to the end of what is there.
func (sc *scanner) atPuTTY(start int) (hit, bool) {
	const private, mac = "Private-Lines:", "Private-MAC:"
	s := sc.s
	from := strings.Index(s[start:], private)
	if from < 0 || !sc.e.enabled[detPrivateKey] {
		return hit{}, false
	}
	from += start
	to := len(s)
	if i := strings.Index(s[from:], mac); i >= 0 {
		to = from + i
	}
	return hit{from + len(private), to, detPrivateKey}, strings.TrimSpace(s[from+len(private):to]) != "" && !sc.e.settled(strings.TrimSpace(s[from+len(private):to]))
}

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
