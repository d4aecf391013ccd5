package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file is what one rule file holds.
type file struct {
	Version int         `yaml:"version"`
	Rules   []yaml.Node `yaml:"rules"`
}

// decoder reads one file and remembers where each field stands.
type decoder struct {
	name     string
	problems Problems
}

func (d *decoder) report(line int, field, message, hint string) {
	d.problems = append(d.problems, Problem{File: d.name, Line: max(line, 1), Field: field, Message: message, Hint: hint})
}

// Parse reads the rules of one file; name stands for it in problems.
func Parse(name string, data []byte) ([]Rule, error) {
	d := &decoder{name: name}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		d.report(yamlLine(err), "", strings.TrimPrefix(err.Error(), "yaml: "), "check the indentation")
		return nil, d.problems
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		d.report(1, "", "no rules, expected version: 1 and rules:", "")
		return nil, d.problems
	}
	var f file
	d.fields(root.Content[0], "", reflect.ValueOf(&f).Elem(), nil)
	if f.Version != Version && len(d.problems) == 0 {
		d.report(1, "version", fmt.Sprintf("is %d, expected %d", f.Version, Version), "start the file with version: 1")
	}
	var rules []Rule
	for i := range f.Rules {
		rules = append(rules, d.rule(&f.Rules[i], i))
	}
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	return rules, nil
}

func (d *decoder) rule(node *yaml.Node, index int) Rule {
	r := defaults()
	r.source, r.line = d.name, node.Line
	path := fmt.Sprintf("rules[%d]", index)
	if node.Kind != yaml.MappingNode {
		d.report(node.Line, path, "is no mapping, expected name, family, …", "")
		return r
	}
	lines := map[string]int{"": node.Line}
	before := len(d.problems)
	d.fields(node, path, reflect.ValueOf(&r).Elem(), lines)
	if len(d.problems) == before { // the checks would only repeat what is wrong
		d.check(&r, path, lines)
	}
	return r
}

// fields fills a struct from a mapping by yaml tags; unknown and repeated keys
// are problems. lines, if not nil, gets the line of each key.
func (d *decoder) fields(node *yaml.Node, path string, into reflect.Value, lines map[string]int) {
	known := map[string]int{}
	var names []string
	for i := range into.NumField() {
		if tag := into.Type().Field(i).Tag.Get("yaml"); tag != "" {
			known[tag] = i
			names = append(names, tag)
		}
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		field := join(path, key.Value)
		index, ok := known[key.Value]
		switch {
		case !ok:
			slices.Sort(names)
			d.report(key.Line, field, "is not known, expected one of "+strings.Join(names, ", "), "correct or remove it")
			continue
		case seen[key.Value]:
			d.report(key.Line, field, "is given twice", "remove one")
			continue
		}
		seen[key.Value] = true
		if lines != nil {
			lines[strings.TrimPrefix(field, pathRoot(path))] = key.Line
		}
		target := into.Field(index)
		if target.Kind() == reflect.Struct && value.Kind == yaml.MappingNode && target.Type() != reflect.TypeFor[yaml.Node]() {
			d.fields(value, field, target, lines)
			continue
		}
		if err := value.Decode(target.Addr().Interface()); err != nil {
			d.report(value.Line, field, describe(value, target, err), "")
		}
	}
}

// pathRoot is "rules[3]." of any path within that rule.
func pathRoot(path string) string {
	root, _, _ := strings.Cut(path, ".")
	return root + "."
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func describe(value *yaml.Node, target reflect.Value, err error) string {
	if target.Type() == reflect.TypeFor[Duration]() {
		return fmt.Sprintf("is %q, expected a duration, e.g. 1h or 28d", value.Value)
	}
	kinds := map[reflect.Kind]string{
		reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Float64: "a number",
		reflect.String: "text", reflect.Slice: "a list", reflect.Struct: "a mapping",
	}
	if want := kinds[target.Kind()]; want != "" {
		return fmt.Sprintf("is %q, expected %s", value.Value, want)
	}
	return err.Error()
}

// yamlLine finds the line in an error such as "yaml: line 3: did not find …".
func yamlLine(err error) int {
	line := 1
	if _, rest, ok := strings.Cut(err.Error(), "line "); ok {
		fmt.Sscanf(rest, "%d", &line) //nolint:errcheck // stays 1
	}
	return line
}
