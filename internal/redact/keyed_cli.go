package redact

import "strings"

// maxCommand bounds how far behind CREATE USER the password is looked for.
const maxCommand = 192

// atProgramOption reads the value of an option that only its program knows to be
// a secret, sshpass -p …, when the value's first word begins at start.
func (sc *scanner) atProgramOption(start int) (hit, bool) {
	if start >= 8 && !hasDash(eightBytes(sc.s[start-8:])) {
		return hit{}, false
	}
	return sc.programOption(start)
}

func (sc *scanner) programOption(start int) (hit, bool) {
	s := sc.s
	c := byteAt(s, start-1)
	if c != ' ' && c != '"' && c != '\'' {
		return hit{}, false
	}
	before := s[max(sc.floor, start-6):start]
	n := len(before)
	for n > 0 && (before[n-1] == ' ' || before[n-1] == '"' || before[n-1] == '\'' || before[n-1] == ',') {
		n--
	}
	before = before[:n]
	if n < 2 || before[n-2] != '-' || n > 2 && before[n-3] != ' ' && before[n-3] != '"' && before[n-3] != '\'' {
		return hit{}, false
	}
	option := before[n-2:]
	if option != "-p" && option != "-a" && option != "-P" && option != "-w" || !sc.e.enabled[detKeyedSecret] || !takesSecret(s[max(0, start-nameWindow):start], option, c != ' ') {
		return hit{}, false
	}
	to := bareEnd(s, start)
	if c != ' ' {
		to = valueEnd(s, start, opening{quote: c})
	}
	value := s[start:to]
	return hit{start, to, detKeyedSecret}, !isReference(value) && !isNonSecretWord(value) && !sc.e.settled(value)
}

// takesSecret reports whether a program in the text takes a secret behind the
// option; -p of docker and its like is one only behind login.
func takesSecret(text, option string, quoted bool) bool {
	for i := 0; i < len(text); {
		from := i
		for i < len(text) && text[i] > ' ' && text[i] != ',' && text[i] != ';' && text[i] != '|' {
			i++
		}
		word := strings.Trim(text[from:i], "\"'[(")
		for _, o := range shellSecrets[programName(word)] {
			if o.name == option && (!o.joined || quoted) {
				return word == "sshpass" || option != "-p" || o.joined || strings.Contains(text[i:], "login") || strings.HasPrefix(word, "mongo")
			}
		}
		i++
	}
	return false
}

// atStatement reads CREATE USER … IDENTIFIED BY '…' and ALTER ROLE … PASSWORD
// '…', whose first word ends at end.
func (sc *scanner) atStatement(start, end int) (hit, bool) {
	word := sc.s[start:end]
	if !endsFold(word, "create") && !endsFold(word, "alter") && !endsFold(word, "grant") || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	text := sc.s[end:min(len(sc.s), end+maxCommand)]
	at := -1
	for _, w := range []string{"IDENTIFIED ", "identified ", "PASSWORD ", "password "} {
		if at = strings.Index(text, w); at >= 0 {
			at += len(w)
			break
		}
	}
	if at < 0 {
		return hit{}, false
	}
	for n := 0; n < 5 && at < len(text); n++ { // WITH plugin BY, or the quote
		from, open, ok := quoteAt(sc.s, end+at)
		if ok {
			to := valueEnd(sc.s, from, open)
			return hit{from, to, detKeyedSecret}, to > from && !sc.e.settled(sc.s[from:to]) && !isReference(sc.s[from:to])
		}
		if to := bareEnd(sc.s, from-1); endsFold(text[:at], " by ") && to >= from && hasDigitOrMark(sc.s[from-1:to]) && !sc.e.settled(sc.s[from-1:to]) {
			return hit{from - 1, to, detKeyedSecret}, true
		}
		next := strings.IndexByte(text[at:], ' ')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return hit{}, false
}

// ownLine reports whether key: value stands alone on its line, as in YAML: then
// the value of a password may be letters.
func (sc *scanner) ownLine(keyEnd, end int) bool {
	s := sc.s
	if endsFold(s[:keyEnd], "value") { // of a pair
		return true
	}
	if c := byteAt(s, end); c != 0 && c != '\n' && c != '\r' || !endsFold(s[:keyEnd], "password") && !endsFold(s[:keyEnd], "passwd") && !endsFold(s[:keyEnd], "passphrase") && !endsFold(s[:keyEnd], "pwd") {
		return false
	}
	i := wordStart(s, keyEnd, max(0, keyEnd-maxKeyLength))
	for low := max(0, i-maxKeyLength); i > low && s[i-1] == ' '; {
		i--
	}
	if i > 0 && s[i-1] != '\n' {
		return false
	}
	value := s[max(wordStart(s, end, keyEnd), end-maxKeyLength):end]
	return len(value) >= 8 && !speaksOfPassword(value)
}

// speaksOfPassword knows long words that stand behind password: and are none.
func speaksOfPassword(value string) bool {
	switch strings.ToLower(value) {
	case "incorrect", "mismatch", "mismatched", "accepted", "unchanged", "disabled", "protected", "rejected", "verified", "required", "encrypted", "redacted", "optional", "provided", "supplied", "undefined",
		"plaintext", "outdated", "unverified", "forgotten", "confirmed", "validated", "invalidated", "mandatory", "available", "hardcoded", "generated", "validation", "unsupported", "deprecated", "anonymous":
		return true
	}
	return false
}
