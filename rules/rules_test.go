package rules

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const minimal = `version: 1
rules:
  - name: my-rule
    family: volume
    description: Too much.
    measure: requests
    min_effect: {absolute: 20, ratio: 2}
    category: cost
`

func TestParseFillsDefaults(t *testing.T) {
	parsed, err := Parse("a.yaml", []byte(minimal))
	require.NoError(t, err)
	require.Len(t, parsed, 1)
	r := parsed[0]
	require.Equal(t, "0 * * * *", r.Schedule)
	require.Equal(t, time.Hour, time.Duration(r.Window))
	require.True(t, r.Enabled)
	require.Equal(t, "a.yaml:3", r.Source())
	require.Len(t, r.Revision(), 12)
}

func TestParseNamesFileLineFieldAndRemedy(t *testing.T) {
	f := func(old, changed string, want ...string) {
		t.Helper()
		require.Contains(t, minimal, old)
		_, err := Parse("a.yaml", []byte(strings.Replace(minimal, old, changed, 1)))
		require.Error(t, err)
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	f("family: volume", "family: volum", `a.yaml:4: rules[0].family: is "volum", expected volume, hours, endpoints, swap or query`)
	f("measure: requests", "mesure: requests", "a.yaml:6: rules[0].mesure: is not known, expected one of", "correct or remove it")
	f("measure: requests", "measure: dollars", "a.yaml:6: rules[0].measure", "users or latency")
	f("ratio: 2", "ratio: two", `a.yaml:7: rules[0].min_effect.ratio: is "two", expected a number`)
	f("ratio: 2", "ratio: 0.5", "a.yaml:7: rules[0].min_effect.ratio", "e.g. 4 for four times")
	f("category: cost", "category: cost\n    schedule: often", `a.yaml:9: rules[0].schedule: is "often"`, "use five fields")
	f("category: cost", "category: cost\n    window: 90m", "whole hours")
	f("category: cost", "category: cost\n    window: soon", `is "soon", expected a duration`)
	f("category: cost", "category: cost\n    lookback: 3d", "a.yaml:9", "14d to 120d")
	f("category: cost", "category: cost\n    category: cost", "given twice")
	f("category: cost", "category: fun", "data_exposure")
	f("    description: Too much.\n", "", "rules[0].description: is missing")
	f("name: my-rule", "name: My Rule", "lower-case words with hyphens")
	f("version: 1", "version: 2", "start the file with version: 1")
	f("rules:", "rulez:", "a.yaml:2: rulez")
	f("  - name", " - - - name", "a.yaml:")
	f("category: cost", "category: cost\n    runbook: wiki", "expected a URL")
	f("category: cost", "category: cost\n    budget: 0", "alerts per 1000 connectors")
}

func TestLoadReadsBuiltinAndFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(path, []byte(minimal), 0o600))
	builtin, err := Builtin()
	require.NoError(t, err)
	all, err := Load([]string{BuiltinName, path})
	require.NoError(t, err)
	require.Len(t, all, len(builtin)+1)

	_, err = Load([]string{path, path})
	require.ErrorContains(t, err, "is also the name of the rule at "+path+":3")
	_, err = Load([]string{filepath.Join(t.TempDir(), "*.yaml")})
	require.ErrorContains(t, err, "no file is named")
}

func TestEveryBuiltinRuleHasARunbook(t *testing.T) {
	builtin, err := Builtin()
	require.NoError(t, err)
	for _, r := range builtin {
		name := r.Runbook[strings.LastIndex(r.Runbook, "/")+1:]
		_, err := os.Stat(filepath.Join("..", "docs", "runbooks", name))
		require.NoError(t, err, r.Name)
	}
}

// compiledSchema validates documents as an editor would.
func compiledSchema(t *testing.T) func(data []byte) error {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("rules.schema.json", parsed))
	compiled, err := compiler.Compile("rules.schema.json")
	require.NoError(t, err)
	return func(data []byte) error {
		var document any
		require.NoError(t, yaml.Unmarshal(data, &document))
		return compiled.Validate(document)
	}
}

func TestBuiltinPacksFollowTheSchema(t *testing.T) {
	validate := compiledSchema(t)
	require.NoError(t, eachPack(func(name string, data []byte) { require.NoError(t, validate(data), name) }))
}

func TestSchemaAndLoaderAgree(t *testing.T) {
	validate := compiledSchema(t)
	f := func(data string, fine bool) {
		t.Helper()
		_, err := Parse("a.yaml", []byte(data))
		require.Equal(t, fine, err == nil, "%v", err)
		require.Equal(t, fine, validate([]byte(data)) == nil)
	}
	f(minimal, true)
	f(minimalQuery, true)
	f(minimalQuery+"adjust: [{name: my-query, enabled: false}]\n", true)
	f(minimalQuery+"adjust: [{enabled: false}]\n", false)
	f(minimalQuery+"adjust: [{name: my-query, severity: loud}]\n", false)
	f(strings.Replace(minimalQuery, "category: cost", "category: fun", 1), false)
	f(strings.Replace(minimal, "    measure: requests\n", "", 1), false)
	f(strings.Replace(minimal, "    min_effect: {absolute: 20, ratio: 2}\n", "", 1), false)
	f(minimal+"    controls: {gdpr: [32]}\n", false)
	f(minimal+"    controls: {gdpr: [Art. 32(1)]}\n", true)
	f(minimal+"    direction: sideways\n", false)
}

func TestSchemaAndModelHaveTheSameFields(t *testing.T) {
	var document struct {
		Defs struct {
			Rule struct {
				Properties map[string]json.RawMessage `json:"properties"`
			} `json:"rule"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(Schema(), &document))
	var inSchema, inModel []string
	for name := range document.Defs.Rule.Properties {
		inSchema = append(inSchema, name)
	}
	model := reflect.TypeFor[Rule]()
	for i := range model.NumField() {
		if tag := model.Field(i).Tag.Get("yaml"); tag != "" {
			inModel = append(inModel, tag)
		}
	}
	slices.Sort(inSchema)
	slices.Sort(inModel)
	require.Equal(t, inModel, inSchema)
}

func TestDurationsReadAndWriteDays(t *testing.T) {
	f := func(in string, want time.Duration, out string) {
		t.Helper()
		var d Duration
		require.NoError(t, d.UnmarshalText([]byte(in)))
		require.Equal(t, want, time.Duration(d))
		require.Equal(t, out, d.String())
	}
	f("28d", 28*day, "28d")
	f("24h", day, "24h")
	f("1h", time.Hour, "1h")
	f("90m", 90*time.Minute, "1h30m")
	f("0s", 0, "0s")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(minimalQuery))
	f.Add([]byte(minimalQuery + "adjust: [{name: my-query, parameters: {most: [a]}}]"))
	f.Add([]byte("version: 1\nrules: [{name: a, min_effect: {absolute: x}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, err := Parse("fuzz.yaml", data)
		if err != nil {
			var problems Problems
			require.ErrorAs(t, err, &problems)
			require.NotEmpty(t, problems)
			return
		}
		for _, r := range parsed {
			_, err := r.Ticks()
			require.NoError(t, err)
			require.NotEqual(t, r.Family == Query, len(r.Placeholders()) == 0)
		}
	})
}
