package redact

import "math/bits"

// Eight bytes in one number, the first the lowest, and masks with the highest bit
// of each byte that is asked for. A byte below 0x80 plus 0x80-c has that bit if it
// is at least c, and carries nothing into the next.

// eightAt returns the eight bytes from i on; those behind the text are zero.
func eightAt(s string, i int) uint64 {
	if i+8 <= len(s) {
		return eightBytes(s[i:])
	}
	eight := uint64(0)
	for k := range len(s) - i {
		eight |= uint64(s[i+k]) << (8 * k)
	}
	return eight
}

// capitalsIn marks capitals.
func capitalsIn(x uint64) uint64 {
	seven := x &^ highBits
	return (seven + (0x80-'A')*eachByte) &^ (seven + (0x7f-'Z')*eachByte) &^ x & highBits
}

// lettersIn marks letters.
func lettersIn(x uint64) uint64 {
	small := x&^highBits | spaces
	return (small + (0x80-'a')*eachByte) &^ (small + (0x7f-'z')*eachByte) &^ x & highBits
}

// alnumIn marks letters and digits.
func alnumIn(x uint64) uint64 {
	seven := x &^ highBits
	digits := (seven + (0x80-'0')*eachByte) &^ (seven + (0x7f-'9')*eachByte)
	return lettersIn(x) | digits&^x&highBits
}

// hasDash reports whether a dash is among them.
func hasDash(x uint64) bool { return hasZero(x ^ '-'*eachByte) }

// hasNewline does so for the end of a line.
func hasNewline(x uint64) bool { return hasZero(x ^ '\n'*eachByte) }

// hasZero reports whether a zero is among them.
func hasZero(x uint64) bool { return (x-eachByte)&^x&highBits != 0 }

// firstOf returns the place of the first byte that is marked, or 8.
func firstOf(marked uint64) int { return bits.TrailingZeros64(marked) / 8 }

// behindLastOf returns the place behind the last byte that is marked, or 0.
func behindLastOf(marked uint64) int { return (64 - bits.LeadingZeros64(marked)) / 8 }
