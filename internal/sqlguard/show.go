package sqlguard

const showForms = "allowed are SHOW DATABASES, SHOW TABLES [FROM database], SHOW COLUMNS FROM table and SHOW CREATE TABLE, with LIKE, LIMIT and FORMAT"

// show reads the SHOW statements.
func (g *guard) show() error {
	i := 1
	for g.at(i).keyword("full") || g.at(i).keyword("extended") {
		i++
	}
	switch t := g.at(i); {
	case t.keyword("databases"), t.keyword("schemas"):
		return g.filters(i + 1)
	case t.keyword("tables"):
		return g.showTables(i + 1)
	case t.keyword("columns"), t.keyword("fields"):
		return g.showColumns(i + 1)
	case t.keyword("create"):
		return g.showCreate(i + 1)
	default:
		return refuse(t.pos, "SHOW "+display(t), showForms)
	}
}

func (g *guard) showTables(i int) error {
	if g.at(i).keyword("from") || g.at(i).keyword("in") {
		database := g.at(i + 1)
		if !database.name() {
			return refuse(database.pos, "this form of SHOW TABLES", showForms)
		}
		if database.text != "system" {
			if err := g.mayUseDatabase(database.pos, database.text); err != nil {
				return err
			}
		}
		i += 2
	} else if err := g.mayUseDatabase(g.at(1).pos, g.opts.CurrentDatabase); err != nil {
		return err
	}
	return g.filters(i)
}

func (g *guard) showColumns(i int) error {
	if !g.at(i).keyword("from") && !g.at(i).keyword("in") {
		return refuse(g.at(i).pos, "this form of SHOW COLUMNS", showForms)
	}
	path, next := g.path(i + 1)
	if g.at(next).keyword("from") || g.at(next).keyword("in") { // FROM table FROM database
		if database := g.at(next + 1); len(path) == 1 && database.name() {
			path = []token{database, path[0]}
			next += 2
		}
	}
	if err := g.namedTable(path, next); err != nil {
		return err
	}
	return g.filters(next)
}

func (g *guard) showCreate(i int) error {
	switch t := g.at(i); {
	case t.keyword("database"):
		if err := g.mayUseDatabase(g.at(i+1).pos, g.at(i+1).text); err != nil {
			return err
		}
		return g.filters(i + 2)
	case t.keyword("table"), t.keyword("view"):
		i++
	}
	path, next := g.path(i)
	if err := g.namedTable(path, next); err != nil {
		return err
	}
	return g.filters(next)
}

// describe reads DESCRIBE [TABLE] name, (SELECT …) or function(…).
func (g *guard) describe() error {
	i := 1
	if g.at(i).keyword("table") {
		i++
	}
	if g.at(i).is("(") {
		return g.selectFrom(i)
	}
	if err := g.table(i); err != nil {
		return err
	}
	path, next := g.path(i)
	if len(path) == 1 && g.at(next).is("(") {
		return g.selectFrom(next)
	}
	return g.filters(next)
}

// exists reads EXISTS [TABLE|VIEW|DATABASE] name.
func (g *guard) exists() error {
	i := 1
	switch t := g.at(i); {
	case t.keyword("database"):
		if err := g.mayUseDatabase(g.at(i+1).pos, g.at(i+1).text); err != nil {
			return err
		}
		return g.filters(i + 2)
	case t.keyword("table"), t.keyword("view"):
		i++
	}
	path, next := g.path(i)
	if err := g.namedTable(path, next); err != nil {
		return err
	}
	return g.filters(next)
}

// namedTable demands a plain table name, not a call.
func (g *guard) namedTable(path []token, next int) error {
	if len(path) == 0 || g.at(next).is("(") {
		return refuse(g.at(next).pos, display(g.at(next))+" in place of a table", "write database.table")
	}
	return g.mayRead(path)
}

// filters reads what may close a SHOW, DESCRIBE or EXISTS.
func (g *guard) filters(i int) error {
	for i < len(g.tokens) {
		t := g.at(i)
		switch {
		case t.keyword("not"):
			i++
		case (t.keyword("like") || t.keyword("ilike")) && g.at(i+1).kind == text:
			i += 2
		case t.keyword("limit") && g.at(i+1).kind == number:
			i += 2
		case t.keyword("format") && g.at(i+1).name():
			i += 2
		default:
			return refuse(t.pos, display(t)+" here", showForms)
		}
	}
	return nil
}
