package rules

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

//go:embed *.yaml
var packs embed.FS

//go:embed rules.schema.json
var schema []byte

// BuiltinName stands for the built-in packs in a list of rule files.
const BuiltinName = "builtin"

// Schema is the JSON Schema of a rule file.
func Schema() []byte { return slices.Clone(schema) }

// Builtin returns the rules of the built-in packs.
func Builtin() ([]Rule, error) { return Load([]string{BuiltinName}) }

// Load reads rule files: paths, globs, or the word builtin. Everything that is
// wrong in them comes back as Problems.
func Load(sources []string) ([]Rule, error) {
	var all []Rule
	var problems Problems
	add := func(name string, data []byte) {
		rules, err := Parse(name, data)
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
		}
		all = append(all, rules...)
	}
	for _, source := range sources {
		if source == BuiltinName {
			if err := eachPack(add); err != nil {
				return nil, err
			}
			continue
		}
		if err := eachFile(source, add); err != nil {
			return nil, err
		}
	}
	problems = append(problems, repeated(all)...)
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

func eachPack(add func(name string, data []byte)) error {
	entries, err := packs.ReadDir(".")
	if err != nil {
		return fmt.Errorf("cannot list the built-in rules: %w", err)
	}
	for _, entry := range entries {
		data, err := packs.ReadFile(entry.Name())
		if err != nil {
			return fmt.Errorf("cannot read the built-in rules: %w", err)
		}
		add(BuiltinName+"/"+entry.Name(), data)
	}
	return nil
}

func eachFile(pattern string, add func(name string, data []byte)) error {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return fmt.Errorf("cannot read rules: %q is no file pattern: %w", pattern, err)
	}
	if len(paths) == 0 {
		return fmt.Errorf("cannot read rules: no file is named %q; give a path, a pattern, or %q", pattern, BuiltinName)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("cannot read rules: %w", err)
		}
		add(path, data)
	}
	return nil
}

// repeated reports names that several rules have: they would share episodes.
func repeated(all []Rule) Problems {
	var problems Problems
	first := map[string]Rule{}
	for _, r := range all {
		if other, ok := first[r.Name]; ok {
			problems = append(problems, Problem{
				File: r.source, Line: r.line, Field: "name", Message: fmt.Sprintf("%q is also the name of the rule at %s", r.Name, other.Source()),
				Hint: "rename one",
			})
			continue
		}
		first[r.Name] = r
	}
	return problems
}
