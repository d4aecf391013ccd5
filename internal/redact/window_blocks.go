package redact

import "math/bits"

// A block is four windows that are read together, each a quarter of every vector:
// what candidates does for one window then costs about as much for four. Only
// texts that are longer than a block and its first window have any.
//
//	window 0 | block: window 1, 2, 3, 4 | block: 5, 6, 7, 8 | … the last windows
//
// The vectors are those of window, by the same names.
type block struct {
	// streams are the lanes of the block's text without the windows' overlaps, one
	// bit for a byte; the 16 bytes that the next block begins with come last.
	streams [8][32]byte

	lower, upper, digits, blanks, letters, words, joins, numbers [blockWindows]uint64

	long, mixed, capital, number, iban, marked, assign, chain, stops [blockWindows]uint64

	found    [blockWindows]uint64 //nolint:unused // all candidates; scratch of the assembly, as all with this remark
	heads    [blockWindows]uint64 // headsHere
	preceded [blockWindows]uint64 // what is behind a byte of a word
	numbered [blockWindows]uint64 //nolint:unused // what is behind a digit
	marks    [blockWindows]uint64 // of marked, what is nothing else
	assigns  [blockWindows]uint64 // of assign, what dismiss may take out

	letterMarks [blockWindows]uint64 //nolint:unused // marks that are letters
	dismiss     uint64               // all ones if assigns are to be taken out

	// list is found in order, but for most of what dismiss takes out: the byte in
	// the window, and 64 times the window. What is behind count means nothing.
	list  [blockWindows*stride + 2]uint8
	count int
}

const (
	blockWindows = 4
	blockStride  = blockWindows * stride
	blockSize    = blockStride + windowSize - stride + 4 // what a block reads; the last four bytes mean nothing to it

	// leastForBlocks is the length from which there is a block.
	leastForBlocks = stride + blockSize + 1
)

// runBlocks runs over the first window and all blocks of a text, and leaves the
// window behind them.
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
		more := len(s)-w.base-blockStride > blockSize
		if more {
			next.read(s, w.base+blockStride, b)
		}
		*(*[blockWindows]uint64)(w.heads[w.index&(keptHeads-1)&^(blockWindows-1):]) = b.heads
		hits = sc.lookAt(b, hits)
		w.base += blockStride
		if !more {
			break
		}
		b, next = next, b
	}
	b.leave(w)
	w.load(s, w.base)
	w.inBlock = false
	return hits
}

// lookAt looks closer where the block says so. The window stands on the one of the
// block's windows that a candidate is of.
func (sc *scanner) lookAt(b *block, hits []hit) []hit {
	w := &sc.w
	base, index := w.base, w.index
	for _, c := range b.list[:b.count] {
		k, i := int(c>>6), int(c&63)
		w.base, w.index = base+k*stride, index+k
		if found := uint64(1) << i; found&(b.marks[k]|b.assigns[k]) != 0 &&
			sc.dismissAmong(found, found&b.marks[k], found&b.assigns[k], b.preceded[k]) == 0 {
			continue
		}
		b.take(k, w)
		hits = sc.at(i, hits)
	}
	w.base, w.index = base, index+blockWindows
	return hits
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
	b.blanks[last], b.letters[last], b.upper[last] = c.blank<<top, c.letter<<top, c.upper<<top
}

// leave makes w go on behind the block.
func (b *block) leave(w *window) {
	const last = blockWindows - 1
	c := &w.before
	c.word, c.digit, c.number = carryOf(b.words[last]), carryOf(b.digits[last]), carryOf(b.numbers[last])
	c.blank, c.letter, c.upper = carryOf(b.blanks[last]), carryOf(b.letters[last]), carryOf(b.upper[last])
	c.escape = uint64(b.streams[laneStop][blockStride/8-1] & b.streams[laneJoin][blockStride/8-1] >> 7)
}
