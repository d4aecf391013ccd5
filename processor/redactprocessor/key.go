package redactprocessor

// isPlainKey knows keys that no detector can match: small letters, underscores,
// dots, dashes and slashes. There are twenty in a span, and nearly all are
// plain: eight bytes are looked at in one go.
func isPlainKey(key string) bool {
	n := len(key)
	if n < 8 {
		return isPlainShortKey(key)
	}
	special := uint64(0)
	for i := 0; i < n-8; i += 8 {
		special |= specialBytes(eightBytes(key[i:]))
	}
	special |= specialBytes(eightBytes(key[n-8:])) // the rest, and some again
	return special&(eachByte*0x80) == 0
}

// isNumberedKey knows keys with digits that no detector can match either, such as
// k8s.pod.name and gen_ai.prompt.0.content. Words are short, so that none is a
// token; one with a digit is too short for a number with letters, and has too few
// for an IBAN; all digits together are no number.
func isNumberedKey(key string) bool {
	const longest, longestWithDigit, most = 15, 7, 3
	digits, inWord, word := 0, 0, 0
	for i := range len(key) {
		switch c := key[i]; {
		case c == '.' || c == '/':
			inWord, word = 0, 0
			continue
		case c-'0' < 10:
			digits++
			inWord++
		case c-'a' < 26:
		case (c == '_' || c == '-') && word > 0: // an option begins with one
		default:
			return false
		}
		word++
		if word > longest || inWord > 1 || inWord > 0 && word > longestWithDigit {
			return false
		}
	}
	return digits <= most
}

func isPlainShortKey(key string) bool {
	for i := range len(key) {
		if !isPlainByte(key[i]) {
			return false
		}
	}
	return true
}

// isPlainByte takes what stands around the small letters in ASCII, _ ` { | } ~,
// for plain too: it begins and divides nothing.
func isPlainByte(c byte) bool { return (c >= '_' && c < 0x80) || (c >= '-' && c <= '/') }

func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const eachByte = 0x0101010101010101

// specialBytes sets the highest bit of each of eight bytes that is not plain. A
// byte of less than 0x80 plus 0x80-c has that bit if it is at least c; one of 0x80
// and more, which would carry into its neighbour, is special itself.
func specialBytes(x uint64) uint64 {
	letter := x + eachByte*(0x80-'_')
	join := (x + eachByte*(0x80-'-')) &^ (x + eachByte*(0x7f-'/'))
	return x | ^(letter | join)
}
