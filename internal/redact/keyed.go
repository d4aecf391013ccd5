package redact

import "math/bits"

// maxKeyLength bounds how far a key is read backwards.
const maxKeyLength = 64

// atKeyed reads a secret behind the = or : at i, when a key such as password
// stands before it.
func (sc *scanner) atKeyed(i int) (hit, bool) {
	end := sc.keyEnd(i)
	kind := keyKindOf(sc.s[max(sc.floor, end-maxKeyLength):end])
	if kind == keyNone {
		return sc.signature(end, i)
	}
	if sc.s[i] == ':' && byteAt(sc.s, i+1) == '=' {
		i++
	}
	return sc.secretValue(kind, end, i)
}

// keyEnd skips quotes and spaces between a key and its = or : at i.
func (sc *scanner) keyEnd(i int) int {
	for n := 0; i > sc.floor && n < 6; n++ {
		switch sc.s[i-1] {
		case ' ', '"', '\'', '`', '\\', ']', '=', ')', '\t':
			i--
			continue
		}
		break
	}
	return i
}

// secretValue reads the value behind the separator at i and decides on it.
func (sc *scanner) secretValue(kind keyKind, keyEnd, i int) (hit, bool) {
	s := sc.s
	separator := s[i]
	start, quote := sc.valueStart(i + 1)
	if kind == keyAuth || kind == keyCookie {
		if h, ok := sc.authorization(start, kind == keyCookie, quote); ok || kind == keyCookie {
			return h, ok
		}
	}
	end := valueEnd(s, start, quote)
	value := s[start:end]
	if isNonSecretWord(value) || sc.e.settled(value) || isReference(value) || (quote == 0 && byteAt(s, end) == '(') {
		return hit{}, false
	}
	if h, ok := sc.atJWT(start); ok {
		return h, ok
	}
	if h, ok := sc.atToken(start, wordEnd(s, start)); ok && h.end >= end {
		return h, ok
	}
	if isSchemeWord(value) {
		if h, ok := sc.authorization(start, false, quote); ok {
			return h, ok
		}
		return hit{}, false
	}
	prose := separator == ':' && quote == 0 && byteAt(s, i+1) == ' '
	if kind == keyWeak && (!looksRandom(value) || isBareKey(s[sc.floor:keyEnd]) && isHexOrUUID(value)) {
		return hit{}, false
	}
	if (kind == keyStrong || kind == keyPass) && prose && !hasDigitOrMark(value) {
		return hit{}, false
	}
	if kind == keyStrong && len(value) < 3 {
		return hit{}, false
	}
	return hit{start, end, detKeyedSecret}, true
}

// valueStart skips what stands between separator and value, and returns the
// quote that opened it.
func (sc *scanner) valueStart(i int) (start int, quote byte) {
	for n := 0; i < len(sc.s) && n < 8; n++ {
		switch c := sc.s[i]; c {
		case ' ', '\t', '=', '>', '\\', '[':
			i++
			continue
		case '"', '\'', '`':
			return i + 1, c
		}
		break
	}
	return i, 0
}

func valueEnd(s string, start int, quote byte) int {
	for i := start; i < len(s); i++ {
		c := s[i]
		if quote != 0 {
			if c == quote {
				if s[i-1] == '\\' && i-1 >= start { // \" closes JSON in a string
					return i - 1
				}
				return i
			}
			if c == '\n' {
				return i
			}
			continue
		}
		switch c {
		case ' ', '\t', '\n', '\r', ',', ';', '&', '"', '\'', '`', '<', '>', ')', '}', ']', '|', '\\', '(':
			return i
		}
	}
	return len(s)
}

func wordEnd(s string, i int) int {
	for i < len(s) && isWord(s[i]) {
		i++
	}
	return i
}

// isReference knows values that name where the secret is: ${TOKEN}, {{ .token }}, %s.
func isReference(v string) bool {
	if v == "" {
		return true
	}
	switch v[0] {
	case '$':
		return len(v) > 1 && (v[1] == '{' || v[1] == '(' || v[1] == '_' || isAllCaps(v[1:]))
	case '#':
		return len(v) > 1 && v[1] == '{'
	case '{', '<':
		return len(v) > 1 && (v[1] == '{' || v[0] == '<')
	case '%':
		return len(v) == 2
	}
	return false
}

func isAllCaps(v string) bool {
	for i := range len(v) {
		if !isUpper(v[i]) && v[i] != '_' && !isDigit(v[i]) {
			return false
		}
	}
	return true
}

func hasDigitOrMark(v string) bool {
	seen := uint8(0)
	for i := range len(v) {
		c := v[i]
		if isDigit(c) || !(isLetter(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ':') {
			return true
		}
		seen |= classes[c]
	}
	return seen&upper != 0 && seen&lower != 0 && len(v) >= 10 && !isUpper(v[0])
}

// looksRandom asks for letters and digits in a mix that names do not have.
func looksRandom(v string) bool {
	if len(v) < minToken || len(v) > 4096 {
		return false
	}
	var seen uint8
	var used [4]uint64
	digits, changes := 0, 0
	for i := range len(v) {
		c := v[i]
		if c <= ' ' || c >= 0x7f || c == '/' && i == 0 {
			return false
		}
		class := classes[c]
		seen |= class
		used[c>>6] |= 1 << (c & 63)
		if class == digit {
			digits++
		}
		if i > 0 && class != classes[v[i-1]] {
			changes++
		}
	}
	distinct := bits.OnesCount64(used[0]) + bits.OnesCount64(used[1])
	if seen&digit == 0 {
		return seen&lower != 0 && seen&upper != 0 && distinct >= 12 && changes > len(v)/3
	}
	if seen&(lower|upper) == 0 || digits < 2 || distinct < 6 {
		return false
	}
	return changes >= 3 || seen&^(lower|upper|digit) == 0
}

// isBareKey reports whether the text ends with the word key alone: ids and
// hashes stand behind it more often than secrets.
func isBareKey(before string) bool {
	n := len(before) - len("key")
	return n >= 0 && endsFold(before, "key") && (n == 0 || !isAlnum(before[n-1]) && before[n-1] != '_' && before[n-1] != '-') && !isUpper(before[n])
}

// isHexOrUUID reports whether nothing but hex digits and dashes is there.
func isHexOrUUID(v string) bool {
	for i := range len(v) {
		if !isHex(v[i]) && v[i] != '-' {
			return false
		}
	}
	return true
}

// besideKeyword reads forms without = or :, such as `X-Api-Key 3f2a…`,
// `client SECRET abc…`, `('API_KEY', 'abc…')` and mytoken-abc…: a
// random-looking word right behind a word that names a secret.
func (sc *scanner) besideKeyword(start, end int) (hit, bool) {
	s := sc.s
	if !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	for i := start + 3; i < end-minToken; i++ {
		if classes[s[i]] == join && keyKindOf(s[start:i]) >= keyWeak && looksRandom(s[i+1:end]) {
			return hit{i + 1, end, detKeyedSecret}, true
		}
	}
	gap := start
	for n := 0; gap > sc.floor && n < 6; n++ {
		if c := s[gap-1]; isWord(c) && c != '-' || c == '\n' || c == '.' || c == '/' {
			break
		}
		gap--
	}
	if gap == start || gap == sc.floor {
		return hit{}, false
	}
	before := s[max(sc.floor, gap-maxKeyLength):gap]
	kind := keyKindOf(before)
	if kind == keyNone && (hasSuffixWord(before, "ACCESS") || hasSuffixWord(before, "PRIVATE")) {
		kind = keyWeak
	}
	if kind == keyNone || kind == keyCookie || !looksRandom(s[start:end]) {
		return hit{}, false
	}
	if kind == keyWeak && isBareKey(before) && isHexOrUUID(s[start:end]) {
		return hit{}, false
	}
	end = valueEnd(s, end, 0)
	return hit{start, end, detKeyedSecret}, true
}

// hasSuffixWord is strings.HasSuffix, kept beside its use: labels of secrets
// written in capitals.
func hasSuffixWord(s, w string) bool { return len(s) >= len(w) && s[len(s)-len(w):] == w }

// atElement reads <password>…</password>.
func (sc *scanner) atElement(i int) (hit, bool) {
	s := sc.s
	open := i
	for open > sc.floor && i-open < maxKeyLength && s[open-1] != '<' {
		open--
	}
	if open <= sc.floor || s[open-1] != '<' || !keyKindOf(s[open:i]).blocksValue() {
		return hit{}, false
	}
	end := i + 1
	for end < len(s) && s[end] != '<' {
		end++
	}
	value := s[i+1 : end]
	if byteAt(s, end+1) != '/' || value == "" || isNonSecretWord(value) || sc.e.settled(value) {
		return hit{}, false
	}
	return hit{i + 1, end, detKeyedSecret}, true
}

// atDashes reads -----BEGIN … PRIVATE KEY----- and --password value.
func (sc *scanner) atDashes(start, end int) (hit, bool) {
	s := sc.s
	if hasFold(s[start:], "-----begin") {
		return sc.atPEM(start)
	}
	if s[start+1] != '-' && !isLetter(s[start+1]) || byteAt(s, end) != ' ' {
		return hit{}, false
	}
	kind := keyKindOf(s[start:end])
	if kind != keyStrong || byteAt(s, end+1) == '-' {
		return hit{}, false
	}
	valueFrom, quote := sc.valueStart(end + 1)
	valueTo := valueEnd(s, valueFrom, quote)
	value := s[valueFrom:valueTo]
	if isNonSecretWord(value) || isReference(value) || sc.e.settled(value) {
		return hit{}, false
	}
	return hit{valueFrom, valueTo, detKeyedSecret}, true
}
