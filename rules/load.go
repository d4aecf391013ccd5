package rules

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

//go:embed *.yaml
var packs embed.FS

//go:embed tests/*.yaml
var tests embed.FS

//go:embed rules.schema.json
var schema []byte

// BuiltinName stands for the built-in packs in a list of rule files.
const BuiltinName = "builtin"

// Schema is the JSON Schema of a rule file.
func Schema() []byte { return slices.Clone(schema) }

// Builtin returns the rules of the built-in packs.
func Builtin() ([]Rule, error) { return Load([]string{BuiltinName}) }

// Load reads rule files: paths, globs, or the word builtin. What a file adjusts
// may be a rule of any of them. Everything that is wrong comes back as Problems.
func Load(sources []string) ([]Rule, error) {
	var all []Rule
	var parsers []*parser
	add := func(name string, data []byte) {
		p, rules := parse(name, data)
		parsers = append(parsers, p)
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
	var problems Problems
	for _, p := range parsers {
		p.adjust(all)
		problems = append(problems, p.Problems...)
	}
	problems = append(problems, repeated(all)...)
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

// BuiltinTests calls f with each file of unit tests of the built-in packs.
func BuiltinTests(f func(name string, data []byte)) error { return each(tests, "tests", f) }

func eachPack(add func(name string, data []byte)) error { return each(packs, ".", add) }

func each(files embed.FS, folder string, f func(name string, data []byte)) error {
	entries, err := files.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("cannot list the built-in rules: %w", err)
	}
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join(folder, entry.Name()))
		if err != nil {
			return fmt.Errorf("cannot read the built-in rules: %w", err)
		}
		f(path.Join(BuiltinName, folder, entry.Name()), data)
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
	for _, name := range paths {
		data, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("cannot read rules: %w", err)
		}
		add(name, data)
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
