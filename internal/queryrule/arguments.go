package queryrule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/weir-otel/weir/rules"
)

// arguments are the values of the query parameters of a rule.
type arguments map[string]any // string, int, float64, bool, time.Time or a list

func argumentsOf(rule *rules.Rule, w Window, catalogRevision string) (arguments, error) {
	if !w.Start.Before(w.End) {
		return nil, fmt.Errorf("the window from %s to %s is empty", w.Start.UTC().Format(time.RFC3339), w.End.UTC().Format(time.RFC3339))
	}
	a := arguments{
		rules.ParamStart: w.Start, rules.ParamEnd: w.End, rules.ParamBaseline: w.Start.Add(-time.Duration(rule.Lookback)),
		rules.ParamCatalog: catalogRevision,
	}
	for name, value := range rule.Parameters {
		a[name] = value
	}
	for _, p := range rule.Placeholders() {
		if _, ok := a[p.Name]; !ok {
			return nil, fmt.Errorf("the SQL has %s, which is no parameter of the rule", p.Text)
		}
	}
	return a, nil
}

// parameters are the values as ClickHouse reads them over HTTP: texts in the
// escaped form of its tab-separated format, lists as literals.
func (a arguments) parameters() clickhouse.Parameters {
	escape := strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`)
	parameters := clickhouse.Parameters{}
	for name, value := range a {
		switch v := value.(type) {
		case time.Time:
			parameters[name] = strconv.FormatInt(v.Unix(), 10) // whatever the time zone of the server is
		case string:
			parameters[name] = escape.Replace(v)
		default:
			parameters[name] = literal(v)
		}
	}
	return parameters
}

// Evidence is the rule's SQL with its parameters filled in, to be run by hand.
func Evidence(rule *rules.Rule, w Window, catalogRevision string) string {
	a, err := argumentsOf(rule, w, catalogRevision)
	if err != nil {
		return rule.SQL // a rule that cannot be evaluated has no finding to show
	}
	var pairs []string
	for _, p := range rule.Placeholders() {
		value := literal(a[p.Name])
		if p.Type != "DateTime" && p.Type != "String" {
			value = "CAST(" + value + ", '" + p.Type + "')"
		}
		pairs = append(pairs, p.Text, value)
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(rule.SQL))
}

// literal writes a value as SQL does.
func literal(value any) string {
	switch v := value.(type) {
	case time.Time:
		return "toDateTime('" + v.UTC().Format(time.DateTime) + "', 'UTC')"
	case string:
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = literal(v[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(value)
}
