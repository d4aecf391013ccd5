package strictyaml

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type inner struct {
	Ratio float64 `yaml:"ratio"`
}

type example struct {
	Name  string         `yaml:"name"`
	Many  int            `yaml:"many"`
	Inner inner          `yaml:"inner"`
	Items []string       `yaml:"items"`
	Map   map[string]int `yaml:"map"`
	Node  yaml.Node      `yaml:"node"`
}

func decode(data string) (example, Lines, Problems) {
	d := &Decoder{File: "a.yaml"}
	var e example
	root := d.Document([]byte(data), "name:")
	if root == nil {
		return e, nil, d.Problems
	}
	lines := d.Mapping(root, "", &e)
	return e, lines, d.Problems
}

func TestMappingsAreReadWithTheirLines(t *testing.T) {
	e, lines, problems := decode("name: a\ninner:\n  ratio: 2\nitems: [x]\nmap: {k: 1}\nnode: {any: thing}\n")
	require.Empty(t, problems)
	require.Equal(t, "a", e.Name)
	require.InDelta(t, 2, e.Inner.Ratio, 0)
	require.Equal(t, []string{"x"}, e.Items)
	require.Equal(t, map[string]int{"k": 1}, e.Map)
	require.Equal(t, yaml.MappingNode, e.Node.Kind)
	require.Equal(t, 3, lines.Of("inner.ratio"))
	require.Equal(t, 1, lines.Of("many"), "a field that is left out stands where the mapping does")
}

func TestAllProblemsOfAFileAreTold(t *testing.T) {
	_, _, problems := decode("nam: a\nmany: few\nmany: 3\ninner: {ratio: x, other: 1}\nitems: y\nmap: [1]\n")
	require.Equal(t, `a.yaml:1: nam: is not known, expected one of inner, items, many, map, name, node; correct or remove it
a.yaml:2: many: is "few", expected a whole number
a.yaml:3: many: is given twice; remove one
a.yaml:4: inner.ratio: is "x", expected a number
a.yaml:4: inner.other: is not known, expected one of ratio; correct or remove it
a.yaml:5: items: is "y", expected a list
a.yaml:6: map: is no single value, expected a mapping`, problems.Error())
}

func TestFilesWithoutAMappingAreRefused(t *testing.T) {
	for _, data := range []string{"", "- a", "a: [", "\tx"} {
		_, _, problems := decode(data)
		require.Len(t, problems, 1, data)
	}
}

func FuzzMapping(f *testing.F) {
	f.Add("name: a\ninner: {ratio: 2}")
	f.Fuzz(func(_ *testing.T, data string) {
		_, _, problems := decode(data)
		_ = problems.Error()
	})
}
