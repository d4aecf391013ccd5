package sqlguard

import (
	"slices"
	"strings"
)

const statements = "allowed is one SELECT, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW CREATE, DESCRIBE, EXISTS or EXPLAIN of a SELECT"

// Check returns nil if a reader with these options may send the statement, and
// otherwise a *Refusal.
func Check(statement string, opts Options) error {
	tokens, err := scan(statement)
	if err != nil {
		return err
	}
	for len(tokens) > 0 && tokens[len(tokens)-1].is(";") {
		tokens = tokens[:len(tokens)-1]
	}
	if len(tokens) == 0 {
		return refuse(0, "an empty statement", statements)
	}
	g := &guard{opts: opts, lists: loadCatalog(), tokens: tokens, tableBracket: -1}
	if err := g.everywhere(); err != nil {
		return err
	}
	return g.statement()
}

// SettingAllowed reports whether a setting may be given by the reader; the HTTP
// endpoint asks it for settings in the URL.
func (o Options) SettingAllowed(name string) bool { return slices.Contains(o.Settings, name) }

// guard checks one statement.
type guard struct {
	opts         Options
	lists        *catalog
	tokens       []token
	tableBracket int // the bracket that was last seen in place of a table
}

// at returns the token i, or an empty symbol beyond the end.
func (g *guard) at(i int) token {
	if i < 0 || i >= len(g.tokens) {
		return token{kind: symbol, pos: g.end()}
	}
	return g.tokens[i]
}

func (g *guard) end() int {
	if len(g.tokens) == 0 {
		return 0
	}
	last := g.tokens[len(g.tokens)-1]
	return last.pos + len(last.text)
}

func (g *guard) statement() error {
	first := g.at(0)
	switch {
	case first.keyword("select"), first.keyword("with"), first.is("("):
		return g.selectFrom(0)
	case first.keyword("show"):
		return g.show()
	case first.keyword("describe"), first.keyword("desc"):
		return g.describe()
	case first.keyword("exists"):
		return g.exists()
	case first.keyword("explain"):
		return g.explain()
	}
	return refuse(first.pos, "a statement that begins with "+display(first), statements)
}

// explain reads EXPLAIN [kind] [setting = value, …] SELECT ….
func (g *guard) explain() error {
	i := 1
	switch t := g.at(i); {
	case t.keyword("ast"), t.keyword("syntax"), t.keyword("plan"), t.keyword("pipeline"), t.keyword("estimate"):
		i++
	case t.keyword("query") && g.at(i+1).keyword("tree"):
		i += 2
	}
	for g.at(i).kind == word && g.at(i+1).is("=") {
		if g.at(i+2).kind != number {
			return refuse(g.at(i).pos, "this option of EXPLAIN", "options are written name = 0 or name = 1")
		}
		i += 3
		if g.at(i).is(",") {
			i++
		}
	}
	if t := g.at(i); !t.keyword("select") && !t.keyword("with") && !t.is("(") {
		return refuse(t.pos, "EXPLAIN of "+display(t), "only a SELECT can be explained")
	}
	return g.selectFrom(i)
}

// display names a token in an error, without repeating a literal.
func display(t token) string {
	switch t.kind {
	case word:
		return strings.ToUpper(t.text)
	case quoted:
		return "a quoted name"
	case text:
		return "a string"
	case number:
		return "a number"
	}
	if t.text == "" {
		return "the end"
	}
	return "“" + t.text + "”"
}

func list(names []string) string { return "allowed are: " + strings.Join(names, ", ") }
