// Package statement finds, in the text of a ClickHouse statement, where the
// data of an INSERT begins and whether a second statement follows. It reads
// tokens, it does not rewrite: what is not understood is left to the engine.
//
//	INSERT INTO t SETTINGS x='format y' FORMAT CSV⏎1,2⏎  →  Insert, format CSV, data "1,2⏎"
//	INSERT INTO t SELECT 1                               →  no data
package statement

import "strings"

// Statement is what [Split] found.
type Statement struct {
	// Text is the statement without data, FORMAT clause of an INSERT, and
	// trailing semicolon.
	Text string
	// TakesData says that this is an INSERT whose rows follow in Format.
	TakesData bool
	// Format of the rows of an INSERT (Values, CSV, Native, …), or of the
	// result where the statement ends in a FORMAT clause; else empty.
	Format string
	// Data is where the rows begin in the text that was given.
	Data int
	// Selects says that the statement begins as a SELECT does.
	Selects bool
	// Multiple says that a second statement follows after a semicolon.
	Multiple bool
	// Open says that the text ends inside a literal or comment.
	Open bool
}

// Split looks at the head of a request: a whole statement, or an INSERT and the
// first bytes of its data.
func Split(text string) Statement {
	l := &lexer{text: text}
	first := l.next()
	if is(text, first, "INSERT") {
		if found, ok := splitInsert(l); ok {
			return found
		}
	}
	found := splitOther(&lexer{text: text})
	found.Selects = is(text, first, "SELECT") || is(text, first, "WITH") || is(text, first, "FROM") ||
		first.kind == symbol && text[first.start] == '('
	return found
}

// splitOther finds the end of a statement without data, and the format it asks
// for: the last "FORMAT name" that only a SETTINGS clause may follow.
func splitOther(l *lexer) Statement {
	var format string
	settled := false // behind FORMAT name SETTINGS
	previous := token{}
	for {
		t := l.next()
		switch {
		case t.kind == end:
			return Statement{Text: l.text, Format: format, Data: len(l.text)}
		case t.kind == unclosed:
			return Statement{Text: l.text, Data: len(l.text), Open: true}
		case t.kind == symbol && l.text[t.start] == ';':
			found := afterSemicolon(l, t.start)
			found.Format = format
			return found
		case t.kind == word && is(l.text, previous, "FORMAT"):
			format, settled = l.text[t.start:t.end], false
		case format != "" && is(l.text, t, "SETTINGS"):
			settled = true
		case !settled:
			format = ""
		}
		previous = t
	}
}

// afterSemicolon looks whether anything but semicolons follows.
func afterSemicolon(l *lexer, stop int) Statement {
	for {
		t := l.next()
		if t.kind == symbol && l.text[t.start] == ';' {
			continue
		}
		found := Statement{Text: l.text[:stop], Data: len(l.text)}
		found.Multiple = t.kind != end
		return found
	}
}

// splitInsert reads on after INSERT; not ok when the statement brings no data
// (INSERT … SELECT, INSERT … FROM INFILE, or something that does not parse).
func splitInsert(l *lexer) (Statement, bool) {
	t := l.skipTarget()
	depth := 0
	for ; t.kind != end && t.kind != unclosed; t = l.next() {
		switch {
		case t.kind == symbol:
			switch l.text[t.start] {
			case '(', '[', '{':
				depth++
			case ')', ']', '}':
				depth--
			case ';':
				return Statement{}, false
			}
		case depth > 0 || t.kind != word:
		case is(l.text, t, "SELECT"), is(l.text, t, "WITH"), is(l.text, t, "FROM"), is(l.text, t, "EXPLAIN"), is(l.text, t, "WATCH"):
			return Statement{}, false
		case is(l.text, t, "VALUES"):
			return Statement{Text: l.text[:t.start], TakesData: true, Format: "Values", Data: t.end}, true
		case is(l.text, t, "FORMAT"):
			name := l.next()
			if name.kind != word {
				return Statement{}, false
			}
			return withFormat(l.text, t, name), true
		}
	}
	return Statement{}, false
}

// skipTarget reads [INTO] [TABLE | FUNCTION] name[.name] and returns the token
// after it, so that a table called format or values is no clause.
func (l *lexer) skipTarget() token {
	t := l.next()
	for _, keyword := range []string{"INTO", "TABLE", "FUNCTION"} {
		if is(l.text, t, keyword) {
			t = l.next()
		}
	}
	for t.kind == word || t.kind == quoted {
		t = l.next()
		if t.kind != symbol || l.text[t.start] != '.' {
			break
		}
		t = l.next()
	}
	return t
}

// withFormat places the data behind "FORMAT name": after the first line break
// if only blanks precede it, else after the blanks, as ClickHouse does.
func withFormat(text string, clause, name token) Statement {
	format := text[name.start:name.end]
	at := name.end
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\f') {
		at++
	}
	if at < len(text) && text[at] == ';' && strings.TrimSpace(text[at+1:]) == "" {
		at = len(text)
	}
	if at < len(text) && text[at] == '\r' {
		at++
	}
	if at < len(text) && text[at] == '\n' {
		at++
	}
	return Statement{Text: text[:clause.start], TakesData: true, Format: format, Data: at}
}

func is(text string, t token, keyword string) bool {
	return t.kind == word && strings.EqualFold(text[t.start:t.end], keyword)
}
