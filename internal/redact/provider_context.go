package redact

import "strings"

// nameWindow bounds how far before a value the name of its provider may stand.
const nameWindow = 72

// folded maps letters to small ones and keeps digits; 0 separates words.
var folded = func() (table [256]byte) {
	for i := range table {
		if c := byte(i); isUpper(c) {
			table[i] = c | 0x20
		} else if isAlnum(c) {
			table[i] = c
		}
	}
	return table
}()

// named reads a key that looks like nothing (32 hex digits) from start, when the
// name of a provider whose keys look so stands before it, in the text or in the
// key of the value: DATADOG_API_KEY=…, "datadog": "…", fastly token ….
func (sc *scanner) named(start int) (hit, bool) {
	from := max(sc.floor, start-nameWindow)
	before := sc.s[from:start]
	if from == 0 && sc.key != "" && len(before) < nameWindow/2 {
		if before == "" && isIDName(sc.key) {
			return hit{}, false
		}
		if h, ok := sc.namedIn(sc.key, before, start); ok {
			return h, ok
		}
	}
	if len(before) < 3 || isIDName(before) {
		return hit{}, false
	}
	return sc.namedBefore(start-len(afterMark(before)), start)
}

// afterMark cuts what stands before a placeholder that an earlier redaction has
// left: the names there belong to what it replaced.
func afterMark(before string) string {
	if strings.IndexByte(before, '>') < 0 { // which is faster than the search from behind
		return before
	}
	if i := strings.LastIndexByte(before, '>'); i > 0 && (isUpper(before[i-1]) || before[i-1] == '_') {
		if j := strings.LastIndexByte(before[:i], '<'); j >= 0 && isAllCaps(before[j+1:i]) {
			return before[i+1:]
		}
	}
	return before
}

// namedIn tries every name in text; rest stands between text and the value.
func (sc *scanner) namedIn(text, rest string, start int) (hit, bool) {
	boundary := true
	for i := 0; i+3 <= len(text); i++ {
		c := text[i]
		if folded[c] == 0 {
			boundary = true
			continue
		}
		if !boundary && !(isUpper(c) && isLetter(text[i-1]) && !isUpper(text[i-1])) {
			continue
		}
		boundary = false
		if h, ok := sc.namedAt(text, i, rest, start); ok {
			return h, ok
		}
	}
	return hit{}, false
}

// namedAt tries the names that may begin at i in text: those of the same four
// letters, and of the same three.
func (sc *scanner) namedAt(text string, i int, rest string, start int) (hit, bool) {
	head, eight := headAt(text[i:]), firstEight(text[i:])
	if h, ok := sc.namedHead(head, eight, text, i, rest, start); ok {
		return h, ok
	}
	return sc.namedHead(head.short(), eight, text, i, rest, start)
}

func (sc *scanner) namedHead(head nameHead, eight uint64, text string, i int, rest string, start int) (hit, bool) {
	for k := names.heads[head.hash()]; k != 0; k = names.next[k] {
		if names.keys[k] != head || names.first[k].differ(eight) {
			continue
		}
		n := &names.names[k]
		end := nameEnd(text, i, n.text)
		if end < 0 || !sc.e.enabled[firstProvider+n.owner] {
			continue
		}
		noun := hasNoun(text[end:]) || hasNoun(rest)
		if !noun && (providers[n.owner].common || !assigns(text[end:], rest)) {
			continue
		}
		if to := sc.valueOf(n.owner, start, noun); to > start {
			return hit{start, to, firstProvider + n.owner}, true
		}
	}
	return hit{}, false
}

// nameEnd compares name with the text at i, without case and without marks
// between its letters (data.gov, DATA_GOV), and returns where it ends, or -1. A
// short name must end there: box is not in boxing, but in boxSecret and BOXTOKEN.
func nameEnd(text string, i int, name string) int {
	for k := 0; k < len(name); i++ {
		if i >= len(text) {
			return -1
		}
		c := folded[text[i]]
		if c == name[k] {
			k++
			continue
		}
		if c != 0 || k == 0 || folded[text[i-1]] == 0 || !strings.ContainsRune("_-. ", rune(text[i])) {
			return -1
		}
	}
	if i >= len(text) || folded[text[i]] == 0 || isUpper(text[i]) && !isUpper(text[i-1]) || len(name) > 5 {
		return i
	}
	if startsNoun(text[i:]) {
		return i
	}
	return -1
}

// nouns are the words that say a key follows.
var nouns = []string{
	"token", "key", "secret", "api", "access", "private", "pass", "pwd", "pat", "credential", "cred", "login", "bearer", "license", "licence", "signature", "jwt", "webhook", "service", "client", "app", "auth",
}

// startsNoun reports whether a noun stands at the beginning of text.
func startsNoun(text string) bool {
	for _, n := range nouns {
		if hasFold(text, n) {
			return true
		}
	}
	return false
}

// strongNouns of hasNoun are those that make 32 hex digits a key.
var strongNouns = nouns[:len(nouns)-4]

// hasNoun reports whether such a word stands in the text, at the beginning of a
// word or not: openweatherapikey.
func hasNoun(text string) bool {
	for i := 0; i+3 <= len(text); i++ {
		switch folded[text[i]] {
		case 't', 'k', 's', 'a', 'p', 'c', 'l', 'b', 'j':
		default:
			continue
		}
		for _, n := range strongNouns {
			if n[0] == folded[text[i]] && hasFold(text[i:], n) {
				return true
			}
		}
	}
	return false
}

// assigns reports whether what stands between a name and a value does no more
// than give the one to the other: " ", "_prod = \"", "': '".
func assigns(between, rest string) bool {
	if len(between)+len(rest) > 28 {
		return false
	}
	letters := 0
	spaced, operator := false, false
	for _, part := range [2]string{between, rest} {
		for i := range len(part) {
			switch c := part[i]; {
			case isWord(c) || c == '.':
				if operator || spaced && letters > 0 {
					return false
				}
				if isAlnum(c) {
					letters++
				}
			case c == '=' || c == ':' || c == '>' || c == ',' || c == '|':
				operator = true
			case c == '/' || c == '?' || c == '&' || c == '#' || c == '@' || c == ';' || c >= 0x80:
				return false
			default:
				spaced = true
			}
		}
	}
	return operator || letters < 2
}

// valueOf matches the shapes of a provider's values at start, and returns the
// end, or 0.
func (sc *scanner) valueOf(owner, start int, noun bool) int {
	shapes := keyShapes[owner]
	for k := range shapes {
		sh := &shapes[k]
		end, ok := sh.match(sc.s, start)
		if !ok || (isAlnum(byteAt(sc.s, end+1)) && strings.IndexByte("+/_", byteAt(sc.s, end)) >= 0) {
			continue
		}
		value := sc.s[start+len(sh.prefix) : end]
		sp := spreadOf(value)
		switch {
		case sp.distinct < min(5, len(value)) || sp.repeats > len(value)/2:
		case sp.digits > 0 && sp.seen&(lower|upper) != 0:
			return end
		case sp.digits == 0 && (noun || len(sh.prefix) > 1) && sh.fixed() && isLetters(value):
			return end
		case sp.digits == len(value) && noun:
			return end
		}
	}
	return 0
}

const maxIDWord = 16

// isIDName reports whether the last word before a value names what is no secret:
// request_id, commit, sha256.
func isIDName(before string) bool {
	if len(before) >= 16 {
		if yes, sure := endsInID(before); sure {
			return yes
		}
	}
	end := len(before)
	for end > 0 && len(before)-end < 8 && folded[before[end-1]] == 0 {
		end--
	}
	if end > 2 && !idWordEndings.endsAt(before, end) {
		return false
	}
	from := end
	for ; from > 0; from-- {
		c := folded[before[from-1]]
		if c == 0 || from < end && isUpper(before[from]) && !isUpper(before[from-1]) {
			break
		}
		if end-from == maxIDWord {
			return false
		}
	}
	return idTable.find(keyOf(before[from:end])) != 0
}

// endsInID is isIDName for a text of at least 16 bytes, where that is sure: its last
// word has fewer than eight bytes.
func endsInID(before string) (yes, sure bool) {
	last := len(before) - 8
	end := last + behindLastOf(alnumIn(eightBytes(before[last:])))
	if end == last { // the word may end right there
		return false, false
	}
	if !idWordEndings.endsAt(before, end) {
		return false, true
	}
	eight := eightBytes(before[end-8:])
	capitals := capitalsIn(eight)
	starts := (^alnumIn(eight)&highBits)<<8 | capitals&^(capitals<<8)&^0xff
	if starts == 0 {
		return false, false
	}
	from := behindLastOf(starts) - 1
	return idTable.findShort((eight|capitals>>2)>>(8*uint(from)&63)) != 0, true
}

// idWords are the nouns of ids, hashes and places.
var idWords = strings.Fields(`id ids uuid guid uid oid gid hash sha sha1 sha224 sha256 sha384 sha512 md5 crc crc32 commit commits digest etag checksum fingerprint thumbprint
		integrity trace traceid traceparent span spanid parent request req requestid correlation correlationid revision rev version build image layer manifest
		pod container node host hostname instance thread object file filename path blob tree ref branch tag transaction txn txid block tx index offset
		timestamp date email user username url uri bucket arn region zone cluster order session event job run task message delivery issue ticket customer
		invoice charge payment account org organization workspace project tenant cid fingerprintid sid slug name title type serial device nonce version1
		snapshot release public pub deployment namespace address addr`)

var idTable = newWordTable(idWords)

// idWordEndings are the last three letters of idWords.
var idWordEndings = func() *endings {
	t := new(endings)
	for _, w := range idWords {
		if len(w) > 2 {
			t.add(w[len(w)-3:])
		} else {
			t.withAnyFirst(w)
		}
	}
	return t
}()
