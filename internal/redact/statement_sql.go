package redact

import (
	"slices"
	"strings"
)

// sqlDialect is what differs between the languages that look like SQL.
type sqlDialect struct {
	escapes bool // a backslash escapes a quote
	quotes  bool // "text" is a literal, never a name
	names   bool // "text" is a name, never a literal
}

// dialectOf knows databases by db.system.name.
func dialectOf(system string) (d sqlDialect, known bool) {
	switch system {
	case "mysql", "mariadb", "clickhouse", "gcp.spanner", "hive", "spanner", "bigquery", "databricks", "couchbase", "neo4j":
		return sqlDialect{escapes: true, quotes: true}, true
	case "postgresql", "oracle", "oracle.db", "sqlite", "cockroachdb", "ibm.db2", "db2", "h2database", "h2", "hsqldb", "derby", "teradata", "trino", "cassandra", "redshift", "aws.redshift":
		return sqlDialect{names: true}, true
	}
	return sqlDialect{}, false
}

// sqlText reads SQL. Whether a backslash escapes a quote depends on the database:
// when that is unknown and both readings are possible, all from the first quote
// to the last goes.
func (l *lexer) sqlText() {
	d, known := dialectOf(l.system)
	if known || (!strings.Contains(l.s, `\'`) && !strings.Contains(l.s, `\"`)) {
		l.sql(d)
		return
	}
	plain, escaped := *l, *l
	plain.hits, escaped.hits = nil, nil
	plainOK := plain.sql(d)
	d.escapes = true
	escapedOK := escaped.sql(d)
	switch {
	case plainOK && (!escapedOK || slices.Equal(plain.hits, escaped.hits)):
		l.hits = append(l.hits, plain.hits...)
	case escapedOK && !plainOK:
		l.hits = append(l.hits, escaped.hits...)
	default:
		l.sqlAround(d)
	}
}

// sqlAround reads what stands around the first and the last quote.
func (l *lexer) sqlAround(d sqlDialect) {
	first, last := strings.IndexAny(l.s, `'"`), strings.LastIndexAny(l.s, `'"`)
	all := *l
	all.hits = nil
	all.sql(d)
	for _, h := range all.hits {
		if h.end <= first || h.start > last {
			l.hits = append(l.hits, h)
		}
	}
	l.literal(first, last+1)
}

// sqlReader is the state of reading one statement.
type sqlReader struct {
	*lexer
	sqlDialect
	i      int
	word   string // the last keyword or name
	before byte   // the last byte that is no space
	parens []byte // what the open parentheses hold: n for IN, c for columns, v for values
	list   int    // hits before this one are of the IN list that is open
	sound  bool
}

// sql reads a statement and reports whether all its quotes were closed.
func (l *lexer) sql(d sqlDialect) bool {
	r := sqlReader{lexer: l, sqlDialect: d, sound: true, list: -1}
	for r.i < len(r.s) {
		r.token()
	}
	return r.sound
}

// token reads one token at r.i.
func (r *sqlReader) token() {
	s, i := r.s, r.i
	if to := r.skipSettled(i); to > 0 {
		r.i, r.before = to, '?'
		return
	}
	c, next := s[i], byteAt(s, i+1)
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		r.i++
		return
	case c == '\'':
		r.quoted(i, i)
	case c == '"':
		r.doubleQuoted(i)
	case c == '`':
		r.skipTo(i+1, "`")
	case c == '-' && next == '-':
		r.comment(i+2, "\n")
	case c == '#' && (next == ' ' || next == '\t' || r.quotes && !r.names && r.escapes):
		r.comment(i+1, "\n")
	case c == '/' && next == '*':
		r.comment(i+2, "*/")
	case c == '$':
		r.dollar(i)
	case c == ':' || c == '@' || c == '?':
		r.parameter(i)
	case isDigit(c) || (c == '.' && isDigit(next) && !isWord(r.before)):
		r.number(i)
	case isLetter(c) || c == '_' || c >= 0x80:
		r.name(i)
	default:
		r.mark(c)
	}
	r.before = s[r.i-1]
}

// mark reads an operator or a parenthesis.
func (r *sqlReader) mark(c byte) {
	r.i++
	switch c {
	case '(':
		r.parens = append(r.parens, r.holds())
	case ')':
		if n := len(r.parens); n > 0 {
			r.parens = r.parens[:n-1]
		}
		r.list, r.word = -1, ""
	case '=', '<', '>', ';':
		r.word = string(c)
	}
}

// holds says what a parenthesis that opens here holds.
func (r *sqlReader) holds() byte {
	switch r.word {
	case "in":
		r.list = len(r.hits)
		return 'n'
	case "into", "table", "on", "using", "index", "key", "exists", "over", "by", "select", "from", "join", "where", "and", "or":
		return 'c'
	}
	return 'v'
}

// literalToken notes a literal. Those of one IN list become one.
func (r *sqlReader) literalToken(start, end int) {
	n := len(r.hits)
	r.literal(start, end)
	if len(r.hits) == n || r.list < 0 || n <= r.list || len(r.parens) == 0 || r.parens[len(r.parens)-1] != 'n' {
		return
	}
	last := &r.hits[n-1]
	if strings.Trim(r.s[last.end:start], " ,\t\r\n") == "" {
		last.end = end
		r.hits = r.hits[:n]
	}
}

// parameter steps over ?1, :name, :1 and @name; :1 behind a value is part of a
// map, and its number a literal.
func (r *sqlReader) parameter(i int) {
	s := r.s
	j := i + 1
	if s[i] == ':' && (byteAt(s, j) == ':' || strings.IndexByte(`'"?]})`, r.before) >= 0 || isDigit(r.before)) {
		r.i = j
		return
	}
	for j < len(s) && (isAlnum(s[j]) || s[j] == '_' || s[j] == '@') {
		j++
	}
	if s[i] == ':' && (r.quotes || j-i > 4 && isDigit(s[i+1])) { // key: 5 in a map or an argument of GraphQL
		j = i + 1
	}
	r.i = j
}

// number reads 12, 1.5e-3, 0xff, and a UUID that stands without quotes.
func (r *sqlReader) number(i int) {
	s := r.s
	if end := uuidEnd(s, i); end > 0 {
		r.literalToken(i, end)
		r.i = end
		return
	}
	j := i
	for j < len(s) && (isAlnum(s[j]) || s[j] == '_' || s[j] == '.') {
		if s[j]|0x20 == 'e' && (byteAt(s, j+1) == '-' || byteAt(s, j+1) == '+') && isDigit(byteAt(s, j+2)) && s[i] != 'x' {
			j++
		}
		j++
	}
	r.literalToken(i, j)
	r.i = j
}

// name reads a keyword or a name, and the prefix of a string: N'…', E'…'.
func (r *sqlReader) name(i int) {
	s := r.s
	if end := uuidEnd(s, i); end > 0 {
		r.literalToken(i, end)
		r.i = end
		return
	}
	j := i
	for j < len(s) && (isAlnum(s[j]) || s[j] == '_' || s[j] == '$' || s[j] >= 0x80) {
		j++
	}
	if byteAt(s, j) == '\'' && j-i == 1 {
		escapes := r.escapes
		r.escapes = escapes || s[i]|0x20 == 'e'
		r.quoted(i, j)
		r.escapes = escapes
		return
	}
	r.i = j
	r.word = wordBehind(r.word, strings.ToLower(s[i:j]))
}

// wordBehind is the word that says what a parenthesis holds: behind INTO the name
// of the table does not hide it, as the columns follow.
func wordBehind(before, word string) string {
	if before != "into" && before != "table" {
		return word
	}
	switch word {
	case "values", "value", "select", "set", "as", "on":
		return word
	}
	return before
}
