package redact

// Byte classes. A word is a run of lower, upper, digit and join bytes.
const (
	lower uint8 = 1 << iota
	upper
	digit
	join  // _ and -
	stop  // separators that may mark a detection
	space // behind a scheme or an option a secret may stand
	word  = lower | upper | digit | join
)

var classes = func() (table [256]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		table[c] = lower
	}
	for c := 'A'; c <= 'Z'; c++ {
		table[c] = upper
	}
	for c := '0'; c <= '9'; c++ {
		table[c] = digit
	}
	table['_'], table['-'] = join, join
	for _, c := range "@=:>.%\\" {
		table[c] = stop
	}
	table[' '], table['\t'] = space, space
	for c := 0x80; c < 0x100; c++ {
		table[c] = stop
	}
	return table
}()

func isDigit(c byte) bool  { return c-'0' < 10 }
func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }
func isUpper(c byte) bool  { return c-'A' < 26 }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }
func isWord(c byte) bool   { return classes[c]&word != 0 }
func isHex(c byte) bool    { return isDigit(c) || (c|0x20)-'a' < 6 }

// isBase64 accepts both alphabets, without padding.
func isBase64(c byte) bool { return isWord(c) || c == '+' || c == '/' }

// byteAt returns 0 outside the text.
func byteAt(s string, i int) byte {
	if uint(i) < uint(len(s)) {
		return s[i]
	}
	return 0
}

// hasFold reports whether s begins with prefix, which is lower case.
func hasFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := s[i]
		if isUpper(c) {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// suffixes are texts of small letters, by the last byte.
type suffixes [256][]string

func suffixesOf(texts ...string) *suffixes {
	t := new(suffixes)
	for _, text := range texts {
		c := text[len(text)-1]
		t[c] = append(t[c], text)
		if isLetter(c) {
			t[c&^0x20] = t[c]
		}
	}
	return t
}

// of returns those that s may end with.
func (t *suffixes) of(s string) []string {
	if s == "" {
		return nil
	}
	return t[s[len(s)-1]]
}

// endsFold reports whether s ends with suffix, which is lower case.
func endsFold(s, suffix string) bool {
	return len(s) >= len(suffix) && hasFold(s[len(s)-len(suffix):], suffix)
}
