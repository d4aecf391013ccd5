package redact

import (
	"encoding/base64"
)

// schemes are the authentication schemes that stand before credentials.
var schemes = []string{"bearer", "basic", "token", "apikey", "api-key", "digest", "negotiate", "ntlm", "hawk", "oauth", "dpop", "gnap", "splunk", "genie" + "key", "aws4-hmac-sha256", "signature", "sharedkey", "sharedaccesssignature", "snowflake", "bot"}

func isSchemeWord(v string) bool { return schemeOf(v) != "" }

func schemeOf(v string) string {
	for _, scheme := range schemes {
		if len(v) == len(scheme) && hasFold(v, scheme) {
			return scheme
		}
	}
	return ""
}

// authorization reads what stands behind Authorization: or Cookie:, from start.
// The scheme is kept.
func (sc *scanner) authorization(start int, cookie bool, open opening) (hit, bool) {
	s := sc.s
	if cookie {
		end := lineEnd(s, start, open)
		return hit{start, end, detAuthorization}, start < end && !sc.e.settled(s[start:end])
	}
	wordTo := start
	for wordTo < len(s) && isWord(s[wordTo]) {
		wordTo++
	}
	scheme := schemeOf(s[start:wordTo])
	if scheme == "" || byteAt(s, wordTo) != ' ' {
		return hit{}, false
	}
	from := wordTo + 1
	to := credentialEnd(s, from)
	switch scheme {
	case "digest", "hawk", "oauth", "aws4-hmac-sha256", "signature", "sharedaccesssignature":
		to = lineEnd(s, from, open)
	}
	if from >= to || sc.e.settled(s[from:to]) || isReference(s[from:to]) {
		return hit{}, false
	}
	return hit{from, to, detAuthorization}, true
}

func credentialEnd(s string, i int) int {
	for i < len(s) {
		switch s[i] {
		case ' ', '\t', '\n', '\r', '"', '\'', ',', ';', '<', '>', ')', ']', '}', '\\', '`':
			return i
		}
		i++
	}
	return i
}

// lineEnd is where a header ends: with its line, or with the quote that holds it.
func lineEnd(s string, i int, open opening) int {
	if open.quote != 0 {
		return valueEnd(s, i, open)
	}
	for i < len(s) && s[i] != '\n' && s[i] != '\r' {
		i++
	}
	return i
}

// atScheme reads Bearer … and Basic … without a header name before it. The
// words are ordinary English, so the credentials must look like such.
func (sc *scanner) atScheme(start, end int) (hit, bool) {
	s := sc.s
	if byteAt(s, end) != ' ' || !sc.e.enabled[detAuthorization] {
		return hit{}, false
	}
	scheme := schemeOf(s[start:end])
	if scheme == "" {
		return hit{}, false
	}
	from := end + 1
	to := credentialEnd(s, from)
	credentials := s[from:to]
	switch scheme {
	case "bearer":
		if h, ok := sc.atJWT(from); ok {
			return h, ok
		}
		if h, ok := sc.atToken(from, wordEnd(s, from)); ok {
			return h, ok
		}
		return hit{from, to, detAuthorization}, len(credentials) >= minToken && hasDigitOrMark(credentials) && !sc.e.settled(credentials)
	case "basic":
		return hit{from, to, detAuthorization}, isBasic(credentials)
	case "token", "apikey":
		return hit{from, to, detAuthorization}, looksRandom(credentials) && !sc.e.settled(credentials)
	}
	return hit{}, false
}

// isBasic reports whether credentials decode to user:password.
func isBasic(credentials string) bool {
	if len(credentials) < 4 || len(credentials) > 1024 {
		return false
	}
	var out [1024]byte
	encoding := base64.StdEncoding
	if credentials[len(credentials)-1] != '=' {
		encoding = base64.RawStdEncoding
	}
	n, err := encoding.Decode(out[:], []byte(credentials))
	if err != nil {
		return false
	}
	colon := false
	for _, c := range out[:n] {
		if c < ' ' || c == 0x7f {
			return false
		}
		colon = colon || c == ':'
	}
	return colon
}
