package sqlguard

import (
	"fmt"
	"strings"
)

type kind uint8

const (
	word   kind = iota // bare word: keyword or identifier
	quoted             // "name" or `name`
	text               // 'string'
	number
	symbol // one character, or one of the operators below
)

type token struct {
	kind  kind
	text  string // as written; without quotes for quoted
	lower string // of a word or quoted, for comparisons
	pos   int
}

func (t token) is(s string) bool      { return t.kind == symbol && t.text == s }
func (t token) keyword(s string) bool { return t.kind == word && t.lower == s }
func (t token) name() bool            { return t.kind == word || t.kind == quoted }

const (
	maxStatement = 256 << 10
	maxTokens    = 64 << 10
)

// scanner follows ClickHouse's Lexer.cpp for the part of it that is accepted.
type scanner struct {
	in     string
	pos    int
	tokens []token
}

func scan(statement string) ([]token, error) {
	if len(statement) > maxStatement {
		return nil, refuse(0, fmt.Sprintf("a statement of %d bytes", len(statement)), fmt.Sprintf("at most %d bytes are read", maxStatement))
	}
	s := scanner{in: statement}
	for s.pos < len(s.in) {
		if err := s.next(); err != nil {
			return nil, err
		}
		if len(s.tokens) > maxTokens {
			return nil, refuse(s.pos, "a statement with too many tokens", fmt.Sprintf("at most %d are read", maxTokens))
		}
	}
	return s.tokens, nil
}

func (s *scanner) next() error {
	c := s.in[s.pos]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		s.pos++
	case strings.HasPrefix(s.in[s.pos:], "--"):
		s.lineComment()
	case strings.HasPrefix(s.in[s.pos:], "/*"):
		return s.blockComment()
	case strings.HasPrefix(s.in[s.pos:], "//") || c == '#':
		return refuse(s.pos, "a "+string(c)+" comment", "write comments as -- … or /* … */")
	case c == '\'':
		return s.quotedText(c, text)
	case c == '"' || c == '`':
		return s.quotedText(c, quoted)
	case isDigit(c):
		return s.number()
	case isWord(c):
		return s.bareWord()
	default:
		return s.symbol()
	}
	return nil
}

func (s *scanner) emit(k kind, end int) {
	t := token{kind: k, text: s.in[s.pos:end], pos: s.pos}
	if k == word {
		t.lower = strings.ToLower(t.text)
	}
	s.tokens = append(s.tokens, t)
	s.pos = end
}

func (s *scanner) lineComment() {
	if i := strings.IndexByte(s.in[s.pos:], '\n'); i >= 0 {
		s.pos += i + 1
		return
	}
	s.pos = len(s.in)
}

// blockComment refuses nesting: ClickHouse nests, other readers end at the
// first */, and a reviewer cannot tell what runs.
func (s *scanner) blockComment() error {
	body := s.in[s.pos+2:]
	end := strings.Index(body, "*/")
	if end < 0 {
		return refuse(s.pos, "a comment without its end", "close it with */")
	}
	if strings.Contains(body[:end], "/*") {
		return refuse(s.pos, "a comment inside a comment", "comments do not nest here")
	}
	s.pos += 2 + end + 2
	return nil
}

// quotedText reads '…', "…" or `…`: a backslash takes the next byte with it and
// a doubled quote stands for one. Identifiers may have neither.
func (s *scanner) quotedText(quote byte, k kind) error {
	i := s.pos + 1
	for i < len(s.in) {
		switch c := s.in[i]; {
		case c == 0:
			return refuse(i, "a NUL byte", "remove it")
		case c == '\\':
			if k == quoted {
				return refuse(i, "a backslash in a quoted name", "use plain names")
			}
			i += 2
			continue
		case c == quote && i+1 < len(s.in) && s.in[i+1] == quote:
			if k == quoted {
				return refuse(i, "a doubled quote in a quoted name", "use plain names")
			}
			i += 2
			continue
		case c == quote:
			t := token{kind: k, text: s.in[s.pos+1 : i], pos: s.pos}
			if k == quoted {
				t.lower = strings.ToLower(t.text)
			}
			s.tokens = append(s.tokens, t)
			s.pos = i + 1
			return s.notGlued("a quoted text")
		}
		i++
	}
	return refuse(s.pos, "a quote without its end", "close it")
}

// notGlued refuses 'a'b, x'41' and the like: what a letter beside a quote means
// has changed between versions.
func (s *scanner) notGlued(what string) error {
	if s.pos < len(s.in) && (isWord(s.in[s.pos]) || isQuote(s.in[s.pos])) {
		return refuse(s.pos, what+" glued to the next word", "put a space between them")
	}
	return nil
}

func (s *scanner) bareWord() error {
	end := s.pos
	for end < len(s.in) && isWord(s.in[end]) {
		end++
	}
	s.emit(word, end)
	if s.pos < len(s.in) && isQuote(s.in[s.pos]) {
		return refuse(s.pos, "a word glued to a quote, such as x'41'", "use unhex('41'), or put a space between them")
	}
	return nil
}

// number reads 12, 1_000, 1.5e-3 and 0x1F and refuses a word glued to it, where
// readers disagree on what belongs to the number.
func (s *scanner) number() error {
	end := digits(s.in, s.pos)
	if end == s.pos+1 && s.in[s.pos] == '0' && end < len(s.in) && s.in[end] == 'x' {
		for end++; end < len(s.in) && isHex(s.in[end]); end++ {
		}
	} else {
		if end < len(s.in) && s.in[end] == '.' { // 1. is a number, too
			end = digits(s.in, end+1)
		}
		if end < len(s.in) && s.in[end]|0x20 == 'e' {
			end++
			if end < len(s.in) && (s.in[end] == '+' || s.in[end] == '-') {
				end++
			}
			end = digits(s.in, end)
		}
	}
	s.emit(number, end)
	return s.notGlued("a number")
}

func digits(in string, i int) int {
	for i < len(in) && (isDigit(in[i]) || in[i] == '_') {
		i++
	}
	return i
}

func (s *scanner) symbol() error {
	rest := s.in[s.pos:]
	for _, op := range []string{"<=>", "->", "::", "||", "<=", ">=", "<>", "!=", "=="} {
		if strings.HasPrefix(rest, op) {
			s.emit(symbol, s.pos+len(op))
			return nil
		}
	}
	if strings.IndexByte("()[]{},.;:?*+-/%<>=!", rest[0]) < 0 {
		return refuse(s.pos, fmt.Sprintf("the character %q", rest[:1]), "outside quotes only ASCII letters, digits and common operators are read")
	}
	s.emit(symbol, s.pos+1)
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'f') }
func isQuote(c byte) bool { return c == '\'' || c == '"' || c == '`' }
func isWord(c byte) bool {
	return c == '_' || isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'z')
}

// isPlainName accepts what Weir calls its own tables and columns. In a chdb
// default database any other name may be that of a file.
func isPlainName(s string) bool {
	if s == "" || isDigit(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isWord(s[i]) {
			return false
		}
	}
	return true
}
