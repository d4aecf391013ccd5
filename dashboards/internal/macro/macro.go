// Package macro expands what Grafana and its ClickHouse plugin expand, so that
// a panel's SQL can be run without them. It knows the macros that Weir's
// dashboards use, and refuses any other.
//
// Template variables and $__conditionalAll are expanded by the browser, the
// rest by the plugin's backend; alert rules have the latter only.
package macro

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Variable is what a user chose in a multi-value variable.
type Variable struct {
	All    bool
	Values []string
}

// Context is what Grafana knows when it expands.
type Context struct {
	From, To  time.Time
	Interval  time.Duration
	Variables map[string]Variable
}

var (
	variable = regexp.MustCompile(`\$\{(\w+):singlequote\}`)
	function = regexp.MustCompile(`\$__(\w+)\(`)
	constant = regexp.MustCompile(`\$__(\w+)`)
)

// Expand returns the SQL that reaches ClickHouse.
func Expand(sql string, c Context) (string, error) {
	var err error
	sql, err = expandFunctions(sql, c)
	if err != nil {
		return "", err
	}
	sql = variable.ReplaceAllStringFunc(sql, func(match string) string {
		name := variable.FindStringSubmatch(match)[1]
		v, ok := c.Variables[name]
		if !ok {
			err = fmt.Errorf("no variable is called %q", name)
		}
		return quoteList(v.Values)
	})
	sql = constant.ReplaceAllStringFunc(sql, func(match string) string {
		value, ok := c.constant(strings.TrimPrefix(match, "$__"))
		if !ok {
			err = fmt.Errorf("no macro is called %s", match)
		}
		return value
	})
	if err == nil && strings.Contains(sql, "$") {
		err = fmt.Errorf("something is left that Grafana would not expand: %s", sql[strings.Index(sql, "$"):])
	}
	return sql, err
}

// expandFunctions replaces macros with arguments, outermost first.
func expandFunctions(sql string, c Context) (string, error) {
	for {
		at := function.FindStringSubmatchIndex(sql)
		if at == nil {
			return sql, nil
		}
		end := closing(sql, at[1])
		if end < 0 {
			return "", fmt.Errorf("a parenthesis of %s is not closed", sql[at[0]:at[1]])
		}
		value, err := c.call(sql[at[2]:at[3]], sql[at[1]:end])
		if err != nil {
			return "", err
		}
		sql = sql[:at[0]] + value + sql[end+1:]
	}
}

func closing(sql string, from int) int {
	depth := 1
	for i := from; i < len(sql); i++ {
		switch sql[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (c Context) call(name, argument string) (string, error) {
	switch name {
	case "timeFilter":
		return fmt.Sprintf("%s >= toDateTime(%d) AND %s <= toDateTime(%d)", argument, c.From.Unix(), argument, c.To.Unix()), nil
	case "timeFilter_ms":
		return fmt.Sprintf("%s >= fromUnixTimestamp64Milli(%d) AND %s <= fromUnixTimestamp64Milli(%d)", argument, c.From.UnixMilli(), argument, c.To.UnixMilli()), nil
	case "conditionalAll":
		comma := strings.LastIndex(argument, ",")
		if comma < 0 {
			return "", fmt.Errorf("$__conditionalAll needs a condition and a variable, not (%s)", argument)
		}
		variable, ok := c.Variables[strings.TrimPrefix(strings.TrimSpace(argument[comma+1:]), "$")]
		if !ok {
			return "", fmt.Errorf("no variable is called %s", strings.TrimSpace(argument[comma+1:]))
		}
		if variable.All {
			return "1=1", nil
		}
		return argument[:comma], nil
	}
	return "", fmt.Errorf("no macro is called $__%s", name)
}

func (c Context) constant(name string) (string, bool) {
	switch name {
	case "fromTime":
		return fmt.Sprintf("toDateTime(%d)", c.From.Unix()), true
	case "toTime":
		return fmt.Sprintf("toDateTime(%d)", c.To.Unix()), true
	case "interval_s":
		return fmt.Sprintf("%d", max(1, int64(c.Interval/time.Second))), true
	}
	return "", false
}

// quoteList is Grafana's format "singlequote": nothing at all for no values.
func quoteList(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = "'" + strings.ReplaceAll(value, "'", `\'`) + "'"
	}
	return strings.Join(quoted, ",")
}
