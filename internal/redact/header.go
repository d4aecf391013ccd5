package redact

import (
	"encoding/base64"
	"strings"
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
		end := cookieEnd(s, start, open)
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

// otherScheme reads credentials behind a scheme that is not known: SSWS 00a…,
// AWS AKID:sig. The words of a sentence are none. It also reports whether there
// are some, which may have been redacted before: then the hit is empty.
func (sc *scanner) otherScheme(start int) (h hit, found bool) {
	s := sc.s
	from := wordEnd(s, start)
	if from == start || !isLetter(s[start]) {
		return hit{}, false
	}
	if s[from:min(len(s), from+2)] == ": " { // Bearer: x
		from++
	}
	if byteAt(s, from) != ' ' {
		return hit{}, false
	}
	from++
	if byteAt(s, from) == '<' && sc.e.markEnd(s, from) > 0 {
		return hit{}, true
	}
	to := credentialEnd(s, from)
	switch {
	case from == to:
		return hit{}, false
	case sc.e.settled(s[from:to]):
		return hit{}, true
	case byteAt(s, to) == '"' && s[to-1] == '=': // id="x", mac="…"
		to = lineEnd(s, from, opening{})
	case !isCredential(s[from:to]):
		return hit{}, false
	case byteAt(s, to) == ',':
		to = lineEnd(s, from, opening{})
	}
	return hit{from, to, detAuthorization}, true
}

// isCredential tells ada:sig and 00a1b2c3 from the words of a sentence and from
// role=admin.
func isCredential(v string) bool {
	if at := strings.IndexByte(v, '='); at > 0 && at < len(v)-2 {
		return isMixed(v[at+1:])
	}
	if seen := classesOf(v); seen&(lower|upper) == 0 {
		return false
	}
	at := strings.IndexByte(v, ':')
	return at > 0 && at < len(v)-1 || len(v) >= 8 && hasDigitOrMark(v)
}

// cookieEnd is lineEnd for cookies without quotes, which end where text begins
// that is no cookie; a sentence holds none.
func cookieEnd(s string, i int, open opening) int {
	if open.quote != 0 {
		return valueEnd(s, i, open)
	}
	start := i
	for ; i < len(s) && s[i] != '\n' && s[i] != '\r'; i++ {
		if s[i] != ' ' {
			continue
		}
		if first := s[start:i]; !strings.ContainsAny(first, "=;") && !hasDigitOrMark(first) {
			return start
		}
		if c := s[i-1]; c != ';' && c != ',' && c != ' ' && !moreCookies(s[i:min(len(s), i+maxCookie)]) {
			return i
		}
	}
	return i
}

// maxCookie bounds how far behind a space the next cookie may be.
const maxCookie = 256

// moreCookies reports whether a line that goes on with a space has more cookies
// in it, as behind Expires=Wed, 21 Oct 2026.
func moreCookies(rest string) bool {
	at := strings.IndexAny(rest, ";\"\n")
	return at > 0 && rest[at] == ';'
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
		return sc.atStatement(start, end)
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
