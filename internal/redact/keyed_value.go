package redact

import "strings"

// opening is how a value begins: with a quote, before which a number of
// backslashes may stand, as in JSON in a string; or with none.
type opening struct {
	quote   byte
	escapes int
}

// valueStart skips what stands between separator and value.
func (sc *scanner) valueStart(i int) (start int, open opening) {
	s := sc.s
	for n := 0; i < len(s) && n < 20; n++ {
		switch c := s[i]; c {
		case ' ', '\t', '=', '>', '[':
			if block := blockStart(s, i); c == '>' && block > i {
				return block, opening{}
			}
			open.escapes = 0
			i++
			continue
		case '\\':
			open.escapes++
			i++
			continue
		case '"', '\'', '`':
			open.quote = c
			return i + 1, open
		case '|':
			if block := blockStart(s, i); block > i {
				return block, opening{}
			}
		}
		break
	}
	return sc.wrapped(i)
}

// blockStart returns where the text of a YAML block scalar (|, |-, >-) begins.
func blockStart(s string, i int) int {
	i++
	if c := byteAt(s, i); c == '-' || c == '+' {
		i++
	}
	if byteAt(s, i) != '\n' {
		return 0
	}
	for i < len(s) && (s[i] == '\n' || s[i] == ' ') {
		i++
	}
	return i
}

// valueEnd is where the value from start ends: at the quote that closes it, with
// as many backslashes as the one that opened it; without quotes, at what cannot
// stand in a value.
func valueEnd(s string, start int, open opening) int {
	if open.quote == 0 {
		return bareEnd(s, start)
	}
	escapes := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '\\':
			escapes++
			continue
		case '\n':
			return i
		case open.quote:
			if escapes <= open.escapes || open.escapes == 0 && escapes%2 == 0 {
				return i - min(escapes, open.escapes)
			}
		}
		escapes = 0
	}
	return len(s)
}

// bareEnd is valueEnd without quotes. Brackets are part of a value that has
// more than letters before them (Pa55(word)), and the end of the others: f(x).
func bareEnd(s string, start int) int {
	depth := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
			return i
		case ',', ';', '&', '"', '\'', '`', '<', '>', '}', ']', '|', '\\':
			if !goesOn(s, start, i) {
				return i
			}
		case '(':
			if isCall(s[start:i]) {
				return i
			}
			depth++
		case ')':
			if depth == 0 && !goesOn(s, start, i) {
				return i
			}
			depth = max(depth-1, 0)
		}
	}
	return len(s)
}

const (
	maxMarked = 512 // how long a value with marks inside can be
	maxAhead  = 128
)

// goesOn reports whether the mark at i is part of the value from start, as no
// structure around it explains it: neither k=v behind it, nor an element, nor an
// escape.
func goesOn(s string, start, i int) bool {
	next := byteAt(s, i+1)
	if i == start || s[start] == '{' || s[start] == '[' || i-start > maxMarked || !isAlnum(next) || isCall(s[start:i]) && strings.IndexByte(s[start:i], '.') >= 0 {
		return false
	}
	ahead := s[i+1 : min(len(s), i+1+maxAhead)]
	before := s[max(0, start-maxAhead):i]
	switch s[i] {
	case '\\':
		return !isEscapeLetter(next) && next != 'u' && next != 'x'
	case '<':
		end := strings.IndexAny(ahead, "> \n")
		return end < 0 || ahead[end] != '>'
	case '>':
		return strings.LastIndexByte(before, '<') <= strings.LastIndexByte(before, '>')
	case ',', ';', '&', '|':
		if end := strings.IndexAny(ahead, " \t\r\n=:\"'"); end >= 0 && ahead[end] > ' ' {
			return false
		}
		query := before[strings.LastIndexAny(before, " \n\"")+1:]
		return s[i] != '&' || strings.IndexByte(query, '?') < 0
	}
	return true
}

// isCall reports whether a function's name stands before a bracket.
func isCall(name string) bool {
	for i := range len(name) {
		if !isLetter(name[i]) && name[i] != '.' && name[i] != '_' {
			return false
		}
	}
	return true
}

func wordEnd(s string, i int) int {
	for i < len(s) && isWord(s[i]) {
		i++
	}
	return i
}

// referencePrefixes name where a secret is kept.
var referencePrefixes = []string{
	"process.env", "os.environ", "os.getenv", "system.getenv", "env.", "env:", "secrets.", "config.", "settings.", "vault:", "arn:aws:secretsmanager", "arn:aws:ssm", "op://", "ssm:",
	"http://", "https://", "file:", "self.", "this.", "req.", "request.", "import.meta", "getenv", "env(",
}

// isReference knows values that name where the secret is: ${TOKEN}, {{ .token }},
// %s, /run/secrets/db.
func isReference(v string) bool {
	if v == "" {
		return true
	}
	if len(v) > 2*maxMarked {
		return false
	}
	switch v[0] {
	case '$':
		return len(v) > 1 && (v[1] == '{' || v[1] == '(' || v[1] == '_' || isAllCaps(v[1:]))
	case '#':
		return len(v) > 1 && v[1] == '{'
	case '{', '<':
		return len(v) > 1 && (v[1] == '{' || v[0] == '<')
	case '%':
		return len(v) == 2
	case '/', '.', '~':
		return isFilePath(v)
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return false
	}
	for _, prefix := range referencePrefixes {
		if prefix[0] == v[0]|0x20 && hasFold(v, prefix) {
			return true
		}
	}
	return false
}

// isFilePath knows /etc/ssl/tls.key and ~/.ssh/id_rsa.
func isFilePath(v string) bool {
	if v[0] != '/' && !strings.HasPrefix(v, "./") && !strings.HasPrefix(v, "../") && !strings.HasPrefix(v, "~/") {
		return false
	}
	for i := range len(v) {
		if c := v[i]; !isLetter(c) && c != '/' && c != '.' && c != '-' && c != '_' && c != '~' {
			return false
		}
	}
	return strings.Count(v, "/") > 1
}

func isAllCaps(v string) bool {
	for i := range len(v) {
		if !isUpper(v[i]) && v[i] != '_' && !isDigit(v[i]) {
			return false
		}
	}
	return true
}

func hasDigitOrMark(v string) bool {
	seen := uint8(0)
	for i := range len(v) {
		c := v[i]
		if isDigit(c) || !(isLetter(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ':') {
			return true
		}
		seen |= classes[c]
	}
	return seen&upper != 0 && seen&lower != 0 && len(v) >= 10 && !isUpper(v[0])
}

// isBareKey reports whether the text ends with the word key alone: ids and
// hashes stand behind it more often than secrets.
func isBareKey(before string) bool {
	n := len(before) - len("key")
	return n >= 0 && endsFold(before, "key") && (n == 0 || !isAlnum(before[n-1]) && before[n-1] != '_' && before[n-1] != '-') && !isUpper(before[n])
}
