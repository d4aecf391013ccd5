package redact

import "strings"

// besideKeyword reads forms without = or :, such as `X-Api-Key 3f2a…`,
// `client SECRET abc…`, `('API_KEY', 'abc…')`, mytoken-abc…: a random-looking
// word right behind a word that names a secret; and words of the shape that keys
// of a provider have, behind its name.
func (sc *scanner) besideKeyword(start, end int, seen uint8) (hit, bool) {
	s := sc.s
	if s[end-1] == '-' || s[end-1] == '_' {
		end--
	}
	switch byteAt(s, start-1) {
	case ':':
		if h, ok := sc.atUserOption(start, end); ok {
			return h, ok
		}
	case ' ', '"', '\'':
		if h, ok := sc.atProgramOption(start); ok {
			return h, ok
		}
	}
	if seen&join != 0 {
		if h, ok := sc.insideWord(start, end); ok {
			return h, ok
		}
	}
	if start == sc.floor && sc.key == "" {
		return hit{}, false
	}
	if sc.e.enabled[detKeyedSecret] {
		if h, ok := sc.behindNoun(start, end); ok {
			return h, ok
		}
	}
	return sc.named(start)
}

// besideNoun is besideKeyword for what is less likely to be a secret, letters
// alone or fewer than 16 bytes: one load says that no noun stands before it.
func (sc *scanner) besideNoun(start, end int) (hit, bool) {
	s := sc.s
	switch byteAt(s, start-1) {
	case ':':
		if h, ok := sc.atUserOption(start, end); ok {
			return h, ok
		}
	case ' ', '"', '\'':
		if h, ok := sc.atProgramOption(start); ok {
			return h, ok
		}
	}
	if c := byteAt(s, end); (c == '=' || c == ':') && isDigit(s[end-1]) { // password2=, whose = the window does not mark
		return sc.atAssign(end)
	}
	if c := byteAt(s, end); c == '"' || c == '\'' {
		if h, ok := sc.defaultOf(start, end); ok {
			return h, ok
		}
	}
	gap := start
	for n := 0; gap > sc.floor && n < 4 && !isWord(s[gap-1]); n++ {
		gap--
	}
	if gap == start || !keyEndings.endsAt(s, gap) && !capitalNoun(s, gap) {
		return hit{}, false
	}
	if sc.e.enabled[detKeyedSecret] && end-start >= 8 {
		if h, ok := sc.behindNoun(start, end); ok {
			return h, ok
		}
	}
	return sc.named(start)
}

// defaultOf reads what stands behind the quoted name of a secret as its default:
// getenv("SECRET_KEY", "…").
func (sc *scanner) defaultOf(start, end int) (hit, bool) {
	s := sc.s
	quote := byteAt(s, end)
	if quote != '"' && quote != '\'' || byteAt(s, end+1) != ',' || byteAt(s, start-1) != quote || !keyEndings.endsAt(s, end) || keyKindOf(s[start:end]) != keyStrong {
		return hit{}, false
	}
	from := end + 2
	if byteAt(s, from) == ' ' {
		from++
	}
	if byteAt(s, from) != quote || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	to := valueEnd(s, from+1, opening{quote: quote})
	return hit{from + 1, to, detKeyedSecret}, isMixed(s[from+1 : to])
}

// capitalNoun reports whether ACCESS or PRIVATE ends at i.
func capitalNoun(s string, i int) bool {
	switch byteAt(s, i-1) {
	case 'S':
		return hasSuffixWord(s[:i], "ACCESS")
	case 'E':
		return hasSuffixWord(s[:i], "PRIVATE")
	}
	return false
}

// behindNoun wants the noun right before the word, or a filler between: token is
// 3f2a….
func (sc *scanner) behindNoun(start, end int) (hit, bool) {
	s := sc.s
	gap := skipBytesPrefix(s, start)
	for n := 0; gap > sc.floor && n < 6; n++ {
		if c := s[gap-1]; isWord(c) && c != '-' || c == '\n' || c == '/' || c == '.' && !isUpper(byteAt(s, gap-2)) {
			break
		}
		gap--
	}
	if gap == start || gap <= sc.floor { // before it, when the last hit ends in b'
		return hit{}, false
	}
	before := skipFiller(s[max(sc.floor, gap-maxKeyLength):gap])
	kind := nounBefore(before)
	if kind == keyNone || kind == keyCookie || kind == keyCode || endsFold(before, "sid") || isPartOfARN(before) {
		return hit{}, false
	}
	to := valueEnd(s, start, opening{})
	if v := s[start:to]; !looksRandom(v) && !(kind == keyStrong && isMixed(v) && (len(v) >= 12 || sc.isLogin(before, gap, start))) && !isLabelled(before, v) {
		return hit{}, false
	}
	if kind == keyWeak && isBareKey(before) && !isDense(s[start:end]) || inBlob(s, start, end) || isObjectName(s[start:to]) {
		return hit{}, false
	}
	return sc.nameIt(hit{start, to, detKeyedSecret}), true
}

// isObjectName knows names that Kubernetes and others give to a secret:
// default-token-x7k2p.
func isObjectName(v string) bool {
	first := strings.IndexByte(v, '-')
	if first < 2 || classesOf(v)&^(lower|digit|join) != 0 || classesOf(v[:first]) != lower {
		return false
	}
	words := 0
	for part := range strings.SplitSeq(v, "-") {
		if len(part) > 12 {
			return false
		}
		if len(part) > 2 && classesOf(part) == lower {
			words++
		}
	}
	return words > 1
}

// isLabelled reports whether a noun in capitals stands before twenty and more
// letters that are no word: SECRET abcdefghijklmnopqrstuvwx.
func isLabelled(before, v string) bool {
	if seen := classesOf(v); len(v) < 20 || seen&join != 0 || seen != digit && !isLetters(v) {
		return false
	}
	for _, noun := range []string{"SECRET", "TOKEN", "ACCESS", "PRIVATE", "API_KEY", "SECRET_KEY", "PRIVATEKEY", "ACCESSKEY"} {
		if hasSuffixWord(before, noun) {
			return true
		}
	}
	return false
}

// nounBefore is keyKindOf for text that a value follows without = or :.
func nounBefore(before string) keyKind {
	kind := keyNone
	if keyEndings.endsAt(before, len(before)) {
		kind = keyKindOf(before)
	}
	if kind == keyNone && capitalNoun(before, len(before)) {
		return keyWeak
	}
	return kind
}

// isLogin reports whether the value is that of password 'x' (Gradle) or of
// login ada password x (.netrc).
func (sc *scanner) isLogin(before string, gap, start int) bool {
	if !endsFold(before, "password") {
		return false
	}
	quote := sc.s[start-1]
	return quote == '"' || quote == '\'' || strings.Contains(before, "login ") || strings.Contains(sc.s[max(0, gap-maxKeyLength):gap], "machine ")
}

// fillers stand between a noun and its value in a sentence.
var fillers = []string{" is", " was", " of", " value", " to", " set to", " with", " used", " =", " for", " code"}

func skipFiller(before string) string {
	if !fillerEndings.endsAt(before, len(before)) {
		return before
	}
	return cutFiller(before)
}

func cutFiller(before string) string {
	for _, f := range fillers {
		if endsFold(before, f) {
			return before[:len(before)-len(f)]
		}
	}
	return before
}

var fillerEndings = func() *endings {
	t := new(endings)
	for _, f := range fillers {
		if len(f) > 2 {
			t.add(f[len(f)-3:])
			continue
		}
		for c := range byte(32) {
			t.add(string([]byte{c}) + f)
		}
	}
	return t
}()

// hasSuffixWord is strings.HasSuffix, kept beside its use: labels of secrets
// written in capitals.
func hasSuffixWord(s, w string) bool { return len(s) >= len(w) && s[len(s)-len(w):] == w }

// insideWord reads mytoken-abc… and stripe-key-abc…: noun, or name, and value
// with joins between them in one word.
func (sc *scanner) insideWord(start, end int) (hit, bool) {
	s := sc.s
	first := sc.afterJoin(start+3, end) - 1
	if first+9 > end || isUUID(s, start, end) {
		return hit{}, false
	}
	name := sc.holdsName(start, end)
	for i := first; i+9 <= end; {
		next := sc.afterJoin(i+1, end) - 1
		if name && (next == end || mayBeJoined(s, i+1, next, end)) {
			if h, ok := sc.named(i + 1); ok && h.end >= end {
				return h, ok
			}
		}
		if i+1+32 <= end && sc.e.enabled[detKeyedSecret] && (endsFold(s[start:i], "access") || endsFold(s[start:i], "private")) && isHexOrUUID(s[i+1:end]) && looksRandom(s[i+1:end]) {
			return hit{i + 1, end, detKeyedSecret}, true
		}
		if i+1+minToken <= end && sc.e.enabled[detKeyedSecret] && (keyEndings.endsAt(s, i) || capitalNoun(s, i)) {
			if kind := nounBefore(s[start:i]); (kind == keyWeak || kind == keyStrong || kind == keyAuth) && looksRandom(s[i+1:end]) && !inBlob(s, start, end) {
				return hit{i + 1, valueEnd(s, end, opening{}), detKeyedSecret}, true
			}
		}
		i = next
	}
	return hit{}, false
}
