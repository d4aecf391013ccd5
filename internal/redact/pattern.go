package redact

import (
	"fmt"
	"regexp"
	"strings"
)

// patternSet runs a policy's own expressions. One pass over a value looks for
// three bytes of a literal that each expression needs; only an expression whose
// literal is there is run. A nil set finds nothing.
type patternSet struct {
	patterns []userPattern
	literals []literal
	heads    map[uint32][]int32 // literals by tripleHash of their rarest bytes
	filter   [1 << tripleBits / 64]uint64
	always   []int    // patterns without a literal
	warnings []string // what makes a pattern slow, for the log
}

type userPattern struct {
	re       *regexp.Regexp
	keywords []string // lower case; one of them must stand near a match
}

// literal is a text that a match of the pattern holds, in small letters.
type literal struct {
	text    string
	at      int // where its rarest three bytes begin
	pattern int
}

// tripleBits is the size of the filter over three bytes: 4 KiB.
const tripleBits = 15

// tripleHash is of three bytes in the low 24 bits, letters without case.
func tripleHash(triple uint32) uint32 {
	return (triple&0xffffff | 0x202020) * 0x9e3779b1 >> (32 - tripleBits)
}

// newPatternSet compiles the patterns of a policy; it is nil when there are none.
func newPatternSet(patterns []Pattern) (*patternSet, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	set := &patternSet{heads: map[uint32][]int32{}}
	for i, p := range patterns {
		re, err := regexp.Compile(p.Pattern)
		if err != nil {
			return nil, fmt.Errorf("cannot compile the pattern %q: %w", p.Name, err)
		}
		if re.MatchString("") {
			return nil, fmt.Errorf("cannot use the pattern %q: it matches the empty text; write + for *, or name a letter that must be there", p.Name)
		}
		user := userPattern{re: re}
		for _, keyword := range p.Keywords {
			user.keywords = append(user.keywords, strings.ToLower(keyword))
		}
		set.patterns = append(set.patterns, user)
		texts := requiredLiterals(p.Pattern)
		if len(texts) == 0 {
			set.always = append(set.always, i)
			set.warnings = append(set.warnings, fmt.Sprintf(
				"pattern %q has no text of at least %d characters that every match holds: it is run on every value, which is slow; write such a text into it if you can", p.Name, minLiteral))
			continue
		}
		for _, text := range texts {
			set.add(text, i)
		}
	}
	return set, nil
}

// add indexes a literal by its rarest three bytes; one of two bytes by whatever
// may follow.
func (p *patternSet) add(text string, pattern int) {
	l := literal{text: text, at: rarest(text), pattern: pattern}
	p.literals = append(p.literals, l)
	index := int32(len(p.literals) - 1)
	enter := func(third byte) {
		h := tripleHash(uint32(text[l.at]) | uint32(text[l.at+1])<<8 | uint32(third)<<16)
		if known := p.heads[h]; len(known) > 0 && known[len(known)-1] == index {
			return
		}
		p.filter[h/64] |= 1 << (h % 64)
		p.heads[h] = append(p.heads[h], index)
	}
	if len(text) > 2 {
		enter(text[l.at+2])
		return
	}
	for c := range 256 {
		enter(byte(c))
	}
}

// commonLetters are in the order of their frequency.
const commonLetters = "etaoinshrdlcumwfgypbvkjxqz"

// rarest returns where the three bytes of text begin that logs hold least often.
func rarest(text string) int {
	best, at := -1, 0
	for i := 0; i+3 <= len(text); i++ {
		score := 0
		for _, c := range []byte(text[i : i+3]) {
			if n := strings.IndexByte(commonLetters, c); n >= 0 {
				score += n
			} else {
				score += 20 // a digit, a mark
			}
		}
		if score > best {
			best, at = score, i
		}
	}
	return at
}

// maxPatterns bounds the patterns of a policy.
const maxPatterns = 1024

// find appends what the patterns match in s. It is inlined for a policy without
// any.
func (p *patternSet) find(s, key string, enabled []bool, hits []hit) []hit {
	if p == nil {
		return hits
	}
	return p.search(s, key, enabled, hits)
}

func (p *patternSet) search(s, key string, enabled []bool, hits []hit) []hit {
	for _, i := range p.always {
		hits = p.run(i, s, key, enabled, hits)
	}
	if len(p.literals) == 0 {
		return hits
	}
	var due [maxPatterns / 64]uint64
	if !p.mark(s, &due) {
		return hits
	}
	for i := range p.patterns {
		if due[i/64]>>(i%64)&1 != 0 {
			hits = p.run(i, s, key, enabled, hits)
		}
	}
	return hits
}

// mark finds which patterns have a literal in s.
func (p *patternSet) mark(s string, due *[maxPatterns / 64]uint64) (marked bool) {
	i := 0
	for ; i+4 <= len(s); i++ {
		b := s[i : i+4]
		h := tripleHash(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
		if p.filter[h/64]>>(h%64)&1 != 0 && p.verify(s, i, h, due) {
			marked = true
		}
	}
	for ; i+2 <= len(s); i++ {
		h := tripleHash(uint32(s[i]) | uint32(s[i+1])<<8 | uint32(byteAt(s, i+2))<<16)
		if p.filter[h/64]>>(h%64)&1 != 0 && p.verify(s, i, h, due) {
			marked = true
		}
	}
	return marked
}

// verify compares the literals whose rarest bytes hash to h with the text at i.
func (p *patternSet) verify(s string, i int, h uint32, due *[maxPatterns / 64]uint64) (marked bool) {
	for _, index := range p.heads[h] {
		l := &p.literals[index]
		if from := i - l.at; from >= 0 && hasFold(s[from:], l.text) {
			due[l.pattern/64] |= 1 << (l.pattern % 64)
			marked = true
		}
	}
	return marked
}

// run appends the matches of one pattern: its first group, or all.
func (p *patternSet) run(i int, s, key string, enabled []bool, hits []hit) []hit {
	if detector := firstPattern + i; detector >= len(enabled) || !enabled[detector] {
		return hits
	}
	user := &p.patterns[i]
	for _, m := range user.re.FindAllStringSubmatchIndex(s, -1) {
		start, end := m[0], m[1]
		if len(m) > 2 && m[2] >= 0 {
			start, end = m[2], m[3]
		}
		if start < end && user.isNear(s, key, start, end) {
			hits = append(hits, hit{start, end, firstPattern + i})
		}
	}
	return hits
}

// A keyword counts in the key, and this many bytes before and behind a match.
const (
	keywordBefore = 64
	keywordBehind = 32
)

func (u *userPattern) isNear(s, key string, start, end int) bool {
	if len(u.keywords) == 0 {
		return true
	}
	texts := [...]string{key, s[max(0, start-keywordBefore):start], s[end:min(len(s), end+keywordBehind)]}
	for _, text := range texts {
		for _, keyword := range u.keywords {
			if containsFold(text, keyword) {
				return true
			}
		}
	}
	return false
}

func containsFold(text, keyword string) bool {
	for i := 0; i+len(keyword) <= len(text); i++ {
		if hasFold(text[i:], keyword) {
			return true
		}
	}
	return false
}
