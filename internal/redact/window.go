package redact

import "math/bits"

// A window holds 64 bytes of a text as bit masks, one for each lane: bit i of a
// lane says that byte i belongs to it. Questions such as "where does a word of
// at least 16 bytes begin" are then a handful of shifts for 64 bytes at once,
// without a branch that could be predicted wrongly.
//
//	text   rt=0.12 10.12.4.7 id
//	digit  ...1.11.11.11.1.1...
//	mark   ....1..1..1..1.1.1..   the dot, the space, …
//	number ........1...........   a run of digits and marks of at least seven
//
// A window looks 16 bytes ahead: candidates are reported for its first 48 bytes,
// then it moves by 48.
type window struct {
	rows [8]uint64 // the lanes of eight bytes each: byte l of a row is lane l
	base int

	// Lanes that are asked for again, and the byte in front of the window.
	words, lowers, uppers, digits, joins uint64
	before                               carry

	// Candidates, at the bytes where they begin.
	long    uint64 // words of 16 bytes and more
	mixed   uint64 // words of 8 to 15 bytes with a digit, at their first digit
	capital uint64 // words of 8 or 11 capitals and digits
	number  uint64 // runs of digits with single marks between them
	iban    uint64 // words that begin with two letters and two digits
	marked  uint64 // --password, -----BEGIN; and 5 or 6 letters before a space: Bearer, Basic
	assign  uint64 // = : > that are not of a chain
	chain   uint64 // the first of three = : > close to each other, or two in a row
	stops   uint64 // separators but = : >

	heads [headWindows]uint64 // where words and parts of words begin, of the last windows
}

// carry is what the shifts need of the byte before a window: 1 or 0.
type carry struct{ word, digit, number, blank, letter, upper uint8 }

func carryOf(lane uint64) uint8 { return uint8(lane >> (stride - 1) & 1) }

const (
	windowSize = 64
	stride     = 48
)

// Lanes. A byte in two lanes means something else than in one: J with stop is
// not a join but the beginning of an escape.
const (
	laneLower  = iota
	laneUpper  //
	laneDigit  //
	laneJoin   // _ -        with stop: % \ <
	laneMark   // space . / - with stop: + (
	laneAssign // = : >      with stop: &
	laneStop   // @, and the first bytes of characters that fold changes
	laneSpace  // space, tab; with stop: ;
)

// lanesOf puts the lanes of a byte into the lowest bit of eight bytes, so that
// eight of them can be shifted into one word.
var lanesOf = func() (table [256]uint64) {
	add := func(lane int, chars string) {
		for i := range len(chars) {
			table[chars[i]] |= 1 << (8 * lane)
		}
	}
	add(laneLower, "abcdefghijklmnopqrstuvwxyz")
	add(laneUpper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	add(laneDigit, "0123456789")
	add(laneJoin, "_-%\\<")
	add(laneMark, " ./-+(")
	add(laneAssign, "=:>&")
	add(laneStop, "@%\\<+(&;")
	add(laneSpace, " \t;")
	add(laneStop, foldingLeads)
	return table
}()

// load reads the rows of the window at base; the first kept are there already.
func (w *window) load(s string, base, kept int) {
	i := base + 8*kept
	for k := kept; k < len(w.rows); k++ {
		if i+8 > len(s) {
			w.rows[k] = lastRow(s, i)
			for k++; k < len(w.rows); k++ {
				w.rows[k] = 0
			}
			return
		}
		w.rows[k] = row(s[i : i+8])
		i += 8
	}
}

func row(b string) uint64 {
	_ = b[7]
	return lanesOf[b[0]] | lanesOf[b[1]]<<1 | lanesOf[b[2]]<<2 | lanesOf[b[3]]<<3 |
		lanesOf[b[4]]<<4 | lanesOf[b[5]]<<5 | lanesOf[b[6]]<<6 | lanesOf[b[7]]<<7
}

// lastRow reads fewer than eight bytes from i, by a row that ends where the text
// ends.
func lastRow(s string, i int) uint64 {
	n := len(s) - i
	if n <= 0 {
		return 0
	}
	if len(s) >= 8 {
		return row(s[len(s)-8:]) >> (8 - n) & (0xff >> (8 - n) * 0x0101010101010101)
	}
	var r uint64
	for j := range n {
		r |= lanesOf[s[i+j]] << j
	}
	return r
}

// advance moves the window to base, stride bytes on.
func (w *window) advance(s string, base int) {
	w.rows[0], w.rows[1] = w.rows[6], w.rows[7]
	w.load(s, base, 2)
}

// interleave is a step of turning rows into lanes, as a matrix of 8 by 8 bytes:
// what mask keeps of two rows, and the rest of both.
func interleave(a, b, mask uint64, shift int) (kept, rest uint64) {
	return a&mask | b&mask<<shift, a>>shift&mask | b&^mask
}

// escapedLetters marks the letter of \n, \r, \t, \b and \f, which is no part of a
// word: in a JSON string that stands in a log line, a key follows \n as it follows
// a space.
func escapedLetters(s string, base int, escapes uint64) (letters uint64) {
	for ; escapes != 0; escapes &= escapes - 1 {
		i := bits.TrailingZeros64(escapes)
		if s[base+i] == '\\' && isEscapeLetter(byteAt(s, base+i+1)) {
			letters |= 2 << i
		}
	}
	return letters
}

// isEscaped reports whether the letter of an escape such as \n stands at i.
func isEscaped(s string, i int) bool {
	return i > 0 && s[i-1] == '\\' && isEscapeLetter(byteAt(s, i))
}

func isEscapeLetter(c byte) bool { return c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f' }

// candidates finds where a closer look is needed, among the bytes of head. The
// lanes stay in registers, hence one long function.
func (w *window) candidates(s string, base int, head uint64) uint64 { //nolint:funlen // see above
	const half, quarter, eighth = 0x00000000ffffffff, 0x0000ffff0000ffff, 0x00ff00ff00ff00ff
	r := &w.rows
	a0, b0 := interleave(r[0], r[4], half, 32)
	a1, b1 := interleave(r[1], r[5], half, 32)
	a2, b2 := interleave(r[2], r[6], half, 32)
	a3, b3 := interleave(r[3], r[7], half, 32)
	c0, d0 := interleave(a0, a2, quarter, 16)
	c1, d1 := interleave(a1, a3, quarter, 16)
	lowers, uppers := interleave(c0, c1, eighth, 8)
	digits, join := interleave(d0, d1, eighth, 8)
	c0, d0 = interleave(b0, b2, quarter, 16)
	c1, d1 = interleave(b1, b3, quarter, 16)
	mark, assign := interleave(c0, c1, eighth, 8)
	stop, space := interleave(d0, d1, eighth, 8)

	if escapes := stop & join; escapes != 0 {
		lowers &^= escapedLetters(s, base, escapes)
	}
	if base > 0 && s[base-1] == '\\' && isEscapeLetter(s[base]) {
		lowers &^= 1
	}
	letters, joins, blanks := lowers|uppers, join&^stop, space&^stop
	words := letters | digits | joins
	preceded := words<<1 | uint64(w.before.word)
	start := words &^ preceded & head

	r2 := words & (words >> 1)
	r4 := r2 & (r2 >> 2)
	r5 := r4 & (words >> 4)
	r8 := r4 & (r4 >> 4)
	r16 := r8 & (r8 >> 8)
	w.long = start & r16
	w.marked = start & r5 & (joins | letters&(blanks>>5|words>>5&(blanks>>6)))
	found := w.long | w.marked

	numbers := uint64(0)
	w.mixed, w.number, w.iban = 0, 0, 0
	if digits != 0 {
		between := mark & (digits<<1 | uint64(w.before.digit)) & (digits >> 1)
		numbers = digits | between
		n4 := numbers & (numbers >> 1)
		n4 &= n4 >> 2
		w.number = digits &^ preceded & n4 & (n4 >> 3) & (^(numbers<<1 | uint64(w.before.number)) | blanks<<1 | uint64(w.before.blank)) & head
		w.number |= behindWord(digits, between&^joins, preceded&^(digits<<1|uint64(w.before.digit))) & n4 & (n4 >> 3) & head
		w.iban = start & letters & (letters >> 1) & (digits >> 2) & (digits >> 3)
		if r8 != 0 {
			w.mixed = firstDigits(words, digits, start) & widen8(r8) &^ widen16(r16)
		}
		found |= w.mixed | w.number | w.iban
	}
	w.capital = 0
	if uppers&r8 != 0 {
		capitals := uppers | digits
		c4 := capitals & (capitals >> 1)
		c4 &= c4 >> 2
		c8 := c4 & (c4 >> 4)
		w.capital = start & uppers & c8 & (^(words >> 8) | c8>>3&^(words>>11))
		found |= w.capital
	}
	w.assign, w.chain, w.stops = 0, 0, 0
	if assigns := assign &^ stop; assigns != 0 {
		w.chain = chains(assigns) & head
		w.assign = assigns &^ (digits<<1 | uint64(w.before.digit)) & head &^ w.chain
		found |= w.assign | w.chain
	}
	if stop != 0 {
		w.stops = stop & (^(join | mark | assign | space) | join&((letters|digits|mark)>>1) | mark&(digits>>1)) & head
		if ampersands := stop & assign; ampersands != 0 {
			w.stops |= ampersands & entities(stop&space) & head
		}
		found |= w.stops
	}
	if more := head+1 != 0; found != 0 || more {
		w.words, w.lowers, w.uppers, w.digits, w.joins, w.base = words, lowers, uppers, digits, joins, base
		w.heads[base/stride%headWindows] = letters&^(letters<<1|uint64(w.before.letter)) | digits&^((letters|digits)<<1|uint64(w.before.letter|w.before.digit)) |
			uppers&^(uppers<<1|uint64(w.before.upper))
		w.before = carry{carryOf(words), carryOf(digits), carryOf(numbers), carryOf(blanks), carryOf(letters), carryOf(uppers)}
	}
	return found
}

// firstDigits marks the first digit of every word. Adding a word's first bit
// makes a carry run through its letters and stop at its first digit, or behind
// the word, which is no digit.
func firstDigits(words, digits, start uint64) uint64 {
	others := words &^ digits
	landed := (others + start&others) &^ others
	return (landed | start) & digits
}

// behindWord marks the digits behind the first mark of a run that begins inside a
// word, of whose digits the first are preceded: 10 in node1/10.1.2.3.
func behindWord(digits, between, preceded uint64) uint64 {
	inside := digits & preceded
	return ((digits + inside) &^ digits & between) << 1
}

// widen8 marks all bytes of runs, given where eight in a row begin.
func widen8(r uint64) uint64 {
	r |= r << 1
	r |= r << 2
	return r | r<<4
}

func widen16(r uint64) uint64 {
	r = widen8(r)
	return r | r<<8
}

// chains marks the first of three assigns of which each is at most five bytes
// behind the one before (an IPv6 or a MAC address), and the first of two in a
// row (::).
func chains(assigns uint64) uint64 {
	next := func(m uint64) uint64 { // within one to five bytes
		m = m>>1 | m>>2
		return m | m>>2 | m>>3
	}
	second := assigns & next(assigns)
	return assigns & (next(second) | assigns>>1)
}

// entities marks what stands 3 to 10 bytes before a semicolon.
func entities(semicolons uint64) uint64 {
	m := semicolons>>3 | semicolons>>4
	m |= m >> 2
	return m | m>>4
}

// wordAt returns the word around byte i of the window at base, and what it is
// made of.
func (w *window) wordAt(s string, base, i int) (start, end int, seen uint8) {
	start = base + i + 1 - bits.LeadingZeros64(^(w.words << (windowSize - 1 - i)))
	to := i + bits.TrailingZeros64(^(w.words >> i))
	m := (uint64(1)<<to - 1) &^ (uint64(1)<<(start-base) - 1)
	seen = bit(w.lowers&m, lower) | bit(w.uppers&m, upper) | bit(w.digits&m, digit) | bit(w.joins&m, join)
	end = base + to
	if to >= windowSize {
		for end < len(s) && isWord(s[end]) {
			seen |= classes[s[end]]
			end++
		}
	}
	return start, end, seen
}

// digitsIn counts the digits of a word that ends in the window.
func (w *window) digitsIn(start, end int) int {
	return bits.OnesCount64(w.digits >> (start - w.base) & (1<<(end-start) - 1))
}

func bit(m uint64, class uint8) uint8 {
	if m != 0 {
		return class
	}
	return 0
}
