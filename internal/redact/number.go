package redact

import "strings"

// atDigits reads a word of digits and dashes: a card, an SSN, or the first
// group of one written with spaces.
func (sc *scanner) atDigits(start, end int, seen uint8) (hit, bool) {
	n := end - start
	if n < 9 && (n > 6 || byteAt(sc.s, end) != ' ' || !isDigit(byteAt(sc.s, end+1))) {
		return hit{}, false
	}
	if start > 0 && sc.s[start-1] == '.' && isDigit(byteAt(sc.s, start-2)) { // a fraction
		return hit{}, false
	}
	if byteAt(sc.s, end) == '.' && isDigit(byteAt(sc.s, end+1)) {
		return hit{}, false
	}
	if h, ok := sc.card(start); ok {
		return h, ok
	}
	return sc.ssn(start, end, seen)
}

// digitsInside looks for a card number between the joins of a longer word:
// customer_4111…. It looks at every twelfth byte first, as fewer digits are no
// card.
func (sc *scanner) digitsInside(start, end int) (hit, bool) {
	const shortest = 12
	for i := start; i+shortest <= end; {
		last := i + shortest - 1
		for last >= i && isDigit(sc.s[last]) {
			last--
		}
		if last >= i {
			i = last + 1
			continue
		}
		j := i + shortest
		for j < end && isDigit(sc.s[j]) {
			j++
		}
		if !isLetter(byteAt(sc.s, i-1)) && !isLetter(byteAt(sc.s, j)) && byteAt(sc.s, i-1) != '-' && byteAt(sc.s, j) != '-' {
			if h, ok := sc.card(i); ok {
				return h, ok
			}
		}
		i = j
	}
	return hit{}, false
}

// maxGroups is the most groups a card number is printed in.
const maxGroups = 5

// card reads digits in groups that one space or dash separates, from start.
func (sc *scanner) card(start int) (hit, bool) {
	if !sc.e.enabled[detCard] || isIDKey(sc.key) {
		return hit{}, false
	}
	var number [20]byte
	var groups [maxGroups]int
	n, group, separator := 0, 0, byte(0)
	for i := start; ; i++ {
		if c := byteAt(sc.s, i); isDigit(c) {
			if n == len(number) || group == maxGroups {
				break
			}
			number[n] = c - '0'
			groups[group]++
			n++
			continue
		}
		if cardShape(groups[:group+1], n) && !isWordOrFraction(sc.s, i) && sc.isCard(number[:n], start, i) {
			return hit{start, i, detCard}, true
		}
		c := byteAt(sc.s, i)
		if (c != ' ' && c != '-') || (separator != 0 && c != separator) || !isDigit(byteAt(sc.s, i+1)) || group+1 >= maxGroups {
			break
		}
		separator = c
		group++
	}
	return hit{}, false
}

// isWordOrFraction reports whether the digits before i go on as something else.
func isWordOrFraction(s string, i int) bool {
	c := byteAt(s, i)
	return isLetter(c) || (c == '-' && isDigit(byteAt(s, i+1))) || (c == '.' && isDigit(byteAt(s, i+1)))
}

// cardShape accepts the ways cards are written: in one piece, in fours, or as
// American Express and Diners print them (4-6-5, 4-6-4).
func cardShape(groups []int, n int) bool {
	switch len(groups) {
	case 1:
		return n >= 12 && n <= 19
	case 3:
		return groups[0] == 4 && groups[1] == 6 && (groups[2] == 5 || groups[2] == 4)
	case 4, 5:
		for i, g := range groups[:len(groups)-1] {
			if g != 4 && !(i == 3 && len(groups) == 5) {
				return false
			}
		}
		last := groups[len(groups)-1]
		return last >= 1 && last <= 4
	}
	return false
}

// isCard asks for Luhn and a known issuer. Twelve and thirteen digits, which
// ordinary ids have and few cards, also need a word such as card beside them;
// with such a word, the issuer may be any.
func (sc *scanner) isCard(number []byte, start, end int) bool {
	if !luhn(number) || oneDigit(number) {
		return false
	}
	if issued(number) && len(number) > 13 && !sc.isMeasure(start) {
		return true
	}
	return sc.near(start, end, "card", "visa", "credit", "debit", "pan", "maestro", "mastercard", "amex", "cc")
}

// isMeasure reports whether a word such as offset stands right before the
// number, or in the key: a twentieth of all 16-digit numbers looks like a card.
// Names of ids are not among them: a card number does get into an order id.
func (sc *scanner) isMeasure(start int) bool {
	name := sc.key
	if end := start; end > sc.floor {
		for end > sc.floor && start-end < 4 && !isWord(sc.s[end-1]) {
			end--
		}
		name = sc.s[max(sc.floor, end-16):end]
	}
	for _, w := range []string{"offset", "seq", "sequence", "bytes", "size", "count", "ts", "time", "nanos", "nano", "micros", "_ns", "_us", "lsn", "snowflake", "duration"} {
		if endsFold(name, w) && (w[0] == '_' || atBoundary(name, len(name)-len(w))) {
			return true
		}
	}
	return false
}

// near reports whether one of the words stands in the key or within 48 bytes
// before or 24 after.
func (sc *scanner) near(start, end int, words ...string) bool {
	before := sc.s[max(0, start-48):start]
	after := sc.s[end:min(len(sc.s), end+24)]
	for _, text := range []string{sc.key, before, after} {
		for _, w := range words {
			if containsWord(text, w) {
				return true
			}
		}
	}
	return false
}

// containsWord finds w (lower case) in text without case, at the beginning of a word.
func containsWord(text, w string) bool {
	for i := 0; i+len(w) <= len(text); i++ {
		if text[i]|0x20 == w[0] && hasFold(text[i:], w) && atBoundary(text, i) && (len(w) > 3 || !isAlnum(byteAt(text, i+len(w)))) {
			return true
		}
	}
	return false
}

func oneDigit(number []byte) bool {
	for _, d := range number[1:] {
		if d != number[0] {
			return false
		}
	}
	return true
}

func luhn(number []byte) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// issued knows issuer identification numbers and the lengths they are used with.
func issued(number []byte) bool {
	n := len(number)
	iin := 0
	for _, d := range number[:6] {
		iin = iin*10 + int(d)
	}
	p4, p3, p2 := iin/100, iin/1000, iin/10000
	long := n >= 16 && n <= 19
	switch {
	case p2/10 == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case p2 == 34 || p2 == 37: // American Express
		return n == 15
	case (p2 >= 51 && p2 <= 55) || (p4 >= 2221 && p4 <= 2720): // Mastercard
		return n == 16
	case p4 >= 2200 && p4 <= 2204: // Mir
		return long
	case p4 == 6011 || p2 == 65 || (p3 >= 644 && p3 <= 649): // Discover, RuPay
		return long
	case (p3 >= 300 && p3 <= 305) || p3 == 309 || p2 == 36 || p2 == 38 || p2 == 39: // Diners Club
		return n == 14 || long
	case p4 >= 3528 && p4 <= 3589: // JCB
		return long
	case p4 == 1800 || p4 == 2131: // JCB, 15 digits
		return n == 15
	case p2 == 62 || p2 == 81: // UnionPay
		return long
	case p4 == 5018 || p4 == 5020 || p4 == 5038 || p4 == 5893 || p4 == 6304 || p4 == 6759 || (p4 >= 6761 && p4 <= 6763) || p4 == 6390: // Maestro
		return n >= 12
	case p4 == 9792 || p2 == 60: // Troy, RuPay
		return n == 16
	}
	return false
}

// isIDKey names keys whose numbers are ids, however card-like.
func isIDKey(key string) bool {
	return endsFold(key, "trace_id") || endsFold(key, "traceid") || endsFold(key, "span_id") || endsFold(key, "spanid") || endsFold(key, "trace.id") ||
		endsFold(key, "span.id") || endsFold(key, "traceparent") || endsFold(key, "parent_id") || endsFold(key, "timestamp")
}

// ssn reads 123-45-6789; with spaces, or as nine bare digits, only beside a
// word that names it.
func (sc *scanner) ssn(start, end int, seen uint8) (hit, bool) {
	s := sc.s
	switch {
	case !sc.e.enabled[detSSN] || isIDKey(sc.key):
	case end-start == 11 && s[start+3] == '-' && s[start+6] == '-':
		if ssnRanges(s[start:start+3], s[start+4:start+6], s[start+7:end]) {
			return hit{start, end, detSSN}, true
		}
	case end-start == 9 && seen == digit:
		if ssnRanges(s[start:start+3], s[start+3:start+5], s[start+5:end]) && sc.nearSSN(start, end) {
			return hit{start, end, detSSN}, true
		}
	case end-start == 3 && len(s) >= start+11 && s[start+6] == ' ' && !isAlnum(byteAt(s, start+11)):
		if ssnRanges(s[start:end], s[start+4:start+6], s[start+7:start+11]) && sc.nearSSN(start, start+11) {
			return hit{start, start + 11, detSSN}, true
		}
	}
	return hit{}, false
}

func (sc *scanner) nearSSN(start, end int) bool {
	return sc.near(start, end, "ssn", "social", "ssns", "tin", "taxpayer")
}

func ssnRanges(area, group, serial string) bool {
	for _, part := range []string{area, group, serial} {
		for i := range len(part) {
			if !isDigit(part[i]) {
				return false
			}
		}
	}
	return area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000" &&
		area+group+serial != "078051120" && strings.Trim(area+group+serial, area[:1]) != ""
}
