package redact

import (
	"math/bits"
	"slices"
)

const (
	minWordID = 8
	maxWordID = 20
	maxDashes = 4
)

// code is an official number with letters in it, in capitals and without
// separators. It is passed by value for the reason digits is.
type code struct {
	c [maxWordID]byte
	n int
}

// wordID is an official number of letters and digits: one row is a detector.
type wordID struct {
	name, placeholder string
	class             string
	what, source      string

	shapes string // A letter, 9 digit, * either; "|" separates
	words  string // what names it; needed unless alone is set
	alone  bool   // sure of itself in capitals and in one piece
	dashed bool   // or sure of itself where dashes group it
	valid  func(c code) bool
}

var wordIDs = slices.Concat(personCodes[:], companyCodes[:], healthCodes[:])

const countWordIDs = len(personCodes) + len(companyCodes) + len(healthCodes)

func (*wordID) context(row int) uint { return firstIDContext + uint(countNumberIDs+row) }

// shaped is one shape of one row, with the places that must be letters as bits.
type shaped struct {
	letters, digits uint32
	row             uint8
}

var wordsByLength = indexWords()

func indexWords() (index [maxWordID + 1][]shaped) {
	add := func(shape string, row int) {
		s := shaped{row: uint8(row)}
		for i := range len(shape) {
			switch shape[i] {
			case 'A':
				s.letters |= 1 << i
			case '9':
				s.digits |= 1 << i
			}
		}
		index[len(shape)] = append(index[len(shape)], s)
	}
	for row, id := range wordIDs {
		from := 0
		for i := 0; i <= len(id.shapes); i++ {
			if i == len(id.shapes) || id.shapes[i] == '|' {
				add(id.shapes[from:i], row)
				from = i + 1
			}
		}
	}
	return index
}

// atMixed reads a word of letters and digits, and perhaps dashes, as a number
// that an office gives out.
func (sc *scanner) atMixed(start, end int, _ uint8) (hit, bool) {
	s := sc.s
	if isDigit(s[start]) && end-start >= 10 && s[start+4] == '-' && s[start+7] == '-' && isDigit(s[start+5]) { // 2024-05-06T12
		return sc.birthDate(start)
	}
	if end-start == 17 && s[start+2] == '-' {
		if _, ok := macEnd(s, start, '-'); ok {
			return sc.found(start, end, detMAC)
		}
	}
	if isDigit(s[start]) && (byteAt(s, start+3) == '-' || byteAt(s, start-1) == '+' || hasLabel(s[start:end])) {
		if h, ok := sc.atNumber(start); ok { // 345-899-3560x4587
			return h, ok
		}
	}
	if c := s[end-1]; isDigit(c) && end-start >= minDigits+2 {
		if h, ok := sc.numberBehindWord(start, end); ok {
			return h, ok
		}
	}
	if end-start > maxWordID+maxDashes || sc.w.holds(start, end) && !sc.w.mayBeCode(start, end) {
		return hit{}, false
	}
	var c code
	upper, dashes, digitsSeen := true, 0, 0
	var letters uint32
	for i := start; i < end; i++ {
		b := s[i]
		switch {
		case b == '-':
			dashes++
			continue
		case b == '_' || c.n == maxWordID:
			return hit{}, false
		case isDigit(b):
			digitsSeen++
		default:
			if !isUpper(b) {
				upper = false
				b &^= 0x20
			}
			letters |= 1 << c.n
		}
		c.c[c.n] = b
		c.n++
	}
	if c.n < minWordID || dashes > maxDashes || digitsSeen < 3 || digitsSeen == c.n {
		return hit{}, false
	}
	return sc.code(&c, start, end, letters, upper, dashes)
}

// mayBeCode dismisses words in the window that are no row of wordIDs, nor a
// document's number: by how many digits and marks they hold, and where letters are.
func (w *window) mayBeCode(start, end int) bool {
	at, all := start-w.base, uint64(1)<<(end-start)-1
	digits, joins := w.lanes[laneDigit]>>at&all, w.joins>>at&all
	dashes, count := bits.OnesCount64(joins), bits.OnesCount64(digits)
	n := end - start - dashes
	if n < minWordID || n > maxWordID || dashes > maxDashes || count < 3 || count == n {
		return false
	}
	if w.lanes[laneLower]>>at&all == 0 {
		return true
	}
	letters := all &^ digits &^ joins
	for ; joins != 0; joins = joins & (joins - 1) >> 1 { // take the marks out
		below := joins&-joins - 1
		letters = letters&below | letters>>1&^below
	}
	for _, s := range wordsByLength[n] {
		if s.letters&^uint32(letters) == 0 && s.digits&uint32(letters) == 0 {
			return true
		}
	}
	return false
}

// hasLabel knows 5551234567-Fax.
func hasLabel(word string) bool {
	i := 0
	for i < len(word) && isDigit(word[i]) {
		i++
	}
	return i >= minDigits && i <= maxPhoneDigits && i+1 < len(word) && word[i] == '-' && isLetter(word[i+1])
}

// code holds a word against the rows of its length.
func (sc *scanner) code(c *code, start, end int, letters uint32, upper bool, dashes int) (hit, bool) {
	var about context
	known := false
	all := uint32(1)<<c.n - 1
	for _, s := range wordsByLength[c.n] {
		if s.letters&^letters != 0 || s.digits&letters&all != 0 {
			continue
		}
		id := &wordIDs[s.row]
		if id.valid != nil && !id.valid(*c) {
			continue
		}
		if upper && (id.alone && dashes == 0 || id.dashed && dashes > 0) && !isWord(byteAt(sc.s, start-1)) {
			return sc.found(start, end, firstWordID+int(s.row))
		}
		if !known {
			about, known = sc.contextOf(start), true
		}
		if about.near.has(id.context(int(s.row))) || (id.valid != nil && about.near.has(ctxNationalID) && s.row < uint8(len(personCodes))) {
			return sc.found(start, end, firstWordID+int(s.row))
		}
	}
	if !upper || bits.OnesCount32(letters)*2 > c.n || c.n > 18 {
		return hit{}, false
	}
	if !known {
		about = sc.contextOf(start)
	}
	return sc.documentCode(c.n, start, end, &about)
}

// documentCode is documentNumber for numbers with letters.
func (sc *scanner) documentCode(n, start, end int, about *context) (hit, bool) {
	if before := byteAt(sc.s, start-1); before == '+' || before == '/' { // base64
		return hit{}, false
	}
	switch {
	case about.linked.has(ctxPassport) && n <= 9:
		return sc.found(start, end, detPassport)
	case about.linked.has(ctxLicence) && about.near.has(ctxDriver):
		return sc.found(start, end, detLicence)
	}
	return hit{}, false
}

// numberBehindWord reads phone_9056743793 and MRN-00123456.
func (sc *scanner) numberBehindWord(start, end int) (hit, bool) {
	i := end
	for i > start && isDigit(sc.s[i-1]) {
		i--
	}
	if end-i < minDigits || i-start < 3 || classes[sc.s[i-1]] != join || !isLetter(sc.s[i-2]) || isWord(byteAt(sc.s, end)) {
		return hit{}, false
	}
	if end-i >= minCard && end-i != 13 { // digitsInside knows cards
		return hit{}, false
	}
	return sc.atNumber(i)
}

// letteredTail reads numbers whose groups end in a letter: 12.345.678-Z.
func (sc *scanner) letteredTail(d digits, f *form, start, end int) (hit, bool) {
	s := sc.s
	i := end
	if byteAt(s, i) == '-' {
		i++
	}
	if !isUpper(byteAt(s, i)) || isWord(byteAt(s, i+1)) || !f.in("2.3.3|1.3.3") {
		return hit{}, false
	}
	if d.n == 8 && s[i] == dniLetter(d.value(0, 8)) {
		return sc.found(start, i+1, detDNI)
	}
	if s[i] == 'K' && rutCheck(d, d.n) == 'K' {
		return sc.found(start, i+1, detRUT)
	}
	return hit{}, false
}

// value reads n digits from i.
func (c *code) value(i, n int) int {
	v := 0
	for _, x := range c.c[i : i+n] {
		v = v*10 + int(x-'0')
	}
	return v
}

// digits returns n digits from i as a number.
func (c *code) digits(i, n int) digits {
	d := digits{n: n}
	for j := range n {
		d.d[j] = c.c[i+j] - '0'
	}
	return d
}
