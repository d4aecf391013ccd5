package redact

import "math/bits"

// spread describes how a text uses its characters.
type spread struct {
	seen     uint8 // classes
	digits   int
	distinct int
	changes  int // between small letters, capitals, digits and the rest
	repeats  int // of the character before
	steps    int // to the next or the last character: abcdef, 9876
}

func spreadOf(v string) spread {
	var sp spread
	var used [4]uint64
	for i := range len(v) {
		c := v[i]
		class := classes[c]
		sp.seen |= class
		used[c>>6] |= 1 << (c & 63)
		if class == digit {
			sp.digits++
		}
		if i == 0 {
			continue
		}
		if class != classes[v[i-1]] {
			sp.changes++
		}
		switch c - v[i-1] {
		case 0:
			sp.repeats++
		case 1, 0xff:
			sp.steps++
		}
	}
	for _, u := range used {
		sp.distinct += bits.OnesCount64(u)
	}
	return sp
}

// dull dismisses words and fillers of the right length: xxxxxxxx, your-key-here,
// 00000000000000000001.
func dull(body string) bool {
	sp := spreadOf(body)
	oneCase := sp.seen&lower == 0 || sp.seen&upper == 0
	return (sp.seen&digit == 0 && oneCase) || sp.repeats > len(body)*3/4 || sp.distinct < min(4, len(body))
}

// maxSecret is the longest text that is taken for one secret without a prefix.
const maxSecret = 4096

// looksRandom asks for letters and digits in a mix that names do not have.
func looksRandom(v string) bool { return len(v) >= minToken && isMixed(v) }

// isMixed is looksRandom for any length: the caller knows that a secret should
// stand here.
func isMixed(v string) bool {
	if len(v) < 8 || len(v) > maxSecret || v[0] == '/' && isPath(v) {
		return false
	}
	for i := range len(v) {
		if v[i] <= ' ' || v[i] >= 0x7f {
			return false
		}
	}
	sp := spreadOf(v)
	if sp.seen&digit == 0 {
		return sp.seen&lower != 0 && sp.seen&upper != 0 && sp.distinct >= 12 && sp.changes > len(v)/3
	}
	if sp.seen&(lower|upper) == 0 || sp.digits < 2 || sp.distinct < 6 {
		return false
	}
	return sp.changes >= 3 || sp.seen&^(lower|upper|digit) == 0
}

// isPath knows /usr/lib/x86_64-linux-gnu: slashes, and little between them.
func isPath(v string) bool {
	slashes := 0
	for i := range len(v) {
		if v[i] == '/' {
			slashes++
		}
	}
	return slashes*24 >= len(v)
}

// isLetters reports whether nothing but letters of one case, or of a mix that
// words do not have, is there. Behind the name of a service and a noun such as
// key, that is enough for a value of the documented length.
func isLetters(v string) bool {
	sp := spreadOf(v)
	if sp.seen&^(lower|upper|join) != 0 || sp.distinct < 6 {
		return false
	}
	return sp.seen&(lower|upper) != lower|upper || sp.changes > len(v)/4 || sp.steps > len(v)/2
}

// isDense reports whether a text is more random than ids, hashes and names with
// numbers in them are: user:42:profile is not.
func isDense(v string) bool {
	sp := spreadOf(v)
	return wordEnd(v, 0) == len(v) && sp.changes*3 > len(v) && !isHexOrUUID(v)
}

// isHexOrUUID reports whether nothing but hex digits and dashes is there.
func isHexOrUUID(v string) bool {
	for i := range len(v) {
		if !isHex(v[i]) && v[i] != '-' {
			return false
		}
	}
	return true
}

func isLowerOrDigit(c byte) bool { return isDigit(c) || (c >= 'a' && c <= 'z') }
