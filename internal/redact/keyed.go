package redact

import "strings"

// maxKeyLength bounds how far a key is read backwards.
const maxKeyLength = 64

// atKeyed reads a secret behind the = or : at i, when a key such as password
// stands before it.
func (sc *scanner) atKeyed(i int) (hit, bool) {
	end := sc.keyEnd(i)
	key := sc.s[max(sc.floor, end-maxKeyLength):end]
	kind := keyKindOf(key)
	if kind == keyNone {
		switch {
		case isValueWord(key):
			if kind = sc.pairedKind(end); kind == keyNone {
				kind = sc.pairedFar(end, i)
			}
		case isDataWord(key):
			return sc.kubernetesData(end, i)
		}
	}
	if kind == keyNone || kind == keyCode && byteAt(sc.s, end-len("code")-1) != '?' && byteAt(sc.s, end-len("code")-1) != '&' {
		return sc.signature(end, i)
	}
	if sc.s[i] == ':' && byteAt(sc.s, i+1) == '=' {
		i++
	}
	if kind == keyStrong && isPartOfARN(key) {
		return hit{}, false
	}
	return sc.secretValue(kind, end, i)
}

// keyEnd skips quotes and spaces between a key and its = or : at i.
func (sc *scanner) keyEnd(i int) int {
	for n := 0; i > sc.floor && n < 16; n++ {
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
	start, open := sc.valueStart(i + 1)
	if open.quote == 0 && byteAt(s, start) == '{' {
		if h, ok := sc.inObject(kind, start); ok {
			return h, ok
		}
	}
	if kind == keyAuth || kind == keyCookie {
		if h, ok := sc.authorization(start, kind == keyCookie, open); ok || kind == keyCookie {
			return h, ok
		}
	}
	if kind == keyAuth && open.quote == 0 {
		if h, scheme := sc.otherScheme(start); scheme {
			return h, h.start < h.end
		}
	}
	end := sc.restOfLines(i, hit{start: start, end: valueEnd(s, start, open)}, open)
	value := s[start:end]
	if open.quote == 0 && (isVariable(value) || isLexed(sc.s[sc.floor:keyEnd], value)) || isNonSecretWord(value) || sc.e.settled(value) || isReference(value) || (open.quote == 0 && byteAt(s, end) == '(') {
		return hit{}, false
	}
	if h, ok := sc.knownValue(start, end); ok {
		return h, ok
	}
	if isSchemeWord(value) {
		return sc.authorization(start, false, open)
	}
	prose := s[i] == ':' && open.quote == 0 && isBlank(byteAt(s, i+1)) && !sc.ownLine(keyEnd, end)
	if !sc.isSecret(kind, keyEnd, value, prose) {
		if kind == keyWeak {
			return sc.named(start)
		}
		return hit{}, false
	}
	return sc.wholeList(i, sc.nameIt(hit{start, end, detKeyedSecret}), open), true
}

// knownValue reads a value whose own shape says what it is.
func (sc *scanner) knownValue(start, end int) (hit, bool) {
	s := sc.s
	if h, ok := sc.atJWT(start); ok {
		return h, ok
	}
	to := wordEnd(s, start)
	if to-start < 3 {
		return hit{}, false
	}
	if h, ok := sc.tokenAt(start); ok && h.end >= end {
		return h, ok
	}
	three := firstThree(s[start : start+3])
	for k := dotted.head(three); k != 0; k = dotted.next[k] {
		if dotted.first[k] != three {
			continue
		}
		if h, ok := sc.token(start, &dotted.shapes[k]); ok && h.end >= end {
			return h, ok
		}
	}
	return hit{}, false
}

// isSecret decides on a value behind a key.
func (sc *scanner) isSecret(kind keyKind, keyEnd int, value string, prose bool) bool {
	switch kind {
	case keyWeak, keyCode:
		return isWeakSecret(sc.s[sc.floor:keyEnd], value)
	case keyPIN:
		return isPIN(value)
	case keyAuth:
		return !prose || hasDigitOrMark(value)
	case keyStrong, keyPass:
		if prose && !hasDigitOrMark(value) {
			return false
		}
		if kind == keyPass && isResult(sc.s[sc.floor:keyEnd], value) {
			return false
		}
		if isCount(value) && endsFold(sc.s[sc.floor:keyEnd], "token") {
			return false
		}
		return kind == keyPass || len(value) >= 3
	}
	return true
}

// isPartOfARN reports whether a key is the last word but one of the name of a
// secret: arn:aws:secretsmanager:us-east-1:123456789012:secret.
func isPartOfARN(key string) bool {
	at := len(key) - len(":secret")
	return at >= 0 && key[at] == ':' && strings.Contains(key[:at], "secretsmanager")
}

// isVariable knows code that hands a secret on: token=n.token, secret:t.secret.
func isVariable(value string) bool {
	dot := strings.LastIndexByte(value, '.')
	return dot > 0 && isCall(value) && keyKindOf(value) >= keyStrong
}

// isLexed knows what a parser calls a token: token=EOF.
func isLexed(key, value string) bool {
	return len(value) <= 12 && endsFold(key, "token") && !strings.ContainsFunc(value, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') })
}

// isCount reports whether a token is none, but how many there are: token: 42.
func isCount(value string) bool {
	for i := range len(value) {
		if !isDigit(value[i]) {
			return false
		}
	}
	return len(value) < 8
}

// nameIt lets the provider name a keyed secret, if its name stands in the key
// and the value has the shape of its keys.
func (sc *scanner) nameIt(h hit) hit {
	if named, ok := sc.named(h.start); ok && named.end == h.end {
		return named
	}
	return h
}

// isValueWord knows the second key of pairs such as {"name":"DB_PASSWORD",
// "value":"…"} and variable "db_password" { default = "…" }.
func isValueWord(key string) bool {
	return endsFold(key, "value") && atBoundary(key, len(key)-len("value")) || endsFold(key, "default")
}

// pairedKind is the kind of the name that stands before the key value.
func (sc *scanner) pairedKind(keyEnd int) keyKind {
	s := sc.s
	end := wordStart(s, keyEnd, sc.floor)
	for n := 0; end > sc.floor && n < 24 && !isAlnum(s[end-1]); n++ { // ","  or a new line and spaces
		end--
	}
	start := wordStart(s, end, max(sc.floor, end-maxKeyLength))
	before := start
	for n := 0; before > sc.floor && n < 6 && !isAlnum(s[before-1]); n++ {
		before--
	}
	name := s[max(sc.floor, before-4):before]
	if !endsFold(name, "name") && !endsFold(name, "key") && !endsFold(name, "able") {
		return keyNone
	}
	if kind := keyKindOf(s[start:end]); kind >= keyStrong {
		return keyStrong
	}
	return keyNone
}
