package redact

import (
	"math/bits"
	"unsafe"
)

// A block is four windows that are read together, each a quarter of every vector:
// what candidates does for one window then costs about as much for four. Only
// texts that are longer than a block and its first window have any; zeros fill up
// the last one.
//
//	window 0 | block: window 1, 2, 3, 4 | block: 5, 6, 7, 8 | …
//
// The vectors are those of window, by the same names.
type block struct {
	// streams are the lanes of the block's text without the windows' overlaps, one
	// bit for a byte; the 16 bytes that the next block begins with come last. Wide
	// vectors do without.
	streams [8][32]byte

	lower, upper, digits, blanks, letters, words, joins, numbers, landed [blockWindows]uint64

	inside uint64 // carry.inside behind the block

	long, mixed, capital, number, iban, marked, assign, chain, stops [blockWindows]uint64

	found    [blockWindows]uint64 //nolint:unused // all candidates; scratch of the assembly, as all with this remark
	heads    [blockWindows]uint64 // headsHere
	preceded [blockWindows]uint64 // what is behind a byte of a word
	numbered [blockWindows]uint64 //nolint:unused // what is behind a digit
	marks    [blockWindows]uint64 // of marked, what is nothing else
	assigns  [blockWindows]uint64 // of assign, what dismiss may take out

	letterMarks [blockWindows]uint64 //nolint:unused // marks that are letters
	ends        [blockWindows]uint64 //nolint:unused // before which names may end
	elements    [blockWindows]uint64 //nolint:unused // > of them
	schemes     [blockWindows]uint64 //nolint:unused // where schemes may begin
	dismiss     uint64               // all ones if assigns are to be taken out

	// list is found in order, but for most of what dismiss takes out: the byte in
	// the window, and 64 times the window. What is behind count means nothing.
	list  [blockWindows*stride + windowSize - stride]uint8
	count int
}

const (
	blockWindows = 4
	blockStride  = blockWindows * stride
	blockSize    = blockStride + windowSize - stride + 4 // what a block reads; the last four bytes mean nothing to it

	// leastForBlocks is the length from which there is a block.
	leastForBlocks = stride + blockSize + 1
)

// runBlocks runs over a text, which has at least leastForBlocks bytes.
func (sc *scanner) runBlocks(hits []hit) []hit {
	s, w := sc.s, &sc.w
	w.index = headWindows - 1 // the blocks begin at a multiple of headWindows
	found := w.candidates(s, 1<<stride-1)
	for found = sc.dismiss(found); found != 0; found &= found - 1 {
		hits = sc.at(bits.TrailingZeros64(found), hits)
	}
	w.advance(s)
	w.inBlock = true
	var blocks [2]block
	b, next := &blocks[0], &blocks[1]
	if sc.e.queryKeys == nil {
		next.dismiss = ^uint64(0)
	}
	next.follow(s, w)
	b.read(s, w.base, next)
	for {
		// The next block is read before this one is looked at, which does not wait
		// for it then.
		more := w.base+blockStride < len(s)
		if more {
			next.read(s, w.base+blockStride, b)
		}
		*(*[blockWindows]uint64)(w.heads[w.index&(keptHeads-1)&^(blockWindows-1):]) = b.heads
		hits = sc.lookAt(b, hits)
		w.base += blockStride
		if !more {
			return hits
		}
		b, next = next, b
	}
}

// lookAt looks closer where the block says so. The window stands on the one of the
// block's windows that a candidate is of.
func (sc *scanner) lookAt(b *block, hits []hit) []hit {
	w := &sc.w
	base, index := w.base, w.index
	for _, c := range b.list[:b.count] {
		k, i := int(c>>6), int(c&63)
		p, found := base+k*stride+i, uint64(1)<<i
		if p < max(sc.floor, sc.passed) {
			continue
		}
		w.base, w.index = base+k*stride, index+k
		switch {
		case b.number[k]&^b.long[k]&found != 0: // times are the most frequent ones
			if byteAt(sc.s, p+13) == ':' {
				if to := timestampEnd(sc.s, p); to > 0 {
					sc.passed = to
					continue
				}
			}
		case b.assigns[k]&found != 0 && sc.s[p] != '>':
			if end := p - 1 + int(b.preceded[k]>>i&1); b.dismiss != 0 && !keyEndings.endsAt(sc.s, end) || !sc.mayAssign(p) {
				continue
			}
		case (b.marks[k]|b.assigns[k])&found != 0:
			if sc.dismissAmong(found, found&b.marks[k], found&b.assigns[k], b.preceded[k]) == 0 {
				continue
			}
		case b.words[k]&found == 0 && isPlainStop(sc.s, p):
			continue
		}
		b.take(k, w)
		hits = sc.closer(p, i, hits)
	}
	w.base, w.index = base, index+blockWindows
	return hits
}

// isPlainStop dismisses a plus or a parenthesis before a word that is no number, as
// atStop does.
func isPlainStop(s string, p int) bool {
	if s[p] != '+' && s[p] != '(' {
		return false
	}
	for i := p + 1; i < len(s) && isWord(s[i]); i++ {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}

// take makes w the block's window k.
func (b *block) take(k int, w *window) {
	k &= blockWindows - 1
	l := &w.lanes
	l[laneLower], l[laneUpper], l[laneDigit] = b.lower[k], b.upper[k], b.digits[k]
	w.words, w.joins = b.words[k], b.joins[k]
	w.long, w.mixed, w.capital, w.number, w.iban = b.long[k], b.mixed[k], b.capital[k], b.number[k], b.iban[k]
	w.marked, w.assign, w.chain, w.stops = b.marked[k], b.assign[k], b.chain[k], b.stops[k]
}

// follow makes the block go on where w is, which has read its lanes.
func (b *block) follow(s string, w *window) {
	w.unescape(s)
	for l := range w.lanes {
		b.streams[l][blockStride/8], b.streams[l][blockStride/8+1] = byte(w.lanes[l]), byte(w.lanes[l]>>8)
	}
	const last, top = blockWindows - 1, stride - 1
	c := &w.before
	b.words[last], b.digits[last], b.numbers[last] = c.word<<top, c.digit<<top, c.number<<top
	b.landed[last], b.inside = c.landed<<top, c.inside
	b.blanks[last], b.letters[last], b.upper[last] = c.blank<<top, c.letter<<top, c.upper<<top
}

// read reads the block at base, before which the text has a window. before is the
// block that ends there, or what follow has written.
func (b *block) read(s string, base int, before *block) {
	b.dismiss = before.dismiss
	if base+blockSize > len(s) {
		b.readLast(s, base, before)
		return
	}
	b.readVector(s, base, before)
}

// readLast is read for the end of the text.
func (b *block) readLast(s string, base int, before *block) {
	var text [stride + blockSize]byte
	copy(text[:], s[base-stride:])
	b.readVector(unsafe.String(&text[0], len(text)), stride, before)
}
