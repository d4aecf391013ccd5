package redact

import "math/bits"

// dismiss takes out the most frequent candidates that are none: = and : behind
// what is no name of a secret, and words before a space that are no scheme. It
// decides without a branch, as there is no pattern in them to predict.
func (sc *scanner) dismiss(base int, found uint64) uint64 {
	s, w := sc.s, &sc.w
	for m := w.marked &^ (w.long | w.mixed | w.number | w.iban); m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		found &^= uint64(1-schemeStarts.bitAt(s[base+i:])) & uint64(1-isDash[s[base+i]]) << i
	}
	if sc.e.queryKeys != nil {
		return found
	}
	for m := w.assign; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		p := base + i
		if p < 6 {
			continue
		}
		b := s[p-6 : p]
		k := int(beforeAssign[b[5]])
		k += k & int(beforeAssign[b[4]])
		end := 6 - k
		known := keyEndings.bitOf(tripleOf(b[end-3], b[end-2], b[end-1])) | uint32(k>>1&int(beforeAssign[b[3]])) | uint32(isSlash[byteAt(s, p+1)]|isQuote[b[5]]&isGreater[s[p]])
		found &^= uint64(known&1^1) << i
	}
	return found
}

// These are 1 for one byte or two; > behind a quote ends a tag with attributes.
var (
	isDash    = [256]uint8{'-': 1}
	isSlash   = [256]uint8{'/': 1}
	isQuote   = [256]uint8{'"': 1, '\'': 1}
	isGreater = [256]uint8{'>': 1}
)

// atAssign looks at what stands before = or :, when it ends as a name of a
// secret does.
func (sc *scanner) atAssign(p int) (hit, bool) {
	s := sc.s
	end := p
	for n := 0; end > sc.floor && n < 16 && beforeAssign[s[end-1]] != 0; n++ {
		end--
	}
	if !keyEndings.endsAt(s, end) && (sc.e.queryKeys == nil || s[p] != '=') {
		return hit{}, false
	}
	return sc.atKeyed(p)
}

// beforeAssign are the bytes that keyEnd skips.
var beforeAssign = [256]uint8{' ': 1, '"': 1, '\'': 1, '`': 1, '\\': 1, ']': 1, '=': 1, ')': 1, '\t': 1}
