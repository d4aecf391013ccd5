package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxDepth refuses an anchor that contains itself; the model is 6 deep.
	maxDepth = 16
	// maxNodes refuses aliases that multiply a small file into a huge one.
	maxNodes = 20_000_000
	// maxFields is more than any struct of the model has.
	maxFields = 32

	mergeTag = "!!merge"
)

// decoder fills structs from YAML nodes by their yaml tags. It is stricter than
// yaml.Unmarshal: unknown and repeated keys are problems, and a scalar keeps its
// own text, so that an unquoted workflow id 0042 does not become 34.
type decoder struct {
	file     string
	path     []any // field names and list indices down to the node at hand
	nodes    int
	problems Problems
}

func (d *decoder) report(node *yaml.Node, message, hint string) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, Problem{File: d.file, Line: node.Line, Field: fieldPath(d.path), Message: message, Hint: hint})
	}
}

func (d *decoder) decode(node *yaml.Node, depth int, into reflect.Value) {
	if d.nodes++; depth > maxDepth || d.nodes > maxNodes {
		d.report(node, "nested too deep or too large, expected a plain list of values", "an anchor may contain itself")
		return
	}
	if node.Kind == yaml.AliasNode {
		d.decode(node.Alias, depth+1, into)
		return
	}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		d.decodeStruct(node, depth, into)
	case reflect.Slice:
		d.decodeSlice(node, depth, into)
	case reflect.String:
		if d.expect(node, yaml.ScalarNode, "text") {
			into.SetString(node.Value)
		}
	case reflect.Int:
		number, err := strconv.Atoi(node.Value)
		if node.Kind != yaml.ScalarNode || err != nil {
			d.report(node, describe(node)+", expected a whole number", "")
			return
		}
		into.SetInt(int64(number))
	}
}

func (d *decoder) decodeSlice(node *yaml.Node, depth int, into reflect.Value) {
	if !d.expect(node, yaml.SequenceNode, "a list") {
		return
	}
	list := reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content))
	for i, element := range node.Content {
		d.path = append(d.path, i)
		d.decode(element, depth+1, list.Index(i))
		d.path = d.path[:len(d.path)-1]
	}
	into.Set(list)
}

func (d *decoder) decodeStruct(node *yaml.Node, depth int, into reflect.Value) {
	if !d.expect(node, yaml.MappingNode, "a mapping") {
		return
	}
	fields := fieldsOf(into.Type())
	for i := 0; i+1 < len(node.Content); i += 2 { // first, so that a key given here overrides the merged one
		if node.Content[i].Tag == mergeTag {
			d.decode(node.Content[i+1], depth+1, into)
		}
	}
	var seen [maxFields]*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Tag == mergeTag {
			continue
		}
		d.path = append(d.path, key.Value)
		switch field := slices.Index(fields, key.Value); {
		case field < 0 || key.Value == "-":
			d.report(key, "unknown field, expected one of "+strings.Join(known(fields), ", "), nearest(key.Value, fields))
		case seen[field] != nil:
			d.report(key, fmt.Sprintf("repeated, first given on line %d", seen[field].Line), "keep one of the two")
		default:
			seen[field] = key
			d.decode(value, depth+1, into.Field(field))
		}
		d.path = d.path[:len(d.path)-1]
	}
}

func (d *decoder) expect(node *yaml.Node, kind yaml.Kind, what string) bool {
	if node.Kind == kind {
		return true
	}
	d.report(node, describe(node)+", expected "+what, "")
	return false
}

// fieldsOf returns the yaml name of each field of t, "-" for those without.
func fieldsOf(t reflect.Type) []string {
	switch t {
	case connectorType:
		return connectorFields
	case matchType:
		return matchFields
	}
	return readFields(t)
}

// The two types every connector has: their names are looked up once.
var (
	connectorType   = reflect.TypeFor[Connector]()
	matchType       = reflect.TypeFor[Match]()
	connectorFields = readFields(connectorType)
	matchFields     = readFields(matchType)
)

func readFields(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if names[i] == "" {
			names[i] = "-"
		}
	}
	return names
}

func known(fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return name == "-" })
}

func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(clip(node.Value))
}

// clip keeps a value short enough for an error.
func clip(value string) string {
	const limit = 60
	if len(value) <= limit {
		return value
	}
	return value[:limit] + "…"
}

// fieldPath writes steps as a reader would: connectors[3].match.jwt[0].claim.
func fieldPath(steps []any) string {
	var b strings.Builder
	for _, step := range steps {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(clip(step))
		}
	}
	return b.String()
}

// nearest suggests the field that differs in no more than two letters.
func nearest(key string, fields []string) string {
	best, distance := "", 3
	for _, field := range fields {
		if d := editDistance(strings.ToLower(key), field); d < distance {
			best, distance = field, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", best)
}

func editDistance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
