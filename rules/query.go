package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/sqlguard"
)

// What every query rule is given as query parameters, beside its own.
const (
	ParamStart    = "start"    // DateTime: the window,
	ParamEnd      = "end"      // DateTime: exclusive
	ParamBaseline = "baseline" // DateTime: start less the lookback
	ParamCatalog  = "catalog"  // String: revision of the catalog in force
)

var given = map[string]string{ParamStart: "DateTime", ParamEnd: "DateTime", ParamBaseline: "DateTime", ParamCatalog: "String"}

// Placeholder is a query parameter in the SQL of a rule: {end:DateTime}.
type Placeholder struct{ Text, Name, Type string }

var placeholderForm = regexp.MustCompile(`\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*([A-Za-z0-9_]+(?:\([A-Za-z0-9_, ]*\))?)\s*\}`)

// Placeholders are the query parameters of the rule's SQL, as often as they
// occur.
func (r Rule) Placeholders() []Placeholder {
	var all []Placeholder
	for _, match := range placeholderForm.FindAllStringSubmatch(r.SQL, -1) {
		all = append(all, Placeholder{Text: match[0], Name: match[1], Type: match[2]})
	}
	return all
}

// SQLGuard are the options under which a rule's SQL is judged: it reads the
// tables of the connection's database, named without it, and nothing else.
func SQLGuard() sqlguard.Options {
	const current = "current"
	return sqlguard.Options{CurrentDatabase: current, Databases: []string{current}, SystemTables: []string{"numbers", "one"}}
}

// checkQuery checks what only the family query has.
func (c *checker) checkQuery() {
	r := c.rule
	for _, field := range []string{"min_effect", "min_history", "direction"} {
		if _, isGiven := c.given[field]; isGiven {
			c.bad(field, "is given for the family query, expected none", "remove it: the SQL returns only what is to be told")
		}
	}
	if !unitName.MatchString(r.Measure) {
		c.bad("measure", fmt.Sprintf("is %q, expected the unit of observed and expected as a lower-case word", r.Measure), "e.g. calls")
	}
	if !unitName.MatchString(r.Entity) {
		c.bad("entity", fmt.Sprintf("is %q, expected what the column entity holds as a lower-case word", r.Entity), "e.g. credential")
	}
	window, lookback := time.Duration(r.Window), time.Duration(r.Lookback)
	if window < 5*time.Minute || window%(5*time.Minute) != 0 || window > 31*day {
		c.bad("window", fmt.Sprintf("is %s, expected a multiple of 5m up to 31d", r.Window), "")
	}
	if lookback < time.Hour || lookback > 400*day {
		c.bad("lookback", fmt.Sprintf("is %s, expected 1h to 400d", r.Lookback), "")
	}
	if strings.TrimSpace(r.SQL) == "" {
		c.bad("sql", "is missing", "write one SELECT that returns tenant_id, connector_id, entity, observed, expected")
		return
	}
	c.checkSQL()
	c.checkParameters()
}

func (c *checker) checkSQL() {
	err := sqlguard.Check(c.rule.SQL, SQLGuard())
	var refusal *sqlguard.Refusal
	switch {
	case errors.As(err, &refusal):
		c.report("sql", c.lineInSQL(refusal.Pos), "has "+refusal.What+", expected one SELECT that only reads", refusal.Hint)
	case err != nil:
		c.bad("sql", err.Error(), "")
	}
}

// lineInSQL is the line of a byte of the SQL, which begins behind its key, or
// on the next line if it has several.
func (c *checker) lineInSQL(pos int) int {
	line, isGiven := c.given["sql"]
	if !isGiven { // a rule that is adjusted has its SQL elsewhere
		return c.given[""]
	}
	if strings.Contains(strings.TrimSpace(c.rule.SQL), "\n") {
		line += 1 + strings.Count(c.rule.SQL[:min(pos, len(c.rule.SQL))], "\n")
	}
	return line
}

func (c *checker) checkParameters() {
	r := c.rule
	used := map[string]bool{}
	for _, p := range r.Placeholders() {
		used[p.Name] = true
		if kind, ok := given[p.Name]; ok {
			if p.Type != kind {
				c.bad("sql", fmt.Sprintf("has %s, expected {%s:%s}", p.Text, p.Name, kind), "")
			}
			continue
		}
		if _, ok := r.Parameters[p.Name]; !ok {
			c.bad("sql", fmt.Sprintf("has %s, expected start, end, baseline, catalog or one of the rule's parameters", p.Text), "add it to parameters")
		}
	}
	for _, name := range []string{ParamStart, ParamEnd} {
		if !used[name] {
			c.bad("sql", fmt.Sprintf("does not use {%s:DateTime}, expected every table to be read for the window only", name),
				"e.g. WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime}")
		}
	}
	for name, value := range r.Parameters {
		switch {
		case given[name] != "":
			c.bad("parameters", fmt.Sprintf("has %s, expected a name of its own", name), "every query rule is given start, end, baseline and catalog")
		case !used[name]:
			c.bad("parameters", fmt.Sprintf("has %s, which the SQL does not use", name), "remove it, or use it as {"+name+":UInt32}")
		case !isValue(value):
			c.bad("parameters", fmt.Sprintf("has %s as %v, expected a text, a number, true or false, or a list of texts or numbers", name, value), "")
		}
	}
}

func isValue(value any) bool {
	switch v := value.(type) {
	case string, int, float64, bool:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool {
			_, list := item.([]any)
			return list || !isValue(item)
		})
	}
	return false
}
