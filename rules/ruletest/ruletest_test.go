package ruletest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/rules"
)

func TestParseNamesFileLineFieldAndRemedy(t *testing.T) {
	const good = `version: 1
rules: [builtin]
tests:
  - name: a burst
    rule: requests-burst
    series: [{connector: a, endpoint: GET /x, requests: 1x10}]
    expect: []
`
	_, err := Parse("t.yaml", []byte(good))
	require.NoError(t, err)
	f := func(old, changed string, want ...string) {
		t.Helper()
		require.Contains(t, good, old)
		_, err := Parse("t.yaml", []byte(strings.Replace(good, old, changed, 1)))
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	f("version: 1", "version: 3", "t.yaml:1: version: is 3", "start the file with version: 1")
	f("rules: [builtin]", "rules: []", "t.yaml:2: rules: is empty")
	f("rules: [builtin]", "rules: [nowhere.yaml]", "no file is named")
	f("rule: requests-burst", "rule: request-burst", `t.yaml:5: tests[0].rule: is "request-burst"`, "weirctl rules list")
	f("    expect: []\n", "", "t.yaml:4: tests[0].expect: is missing", "expect: [] says that the rule is silent")
	f("series:", "serie:", "t.yaml:6: tests[0].serie: is not known")
	f("1x10", "1xx10", "t.yaml:6: tests[0].series[0]: requests:")
	f("name: a burst", `name: ""`, "tests[0].name: is missing")
	f("    expect", "    at: noon\n    expect", `t.yaml:7: tests[0].at: is "noon"`)
	f("    expect", "    actions: [{}]\n    expect", "t.yaml:7: tests[0].actions: is given for a rule of the family volume, expected series")
	f("    expect", "    catalog: {version: 1, connectors: [{}]}\n    expect", "tests[0].catalog.connectors[0].id")
}

func TestSeriesAreExpanded(t *testing.T) {
	f := func(text string, want ...float32) {
		t.Helper()
		got, err := parseSeries(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	f("1 2.5", 1, 2.5)
	f("1x3 0", 1, 1, 1, 0)
	f("(1 0x2)x2 7", 1, 0, 0, 1, 0, 0, 7)
	f("((1)x2 3)x2", 1, 1, 3, 1, 1, 3)
	for _, bad := range []string{"-1", "a", "1x", "(1", "1)", "1x99999", "(1x4000)x2", strings.Repeat("(", 20)} {
		_, err := parseSeries(bad)
		require.Error(t, err, bad)
	}
}

func FuzzParseSeries(f *testing.F) {
	f.Add("(0x8 40x10 0x6)x42 0x9 400")
	f.Fuzz(func(t *testing.T, text string) {
		values, err := parseSeries(text)
		require.True(t, err != nil || len(values) <= mostHours)
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\nrules: [builtin]\ntests: [{name: a, rule: b, actions: [{at: -1d, times: 3}], expect: []}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("fuzz.yaml", data)
		require.Equal(t, file == nil, err != nil)
	})
}

func TestFindingsAreComparedWithTheExpected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.yaml")
	rule := `version: 1
rules:
  - {name: calls, family: query, description: Calls., category: cost, measure: calls, sql: "SELECT tenant_id, connector_id, user_id AS entity, count() AS observed, 1 AS expected
    FROM actions FINAL WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime} GROUP BY ALL"}
`
	tests := `version: 1
rules: [rule.yaml]
tests:
  - name: as expected
    rule: calls
    actions: [{connector: a, user: u, times: 3}]
    expect: [{tenant: acme, connector: a, entity: u, observed: 3, expected: 1, severity: warning, endpoint: ""}]
  - name: not as expected
    rule: calls
    actions: [{connector: a, times: 2}]
    expect: [{connector: b, observed: 2}]
  - name: not found
    rule: calls
    expect: [{}]
  - name: not expected
    rule: calls
    actions: [{connector: a}]
    expect: []
  - name: rows before the window, and of the test before, are not seen
    rule: calls
    actions: [{connector: a, at: -61m}]
    expect: []
`
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "rule.yaml"), []byte(rule), 0o600))
	require.NoError(t, os.WriteFile(path, []byte(tests), 0o600))
	file, err := Load(path)
	require.NoError(t, err)
	results, err := Run(t.Context(), []*File{file}, engine(t))
	require.NoError(t, err)
	var wrong []string
	for _, r := range results {
		wrong = append(wrong, strings.Join(r.Wrong, "; "))
	}
	require.Equal(t, []string{
		"",
		`expect[0]: connector is "a", expected "b"`,
		"expect[0] was not found",
		`found and not expected: {tenant: acme, connector: a, entity: "", endpoint: "", severity: warning, observed: 1, expected: 1, detail: ""}`,
		"",
	}, wrong)
}

// engine starts one for the test.
func engine(t *testing.T) func(string) (driver.Conn, error) {
	var server *chdbtest.Server
	return func(database string) (driver.Conn, error) {
		if server == nil {
			server = chdbtest.Start(t)
		}
		return server.Conn(t, database), nil
	}
}

// TestBuiltinRules runs the tests of all built-in packs.
func TestBuiltinRules(t *testing.T) {
	files, err := Builtin()
	require.NoError(t, err)
	began := time.Now()
	results, err := Run(t.Context(), files, engine(t))
	require.NoError(t, err)
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, r := range results {
		require.Empty(t, r.Wrong, "%s:%d: %s", r.File, r.Line, r.Test)
		fires[r.Rule] = fires[r.Rule] || r.Fires
		silent[r.Rule] = silent[r.Rule] || !r.Fires
	}
	t.Logf("%d tests in %s", len(results), time.Since(began).Round(time.Millisecond))
	builtin, err := rules.Builtin()
	require.NoError(t, err)
	for _, rule := range builtin {
		require.True(t, fires[rule.Name], "%s has no test in which it fires", rule.Name)
		require.True(t, silent[rule.Name], "%s has no test in which it is silent", rule.Name)
	}
}
