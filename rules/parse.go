package rules

import (
	"fmt"
	"maps"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/rules/internal/strictyaml"
)

// file is what one rule file holds.
type file struct {
	Version int         `yaml:"version"`
	Rules   []yaml.Node `yaml:"rules"`
	Adjust  []yaml.Node `yaml:"adjust"`
}

// parser reads one file.
type parser struct {
	strictyaml.Decoder
	adjustments []*yaml.Node
}

// Parse reads the rules of one file; name stands for it in problems. What the
// file adjusts has to be in it as well: [Load] takes rules of several files.
func Parse(name string, data []byte) ([]Rule, error) {
	p, rules := parse(name, data)
	p.adjust(rules)
	if len(p.Problems) > 0 {
		return nil, p.Problems
	}
	return rules, nil
}

func parse(name string, data []byte) (*parser, []Rule) {
	p := &parser{Decoder: strictyaml.Decoder{File: name}}
	root := p.Document(data, "version: 1 and rules:")
	if root == nil {
		return p, nil
	}
	var f file
	p.Mapping(root, "", &f)
	if f.Version != Version && len(p.Problems) == 0 {
		p.Report(1, "version", fmt.Sprintf("is %d, expected %d", f.Version, Version), "start the file with version: 1")
	}
	rules := make([]Rule, 0, len(f.Rules))
	for i := range f.Rules {
		rules = append(rules, p.rule(&f.Rules[i], i))
	}
	for i := range f.Adjust {
		p.adjustments = append(p.adjustments, &f.Adjust[i])
	}
	return p, rules
}

func (p *parser) rule(node *yaml.Node, index int) Rule {
	r := defaults()
	r.source, r.line = p.File, node.Line
	p.fill(&r, node, fmt.Sprintf("rules[%d]", index))
	return r
}

// fill decodes a mapping over a rule and checks the outcome.
func (p *parser) fill(r *Rule, node *yaml.Node, path string) {
	before := len(p.Problems)
	lines := p.Mapping(node, path, r)
	if len(p.Problems) == before { // the checks would only repeat what is wrong
		c := checker{rule: r, given: lines, report: func(field string, line int, message, hint string) {
			p.Report(line, path+"."+field, message, hint)
		}}
		c.check()
	}
}

// adjust changes fields of rules that are named: their own thresholds for a
// built-in rule, or enabled: false.
func (p *parser) adjust(all []Rule) {
	for i, node := range p.adjustments {
		path := fmt.Sprintf("adjust[%d]", i)
		name := nameOf(node)
		if name == "" {
			p.Report(node.Line, path+".name", "is missing", "name the rule to adjust")
			continue
		}
		found := false
		for j := range all {
			if all[j].Name == name {
				found = true
				all[j].Parameters, all[j].Controls = maps.Clone(all[j].Parameters), maps.Clone(all[j].Controls)
				p.fill(&all[j], node, path)
			}
		}
		if !found {
			p.Report(node.Line, path+".name", fmt.Sprintf("is %q, expected the name of a rule that is loaded with this file", name),
				"see weirctl rules list; give the rule's file, or builtin, as well")
		}
	}
}

func nameOf(node *yaml.Node) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Kind == yaml.MappingNode && node.Content[i].Value == "name" {
			return node.Content[i+1].Value
		}
	}
	return ""
}
