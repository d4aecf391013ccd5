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
	lanes lanes // without the letters of escapes, once candidates has run
	base  int
	index int // base / stride

	// What is made of the lanes and asked for again, and the byte in front.
	words, joins, numbers, landed uint64
	before                        carry

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

	heads   [keptHeads]uint64 // by index: where words and parts of words begin, of the windows before
	inBlock bool              // then of this window too
}

// carry is what the shifts need of the byte before a window: 1 or 0.
//
// inside is 1 after the digits of a run that began inside a word, landed after the
// mark behind one.
type carry struct{ word, digit, number, inside, landed, blank, letter, upper, escape uint64 }

func carryOf(lane uint64) uint64 { return lane >> (stride - 1) & 1 }

const (
	windowSize = 64
	stride     = 48
)

// load reads all 64 bytes at base, 16 of them again: that is cheaper than to
// move lanes.
func (w *window) load(s string, base int) {
	w.lanes.read(s[base:min(base+windowSize, len(s))])
}

// advance moves the window and keeps what the shifts of the next one ask for.
func (w *window) advance(s string) {
	l, b := &w.lanes, &w.before
	w.heads[w.index&(keptHeads-1)] = w.headsHere()
	own := l[laneDigit] & (1<<stride - 1)
	b.inside, b.landed = (own+own&w.inside(w.words<<1|b.word))>>stride, carryOf(w.landed)
	b.word, b.digit, b.number = carryOf(w.words), carryOf(l[laneDigit]), carryOf(w.numbers)
	b.blank, b.escape = carryOf(l[laneSpace]&^l[laneStop]), carryOf(l[laneStop]&l[laneJoin])
	b.letter, b.upper = carryOf(l[laneLower]|l[laneUpper]), carryOf(l[laneUpper])
	w.index++
	w.base += stride
	w.load(s, w.base)
}

// inside marks the first digit of every run that begins inside a word: 1 in node1.
func (w *window) inside(preceded uint64) uint64 {
	digits, b := w.lanes[laneDigit], &w.before
	return digits&preceded&^(digits<<1|b.digit) + b.inside
}

// unescape takes the letters of escapes out of the lanes.
func (w *window) unescape(s string) {
	l := &w.lanes
	if escapes := l[laneStop] & l[laneJoin]; escapes != 0 {
		l[laneLower] &^= escapedLetters(s, w.base, escapes)
	}
	if w.before.escape != 0 && isEscaped(s, w.base) {
		l[laneLower] &^= 1
	}
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
func (w *window) candidates(s string, head uint64) uint64 { //nolint:funlen // see above
	l := &w.lanes
	if l[laneStop]&l[laneJoin]|w.before.escape != 0 {
		w.unescape(s)
	}
	uppers, digits, stop := l[laneUpper], l[laneDigit], l[laneStop]
	letters, joins, blanks := l[laneLower]|uppers, l[laneJoin]&^stop, l[laneSpace]&^stop
	words := letters | digits | joins
	preceded := words<<1 | w.before.word
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
	w.mixed, w.number, w.iban, w.landed = 0, 0, 0, 0
	if digits != 0 {
		between := l[laneMark] & (digits<<1 | w.before.digit) & (digits >> 1)
		numbers = digits | between
		w.landed = behindRuns(digits, w.inside(preceded)) & between &^ joins
		n4 := numbers & (numbers >> 1)
		n4 &= n4 >> 2
		if n7 := n4 & (n4 >> 3) & head; n7 != 0 {
			alone := digits &^ preceded & (^(numbers<<1 | w.before.number) | blanks<<1 | w.before.blank)
			w.number = n7 & (alone | w.landed<<1 | w.before.landed)
			found |= w.number
		}
		w.iban = start & letters & (letters >> 1) & (digits >> 2) & (digits >> 3)
		found |= w.iban
		if r8 != 0 {
			w.mixed = firstDigits(words, digits, start) & widen8(r8) &^ widen16(r16)
			found |= w.mixed
		}
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
	if assigns := l[laneAssign] &^ stop; assigns != 0 {
		w.chain = chains(assigns) & head
		w.assign = assigns &^ (digits<<1 | w.before.digit) & head &^ w.chain
		found |= w.assign | w.chain
	}
	if stop != 0 {
		join, mark, assign, space := l[laneJoin], l[laneMark], l[laneAssign], l[laneSpace]
		w.stops = stop & (^(join | mark | assign | space) | join&((letters|digits|mark)>>1) | mark&(digits>>1)) & head
		if ampersands := stop & assign; ampersands != 0 {
			w.stops |= ampersands & entities(stop&space) & head
		}
		found |= w.stops
	}
	w.words, w.joins, w.numbers = words, joins, numbers
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

// behindRuns marks the bytes behind the runs of digits of which the first digits are
// given, in node1/10.1.2.3 the slash: adding the first one makes a carry run through
// the others.
func behindRuns(digits, first uint64) uint64 { return (digits + first) &^ digits }

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
func (w *window) wordAt(s string, i int) (start, end int, seen uint8) {
	i &= windowSize - 1
	base := w.base
	from := i + 1 - bits.LeadingZeros64(^(w.words << (windowSize - 1 - i)))
	to := i + bits.TrailingZeros64(^(w.words >> i))
	start = base + from
	m := ^uint64(0) >> ((windowSize - to + from) & (windowSize - 1)) << (from & (windowSize - 1))
	seen = bit(w.lanes[laneLower]&m, lower) | bit(w.lanes[laneUpper]&m, upper) | bit(w.lanes[laneDigit]&m, digit) | bit(w.joins&m, join)
	end = base + to
	if to >= windowSize {
		for end < len(s) && isWord(s[end]) {
			seen |= classes[s[end]]
			end++
		}
	}
	return start, end, seen
}

// holds reports whether the window holds all of a word that begins in it.
func (w *window) holds(start, end int) bool { return start >= w.base && end < w.base+windowSize }

// digitsIn counts the digits of a word that ends in the window.
func (w *window) digitsIn(start, end int) int {
	return bits.OnesCount64(w.lanes[laneDigit] >> (start - w.base) & (1<<(end-start) - 1))
}

// bit is class if m is not zero, without a branch.
func bit(m uint64, class uint8) uint8 { return uint8((m|-m)>>63) * class }
