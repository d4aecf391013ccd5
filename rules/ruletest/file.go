package ruletest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/rules"
	"github.com/weir-otel/weir/rules/internal/strictyaml"
)

// Version is the only version of the format so far.
const Version = 1

// defaultTime is a Tuesday morning.
var defaultTime = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

// document is what a test file holds.
type document struct {
	Version int         `yaml:"version"`
	Rules   []string    `yaml:"rules"`
	At      string      `yaml:"at"`
	Catalog yaml.Node   `yaml:"catalog"`
	Tests   []yaml.Node `yaml:"tests"`
}

// definition is one test as it is written.
type definition struct {
	Name            string      `yaml:"name"`
	Rule            string      `yaml:"rule"`
	At              string      `yaml:"at"`
	Catalog         yaml.Node   `yaml:"catalog"`
	PreviousCatalog yaml.Node   `yaml:"previous_catalog"` // in force until a day before
	Actions         []yaml.Node `yaml:"actions"`
	Events          []yaml.Node `yaml:"events"`
	Spans           []yaml.Node `yaml:"spans"`
	Logs            []yaml.Node `yaml:"logs"`
	Series          []Series    `yaml:"series"`
	Expect          []Expected  `yaml:"expect"`
}

// Expected is a finding; what is left out may be anything.
type Expected struct {
	Tenant    *string  `yaml:"tenant"`
	Connector *string  `yaml:"connector"`
	Entity    *string  `yaml:"entity"`
	Endpoint  *string  `yaml:"endpoint"`
	Severity  *string  `yaml:"severity"` // of the row, else of the rule
	Observed  *float64 `yaml:"observed"`
	Expected  *float64 `yaml:"expected"`
	Detail    *string  `yaml:"detail"`
}

// File is one file of tests with the rules that they are about.
type File struct {
	Path  string
	Rules []rules.Rule
	Tests []Test
}

// Test is one test, ready to run.
type Test struct {
	Name string
	Rule *rules.Rule
	At   time.Time // end of the window
	Line int

	catalog, previous *catalog.Catalog
	input             input
	series            []Series
	expect            []Expected
}

// Fires says whether the test expects a finding; others are silent tests.
func (t *Test) Fires() bool { return len(t.expect) > 0 }

// Builtin reads the tests of the built-in packs.
func Builtin() ([]*File, error) {
	var files []*File
	var errs []error
	err := rules.BuiltinTests(func(name string, data []byte) {
		f, err := Parse(name, data)
		files, errs = append(files, f), append(errs, err)
	})
	return files, errors.Join(append(errs, err)...)
}

// Load reads a test file and the rules it names. What is wrong in any of them
// comes back as [rules.Problems].
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read tests: %w", err)
	}
	return Parse(path, data)
}

// Parse is Load for a file that is in memory; rules are looked for beside path.
func Parse(path string, data []byte) (*File, error) {
	d := &decoder{Decoder: strictyaml.Decoder{File: path}, fallback: defaultTime}
	root := d.Document(data, "version: 1, rules: and tests:")
	if root == nil {
		return nil, d.Problems
	}
	var doc document
	lines := d.Mapping(root, "", &doc)
	if doc.Version != Version && len(d.Problems) == 0 {
		d.Report(lines.Of("version"), "version", fmt.Sprintf("is %d, expected %d", doc.Version, Version), "start the file with version: 1")
	}
	f := &File{Path: path}
	var err error
	if f.Rules, err = d.rules(doc.Rules, lines.Of("rules")); err != nil {
		return nil, err
	}
	d.fallback = d.time(doc.At, lines.Of("at"), "at")
	d.catalog = d.readCatalog(&doc.Catalog, "catalog")
	for i := range doc.Tests {
		f.Tests = append(f.Tests, d.test(&doc.Tests[i], i, f.Rules))
	}
	if len(d.Problems) > 0 {
		return nil, d.Problems
	}
	return f, nil
}

// decoder reads one test file.
type decoder struct {
	strictyaml.Decoder
	fallback time.Time        // of tests without a time
	catalog  *catalog.Catalog // of tests without one
}

func (d *decoder) rules(sources []string, line int) ([]rules.Rule, error) {
	if len(sources) == 0 {
		d.Report(line, "rules", "is empty, expected rule files or builtin", "e.g. rules: [builtin]")
		return nil, nil
	}
	for i, source := range sources {
		if source != rules.BuiltinName && !filepath.IsAbs(source) {
			sources[i] = filepath.Join(filepath.Dir(d.File), source)
		}
	}
	all, err := rules.Load(sources)
	var problems rules.Problems
	if errors.As(err, &problems) {
		d.Problems = append(d.Problems, problems...)
		return nil, nil
	}
	return all, err
}

func (d *decoder) test(node *yaml.Node, index int, all []rules.Rule) Test {
	path := fmt.Sprintf("tests[%d]", index)
	var def definition
	before := len(d.Problems)
	lines := d.Mapping(node, path, &def)
	t := Test{Name: def.Name, Line: node.Line, series: def.Series, expect: def.Expect}
	if len(d.Problems) > before {
		return t
	}
	if t.Name == "" {
		d.Report(node.Line, path+".name", "is missing", "say what happened, e.g. a retired connector that still calls")
	}
	for i := range all {
		if all[i].Name == def.Rule {
			t.Rule = &all[i]
		}
	}
	if t.Rule == nil {
		d.Report(lines.Of("rule"), path+".rule", fmt.Sprintf("is %q, expected the name of a rule", def.Rule), "see weirctl rules list; add its file to rules")
		return t
	}
	if _, given := lines["expect"]; !given {
		d.Report(node.Line, path+".expect", "is missing, expected a list of findings", "expect: [] says that the rule is silent")
	}
	t.At = d.time(def.At, lines.Of("at"), path+".at")
	if t.catalog = d.readCatalog(&def.Catalog, path+".catalog"); t.catalog == nil {
		t.catalog = d.catalog
	}
	t.previous = d.readCatalog(&def.PreviousCatalog, path+".previous_catalog")
	d.checkKind(&t, &def, lines, path)
	t.input = d.input(&def, t.At, path)
	return t
}

// checkKind refuses input that the rule's family does not read.
func (d *decoder) checkKind(t *Test, def *definition, lines strictyaml.Lines, path string) {
	query := t.Rule.Family == rules.Query
	for field, given := range map[string]bool{"actions": len(def.Actions) > 0, "events": len(def.Events) > 0, "spans": len(def.Spans) > 0, "logs": len(def.Logs) > 0} {
		if given && !query {
			d.Report(lines.Of(field), path+"."+field, "is given for a rule of the family "+t.Rule.Family+", expected series", "write what happened hour by hour")
		}
	}
	if len(def.Series) > 0 && query {
		d.Report(lines.Of("series"), path+".series", "is given for a query rule, expected actions, events, spans or logs", "")
	}
	for i := range def.Series {
		if err := def.Series[i].check(); err != nil {
			d.Report(lines.Of("series"), fmt.Sprintf("%s.series[%d]", path, i), err.Error(), "e.g. requests: (0x8 40x10 0x6)x42 0x9 400")
		}
	}
}

func (d *decoder) time(text string, line int, field string) time.Time {
	if text == "" {
		return d.fallback
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		d.Report(line, field, fmt.Sprintf("is %q, expected a time", text), "e.g. 2026-03-03T10:00:00Z")
		return d.fallback
	}
	return at.UTC()
}

func (d *decoder) readCatalog(node *yaml.Node, field string) *catalog.Catalog {
	if node.IsZero() {
		return nil
	}
	data, err := yaml.Marshal(node)
	if err != nil {
		d.Report(node.Line, field, err.Error(), "")
		return nil
	}
	c, err := catalog.Parse(field, data)
	var problems catalog.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			d.Report(node.Line, field+"."+p.Field, p.Message, p.Hint)
		}
	case err != nil:
		d.Report(node.Line, field, err.Error(), "")
	}
	return c
}
