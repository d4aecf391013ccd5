package redact

import "strings"

// quoted reads a string that begins at start with the quote at i.
func (r *sqlReader) quoted(start, i int) {
	end, ok := r.closing(i)
	r.sound = r.sound && ok
	r.literalToken(start, end)
	r.i = end
}

// closing returns the end of the string whose quote is at i, or the text's.
func (r *sqlReader) closing(i int) (end int, ok bool) {
	s, quote := r.s, r.s[i]
	if quote == '"' && strings.HasPrefix(s[i:], `"""`) { // a block of GraphQL
		if j := strings.Index(s[i+3:], `"""`); j >= 0 {
			return i + 3 + j + 3, true
		}
	}
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '\\' && r.escapes:
			j++
		case s[j] == quote && byteAt(s, j+1) == quote:
			j++
		case s[j] == quote:
			return j + 1, true
		}
	}
	return len(s), false
}

// doubleQuoted reads a name or, in some databases, a string.
func (r *sqlReader) doubleQuoted(i int) {
	end, ok := r.closing(i)
	r.sound = r.sound && ok
	if !ok || !r.isName(i, end) {
		r.literalToken(i, end)
	}
	r.i = end
}

// isName decides whether "text" is a name: by the dialect, or because it looks
// like one, stands where one stands, or has a dot beside it.
func (r *sqlReader) isName(i, end int) bool {
	text := r.s[i+1 : end-1]
	if r.quotes || text == "" || len(text) > 128 {
		return false
	}
	for j := range len(text) {
		if c := text[j]; !isAlnum(c) && c != '_' && c != '$' && c != '.' && !(r.names && c >= ' ') {
			return false
		}
	}
	if isDigit(text[0]) {
		return false
	}
	if r.names || r.before == '.' || byteAt(r.s, end) == '.' {
		return true
	}
	if n := len(r.parens); n > 0 && r.parens[n-1] != 'c' {
		return false
	}
	switch r.word {
	case "=", "<", ">", "like", "ilike", "rlike", "regexp", "between", "is", "not", "values", "limit", "set", "contains", "then", "else", "when", "return", "call", "exec", "execute":
		return r.word == "set" && r.before != '='
	}
	return r.before != '=' && r.before != '<' && r.before != '>' && r.before != '~'
}

// skipTo steps over a quoted name; one that does not end goes.
func (r *sqlReader) skipTo(from int, end string) {
	if j := strings.Index(r.s[from:], end); j >= 0 {
		r.i = from + j + len(end)
		return
	}
	r.sound = false
	r.literal(from, len(r.s))
	r.i = len(r.s)
}

// comment takes out what a comment says; hints to the planner (/*+ … */, /*! … */)
// are read like the statement.
func (r *sqlReader) comment(from int, end string) {
	if c := byteAt(r.s, from); end == "*/" && (c == '+' || c == '!') {
		r.i = from + 1
		return
	}
	to, next := len(r.s), len(r.s)
	if j := strings.Index(r.s[from:], end); j >= 0 {
		to, next = from+j, from+j+len(end)
	}
	for from < to && (r.s[from] == ' ' || r.s[from] == '*') {
		from++
	}
	for to > from && (r.s[to-1] == ' ' || r.s[to-1] == '\r') {
		to--
	}
	r.literal(from, to)
	r.i = next
}

// dollar reads $tag$ text $tag$ and steps over $1 and $name.
func (r *sqlReader) dollar(i int) {
	tag := i + 1
	for tag < len(r.s) && (isAlnum(r.s[tag]) || r.s[tag] == '_') {
		tag++
	}
	if byteAt(r.s, tag) != '$' || (tag > i+1 && isDigit(r.s[i+1])) {
		r.i = tag
		return
	}
	delimiter := r.s[i : tag+1]
	end := len(r.s)
	if j := strings.Index(r.s[tag+1:], delimiter); j >= 0 {
		end = tag + 1 + j + len(delimiter)
	} else {
		r.sound = false
	}
	r.literalToken(i, end)
	r.i = end
}
