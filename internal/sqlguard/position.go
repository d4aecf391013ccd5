package sqlguard

// ClickHouse reserves no word: limit, array or as may also be the name of a
// column, a table or an alias, and what it is depends on where it stands:
//
//	… JOIN b ON limit = 1, other.secrets    a column; the comma leads to a table
//	SELECT 1 AS as FROM other.secrets       an alias; FROM leads to a table
//
// Whoever takes such a name for a clause, or a clause for a name, loses sight
// of a table. So a bare word that would begin a clause is refused where it may
// be a name: it must be quoted there.

var (
	// clauseWords end the list of tables behind FROM.
	clauseWords = set("except group having intersect limit order prewhere qualify settings union where")

	// operandNext are words that a name must follow, not a clause.
	operandNext = set(`and array as between by case div else from glob global having ilike in interval is join like limit match mod not offset on or
		overlaps prewhere qualify regexp select then using when where with xor`)

	// operatorWords stand behind a name, never behind a clause's own word.
	operatorWords = set(`and any array as asof between collate cross div escape full glob global ilike in inner is join left like match mod offset on or
		overlaps paste regexp right using xor`)
)

// clausePosition refuses the clause word at token i where it may be a name.
func (g *guard) clausePosition(i int) error {
	if !g.expectsOperand(i-1) && g.continues(i) {
		return nil
	}
	return refuse(g.tokens[i].pos, "the word "+display(g.tokens[i])+" in place of a name", "a column, table or alias of this name must be quoted")
}

// expectsOperand reports whether what follows token i is a value or a name.
func (g *guard) expectsOperand(i int) bool {
	t := g.at(i)
	switch {
	case i < 0:
		return true
	case t.kind == word:
		return !g.at(i-1).is(".") && operandNext[t.lower]
	case t.is("*"):
		return !g.isStar(i)
	case t.is("("):
		return false // a bracket of its own: what it holds changes nothing outside
	}
	return t.kind == symbol && !t.is(")") && !t.is("]") && !t.is("}")
}

// isStar tells SELECT *, count(*) and t.* from a multiplication.
func (g *guard) isStar(i int) bool {
	before := g.at(i - 1)
	return before.is("(") || before.is(",") || before.is(".") || before.keyword("select") || before.keyword("distinct") ||
		before.is(")") && g.opensDistinctOn(i-1)
}

// opensDistinctOn reports whether the bracket that closes at i is that of
// SELECT DISTINCT ON (a, b) *.
func (g *guard) opensDistinctOn(i int) bool {
	depth := 0
	for ; i >= 0; i-- {
		switch {
		case g.at(i).is(")"):
			depth++
		case g.at(i).is("("):
			if depth--; depth == 0 {
				return g.at(i-1).keyword("on") && g.at(i-2).keyword("distinct") && g.at(i-3).keyword("select")
			}
		}
	}
	return false
}

// continues reports whether the clause word at token i goes on as its clause
// does: GROUP BY, LIMIT 10, WHERE a.
func (g *guard) continues(i int) bool {
	next := g.at(i + 1)
	switch g.tokens[i].lower {
	case "group", "order":
		return next.keyword("by")
	case "settings":
		return next.name() // everywhere has read name = value
	}
	switch next.kind {
	case word:
		return !operatorWords[next.lower] && (!clauseWords[next.lower] || g.at(i+2).is("("))
	case symbol:
		return next.is("(") || next.is("[") || next.is("{") || next.is("-") || next.is("+") || next.is(".")
	}
	return true
}

// isArrayJoin tells ARRAY JOIN, which names columns, from the JOIN of a table
// called array.
func (g *guard) isArrayJoin(join int) bool {
	return g.at(join-1).keyword("array") && !g.at(join-2).is(".") && !g.expectsOperand(join-2)
}
