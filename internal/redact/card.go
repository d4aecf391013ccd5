package redact

// minCard is the length of the shortest card numbers, those of Maestro.
const minCard = 12

// maxCard is the length of the longest.
const maxCard = 19

// card looks for a card number at the front of n: 4111 1111 1111 1111 12/27
// goes on behind it.
func (sc *scanner) card(n *number) (hit, bool) {
	if !sc.e.enabled[detCard] {
		return hit{}, false
	}
	for g := 1; g <= n.groups; g++ {
		count := n.upTo(g)
		if count < minCard {
			continue
		}
		if count > maxCard {
			break
		}
		if g == n.groups && n.more {
			break
		}
		if !n.cardForm(g, count) || isWordOrFraction(sc.s, n.ends[g-1]) {
			continue
		}
		if sc.isCard(n.d[:count], n.start, n.ends[g-1]) {
			return hit{n.start, n.ends[g-1], detCard}, true
		}
	}
	return hit{}, false
}

// isWordOrFraction reports whether the digits before i go on as something else.
// A float that is whole is the card it was: 4111111111111111.0.
func isWordOrFraction(s string, i int) bool {
	c := byteAt(s, i)
	return isLetter(c) || (c == '-' && isDigit(byteAt(s, i+1))) || (c == '.' && isDigit(byteAt(s, i+1)) && !isZeroFraction(s, i))
}

// isZeroFraction reports whether the dot at i begins .0 or .00, and nothing else.
func isZeroFraction(s string, i int) bool {
	end := i + 1
	for byteAt(s, end) == '0' {
		end++
	}
	c := byteAt(s, end)
	return end > i+1 && end-i <= 3 && !isWord(c) && (c != '.' || !isDigit(byteAt(s, end+1)))
}

// cardForm accepts the ways cards are written: in one piece, in fours, or as
// American Express and Diners print them (4-6-5, 4-6-4), with spaces, dashes or
// dots.
func (n *number) cardForm(groups, count int) bool {
	if groups == 1 {
		return true
	}
	if groups < 3 || groups > 5 {
		return false
	}
	for i := 1; i < groups; i++ {
		if sep := n.seps[i]; sep != n.seps[1] || (sep != ' ' && sep != '-' && sep != '.') {
			return false
		}
	}
	if groups == 3 {
		return n.sizes[0] == 4 && n.sizes[1] == 6 && (n.sizes[2] == 5 || n.sizes[2] == 4)
	}
	for i, size := range n.sizes[:groups-1] {
		if size != 4 && !(i == 3 && groups == 5) {
			return false
		}
	}
	return n.sizes[groups-1] <= 4 && count <= maxCard
}

// isCard asks for Luhn and a known issuer. Thirteen digits, which barcodes have
// and few cards, also need a word such as card beside them; with such a word,
// the issuer may be any. Twelve digits must not be an account's of a cloud.
func (sc *scanner) isCard(number []byte, start, end int) bool {
	if !luhn(number) || oneDigit(number) {
		return false
	}
	if issued(number) && len(number) > 13 && !sc.isMeasure(start) {
		return true
	}
	if number[0] == 1 && len(number) != 15 { // a time since 1970
		return false
	}
	about := sc.contextOf(start)
	if about.near.has(ctxCard) || sc.after(end, ctxCard) {
		return true
	}
	return len(number) == minCard && issued(number) && byteAt(sc.s, start-1) != ':' && !about.first.has(ctxAccount) // no cloud account
}

// measures count something, or are a time.
var measures = suffixesOf(
	"offset", "seq", "sequence", "bytes", "size", "count", "ts", "time", "nanos", "nano", "micros", "_ns", "_us", "lsn", "snowflake", "duration", "trace_id", "span_id", "traceid", "spanid", "parent_id",
)

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
	for _, w := range measures.of(name) {
		if endsFold(name, w) && (w[0] == '_' || atBoundary(name, len(name)-len(w))) {
			return true
		}
	}
	return false
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
		return n >= minCard
	case p4 == 9792 || p2 == 60 || p4 == 5019: // Troy, RuPay, Hipercard, Dankort
		return n == 16
	case p3 == 506 || p3 == 508 || p3 == 509 || p4 == 6277 || p4 == 6362 || p4 == 6363: // Verve, RuPay, Elo
		return long
	}
	return false
}

// digitsInside looks for a card number between the joins of a longer word:
// customer_4111…. It looks at every twelfth byte first, as fewer digits are no
// card.
func (sc *scanner) digitsInside(start, end int) (hit, bool) {
	for i := start; i+minCard <= end; {
		last := i + minCard - 1
		for last >= i && isDigit(sc.s[last]) {
			last--
		}
		if last >= i {
			i = last + 1
			continue
		}
		j := i + minCard
		for j < end && isDigit(sc.s[j]) {
			j++
		}
		if (!isLetter(byteAt(sc.s, i-1)) || isEscaped(sc.s, i-1)) && !isLetter(byteAt(sc.s, j)) && byteAt(sc.s, i-1) != '-' && byteAt(sc.s, j) != '-' && !isIDKey(sc.key) {
			var n number
			n.read(sc.s, i)
			if h, ok := sc.card(&n); ok {
				return h, ok
			}
		}
		i = j
	}
	return hit{}, false
}
