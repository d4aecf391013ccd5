package redact

import "strings"

// atURL reads a URL whose "://" is at i: userinfo, and the webhooks whose path
// is the secret.
func (sc *scanner) atURL(i int) (hit, bool) {
	s := sc.s
	if i == 0 || !isAlnum(s[i-1]) {
		return hit{}, false
	}
	from := i + 3
	hostEnd, at := from, -1
	for ; hostEnd < len(s); hostEnd++ {
		if c := s[hostEnd]; c == '@' {
			at = hostEnd
		} else if endsHost[c] {
			break
		}
	}
	if at < 0 {
		at = sc.markedUserinfo(from, hostEnd)
	}
	if at > from {
		return sc.userinfo(from, at, hasFold(s[max(0, i-5):i], "https"[:min(5, i)]) || hasFold(s[max(0, i-4):i], "http"))
	}
	return sc.webhook(from, hostEnd)
}

// endsHost are the bytes behind the host of a URL.
var endsHost = func() (table [256]bool) {
	for c := range byte(' ' + 1) {
		table[c] = true
	}
	for _, c := range []byte("/?#\"'<>\\`") {
		table[c] = true
	}
	return table
}()

// markedUserinfo returns the @ behind user:password when the password holds marks
// that would end a host, the first of which is at end; or -1.
func (sc *scanner) markedUserinfo(from, end int) int {
	s := sc.s
	user, password, ok := strings.Cut(s[from:end], ":")
	if !ok || user == "" || s[from] == '[' || password == "" || isNumber(password) || strings.IndexByte("{$%<", password[0]) >= 0 {
		return -1
	}
	for i := end; i < len(s) && i < end+maxAhead; i++ {
		switch c := s[i]; {
		case c <= ' ':
			return -1
		case c == '@':
			if isAlnum(byteAt(s, i+1)) || byteAt(s, i+1) == '[' {
				return i
			}
		case c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' || c == '`':
			if !isAlnum(s[i-1]) || !isAlnum(byteAt(s, i+1)) || c == '\\' && isEscapeLetter(s[i+1]) {
				return -1
			}
		}
	}
	return -1
}

// atDSN reads the password before the @ at i in the forms of DSN that are no URL:
// ada:…@tcp(db:3306)/shop, ada:…@10.0.0.5:22, thin:ada/…@//host.
func (sc *scanner) atDSN(i int) (hit, bool) {
	s := sc.s
	next := s[i+1 : min(len(s), i+8)]
	separator := byte(':')
	switch byteAt(next, 0) {
	case 't', 'u':
		if !strings.HasPrefix(next, "tcp(") && !strings.HasPrefix(next, "tcp6(") && !strings.HasPrefix(next, "unix(") && !strings.HasPrefix(next, "udp(") {
			return hit{}, false
		}
	case '/':
		if separator = '/'; byteAt(next, 1) != '/' {
			return hit{}, false
		}
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if !strings.Contains(next[:min(len(next), 4)], ".") || !isMachinePort(s, i+1) {
			return hit{}, false
		}
	default:
		return hit{}, false
	}
	from := i
	for low := max(sc.floor, i-maxAhead); from > low && s[from-1] > ' ' && s[from-1] != '"' && s[from-1] != '>'; {
		from--
	}
	info := s[from:i]
	if separator == '/' {
		info = info[strings.LastIndexByte(info, ':')+1:]
	}
	_, password, ok := strings.Cut(info, string(separator))
	if !ok || isReference(password) || sc.e.settled(password) || len(password) == len(info)-1 || !sc.e.enabled[detURLCredentials] {
		return hit{}, false
	}
	return hit{i - len(password), i, detURLCredentials}, true
}

// isMachinePort reports whether 10.0.0.5:22 begins at i.
func isMachinePort(s string, i int) bool {
	dots, end := 0, i
	for ; end < len(s) && end-i < 16 && (isDigit(s[end]) || s[end] == '.'); end++ {
		if s[end] == '.' {
			dots++
		}
	}
	return dots == 3 && byteAt(s, end) == ':' && isDigit(byteAt(s, end+1))
}

// userinfo reads user:password. A user alone is a secret only in a web URL, as
// https://token@host.
func (sc *scanner) userinfo(from, at int, web bool) (hit, bool) {
	info := sc.s[from:at]
	if sc.e.settled(info) {
		return hit{}, false
	}
	_, password, ok := strings.Cut(info, ":")
	if ok && (password == "" || isReference(password) || sc.e.settled(password)) {
		return hit{}, false
	}
	if !ok && !(web && len(info) >= 8) {
		return hit{}, false
	}
	return hit{from, at, detURLCredentials}, true
}

// signature reads the query parameters of signed URLs. Their names are compared
// with case, and the name must be the whole key.
func (sc *scanner) signature(keyEnd, i int) (hit, bool) {
	s := sc.s
	if s[i] != '=' || keyEnd != i {
		return hit{}, false
	}
	switch c := byteAt(s, i-1); c { // the last letters of the names
	case 'e', 'l', 'n', 'd', 'g':
	default:
		if sc.e.queryKeys == nil {
			return hit{}, false
		}
	}
	start := keyEnd
	for start > sc.floor && isWord(s[start-1]) {
		start--
	}
	if byteAt(s, start-1) == '"' {
		return sc.cookiePair(start)
	}
	if start > 0 && s[start-1] != '?' && s[start-1] != '&' && s[start-1] != ' ' && s[start-1] != ';' {
		return hit{}, false
	}
	shortest := 4
	switch s[start:keyEnd] {
	case "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature", "X-Goog-Credential":
	default:
		if !sc.e.isQueryKey(s[start:keyEnd]) {
			return hit{}, false
		}
		shortest = 1
	}
	end := i + 1
	for end < len(s) && s[end] > ' ' && s[end] != '&' && s[end] != '"' && s[end] != '\'' && s[end] != '#' && s[end] != '<' && s[end] != '>' && s[end] != '\\' {
		end++
	}
	if end-i <= shortest || sc.e.settled(s[i+1:end]) {
		return hit{}, false
	}
	return hit{i + 1, end, detURLSignature}, true
}
