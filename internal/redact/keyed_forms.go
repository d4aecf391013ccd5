package redact

import "strings"

// atDashes reads -----BEGIN … PRIVATE KEY-----, --password value, --user ada:pw
// and mysql -pvalue.
func (sc *scanner) atDashes(start, end int) (hit, bool) {
	s := sc.s
	if hasFold(s[start:], "-----begin") {
		return sc.atPEM(start)
	}
	if s[start+1] == 'p' && end-start > 4 {
		return sc.atMySQLOption(start, end)
	}
	option, next := s[start:end], byteAt(s, end)
	switch {
	case (option == "--user" || option == "--proxy-user") && (next == ' ' || next == '='):
		return sc.userAndPassword(end + 1)
	case next == ':' && s[start+1] == 'u' && strings.Contains(s[max(0, start-nameWindow):start], "curl"):
		return sc.userAndPassword(start + 2)
	}
	if s[start+1] != '-' && !isLetter(s[start+1]) || next != ' ' || byteAt(s, end+1) == '-' {
		return hit{}, false
	}
	if !keyEndings.endsAt(s, end) || keyKindOf(option) != keyStrong {
		return hit{}, false
	}
	return sc.optionValue(end + 1)
}

// optionValue reads the value of an option from i.
func (sc *scanner) optionValue(i int) (hit, bool) {
	from, open := sc.valueStart(i)
	to := valueEnd(sc.s, from, open)
	value := sc.s[from:to]
	if isNonSecretWord(value) || isReference(value) || sc.e.settled(value) || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	return hit{from, to, detKeyedSecret}, true
}
