package redact

import (
	"slices"
	"strings"
)

// keyKind is what the name of a value says about it.
type keyKind uint8

const (
	keyNone   keyKind = iota
	keyPIN            // pin: four and more digits
	keyWeak           // auth, key, credential: the value must also look random
	keyPass           // pass: a secret when it is assigned
	keyCode           // code, in the query of a URL
	keyStrong         // password, secret, token, api_key
	keyAuth           // authorization: a scheme may stand before the secret
	keyCookie         // cookie, set-cookie
)

func (k keyKind) blocksValue() bool { return k >= keyStrong }

// keyKindOf looks at the end of a key, where the noun stands:
// http.request.header.x-api-key, db.password, "clientSecret". The last four
// bytes dismiss nearly every key at once.
func keyKindOf(key string) keyKind {
	if len(key) > 3 && !secretEndings.has(key) {
		return keyNone
	}
	return kindOfName(key)
}

func kindOfName(key string) keyKind {
	n := len(key)
	if n < 3 {
		return strongIf(n == 2 && hasFold(key, "pw"))
	}
	kind := kindOfNoun(key)
	if kind != keyNone {
		return kind
	}
	if n > 5 && key[n-1]|0x20 == 's' && kindOfNoun(key[:n-1]) >= keyStrong {
		return keyWeak // a list of them, or how many there are
	}
	if tail := keyTails[key[n-1]&31]; !isDigit(key[n-1]) && (tail == "" || key[n-3]|0x20 != tail[len(tail)-3]) {
		return keyNone
	}
	if noun := withoutTail(key); len(noun) > 2 && len(noun) < n {
		return strongIf(kindOfNoun(noun) == keyStrong)
	}
	return keyNone
}

// keyTails stand behind the noun, by their last letter: password_confirmation,
// passwordNew.
var keyTails = [32]string{'n' & 31: "confirmation", 'm' & 31: "confirm", 'w' & 31: "new", 'd' & 31: "old", 'e' & 31: "value", 'h' & 31: "hash"}

// withoutTail cuts off what stands behind the noun: password2, x-api-key-2,
// user.password.new.
func withoutTail(key string) string {
	at := len(key)
	if isDigit(key[at-1]) {
		for n := 0; at > 0 && n < 2 && isDigit(key[at-1]); n++ {
			at--
		}
		if at > 1 && isTailMark(key[at-1]) {
			at--
		}
		return key[:at]
	}
	tail := keyTails[key[at-1]&31]
	from := at - len(tail)
	if tail == "" || from < 4 || !endsFold(key, tail) {
		return key
	}
	switch {
	case isTailMark(key[from-1]):
		at = from - 1
	case isUpper(key[from]) && !isUpper(key[from-1]):
		at = from
	}
	if tail == "hash" && !endsFold(key[:at], "password") { // the others are checksums
		return key
	}
	return key[:at]
}

func isTailMark(c byte) bool { return c == '_' || c == '-' || c == '.' }

// isSortOrPort dismisses what ends as passwort does, which every URL has.
func isSortOrPort(key string) bool {
	n := len(key)
	return n > 3 && key[n-1] == 't' && key[n-2] == 'r' && key[n-4]|0x20 != 'w'
}

func kindOfNoun(key string) keyKind { //nolint:funlen // a list
	n := len(key)
	if n == 3 {
		return shortKey(key)
	}
	last := lastFour(key)
	switch last | 0x20202020 {
	case 'w'<<24 | 'o'<<16 | 'r'<<8 | 'd', 'w'<<24 | '0'<<16 | 'r'<<8 | 'd':
		return strongIf(endsFold(key, "password") || endsFold(key, "passw0rd"))
	case 'w'<<24 | 'o'<<16 | 'r'<<8 | 't':
		return strongIf(endsFold(key, "passwort") || endsFold(key, "kennwort"))
	case 'a'<<24 | 's'<<16 | 's'<<8 | 'e':
		return strongIf(endsFold(key, "motdepasse") || endsFold(key, "mot_de_passe"))
	case 'e'<<24 | 'n'<<16 | 'h'<<8 | 'a':
		return strongIf(endsFold(key, "senha") && atBoundary(key, n-5))
	case 'f'<<24 | 'i'<<16 | 'e'<<8 | 'r':
		return strongIf(endsFold(key, "code_verifier") || endsFold(key, "codeverifier"))
	case 's'<<24 | 's'<<16 | 'w'<<8 | 'd':
		return strongIf(endsFold(key, "passwd"))
	case 'r'<<24 | 'a'<<16 | 's'<<8 | 'e':
		return strongIf(endsFold(key, "passphrase"))
	case 'b'<<24 | 'a'<<16 | 's'<<8 | 'e': // of Rails
		return strongIf(endsFold(key, "secret_key_base") || endsFold(key, "secretkeybase"))
	case 'c'<<24 | 'o'<<16 | 'd'<<8 | 'e':
		if endsFold(key, "passcode") || endsFold(key, "pin_code") || endsFold(key, "otp_code") || endsFold(key, "mfa_code") || endsFold(key, "verification_code") {
			return keyStrong
		}
		if n > 4 && (key[n-5] == '?' || key[n-5] == '&') { // an authorization code of OAuth
			return keyCode
		}
	case 'o'<<24 | 'g'<<16 | 'i'<<8 | 'n':
		if atBoundary(key, n-5) && endsFold(key, "login") {
			return keyWeak
		}
	case 'o'<<24 | 'n'<<16 | 's'<<8 | 'e', 'u'<<24 | 'e'<<16 | 's'<<8 | 't':
		if endsFold(key, "samlresponse") || endsFold(key, "samlrequest") {
			return keyWeak
		}
	case 'a'<<24 | 'r'<<16 | 'e'<<8 | 'r':
		if endsFold(key, "bearer") {
			return keyWeak
		}
	case 'c'<<24 | 'r'<<16 | 'e'<<8 | 't':
		return strongIf(endsFold(key, "secret"))
	case 'o'<<24 | 'k'<<16 | 'e'<<8 | 'n':
		return tokenNoun(key)
	case 't'<<24 | 'i'<<16 | 'o'<<8 | 'n':
		if endsFold(key, "authorization") {
			return keyAuth
		}
	case 'o'<<24 | 'k'<<16 | 'i'<<8 | 'e':
		if endsFold(key, "cookie") && atBoundary(key, n-6) {
			return keyCookie
		}
	case 'n'<<24 | 't'<<16 | 'i'<<8 | 'a', 't'<<24 | 'i'<<16 | 'a'<<8 | 'l', 'i'<<24 | 'a'<<16 | 'l'<<8 | 's':
		if endsFold(key, "credential") || endsFold(key, "credentials") {
			return keyWeak
		}
	case 'p'<<24 | 'a'<<16 | 's'<<8 | 's':
		if atBoundary(key, n-4) {
			return keyPass
		}
		return strongIf(endsFold(key, "pgpass") || endsFold(key, "sshpass") || endsFold(key, "dbpass") || endsFold(key, "userpass") || endsFold(key, "rootpass") || endsFold(key, "smtppass"))
	case 'a'<<24 | 'u'<<16 | 't'<<8 | 'h':
		if atBoundary(key, n-4) {
			return keyWeak
		}
	case 's'<<24 | 's'<<16 | 'i'<<8 | 'd', 'o'<<24 | 'n'<<16 | 'i'<<8 | 'd':
		if endsFold(key, "jsessionid") || endsFold(key, "phpsessid") || endsFold(key, "aspnet_sessionid") || endsFold(key, "asp.net_sessionid") {
			return keyStrong
		}
		if endsFold(key, "connect.sid") || endsFold(key, "sessid") {
			return keyWeak
		}
	}
	switch last | 0x202020 { // three letters behind any byte
	default:
		return keyNone
	case last&0xff000000 | 'k'<<16 | 'e'<<8 | 'y':
		return keyNamedKey(key)
	case last&0xff000000 | 'p'<<16 | 'w'<<8 | 'd', last&0xff000000 | 'j'<<16 | 'w'<<8 | 't',
		last&0xff000000 | 'c'<<16 | 'v'<<8 | 'v', last&0xff000000 | 'c'<<16 | 'v'<<8 | 'c', last&0xff000000 | 'o'<<16 | 't'<<8 | 'p':
		if atBoundary(key, n-3) {
			return keyStrong
		}
		return strongIf(endsFold(key, "userpwd") || endsFold(key, "dbpwd"))
	case last&0xff000000 | 'p'<<16 | 'a'<<8 | 't', last&0xff000000 | 'p'<<16 | 's'<<8 | 'k', last&0xff000000 | 's'<<16 | 'i'<<8 | 'd', last&0xff000000 | 's'<<16 | 'a'<<8 | 's':
		if atBoundary(key, n-3) {
			return keyWeak
		}
	case last&0xff000000 | 'p'<<16 | 'i'<<8 | 'n':
		if atBoundary(key, n-3) {
			return keyPIN
		}
	case (last|0x200000)&0xffff0000 | 'p'<<8 | 'w':
		return strongIf(isPW(key))
	}
	return keyNone
}

func shortKey(key string) keyKind {
	switch {
	case hasFold(key, "pwd"), hasFold(key, "cvv"), hasFold(key, "cvc"), hasFold(key, "jwt"), hasFold(key, "otp"), isPW(key):
		return keyStrong
	case hasFold(key, "pat"), hasFold(key, "psk"), hasFold(key, "sid"), hasFold(key, "sas"):
		return keyWeak
	case hasFold(key, "pin"):
		return keyPIN
	}
	return keyNone
}

// isPW knows pw, my_pw, bindpw, rootpw.
func isPW(key string) bool {
	return endsFold(key, "pw") && (atBoundary(key, len(key)-2) || endsFold(key, "bindpw") || endsFold(key, "rootpw") || endsFold(key, "userpw") || endsFold(key, "dbpw"))
}

func strongIf(yes bool) keyKind {
	if yes {
		return keyStrong
	}
	return keyNone
}

// tokenNoun spares counters such as max_token and gen_ai.token.
func tokenNoun(key string) keyKind {
	if !endsFold(key, "token") {
		return keyNone
	}
	for _, harmless := range []string{"max_token", "page_token", "pagetoken", "stop_token", "next_token", "nexttoken", "continuationtoken", "continuation_token", "ai.token", "publickeytoken"} {
		if endsFold(key, harmless) {
			return keyNone
		}
	}
	return keyStrong
}

// keyQualifiers stand before "key" when it is a secret: api_key, AccountKey.
var keyQualifiers = suffixesOf(
	"api", "access", "secret", "private", "auth", "account", "shared", "sharedaccess", "signing", "signature", "encryption", "encrypt", "master", "app",
	"application", "client", "service", "subscription", "consumer", "license", "ssh", "webhook", "session", "token", "admin", "storage", "write", "deploy",
	"preshared", "psk", "hmac", "jwt", "crypt", "integration", "authorization", "io", "vault", "root", "ingest", "server", "security", "rest", "function", "functions",
)

// harmlessKeys stand before "key" when it is an address and no secret.
var harmlessKeys = suffixesOf(
	"cache", "public", "pub", "primary", "foreign", "partition", "routing", "sort", "object", "row", "idempotency", "group", "message", "map", "hash", "i18n",
	"dedup", "deduplication", "lock", "s3", "registry", "hot", "shift", "ctrl", "alt", "sorting", "unique", "composite", "shard", "translation", "any", "each",
	"file", "video", "page", "node", "user", "tenant", "order", "event", "item", "record", "entity", "document", "doc", "lookup", "search", "queue", "topic", "job", "task", "issue", "ticket",
	"blob", "place", "track", "channel", "thread", "state", "locale", "label", "feature", "metric", "aggregate", "aggregation", "surrogate", "natural", "business", "correlation", "request", "path", "flag",
)

func keyNamedKey(key string) keyKind {
	end := len(key) - len("key")
	i := end
	if i > 0 && (key[i-1] == '_' || key[i-1] == '-' || key[i-1] == '.' || key[i-1] == ' ') {
		i--
	}
	for _, q := range keyQualifiers.of(key[:i]) {
		if endsFold(key[:i], q) && (len(q) > 3 || atBoundary(key, i-len(q))) {
			return keyStrong
		}
	}
	if i < end || isUpper(key[end]) || end == 0 {
		for _, harmless := range harmlessKeys.of(key[:i]) {
			if endsFold(key[:i], harmless) && atBoundary(key, i-len(harmless)) {
				return keyNone
			}
		}
		return keyWeak
	}
	return keyNone
}

// atBoundary reports whether a word of the key begins at i: my_pass, myPass.
func atBoundary(key string, i int) bool {
	if i <= 0 {
		return i == 0
	}
	before := key[i-1]
	return !isAlnum(before) || (isUpper(key[i]) && !isUpper(before)) || isDigit(before)
}

// hides reports whether the name of an attribute says that its value goes as a
// whole.
func hides(key, value string) bool {
	if isSortOrPort(key) {
		return false
	}
	switch keyKindOf(key) {
	case keyNone, keyCode:
		return false
	case keyPIN:
		return isPIN(value)
	case keyWeak:
		return value[0] != '{' && !endsFold(key, "login") && isWeakSecret(key, value) && !isReference(value)
	case keyPass:
		return !isResult(key, value) && !isNonSecretWord(value)
	}
	return !isNonSecretWord(value)
}

// isWeakSecret asks a value to look random, as its name is not of secrets alone.
func isWeakSecret(key, value string) bool {
	if endsFold(key, "auth") && isBasic(value) {
		return true
	}
	return looksRandom(value) && !hasFold(value, "s-1-5-") && (isDense(value) || !isBareKey(key))
}

// isPIN reports whether a value is four to eight digits.
func isPIN(value string) bool { return len(value) >= 4 && len(value) <= 8 && isNumber(value) }

// isResult knows pass: 120 and pass: 12.5ms of a test's report.
func isResult(key, value string) bool {
	if !isDigit(value[0]) || len(value) >= 8 {
		return false
	}
	at := len(key) - len("pass")
	return at == 0 || !isTailMark(key[at-1]) && !isAlnum(key[at-1]) || len(value) < 4 && isCount(value)
}

// messageStarts begin what a form says about a field: {"password":"is required"}.
var messageStarts = []string{
	"is", "was", "must", "cannot", "can't", "can", "should", "needs", "has", "have", "does", "doesn't", "did", "required", "invalid", "please", "this", "the", "your", "at", "minimum", "password", "token", "field",
}

// isMessage reports whether a value is a sentence about a secret, with no word in
// it that could be one.
func isMessage(v string) bool {
	if len(v) > 160 {
		return false
	}
	first, rest, more := strings.Cut(v, " ")
	if !more || !slices.ContainsFunc(messageStarts, func(w string) bool { return len(w) == len(first) && hasFold(first, w) }) {
		return false
	}
	for w := range strings.FieldsSeq(rest) {
		w = strings.Trim(w, "().,:;!'")
		if letters := strings.IndexFunc(w, func(r rune) bool { return r != '\'' && r != '-' && (r > 'z' || !isLetter(byte(r))) }) < 0; !letters && !(len(w) < 4 && isCount(w)) {
			return false
		}
	}
	return sentenceHasVerb(v)
}

// sentenceHasVerb keeps pass phrases such as "the quick brown fox" from being
// taken for a message.
func sentenceHasVerb(v string) bool {
	for w := range strings.FieldsSeq(v) {
		switch strings.ToLower(strings.Trim(w, ".,:;!")) {
		case "is", "was", "must", "cannot", "can't", "should", "needs", "has", "does", "doesn't", "did", "required", "invalid", "enter", "least", "missing", "mismatch":
			return true
		}
	}
	return false
}

// isNonSecretWord knows values that say something about a secret and are none.
func isNonSecretWord(v string) bool {
	if n := len(v); n > 1 && v[n-1] == '@' && isCall(v[:n-1]) { // what anonymous FTP is given for a password, RFC 1635
		return true
	}
	switch len(v) {
	case 0:
		return true
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12:
	default:
		return isMessage(v)
	}
	for _, w := range []string{
		"true", "false", "null", "nil", "none", "undefined", "yes", "no", "on", "off", "empty", "missing", "required", "optional", "invalid", "expired", "valid",
		"string", "bearer", "basic", "digest", "unset", "absent", "present", "redacted", "n/a", "0", "1", "-", "nan", "[redacted]", "(null)", "password", "incorrect",
		"authentication", "wrong", "failed", "changed", "reset", "not", "is", "was", "for", "the", "a", "to", "in", "of", "has", "must",
	} {
		if len(w) == len(v) && hasFold(v, w) {
			return true
		}
	}
	return isMessage(v)
}
