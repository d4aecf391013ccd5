package rules

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const minimalQuery = `version: 1
rules:
  - name: my-query
    family: query
    description: Too much.
    measure: calls
    category: cost
    parameters: {most: 5}
    sql: |
      SELECT tenant_id, connector_id, '' AS entity, count() AS observed, {most:UInt32} AS expected
      FROM actions FINAL
      WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime}
      GROUP BY ALL
`

func TestQueryRulesAreRead(t *testing.T) {
	parsed, err := Parse("a.yaml", []byte(minimalQuery))
	require.NoError(t, err)
	require.Equal(t, []Placeholder{
		{Text: "{most:UInt32}", Name: "most", Type: "UInt32"},
		{Text: "{start:DateTime}", Name: "start", Type: "DateTime"},
		{Text: "{end:DateTime}", Name: "end", Type: "DateTime"},
	}, parsed[0].Placeholders())
}

func TestQueryRulesThatAreWrongNameFileLineFieldAndRemedy(t *testing.T) {
	f := func(old, changed string, want ...string) {
		t.Helper()
		require.Contains(t, minimalQuery, old)
		_, err := Parse("a.yaml", []byte(strings.Replace(minimalQuery, old, changed, 1)))
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	f("FROM actions", "FROM url('http://x')", "a.yaml:11: rules[0].sql: has the function url, expected one SELECT that only reads")
	f("SELECT tenant_id", "DELETE tenant_id", "a.yaml:10: rules[0].sql: has a statement that begins with DELETE")
	f("FROM actions", "FROM system.processes", "a.yaml:11: rules[0].sql: has the table system.processes")
	f("FROM actions", "FROM weir.actions", "a.yaml:11: rules[0].sql")
	f("{end:DateTime}", "now()", "a.yaml:9: rules[0].sql: does not use {end:DateTime}", "e.g. WHERE bucket >=")
	f("{start:DateTime}", "{start:String}", "has {start:String}, expected {start:DateTime}")
	f("{most: 5}", "{least: 5}", "has {most:UInt32}, expected start, end, baseline, catalog or one of", "has least, which the SQL does not use")
	f("{most: 5}", "{most: {a: 1}}", "a.yaml:8: rules[0].parameters: has most as map[a:1], expected a text, a number")
	f("{most: 5}", "{most: 5, start: 1}", "has start, expected a name of its own")
	f("measure: calls", "measure: Many Calls", `is "Many Calls", expected the unit`)
	f("measure: calls", "measure: calls\n    window: 7m", "a.yaml:7: rules[0].window: is 7m, expected a multiple of 5m")
	f("measure: calls", "measure: calls\n    min_effect: {absolute: 3}", "min_effect: is given for the family query, expected none")
	f("measure: calls", "measure: calls\n    controls: {soc2: [CC6]}", `a.yaml:7: rules[0].controls: has "CC6" for soc2, expected an id such as CC6.1`)
	f("measure: calls", "measure: calls\n    controls: {cobit: [x]}", `has "cobit", expected soc2, iso27001 or gdpr`)

	at := strings.Index(minimalQuery, "    parameters")
	_, err := Parse("a.yaml", []byte(minimalQuery[:at]))
	require.ErrorContains(t, err, "a.yaml:3: rules[0].sql: is missing; write one SELECT")
}

func TestStatisticalRulesHaveNoSQL(t *testing.T) {
	_, err := Parse("a.yaml", []byte(minimal+"    sql: SELECT 1\n"))
	require.ErrorContains(t, err, "a.yaml:9: rules[0].sql: is given for the family volume, expected only for query")
}

func TestDirectionsAndWindowsFitTheFamily(t *testing.T) {
	f := func(more, want string) {
		t.Helper()
		_, err := Parse("a.yaml", []byte(minimal+more))
		require.ErrorContains(t, err, want)
	}
	f("    direction: sideways\n", "expected up, down or both")
	f("    direction: down\n    window: 15m\n", "a window that is still open proves no silence")
	f("    entity: planet\n", "expected tenant, connector, user, credential or endpoint")
	_, err := Parse("a.yaml", []byte(minimal+"    direction: down\n"))
	require.NoError(t, err)
	_, err = Parse("a.yaml", []byte(minimal+"    window: 15m\n"))
	require.NoError(t, err)
}

func TestAdjustChangesFieldsOfRulesByName(t *testing.T) {
	parsed, err := Parse("a.yaml", []byte(minimalQuery+`adjust:
  - {name: my-query, severity: info, parameters: {most: 9}, enabled: false}
`))
	require.NoError(t, err)
	require.Equal(t, "info", parsed[0].Severity)
	require.Equal(t, 9, parsed[0].Parameters["most"])
	require.False(t, parsed[0].Enabled)
	require.Equal(t, "Too much.", parsed[0].Description, "the rest stays")
	before, err := Parse("a.yaml", []byte(minimalQuery))
	require.NoError(t, err)
	require.NotEqual(t, before[0].Revision(), parsed[0].Revision())
}

func TestAdjustmentsThatAreWrongNameFileLineFieldAndRemedy(t *testing.T) {
	f := func(adjust string, want ...string) {
		t.Helper()
		_, err := Parse("a.yaml", []byte(minimalQuery+"adjust:\n  - "+adjust+"\n"))
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	f("{name: my-quarry}", `a.yaml:15: adjust[0].name: is "my-quarry", expected the name of a rule`, "weirctl rules list")
	f("{severity: info}", "a.yaml:15: adjust[0].name: is missing")
	f("{name: my-query, severity: bad}", `a.yaml:15: adjust[0].severity: is "bad"`)
	f("{name: my-query, parameters: {mosts: 9}}", "adjust[0].parameters: has mosts, which the SQL does not use")
	f("[my-query]", "adjust[0].name: is missing")
}

func TestAdjustedParametersLeaveTheRuleOfOthersAlone(t *testing.T) {
	p, own := parse("a.yaml", []byte(minimalQuery+"adjust: [{name: my-query, parameters: {most: 9}}]\n"))
	other := append([]Rule{}, own...)
	p.adjust(own)
	require.Empty(t, p.Problems)
	require.Equal(t, 5, other[0].Parameters["most"])
}

func TestEveryBuiltinRuleNamesItsControls(t *testing.T) {
	builtin, err := Builtin()
	require.NoError(t, err)
	for _, r := range builtin {
		require.NotEmpty(t, r.Controls, r.Name)
	}
}
