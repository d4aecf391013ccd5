package redact

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// contextSet is a set of contexts: what the words beside a number may say it is.
type contextSet [2]uint64

func (c *contextSet) add(of contextSet)     { c[0] |= of[0]; c[1] |= of[1] }
func (c *contextSet) has(context uint) bool { return c[context>>6]>>(context&63)&1 != 0 }

func contextOf(context uint) contextSet {
	var c contextSet
	c[context>>6] = 1 << (context & 63)
	return c
}

// context is what stands before a number. linked is said right before it, with
// nothing but words such as "number is" between ("passport number is 12345678");
// loose allows a few more behind a preposition ("call our office on …"); first is
// the nearest word alone; near is anything within contextWindow bytes, unless
// another name stands in between.
type context struct {
	near, loose, linked, first contextSet
}

// contextReader fills a context; closest ends with the first word that does not
// belong to the phrase right before the number.
type contextReader struct {
	context
	closest bool
}

const (
	contextWindow = 48
	maxContextKey = 96
	maxWordLength = 20
)

// roles of words between a context and its number.
const (
	roleNone uint8 = iota
	roleLink       // number, is, at: the context before goes on
	roleStop       // order, offset, took: the number is that, whatever stands before
)

type meaning struct {
	set  contextSet
	role uint8
}

// saysNothing reports that contextOf finds nothing: no word before the number,
// and none of the key, is one of a context. In a path only the segment before
// counts.
func (sc *scanner) saysNothing(start int) bool {
	if sc.asked != start+1 {
		sc.asked, sc.nothing = start+1, sc.saysNothingBefore(start)
	}
	return sc.nothing
}

func (sc *scanner) saysNothingBefore(start int) bool {
	if byteAt(sc.s, start-1) == '/' && !isForeignBefore(sc.s, start) {
		end := start - 1
		for end > 0 && !isNameByte(sc.s[end-1]) && start-end < 4 {
			end--
		}
		from := end
		for from > 0 && isLetter(sc.s[from-1]) && end-from <= maxWordLength {
			from--
		}
		if m := meaningOf(sc.s[from:end]); from < end && m.role != roleLink && m.set == (contextSet{}) && byteAt(sc.s, from-1) < utf8.RuneSelf {
			return end-from > 1
		}
		return !sc.holdsContext(start-contextWindow, start)
	}
	return !sc.holdsContext(start-contextWindow, start) && !isForeignBefore(sc.s, start) && (sc.key == "" || !sc.keyHoldsContext())
}

// contextOf reads what the text before the number at start, and the key, say
// about it. In a path only the segment before counts: /phone/5551234567.
func (sc *scanner) contextOf(start int) context {
	if sc.saysNothing(start) {
		return context{}
	}
	var about contextReader
	stopped := about.read(sc.s, start, max(0, start-contextWindow))
	if stopped || byteAt(sc.s, start-1) == '/' || sc.key == "" {
		return about.context
	}
	var key contextReader
	key.read(sc.key, len(sc.key), max(0, len(sc.key)-maxContextKey))
	about.near.add(key.near)
	about.loose.add(key.loose)
	about.linked.add(key.linked)
	return about.context
}

// isForeignBefore reports whether a letter outside ASCII stands up to four bytes
// before i: the window knows no beginnings of such words.
func isForeignBefore(s string, i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if s[j] >= 0x80 {
			return true
		}
	}
	return false
}

// read walks the words of s before end, backwards, and reports whether the
// nearest of them names something else.
func (c *contextReader) read(s string, end, limit int) (stopped bool) {
	path := byteAt(s, end-1) == '/'
	linked, strangers, assigned := true, 0, false
	for i, words := end, 0; i > limit; words++ {
		for i > limit && !isNameByte(s[i-1]) {
			i--
			switch s[i] {
			case '\n':
				if words > 0 {
					return false
				}
			case '&', ';', '}', '|':
				if words > 0 {
					return false
				}
			case ',':
				if words > 0 && assigned {
					return false
				}
			case '=', ':':
				assigned = assigned || words == 0
			}
		}
		wordEnd := i
		for i > limit && isNameByte(s[i-1]) {
			i--
			if isUpper(s[i]) && i > limit && !isUpper(s[i-1]) { // userPhone
				break
			}
		}
		if i == wordEnd || (i == limit && i > 0 && isNameByte(s[i-1])) { // nothing, or cut off
			return false
		}
		if isEscaped(s, i) && wordEnd-i > 1 { // \nphone
			i++
		}
		m := meaning{}
		if before := byteAt(s, i-1); !isDigit(before) && (wordEnd-i > 2 || !isLetter(before) && !isAlnum(byteAt(s, wordEnd))) { // not in lz9dl
			m = meaningOf(s[i:wordEnd])
		}
		if m.role == roleStop {
			return words == 0
		}
		c.near.add(m.set)
		if words == 0 {
			c.first = m.set
		}
		if linked {
			c.linked.add(m.set)
		}
		if strangers <= 3 {
			c.loose.add(m.set)
		}
		if m.role != roleLink && m.set == (contextSet{}) && wordEnd-i > 1 {
			linked = false
			strangers++
			if c.closest {
				return false
			}
			if words == 0 {
				if path {
					return false
				}
				strangers = 4 // loose begins behind a preposition
			}
		}
	}
	return false
}

// rightBehind reports whether a word of the context stands right before start,
// in the text or as the end of the key of a value that begins there.
func (sc *scanner) rightBehind(start int, context uint) bool {
	c := contextReader{closest: true}
	c.read(sc.s, start, max(0, start-contextWindow))
	if c.linked.has(context) {
		return true
	}
	if start > 1 || sc.key == "" {
		return false
	}
	key := contextReader{closest: true}
	key.read(sc.key, len(sc.key), max(0, len(sc.key)-maxContextKey))
	return key.linked.has(context)
}

// isNameByte accepts letters of any alphabet.
func isNameByte(c byte) bool { return isLetter(c) || c >= 0x80 }

// meaningOf looks a word up, without case.
func meaningOf(word string) meaning {
	n := len(word)
	if n < 2 || n > maxWordLength {
		return meaning{}
	}
	first := word[0]
	if isUpper(first) {
		first |= 0x20
	}
	if contextLengths[first]>>uint(n)&1 == 0 || n > 2 && !wordHeads.hasTriple(tripleOf(word[0], word[1], word[2])) {
		return meaning{}
	}
	return contextMeanings[contextTable.find(keyOf(word))]
}

// meaningOfShort is meaningOf for the first n of eight bytes, in small letters; n is
// 1 to 7.
func meaningOfShort(eight uint64, n int) *meaning {
	if contextLengths[byte(eight)]>>uint(n)&1 == 0 || n < 2 {
		return &contextMeanings[0]
	}
	return &contextMeanings[contextTable.findShort(eight&(1<<(8*uint(n)&63)-1))]
}

// after reports whether the word right behind the number is of one of the contexts:
// "555 1234 office", "21 253 109 8211-Fax".
func (sc *scanner) after(end int, contexts ...uint) bool {
	s := sc.s
	i := end
	for i < len(s) && i-end < 3 && !isNameByte(s[i]) && s[i] != '\n' && s[i] != ',' && s[i] != '.' {
		i++
	}
	from := i
	for i < len(s) && isNameByte(s[i]) && i-from <= maxWordLength {
		i++
	}
	m := meaningOf(s[from:i])
	return slices.ContainsFunc(contexts, m.set.has)
}

// Contexts without a format of their own. Those of the tables of ids follow.
const (
	ctxPhone  uint = iota // phone, mobile, fax
	ctxCall               // call, reach, message: only for what is printed as a phone number
	ctxOffice             // office, home: only next to what is printed as a phone number
	ctxCard
	ctxBirth
	ctxDriver
	ctxLicence
	ctxPassport
	ctxBank
	ctxAccount
	ctxBIC
	ctxWallet
	ctxNumber
	ctxPerson     // my, her: only with number, for what is printed as a phone number
	ctxNationalID // national id, tax id: any number with a check digit
	firstIDContext
)

var (
	contextWords   = allContextWords()
	contextLengths = lengthsByFirst(contextWords)

	contextTable, contextMeanings = tableOfContexts(contextWords)

	contextHeads = headsOfContexts(contextWords)

	wordHeads = headFilterOf(slices.Collect(maps.Keys(contextWords)))
)

func tableOfContexts(words map[string]meaning) (table *wordTable, meanings []meaning) {
	var short []string
	meanings = []meaning{{}}
	for w, m := range words {
		if len(w) <= maxWordLength {
			short, meanings = append(short, w), append(meanings, m)
		}
	}
	return newWordTable(short), meanings
}

// headsOfContexts lets all the text before a number be dismissed, by the first
// letters of its words.
func headsOfContexts(words map[string]meaning) *contextFilter {
	f := new(contextFilter)
	for w, m := range words {
		switch {
		case m.set == (contextSet{}):
		case len(w) == 3:
			f.addShort(uint32(w[0]) | uint32(w[1])<<8 | uint32(w[2])<<16)
		case len(w) < 3:
			for c := range uint32(32) {
				f.addShort(uint32(w[0]) | uint32(w[1])<<8 | c<<16)
			}
		default:
			f.addLong(firstFour(w))
		}
	}
	return f
}

// lengthsByFirst lets a word be dismissed by its first byte and length.
func lengthsByFirst(words map[string]meaning) (lengths [256]uint32) {
	for w := range words {
		lengths[w[0]] |= 1 << len(w)
	}
	return lengths
}
