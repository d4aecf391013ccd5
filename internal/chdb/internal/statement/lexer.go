package statement

// kind is what a token is; only as much of ClickHouse's lexer as is needed to
// find the clauses of a statement without being fooled by literals or comments.
type kind int

const (
	end      kind = iota
	word          // bare word or number: SELECT, t1, 42
	quoted        // `x`, "x": a quoted identifier
	literal       // 'x', $$x$$
	symbol        // one byte of anything else
	unclosed      // a literal, quoted identifier or comment that the text ends in
)

type token struct {
	kind       kind
	start, end int
}

// lexer walks over the tokens of a statement, skipping space and comments.
type lexer struct {
	text string
	at   int
}

func (l *lexer) next() token {
	if !l.skipSpace() {
		return token{unclosed, l.at, len(l.text)}
	}
	start := l.at
	if start >= len(l.text) {
		return token{end, start, start}
	}
	switch c := l.text[start]; {
	case c == '\'':
		return l.finish(literal, l.closing(start+1, '\''))
	case c == '`' || c == '"':
		return l.finish(quoted, l.closing(start+1, c))
	case c == '$':
		if stop, ok := l.heredoc(start); ok {
			return l.finish(literal, stop)
		}
		return l.finish(symbol, start+1)
	case isWord(c):
		stop := start
		for stop < len(l.text) && (isWord(l.text[stop]) || l.text[stop] == '$') {
			stop++
		}
		return l.finish(word, stop)
	default:
		return l.finish(symbol, start+1)
	}
}

// finish makes the token from the present place to stop; a negative stop says
// that the text ended before the token did.
func (l *lexer) finish(k kind, stop int) token {
	start := l.at
	if stop < 0 {
		l.at = len(l.text)
		return token{unclosed, start, len(l.text)}
	}
	l.at = stop
	return token{k, start, stop}
}

// closing finds the place after the closing quote; doubled quotes and
// backslashes escape, as in ClickHouse.
func (l *lexer) closing(from int, quote byte) int {
	for i := from; i < len(l.text); i++ {
		switch l.text[i] {
		case '\\':
			i++
		case quote:
			if i+1 < len(l.text) && l.text[i+1] == quote {
				i++
				continue
			}
			return i + 1
		}
	}
	return -1
}

// heredoc finds the end of $tag$ … $tag$, if one starts here.
func (l *lexer) heredoc(start int) (stop int, ok bool) {
	tagEnd := start + 1
	for tagEnd < len(l.text) && isWord(l.text[tagEnd]) {
		tagEnd++
	}
	if tagEnd >= len(l.text) || l.text[tagEnd] != '$' {
		return 0, false
	}
	tag := l.text[start : tagEnd+1]
	for i := tagEnd + 1; i+len(tag) <= len(l.text); i++ {
		if l.text[i:i+len(tag)] == tag {
			return i + len(tag), true
		}
	}
	return -1, true
}

// skipSpace steps over white space and comments; false when a comment is open
// at the end.
func (l *lexer) skipSpace() bool {
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		switch {
		case isSpace(rest[0]):
			l.at++
		case hasPrefix(rest, "--"), hasPrefix(rest, "# "), hasPrefix(rest, "#!"):
			for l.at < len(l.text) && l.text[l.at] != '\n' {
				l.at++
			}
		case hasPrefix(rest, "/*"):
			if !l.skipBlockComment() {
				return false
			}
		default:
			return true
		}
	}
	return true
}

// skipBlockComment steps over /* … */, which may be nested.
func (l *lexer) skipBlockComment() bool {
	depth := 0
	for i := l.at; i+1 < len(l.text); {
		switch l.text[i : i+2] {
		case "/*":
			depth++
			i += 2
		case "*/":
			depth--
			i += 2
		default:
			i++
		}
		if depth == 0 {
			l.at = i
			return true
		}
	}
	return false
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
