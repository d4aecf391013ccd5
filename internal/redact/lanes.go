package redact

// lanes are the bit masks of a window: bit i of a lane says that byte i of the
// text belongs to it.
type lanes [8]uint64

// A byte in two lanes means something else than in one: J with stop is not a
// join but the beginning of an escape.
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

// vector says that the CPU has the instructions readVector needs. Only tests
// change it.
var vector = hasVector

// wide says that the CPU also has those that blocks are read faster with.
var wide = hasWide

// read reads the lanes of at most 64 bytes.
func (l *lanes) read(text string) {
	if vector {
		l.readVector(text)
		return
	}
	l.readSlow(text)
}

// readSlow is read without vector instructions: a row for every eight bytes, whose
// byte l is lane l, then rows to lanes.
func (l *lanes) readSlow(text string) {
	var r [8]uint64
	i, k := 0, 0
	for ; i+8 <= len(text); i += 8 {
		r[k&7] = row(text[i : i+8])
		k++
	}
	if i < len(text) {
		r[k&7] = lastRow(text, i)
	}
	if len(text) <= 16 { // most of the work below would be for nothing
		for k := range l {
			l[k] = r[0]>>(8*k)&0xff | r[1]>>(8*k)&0xff<<8
		}
		return
	}
	const half, quarter, eighth = 0x00000000ffffffff, 0x0000ffff0000ffff, 0x00ff00ff00ff00ff
	a0, b0 := interleave(r[0], r[4], half, 32)
	a1, b1 := interleave(r[1], r[5], half, 32)
	a2, b2 := interleave(r[2], r[6], half, 32)
	a3, b3 := interleave(r[3], r[7], half, 32)
	c0, d0 := interleave(a0, a2, quarter, 16)
	c1, d1 := interleave(a1, a3, quarter, 16)
	l[0], l[1] = interleave(c0, c1, eighth, 8)
	l[2], l[3] = interleave(d0, d1, eighth, 8)
	c0, d0 = interleave(b0, b2, quarter, 16)
	c1, d1 = interleave(b1, b3, quarter, 16)
	l[4], l[5] = interleave(c0, c1, eighth, 8)
	l[6], l[7] = interleave(d0, d1, eighth, 8)
}

func row(b string) uint64 {
	_ = b[7]
	return lanesOf[b[0]] | lanesOf[b[1]]<<1 | lanesOf[b[2]]<<2 | lanesOf[b[3]]<<3 |
		lanesOf[b[4]]<<4 | lanesOf[b[5]]<<5 | lanesOf[b[6]]<<6 | lanesOf[b[7]]<<7
}

// lastRow reads fewer than eight bytes from i, by a row that ends where the text
// ends.
func lastRow(text string, i int) (r uint64) {
	n := len(text) - i
	if len(text) >= 8 {
		return row(text[len(text)-8:]) >> (8 - n) & (0xff >> (8 - n) * 0x0101010101010101)
	}
	for j := range n {
		r |= lanesOf[text[i+j]] << j
	}
	return r
}

// interleave is a step of turning rows into lanes, as a matrix of 8 by 8 bytes:
// what mask keeps of two rows, and the rest of both.
func interleave(a, b, mask uint64, shift int) (kept, rest uint64) {
	return a&mask | b&mask<<shift, a>>shift&mask | b&^mask
}
