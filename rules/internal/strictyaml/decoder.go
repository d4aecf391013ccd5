package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decoder reads one file.
type Decoder struct {
	File     string // stands for the file in problems
	Problems Problems
}

// Lines says where each field of a mapping stands; "" is the mapping itself.
// Fields within fields have dots: min_effect.ratio.
type Lines map[string]int

// Of is the line of a field, or of the mapping where the field is left out.
func (l Lines) Of(field string) int {
	if line, ok := l[field]; ok {
		return line
	}
	return l[""]
}

// Report adds a problem.
func (d *Decoder) Report(line int, field, message, hint string) {
	d.Problems = append(d.Problems, Problem{File: d.File, Line: max(line, 1), Field: field, Message: message, Hint: hint})
}

// Document parses data and returns its mapping; nil, with a problem, if it has
// none. expected says what the file should begin with.
func (d *Decoder) Document(data []byte, expected string) *yaml.Node {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		d.Report(yamlLine(err), "", strings.TrimPrefix(err.Error(), "yaml: "), "check the indentation")
		return nil
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		d.Report(1, "", "no mapping, expected "+expected, "")
		return nil
	}
	return root.Content[0]
}

// Mapping fills the struct that into points to by its yaml tags. path is what
// stands before the names of fields in problems: "rules[3]", or "".
func (d *Decoder) Mapping(node *yaml.Node, path string, into any) Lines {
	lines := Lines{"": node.Line}
	if node.Kind != yaml.MappingNode {
		d.Report(node.Line, path, "is no mapping, expected one of "+strings.Join(names(reflect.TypeOf(into).Elem()), ", "), "")
		return lines
	}
	d.fields(node, path, "", reflect.ValueOf(into).Elem(), lines)
	return lines
}

func (d *Decoder) fields(node *yaml.Node, path, prefix string, into reflect.Value, lines Lines) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := prefix + key.Value
		field := join(path, name)
		target := fieldOf(into, key.Value)
		switch {
		case !target.IsValid():
			d.Report(key.Line, field, "is not known, expected one of "+strings.Join(names(into.Type()), ", "), "correct or remove it")
			continue
		case seen[key.Value]:
			d.Report(key.Line, field, "is given twice", "remove one")
			continue
		}
		seen[key.Value] = true
		lines[name] = key.Line
		if target.Kind() == reflect.Struct && value.Kind == yaml.MappingNode && !decodesItself(target) {
			d.fields(value, path, name+".", target, lines)
			continue
		}
		if err := value.Decode(target.Addr().Interface()); err != nil {
			d.Report(value.Line, field, describe(value, target, err), "")
		}
	}
}

// decodesItself is so of nodes and of what has a method for it.
func decodesItself(target reflect.Value) bool {
	switch target.Addr().Interface().(type) {
	case *yaml.Node, yaml.Unmarshaler, encoding.TextUnmarshaler:
		return true
	}
	return false
}

// fieldOf is the field with a yaml tag; the zero Value if there is none.
func fieldOf(into reflect.Value, tag string) reflect.Value {
	for i := range into.NumField() {
		if name := into.Type().Field(i).Tag.Get("yaml"); name != "" && name == tag {
			return into.Field(i)
		}
	}
	return reflect.Value{}
}

func names(of reflect.Type) []string {
	var all []string
	for i := range of.NumField() {
		if tag := of.Field(i).Tag.Get("yaml"); tag != "" {
			all = append(all, tag)
		}
	}
	slices.Sort(all)
	return all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Expecter is a type that knows how its values are written.
type Expecter interface{ Expected() string }

func describe(value *yaml.Node, target reflect.Value, err error) string {
	given := fmt.Sprintf("is %q", value.Value)
	if value.Kind != yaml.ScalarNode {
		given = "is no single value"
	}
	if e, ok := target.Interface().(Expecter); ok {
		return given + ", expected " + e.Expected()
	}
	kinds := map[reflect.Kind]string{
		reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Float64: "a number",
		reflect.String: "text", reflect.Slice: "a list", reflect.Map: "a mapping", reflect.Struct: "a mapping",
	}
	want := kinds[target.Kind()]
	if want == "" || value.Kind == yaml.MappingNode && target.Kind() == reflect.Map || value.Kind == yaml.SequenceNode && target.Kind() == reflect.Slice {
		return strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n  ")
	}
	return given + ", expected " + want
}

// yamlLine finds the line in an error such as "yaml: line 3: did not find …".
func yamlLine(err error) int {
	line := 1
	if _, rest, ok := strings.Cut(err.Error(), "line "); ok {
		fmt.Sscanf(rest, "%d", &line) //nolint:errcheck // stays 1
	}
	return line
}
