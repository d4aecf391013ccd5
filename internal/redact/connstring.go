package redact

import "strings"

// atUserOption reads the password of -u user:password, when its colon stands
// right before the word at start.
func (sc *scanner) atUserOption(start, end int) (hit, bool) {
	s := sc.s
	if start < 5 || s[start-1] != ':' || !isWord(s[start-2]) {
		return hit{}, false
	}
	i := start - 1
	for i > sc.floor && start-i < maxKeyLength && (isWord(s[i-1]) || s[i-1] == '.' || s[i-1] == '@' || s[i-1] == '+') {
		i--
	}
	if i > 0 && (s[i-1] == '"' || s[i-1] == '\'') {
		i--
	}
	before := strings.TrimRight(s[max(sc.floor, i-6):i], " \",'")
	if before == s[max(sc.floor, i-6):i] || !strings.HasSuffix(before, "-u") && !strings.HasSuffix(before, "-U") {
		return hit{}, false
	}
	to := bareEnd(s, end)
	return hit{start, to, detKeyedSecret}, sc.e.enabled[detKeyedSecret] && !sc.e.settled(s[start:to])
}

// userAndPassword reads user:password behind --user, from i.
func (sc *scanner) userAndPassword(i int) (hit, bool) {
	from, open := sc.valueStart(i)
	to := valueEnd(sc.s, from, open)
	_, password, ok := strings.Cut(sc.s[from:to], ":")
	if !ok || password == "" || isReference(password) || sc.e.settled(password) || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	return hit{to - len(password), to, detKeyedSecret}, true
}

// atMySQLOption reads -pS3cret when a client of MySQL stands before it.
func (sc *scanner) atMySQLOption(start, end int) (hit, bool) {
	s := sc.s
	if !strings.Contains(s[max(sc.floor, start-nameWindow):start], "mysql") || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	to := bareEnd(s, end)
	value := s[start+2 : to]
	return hit{start + 2, to, detKeyedSecret}, !isReference(value) && !sc.e.settled(value) && !isNonSecretWord(value)
}
