package sqlguard

import "strings"

const maxNesting = 200

// everywhere makes the checks that hold for any statement at any place,
// whatever clause a token is in.
func (g *guard) everywhere() error {
	var open []byte // the closing brackets that are due
	for i, t := range g.tokens {
		switch {
		case t.is(";"):
			return refuse(t.pos, "a second statement", "one statement a request")
		case t.is("(") || t.is("[") || t.is("{"):
			if open = append(open, closing(t.text[0])); len(open) > maxNesting {
				return refuse(t.pos, "brackets nested this deep", "nest less")
			}
			if err := g.opening(i); err != nil {
				return err
			}
		case t.is(")") || t.is("]") || t.is("}"):
			if len(open) == 0 || open[len(open)-1] != t.text[0] {
				return refuse(t.pos, "unbalanced brackets", "close every bracket")
			}
			open = open[:len(open)-1]
		}
		if t.name() && !g.at(i-1).is(".") {
			if err := g.nameAt(i); err != nil {
				return err
			}
		}
	}
	if len(open) != 0 {
		return refuse(g.end(), "unbalanced brackets", "close every bracket")
	}
	return nil
}

func closing(bracket byte) byte {
	switch bracket {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

// nameAt checks a word or quoted name that is not behind a dot.
func (g *guard) nameAt(i int) error {
	t := g.tokens[i]
	if (t.lower == "system" || t.lower == "information_schema") && g.at(i+1).is(".") && !g.systemTable(i) {
		return g.refuseSystem(i)
	}
	if t.kind == quoted {
		return nil
	}
	switch {
	case g.lists.forbidden[t.lower] && g.usedAsKeyword(i):
		return refuse(t.pos, "the word "+display(t), "a reader only reads; a column of this name must be quoted")
	case t.lower == "apply":
		return g.apply(i + 1)
	case t.lower == "settings":
		return g.settings(i + 1)
	case t.lower == "format" && g.at(i+1).name():
		return g.format(i + 1)
	}
	return nil
}

// usedAsKeyword spares SHOW CREATE, and the functions that share a name with a
// statement, truncate(x) for one: they stand before "(" and are on the list.
func (g *guard) usedAsKeyword(i int) bool {
	if i == 1 && g.at(0).keyword("show") && g.at(1).keyword("create") {
		return false
	}
	return !g.at(i+1).is("(") || !g.lists.isFunction(g.tokens[i].lower)
}

// systemTable reports whether the path at i begins with an allowed system table.
func (g *guard) systemTable(i int) bool {
	table := g.at(i + 2)
	if g.tokens[i].text != "system" || !table.name() {
		return false
	}
	for _, allowed := range g.opts.SystemTables {
		if table.text == allowed {
			return true
		}
	}
	return false
}

func (g *guard) refuseSystem(i int) error {
	what := "the table " + g.tokens[i].text + "." + g.at(i+2).text
	return refuse(g.tokens[i].pos, what, "of the system database "+list(g.opts.SystemTables))
}

// opening checks what stands before a bracket: a call, or a query parameter.
func (g *guard) opening(i int) error {
	open, before := g.tokens[i], g.at(i-1)
	if open.is("{") {
		return g.parameter(i)
	}
	if !open.is("(") {
		return nil
	}
	if before.kind == text || before.kind == number {
		return refuse(open.pos, "a literal that is called", "write a function's name before (")
	}
	if !before.name() {
		return nil
	}
	if g.at(i - 2).is(".") {
		return refuse(before.pos, "a call of a qualified name", "write a function's name alone")
	}
	if before.kind == word && g.lists.beforeParen[before.lower] {
		return nil
	}
	if g.lists.isFunction(before.lower) || g.lists.tableFunctions[before.lower] {
		return nil
	}
	return refuse(before.pos, "the function "+clip(before.text), "it reaches beyond the query, or is not known; see internal/sqlguard/functions.txt")
}

// parameter refuses {name:Identifier}, whose value becomes a table or column.
func (g *guard) parameter(i int) error {
	if !g.at(i + 1).name() {
		return nil // a map literal: {'key': value}
	}
	if !g.at(i+2).is(":") || g.at(i+3).lower == "identifier" {
		return refuse(g.tokens[i].pos, "a query parameter of type Identifier", "give the parameter a data type, such as {name:String}")
	}
	return nil
}

// apply reads the function's name behind APPLY: * APPLY sum, * APPLY(sum).
func (g *guard) apply(i int) error {
	if g.at(i).is("(") {
		i++
	}
	t := g.at(i)
	if !t.name() || g.at(i+1).is("->") || g.lists.isFunction(t.lower) {
		return nil
	}
	return refuse(t.pos, "APPLY of "+clip(t.text), "this function is not on the list")
}

// settings reads the list behind SETTINGS.
func (g *guard) settings(i int) error {
	for {
		name := g.at(i)
		if !name.name() || !g.at(i+1).is("=") {
			return refuse(name.pos, "this form of SETTINGS", "write SETTINGS name = value; a column of this name must be quoted")
		}
		if !g.opts.SettingAllowed(name.text) {
			return refuse(name.pos, "the setting "+clip(name.text), list(g.opts.Settings))
		}
		i += 2
		if g.at(i).is("-") || g.at(i).is("+") {
			i++
		}
		if v := g.at(i); v.kind != number && v.kind != text && !v.keyword("true") && !v.keyword("false") {
			return refuse(v.pos, "this value of the setting "+clip(name.text), "write a number or a string")
		}
		if i++; !g.at(i).is(",") {
			return nil
		}
		i++
	}
}

// format accepts formats that only print rows; those with a schema file or a
// wire protocol are not among them.
func (g *guard) format(i int) error {
	t := g.at(i)
	for _, prefix := range []string{"json", "csv", "tsv", "tabseparated", "pretty", "rowbinary", "ndjson", "arrow", "lineasstring"} {
		if strings.HasPrefix(t.lower, prefix) {
			return nil
		}
	}
	switch t.lower {
	case "native", "values", "vertical", "parquet", "null", "xml", "markdown", "tskv", "msgpack", "rawblob":
		return nil
	}
	return refuse(t.pos, "FORMAT "+clip(t.text), "allowed are Native, RowBinary…, JSON…, CSV…, TSV…, Pretty…, Parquet, Arrow and the like; a column named format must be quoted")
}

func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
