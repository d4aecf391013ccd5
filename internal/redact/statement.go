package redact

import "strings"

// Statements are recognised by the attribute they stand under. Their literals
// go, their shape stays: SELECT * FROM t WHERE a = ?. What cannot be parsed loses
// its literals by the most careful reading, never none of them.

// statementKind is the language of a statement.
type statementKind uint8

const (
	notStatement statementKind = iota
	anyQuery                   // SQL, CQL, Redis or JSON, by what it begins with
	graphQLDocument
	jsonValues // every value goes
	wholeValue // a parameter of a statement
	shellCommand
)

// minStatementKey is the length of the shortest attribute with a statement.
const minStatementKey = len("db.statement")

// statementOf knows the attributes of the semantic conventions, today's and the
// older ones.
func statementOf(key string) statementKind {
	if len(key) < minStatementKey || key[0] != 'd' && key[0] != 'g' && key[0] != 'p' {
		return notStatement
	}
	switch key {
	case "db.query.text", "db.statement", "db.sql.query", "db.cassandra.statement", "db.mongodb.statement":
		return anyQuery
	case "graphql.document", "graphql.source", "graphql.query":
		return graphQLDocument
	case "graphql.variables", "graphql.operation.variables":
		return jsonValues
	case "process.command_line":
		return shellCommand
	}
	if strings.HasPrefix(key, "db.query.parameter.") || strings.HasPrefix(key, "db.operation.parameter.") || strings.HasPrefix(key, "graphql.variables.") {
		return wholeValue
	}
	return notStatement
}

// isStatementKey reports whether the value under key is a statement. Two bytes
// dismiss nearly every key: db., graphql., process.
func isStatementKey(key string) bool {
	return len(key) >= minStatementKey && (key[1] == 'b' || key[1] == 'r') && statementOf(key) != notStatement
}

// statementHits appends the literals of the statement under key. system is the
// value of db.system.name, or empty.
func (e *Engine) statementHits(key, system, value string, hits []hit) []hit {
	l := lexer{e: e, s: value, system: system, hits: hits}
	switch statementOf(key) {
	case anyQuery:
		l.query()
	case graphQLDocument:
		l.sql(sqlDialect{escapes: true, quotes: true})
	case jsonValues:
		l.json(false)
	case wholeValue:
		l.literal(0, len(value))
	case shellCommand:
		l.shell()
	}
	return l.hits
}

// lexer collects the literals of one statement.
type lexer struct {
	e      *Engine
	s      string
	system string
	hits   []hit
}

// literal notes that s[start:end] goes, but for what an earlier redaction left.
func (l *lexer) literal(start, end int) {
	if text := l.s[start:end]; start < end && text != "?" && !l.e.settled(text) {
		l.hits = append(l.hits, hit{start, end, detStatement})
	}
}

// query decides on the language: by the system, or by how the text begins.
func (l *lexer) query() {
	first := strings.TrimLeft(l.s, " \t\r\n(")
	word := first[:wordEnd(first, 0)]
	switch {
	case l.system == "redis" || l.system == "valkey" || (l.system == "" && isRedis(word, first)):
		l.redis()
	case l.system == "mongodb", first != "" && (first[0] == '{' || first[0] == '['):
		l.json(true)
	case l.system == "" && strings.HasPrefix(first, "db."): // db.users.find({…}), the shell of MongoDB
		l.json(true)
	default:
		l.sqlText()
	}
}

// skipSettled steps over what an earlier redaction has left at i: a mark, or a
// mask and the few characters behind it.
func (l *lexer) skipSettled(i int) int {
	if l.s[i] == '<' {
		return l.e.markEnd(l.s, i)
	}
	return l.e.maskEnd(l.s, i)
}
