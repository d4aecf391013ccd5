package sqlguard

// frame is one open bracket while a SELECT is read.
type frame struct {
	head    token // what stands before the bracket
	selects bool  // SELECT or WITH was seen inside
	tables  bool  // between FROM and the next clause: a comma leads to a table
	ordered bool  // behind ORDER BY, where WITH FILL FROM may stand
}

// selectFrom reads the SELECT that begins at token i and checks every table.
func (g *guard) selectFrom(i int) error {
	frames := []frame{{}}
	for ; i < len(g.tokens); i++ {
		t := g.tokens[i]
		top := &frames[len(frames)-1]
		switch {
		case t.is("(") || t.is("[") || t.is("{"):
			opened, err := g.open(i)
			if err != nil {
				return err
			}
			frames = append(frames, opened)
		case t.is(")") || t.is("]") || t.is("}"):
			frames = frames[:max(1, len(frames)-1)]
		case t.is(",") && top.tables:
			if err := g.table(i + 1); err != nil {
				return err
			}
		case t.is(",") && top.head.keyword("in") && !top.selects:
			if err := g.element(i + 1); err != nil {
				return err
			}
		case t.kind == word && !g.at(i-1).is("."):
			if err := g.clause(top, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// open reads an opening bracket: that of an IN list, of tables in brackets, or
// any other.
func (g *guard) open(i int) (frame, error) {
	opened := frame{head: g.at(i - 1)}
	switch {
	case g.inList(i):
		return opened, g.element(i + 1)
	case i == g.tableBracket && g.at(i+1).is("("):
		opened.tables = true // FROM ((SELECT …) AS a, b)
		return opened, g.table(i + 1)
	}
	return opened, nil
}

// clause moves on at a keyword.
func (g *guard) clause(top *frame, i int) error {
	t := g.tokens[i]
	switch t.lower {
	case "select", "with":
		top.selects = true
		top.ordered = top.ordered && t.lower == "with"
		return nil
	case "from":
		if g.isOperandFrom(top, i) {
			return nil
		}
		top.tables, top.selects, top.ordered = true, true, false
		return g.table(i + 1)
	case "join":
		top.tables = !g.isArrayJoin(i)
		if !top.tables {
			return nil
		}
		return g.table(i + 1)
	case "in":
		return g.inOperand(i + 1)
	}
	if !clauseWords[t.lower] {
		return nil
	}
	top.tables, top.ordered = false, t.lower == "order"
	return g.clausePosition(i)
}

// isOperandFrom knows the FROM that leads to no table: extract(YEAR FROM x),
// trim(BOTH ' ' FROM x), a IS DISTINCT FROM b, ORDER BY a WITH FILL FROM 1.
func (g *guard) isOperandFrom(top *frame, i int) bool {
	if g.at(i - 1).keyword("fill") {
		return top.ordered && g.at(i-2).keyword("with") && !g.expectsOperand(i-3) && g.harmlessOperand(i+1)
	}
	if g.at(i - 1).keyword("distinct") {
		is := i - 2
		if g.at(is).keyword("not") {
			is--
		}
		return g.at(is).keyword("is") && !g.expectsOperand(is-1) && g.harmlessOperand(i+1)
	}
	if top.selects || top.head.kind != word || g.at(i-1).is("(") {
		return false
	}
	switch top.head.lower {
	case "extract", "trim", "substring", "substr", "overlay":
		return true
	}
	return false
}

// harmlessOperand reports whether token i would give nothing away if it were
// in place of a table after all.
func (g *guard) harmlessOperand(i int) bool {
	path, next := g.path(i)
	return len(path) == 0 || g.at(next).is("(") || g.mayRead(path) == nil
}

// inList reports whether the bracket at i opens the list of an IN.
func (g *guard) inList(i int) bool {
	return g.tokens[i].is("(") && g.at(i-1).keyword("in") && !g.isSubquery(i+1)
}

func (g *guard) isSubquery(i int) bool {
	return (g.at(i).keyword("select") || g.at(i).keyword("with")) && !g.at(i+1).is(")") && !g.at(i+1).is(",")
}

// element checks one element of IN (…). A lone name there is a table, also in
// more brackets and with an alias, so it must be one that may be read.
func (g *guard) element(i int) error {
	for g.at(i).is("(") {
		i++
	}
	path, next := g.path(i)
	if len(path) == 0 || g.isSubquery(i) || g.at(i).keyword("null") || g.at(i).keyword("true") || g.at(i).keyword("false") {
		return nil
	}
	if after := g.at(next); after.kind != word && !after.is(",") && !after.is(")") {
		return nil // a call or an expression
	}
	return g.mayRead(path)
}

// inOperand checks what stands behind IN: a bracket, a literal, or a table.
func (g *guard) inOperand(i int) error {
	path, next := g.path(i)
	if len(path) == 0 || g.at(next).is("(") {
		return nil // calls are checked everywhere
	}
	return g.mayRead(path)
}

// table checks what stands behind FROM, JOIN or a comma between tables.
func (g *guard) table(i int) error {
	if g.at(i).is("(") {
		if t := g.at(i + 1); !t.keyword("select") && !t.keyword("with") && !t.is("(") {
			return refuse(t.pos, "this subquery", "write (SELECT …)")
		}
		g.tableBracket = i
		return nil
	}
	path, next := g.path(i)
	if len(path) == 0 {
		return refuse(g.at(i).pos, display(g.at(i))+" in place of a table", "write database.table or a subquery")
	}
	if g.at(next).is("(") {
		if len(path) == 1 && g.lists.tableFunctions[path[0].lower] {
			return nil
		}
		return refuse(g.at(i).pos, "the table function "+clip(path[len(path)-1].text), list([]string{"numbers", "numbers_mt", "generateSeries", "primes", "values", "view", "zeros"}))
	}
	return g.mayRead(path)
}

// path reads a.b.c from token i.
func (g *guard) path(i int) (parts []token, next int) {
	for g.at(i).name() {
		parts = append(parts, g.at(i))
		if i++; !g.at(i).is(".") {
			break
		}
		i++
	}
	return parts, i
}

// mayRead decides on one table name.
func (g *guard) mayRead(path []token) error {
	pos := path[0].pos
	switch len(path) {
	case 1:
		return g.mayReadUnqualified(path[0])
	case 2:
	default:
		return refuse(pos, "a table name of more than two parts", "write database.table")
	}
	database, table := path[0].text, path[1].text
	if database == "system" {
		for _, allowed := range g.opts.SystemTables {
			if table == allowed {
				return nil
			}
		}
		return refuse(pos, "the table system."+clip(table), "of the system database "+list(g.opts.SystemTables))
	}
	if !isPlainName(table) {
		return refuse(pos, "a table name with special characters", "names are letters, digits and underscores")
	}
	return g.mayUseDatabase(pos, database)
}

func (g *guard) mayReadUnqualified(t token) error {
	if !isPlainName(t.text) {
		return refuse(t.pos, "a table name with special characters", "names are letters, digits and underscores")
	}
	if err := g.mayUseDatabase(t.pos, g.opts.CurrentDatabase); err != nil {
		return refuse(t.pos, "the unqualified table "+clip(t.text), "the connection's database is not readable; connect to one that is, or write database.table, databases "+list(g.opts.Databases))
	}
	return nil
}

func (g *guard) mayUseDatabase(pos int, database string) error {
	for _, allowed := range g.opts.Databases {
		if database == allowed {
			return nil
		}
	}
	return refuse(pos, "the database "+clip(database), "databases "+list(g.opts.Databases))
}
