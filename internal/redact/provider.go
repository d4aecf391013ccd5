package redact

import (
	"hash/crc32"
	"strings"
)

// provider describes keys that begin with a fixed prefix. Length and alphabet
// are of the part behind it. A prefix alone is never a match.
type provider struct {
	name     string
	prefixes []string
	alphabet func(byte) bool
	min, max int
	check    func(token string) bool // of the whole key; nil accepts
	what     string
	source   string
}

// candidate is one prefix of one provider.
type candidate struct {
	prefix   string
	provider int
}

var (
	prefixIndex = indexPrefixes(false)
	dottedIndex = indexPrefixes(true) // prefixes with a dot: a word of the scan ends there
)

func indexPrefixes(dotted bool) (index [256][]candidate) {
	for i, p := range providers {
		for _, prefix := range p.prefixes {
			if strings.ContainsAny(prefix, ".=") == dotted {
				index[prefix[0]] = append(index[prefix[0]], candidate{prefix, i})
			}
		}
	}
	return index
}

// atToken looks for a provider's key in the word from start to end: at its
// beginning, and behind its joins (MY_TOKEN_ghp_…).
func (sc *scanner) atToken(start, end int) (hit, bool) {
	for i := start; i < end; i++ {
		if i > start && (classes[sc.s[i-1]] != join || i+minToken > end) {
			continue
		}
		for _, c := range prefixIndex[sc.s[i]] {
			if h, ok := sc.token(i, c); ok {
				return h, ok
			}
		}
	}
	return hit{}, false
}

// atDot tries the prefixes with a dot in them whose first dot is at i: SG., ya29.
func (sc *scanner) atDot(start, i int) (hit, bool) {
	if start >= i {
		return hit{}, false
	}
	for _, c := range dottedIndex[sc.s[start]] {
		if h, ok := sc.token(start, c); ok {
			return h, ok
		}
	}
	return sc.atTerraform(i)
}

// atTerraform reads 14 characters, ".atlasv1." and at least 60 more; the first
// dot is at i.
func (sc *scanner) atTerraform(i int) (hit, bool) {
	s := sc.s
	if byteAt(s, i+1) != 'a' || !hasFold(s[i+1:], "atlasv1.") {
		return hit{}, false
	}
	start := i
	for start > sc.floor && isAlnum(s[start-1]) {
		start--
	}
	end := wordEnd(s, i+len(".atlasv1."))
	if i-start != 14 || end-i < 60 {
		return hit{}, false
	}
	return hit{start, end, terraformToken}, true
}

// token matches one prefix at i.
func (sc *scanner) token(i int, c candidate) (hit, bool) {
	s := sc.s
	if !strings.HasPrefix(s[i:], c.prefix) {
		return hit{}, false
	}
	p := &providers[c.provider]
	from := i + len(c.prefix)
	end := from
	for end < len(s) && end-from <= p.max && p.alphabet(s[end]) {
		end++
	}
	if n := end - from; n < p.min || n > p.max || (end < len(s) && isAlnum(s[end])) {
		return hit{}, false
	}
	if p.check != nil && !p.check(s[i:end]) {
		return hit{}, false
	}
	if sc.e.enabled[firstProvider+c.provider] && !dull(s[from:end]) {
		return hit{i, end, firstProvider + c.provider}, true
	}
	return hit{}, false
}

// dull dismisses words and fillers of the right length: xxxxxxxx, your-key-here.
func dull(body string) bool {
	var seen uint8
	repeats := 0
	for i := range len(body) {
		seen |= classes[body[i]]
		if i > 0 && body[i] == body[i-1] {
			repeats++
		}
	}
	return (seen&digit == 0 && (seen&lower == 0 || seen&upper == 0)) || repeats > len(body)*3/4
}

// githubChecksum verifies the last six characters: the CRC-32 of the random
// part in base 62.
func githubChecksum(token string) bool {
	_, body, _ := strings.Cut(token, "_")
	if len(body) < 7 {
		return false
	}
	return base62(crc32.ChecksumIEEE([]byte(body[:len(body)-6]))) == body[len(body)-6:]
}

func base62(n uint32) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := [6]byte{'0', '0', '0', '0', '0', '0'}
	for i := 5; n > 0; i-- {
		out[i] = alphabet[n%62]
		n /= 62
	}
	return string(out[:])
}

// atTelegram reads a bot token, whose colon is at i: 123456789:AA….
func (sc *scanner) atTelegram(i int) (hit, bool) {
	s := sc.s
	if i < 8 || !isDigit(s[i-1]) || byteAt(s, i+1) != 'A' {
		return hit{}, false
	}
	start := i
	for start > sc.floor && isDigit(s[start-1]) {
		start--
	}
	end := wordEnd(s, i+1)
	if n := i - start; n < 8 || n > 10 || end-i-1 != 35 {
		return hit{}, false
	}
	return hit{start, end, telegramBot}, true
}

func isUpperOrDigit(c byte) bool { return isUpper(c) || isDigit(c) }
func isBase32(c byte) bool       { return isUpper(c) || (c >= '2' && c <= '7') }
func isLowerHex(c byte) bool     { return isDigit(c) || (c >= 'a' && c <= 'f') }
func isLowerOrDigit(c byte) bool { return isDigit(c) || (c >= 'a' && c <= 'z') }
func isDotted(c byte) bool       { return isWord(c) || c == '.' }
func isPadded(c byte) bool       { return isBase64(c) || c == '=' }

func contains(part string) func(string) bool {
	return func(token string) bool { return strings.Contains(token, part) }
}

// parts checks the lengths of what the separator separates: 24 and 34.
func parts(separator string, lengths ...int) func(string) bool {
	return func(token string) bool {
		fields := strings.Split(token, separator)
		if len(fields) != len(lengths) {
			return false
		}
		for i, f := range fields {
			if lengths[i] >= 0 && len(f) != lengths[i] {
				return false
			}
		}
		return true
	}
}
