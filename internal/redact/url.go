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
		c := s[hostEnd]
		if c == '@' {
			at = hostEnd
			continue
		}
		if c <= ' ' || c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' || c == '`' {
			break
		}
	}
	if at > from {
		return sc.userinfo(from, at, hasFold(s[max(0, i-5):i], "https"[:min(5, i)]) || hasFold(s[max(0, i-4):i], "http"))
	}
	return sc.webhook(from, hostEnd)
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
