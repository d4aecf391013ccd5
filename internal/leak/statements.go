package leak

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// parameters puts needles into a WITH clause. They travel as parameters of the
// statement, not in it.
func parameters(needles []Needle) (with string, values []any) {
	var names []string
	for i, n := range needles {
		name := fmt.Sprintf("s%d", i)
		names = append(names, "{"+name+":String}")
		values = append(values, clickhouse.Named(name, n.Value))
	}
	return "WITH [" + strings.Join(names, ", ") + "] AS needles ", values
}

// anyQuery counts the rows of a table that hold a needle.
func anyQuery(table string, columns []column) string {
	return fmt.Sprintf("SELECT countIf(%s) FROM %s", condition(columns), table)
}

// dumpQuery writes out rows.
func dumpQuery(table string, columns []column, where string) string {
	var written []string
	for _, c := range columns {
		written = append(written, c.text())
	}
	return fmt.Sprintf("SELECT concatWithSeparator('\\n', '', %s) AS dump FROM %s WHERE %s", strings.Join(written, ", "), table, where)
}

func condition(columns []column) string {
	tests := []string{"0"}
	for _, c := range columns {
		tests = append(tests, c.holds()...)
	}
	return strings.Join(tests, " OR ")
}

// text is the column written out. NULL is nothing: it would make the whole row NULL.
func (c column) text() string {
	if strings.HasPrefix(c.kind, "AggregateFunction") {
		return "toString(finalizeAggregation(" + c.name + "))"
	}
	if strings.HasPrefix(c.kind, "Nullable") {
		return "ifNull(toString(" + c.name + "), '')"
	}
	return "toString(" + c.name + ")"
}

var (
	// tooSmall are types whose values have no room for anything that is searched for.
	tooSmall   = regexp.MustCompile(`^(Nullable\()?(U?Int(8|16|32)\b|Float|Date|Enum|Bool|UUID)`)
	mapType    = regexp.MustCompile(`^Map\((LowCardinality\(String\)|String), (.+)\)$`)
	stringType = regexp.MustCompile(`^(String|LowCardinality\(String\))$`)
	listType   = regexp.MustCompile(`^Array\((String|LowCardinality\(String\))\)$`)
)

// holds lists the conditions under which the column has one of the needles. The
// common types are searched as they are: writing out millions of maps takes long.
func (c column) holds() []string {
	has := func(what string) string { return "multiSearchAny(" + what + ", needles)" }
	entry := mapType.FindStringSubmatch(c.kind)
	switch {
	case tooSmall.MatchString(c.kind):
		return nil
	case stringType.MatchString(c.kind):
		return []string{has(c.name)}
	case listType.MatchString(c.kind):
		return []string{"arrayExists(v -> " + has("v") + ", " + c.name + ")"}
	case entry != nil && tooSmall.MatchString(entry[2]):
		return []string{"arrayExists(k -> " + has("k") + ", mapKeys(" + c.name + "))"}
	case entry != nil && stringType.MatchString(entry[2]):
		return []string{
			"arrayExists(k -> " + has("k") + ", mapKeys(" + c.name + "))",
			"arrayExists(v -> " + has("v") + ", mapValues(" + c.name + "))",
		}
	default:
		return []string{has(c.text())}
	}
}
