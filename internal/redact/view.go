package redact

import (
	"sync"
	"unsafe"
)

// maxDepth bounds views inside views (a percent-encoded base64 of JSON). What
// still decodes at that depth is encoded more often than anything honest is: it
// is replaced, unread.
const maxDepth = 5

// A view is decoded text with, for each of its bytes, the offset in the text it
// came from; from[len(text)] is the end.
type view struct {
	text []byte
	from []int32
}

var views = sync.Pool{New: func() any { return new(view) }}

func (v *view) reset() {
	v.text, v.from = v.text[:0], v.from[:0]
}

func (v *view) put(b byte, from int) {
	v.text = append(v.text, b)
	v.from = append(v.from, int32(from))
}

// string shares memory with the view: it must not outlive it.
func (v *view) string() string { return unsafe.String(unsafe.SliceData(v.text), len(v.text)) }

// region is where a text holds encoded characters: from the first to behind the
// last of them. An empty region ends at 0.
type region struct{ from, to int }

const (
	// regionGap is how far apart two encoded characters may be to be decoded
	// together with all that stands between them.
	regionGap = 256
	// regionMargin is how much plain text before and behind an encoded character
	// is read with it, for the words beside a number.
	regionMargin = 128
	// regionSlack is how much further a region reaches for a place to cut.
	regionSlack = 512
)

// noteEncoded widens the region of encoded characters by the one that may begin
// at p. A region that is complete is read at once.
func (sc *scanner) noteEncoded(p int, hits []hit) []hit {
	n := encodedLen(sc.s[p:])
	if n == 0 {
		return hits
	}
	if sc.encoded.to > 0 && p-sc.encoded.to > regionGap {
		hits = sc.readRegion(hits)
	}
	if sc.encoded.to == 0 {
		sc.encoded.from = p
	}
	sc.encoded.to = max(sc.encoded.to, p+n)
	return hits
}

// readRegion decodes what stands around the encoded characters and scans it.
func (sc *scanner) readRegion(hits []hit) []hit {
	from, to := cutBefore(sc.s, sc.encoded.from), cutBehind(sc.s, sc.encoded.to)
	sc.encoded = region{}
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	if !v.decode(sc.s[from:to]) {
		return hits
	}
	if sc.depth+1 >= maxDepth {
		return append(hits, hit{from, to, detKeyedSecret})
	}
	n := len(hits)
	hits = sc.e.scan(v.string(), sc.key, sc.depth+1, hits)
	for i := n; i < len(hits); i++ {
		hits[i].start = from + int(v.from[hits[i].start])
		hits[i].end = from + int(v.from[hits[i].end])
	}
	return hits
}

// cutBefore returns where a region begins whose first encoded character is at i:
// behind a line's end, or behind a space.
func cutBefore(s string, i int) int {
	from := i - 1
	for ; from >= 8 && i-from <= regionMargin-8 && !hasNewline(eightBytes(s[from-7:])); from -= 8 { // a space is no place to cut yet
	}
	for ; from >= 0; from-- {
		switch {
		case s[from] == '\n', s[from] == ' ' && i-from > regionMargin, i-from > regionMargin+regionSlack:
			return from + 1
		}
	}
	return 0
}

func cutBehind(s string, i int) int {
	to := i
	for ; to+8 <= len(s) && to-i <= regionMargin-8 && !hasNewline(eightBytes(s[to:])); to += 8 {
	}
	for ; to < len(s); to++ {
		switch {
		case s[to] == '\n', s[to] == ' ' && to-i > regionMargin, to-i > regionMargin+regionSlack:
			return to
		}
	}
	return len(s)
}

// decodeText undoes percent-encoding, escapes, entities and confusable
// characters, all the way down. It returns s itself when there are none.
func decodeText(s string) string {
	for range maxDepth {
		if !mayDecode(s) {
			return s
		}
		v := new(view)
		if !v.decode(s) {
			return s
		}
		s = v.string()
	}
	return s
}

// mayDecode dismisses text without a byte that begins an encoded character.
func mayDecode(s string) bool {
	var seen uint64
	for i := range len(s) {
		seen |= lanesOf[s[i]]
	}
	return seen&(0xff<<(8*laneStop)) != 0
}
