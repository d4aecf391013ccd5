package redact

import "strings"

// maxObject bounds how far a container or the other half of a pair is read.
const maxObject = 512

// wrappers stand between a separator and the quote or the text of a value, as
// languages print it. The [ of []string{ is skipped before.
var wrappers = []string{
	"]string{", "]interface {}{", "]any{", "]byte(", "Some(", "Ok(", "Just(", "Optional[", "Optional(", "Option(", "SecretStr(", "SecretString(", "Secret(", "Password(", "String(", "str(", "(string) ", "(string)",
}

// wrapped is valueStart behind what may stand around a value at i: u'…', b'…',
// Some("…"), []string{"…"}, (*string)(0xc000…) "…", or a new line of YAML.
func (sc *scanner) wrapped(i int) (start int, open opening) {
	s := sc.s
	switch c := byteAt(s, i); c {
	case 'u', 'b', 'r', 'U', 'B':
		if start, open, ok := quoteAt(s, i+1); ok {
			return start, open
		}
	case '(':
		if strings.HasPrefix(s[i:], "(*string)(0x") {
			if n := strings.IndexByte(s[i+9:min(len(s), i+40)], ')'); n >= 0 {
				if start, open, ok := quoteAt(s, i+9+n+2); ok {
					return start, open
				}
			}
		}
	case '\n', '\r':
		if byteAt(s, i-1) == ':' {
			return nextLine(s, i)
		}
		return i, opening{}
	}
	for _, w := range wrappers {
		if w[0] != byteAt(s, i) || !strings.HasPrefix(s[i:], w) {
			continue
		}
		if start, open, ok := quoteAt(s, i+len(w)); ok {
			return start, open
		}
		if strings.HasSuffix(w, "(") && isAlnum(byteAt(s, i+len(w))) {
			return i + len(w), opening{}
		}
	}
	return i, opening{}
}

// quoteAt reads a quote at i and the backslashes before it.
func quoteAt(s string, i int) (start int, open opening, ok bool) {
	for open.escapes < 16 && byteAt(s, i) == '\\' {
		open.escapes++
		i++
	}
	open.quote = byteAt(s, i)
	return i + 1, open, open.quote == '"' || open.quote == '\'' || open.quote == '`'
}

// nextLine is where a value begins that stands alone on the line below its key,
// indented.
func nextLine(s string, i int) (start int, open opening) {
	from := skipBlank(s[:min(len(s), i+maxKeyLength)], i)
	if from >= len(s) || s[from-1] != ' ' && s[from-1] != '\t' || s[from] == '-' || s[from] == '#' {
		return i, opening{}
	}
	if start, open, ok := quoteAt(s, from); ok {
		return start, open
	}
	end := from
	for end < len(s) && s[end] > ' ' {
		if end++; end-from > maxObject {
			return i, opening{}
		}
	}
	if c := byteAt(s, end); c != 0 && c != '\n' && c != '\r' || s[end-1] == ':' {
		return i, opening{}
	}
	return from, opening{}
}

// wholeList widens a hit on the first item of a list, whose separator is at i, to
// the last one: ["…","…"].
func (sc *scanner) wholeList(i int, h hit, open opening) hit {
	s := sc.s
	if open.quote == 0 || strings.IndexByte(s[i:h.start], '[') < 0 {
		return h
	}
	for at := h.end; ; {
		at += open.escapes + 1
		if byteAt(s, at) != ',' {
			return h
		}
		start, next, ok := quoteAt(s, skipBlank(s[:min(len(s), at+maxKeyLength)], at+1))
		if !ok || next != open {
			return h
		}
		at = valueEnd(s, start, open)
		h.end = at
	}
}

// restOfLines is where a value ends that a block of YAML holds (key: |), or a line
// KEY=value of a file of environment variables.
func (sc *scanner) restOfLines(i int, h hit, open opening) int {
	s := sc.s
	if open.quote != 0 || h.start == h.end {
		return h.end
	}
	if line := strings.LastIndexByte(s[i:h.start], '\n'); line >= 0 && strings.ContainsAny(s[i:i+line], "|>") {
		indent := h.start - i - line - 1
		end := h.end
		for {
			for end < len(s) && s[end] != '\n' {
				end++
			}
			if next := end + 1 + indent; next >= len(s) || strings.TrimLeft(s[end+1:next], " ") != "" || isBlank(s[next]) && s[next] != ' ' {
				return end
			}
			end++
		}
	}
	if s[i] != '=' || byteAt(s, h.end) != ' ' || h.start != i+1 {
		return h.end
	}
	from := wordStart(s, i, max(0, i-maxKeyLength))
	key := s[from:i]
	if from >= len("export ") && s[from-1] == ' ' && strings.HasSuffix(s[:from], "export ") {
		from -= len("export ")
	}
	if !isAllCaps(key) || from > 0 && s[from-1] != '\n' {
		return h.end
	}
	rest := s[h.end:min(len(s), h.end+maxAhead)]
	end := strings.IndexAny(rest, "\r\n")
	if end < 0 {
		end = len(rest)
	}
	if rest = rest[:end]; len(rest) == maxAhead || strings.ContainsAny(rest, "=:\"'/<>{}") || strings.Contains(rest, " -") {
		return h.end
	}
	return h.end + end
}

// inObject reads the members of the object at i, which stands under the name of a
// secret: {"new":"…"}. From the first that is a secret to the last all goes.
func (sc *scanner) inObject(kind keyKind, i int) (hit, bool) {
	s := sc.s[:min(len(sc.s), i+maxObject)]
	found := hit{detector: detKeyedSecret}
	for at := i + 1; ; {
		start, open, ok := quoteAt(s, skipBlank(s, at))
		if !ok {
			break
		}
		end := valueEnd(s, start, open)
		colon := skipBlank(s, end+open.escapes+1)
		if byteAt(s, colon) != ':' {
			break
		}
		from, value, quoted := quoteAt(s, skipBlank(s, colon+1))
		to := colon + 1
		if quoted {
			to = valueEnd(sc.s, from, value)
			if sc.isMember(kind, s[start:end], sc.s[from:to]) {
				if found.end == 0 {
					found.start = from
				}
				found.end = to
			}
			to += value.escapes + 1
		}
		for to < len(s) && s[to] != ',' && s[to] != '}' && s[to] != '{' {
			to++
		}
		if byteAt(s, to) != ',' {
			break
		}
		at = to + 1
	}
	return found, found.end > 0
}

// isMember decides on a member of an object under the name of a secret.
func (sc *scanner) isMember(kind keyKind, name, value string) bool {
	if isNonSecretWord(value) || sc.e.settled(value) || isReference(value) {
		return false
	}
	switch strings.ToLower(name) {
	case "new", "old", "current", "previous", "value", "plain", "plaintext", "raw", "confirm", "confirmation", "stringvalue", "string", "_", "$", "#text":
		return kind >= keyStrong && strings.IndexByte(value, ' ') < 0
	case "name", "id", "type", "key", "namespace", "version", "arn", "path", "url", "uid", "kid":
		return false
	}
	return isMixed(value)
}

// pairedFar is pairedKind where more stands between name and value, or where the
// value comes first: {"key":"password","value":{"stringValue":"…"}},
// {"value":"…","name":"DB_PASSWORD"}. i is the separator behind the key value.
func (sc *scanner) pairedFar(keyEnd, i int) keyKind {
	s := sc.s
	end := wordStart(s, keyEnd, max(0, keyEnd-maxKeyLength))
	before := strings.TrimRight(s[max(0, end-maxTag):end], `\"' `)
	if strings.HasSuffix(before, "{") { // "value":{"stringValue":
		outer := strings.TrimRight(before[:len(before)-1], `\"': `)
		if endsFold(outer, "value") {
			before = outer[:len(outer)-len("value")]
		}
	}
	before = before[strings.LastIndexAny(before, "{}")+1:]
	for at := len(before); at > 0; {
		at = strings.LastIndexByte(before[:at], ':')
		if at < 0 {
			break
		}
		if isNameWord(before[:at]) {
			return pairOf(before[at:])
		}
	}
	near := s[:min(len(s), i+maxObject)]
	start, open := (&scanner{e: sc.e, s: near}).valueStart(i + 1)
	if byteAt(near, start) == '{' {
		return keyNone
	}
	rest := strings.TrimLeft(near[valueEnd(near, start, open):], "\\\"'}, \r\n")
	name, after, ok := strings.Cut(rest, ":")
	if ok && isNameWord(name) && len(name) < 16 {
		return pairOf(after)
	}
	return keyNone
}

// isNameWord knows the first key of a pair of name and value.
func isNameWord(key string) bool {
	key = strings.TrimRight(key, `\"' `)
	start := wordStart(key, len(key), 0)
	return len(key)-start <= 5 && (endsFold(key[start:], "name") || endsFold(key[start:], "key") || endsFold(key[start:], "field"))
}

// pairOf is keyStrong when text begins with the name of a secret.
func pairOf(text string) keyKind {
	text = strings.TrimLeft(text, `\"': `)
	end := 0
	for end < len(text) && (isWord(text[end]) || text[end] == '.') {
		end++
	}
	if keyKindOf(text[:end]) >= keyStrong {
		return keyStrong
	}
	return keyNone
}

// cookiePair reads "session=…" behind "Cookie", when the name begins at start.
func (sc *scanner) cookiePair(start int) (hit, bool) {
	s := sc.s
	escapes := 0
	for escapes < 16 && byteAt(s, start-2-escapes) == '\\' {
		escapes++
	}
	before := strings.TrimRight(s[max(0, start-24):start], `\", `)
	if !endsFold(before, "cookie") || !sc.e.enabled[detAuthorization] {
		return hit{}, false
	}
	end := valueEnd(s, start, opening{quote: '"', escapes: escapes})
	return hit{start, end, detAuthorization}, !sc.e.settled(s[start:end])
}

// skipBytesPrefix steps back over the b of b'…' before the word at start.
func skipBytesPrefix(s string, start int) int {
	if quote := byteAt(s, start-1); quote != '"' && quote != '\'' {
		return start
	}
	if c := byteAt(s, start-2); (c == 'b' || c == 'u') && !isAlnum(byteAt(s, start-3)) {
		return start - 2
	}
	return start
}
