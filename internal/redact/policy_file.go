package redact

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxPolicyFile bounds what is read as a policy.
const maxPolicyFile = 4 << 20

// LoadPolicy reads a policy file: the keys of PolicyConfig in YAML. A key that
// is not known is an error, as a policy that is read half protects half. Secrets
// may be ${env:NAME}. NewPolicy validates the result, as what it needs may stand
// elsewhere: see WithFile.
func LoadPolicy(path string) (PolicyConfig, error) {
	info, err := os.Stat(path)
	if err != nil {
		return PolicyConfig{}, fmt.Errorf("cannot read the policy file: %w", err)
	}
	if info.Size() > maxPolicyFile {
		return PolicyConfig{}, fmt.Errorf("cannot read the policy file %s: it has %d bytes, expected at most %d", path, info.Size(), maxPolicyFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return PolicyConfig{}, fmt.Errorf("cannot read the policy file: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return PolicyConfig{}, fmt.Errorf("cannot parse the policy file %s: %w", path, err)
	}
	if len(doc.Content) == 0 { // an empty file says nothing
		return PolicyConfig{}, nil
	}
	return DecodePolicy(path, doc.Content[0])
}

// DecodePolicy reads a policy from a node of a YAML file, which errors name with
// its line.
func DecodePolicy(file string, node *yaml.Node) (PolicyConfig, error) {
	var cfg PolicyConfig
	if err := checkNode(node, reflect.TypeFor[PolicyConfig](), ""); err != nil {
		return cfg, fmt.Errorf("%s:%w", file, err)
	}
	if err := node.Decode(&cfg); err != nil { // what checkNode has let through; the text may hold a secret
		return cfg, fmt.Errorf("%s:%d: cannot decode the policy", file, node.Line)
	}
	for _, keys := range [][]Key{cfg.TokenKeys, cfg.SealKeys} {
		for i := range keys {
			if err := keys[i].fromEnvironment(); err != nil {
				return cfg, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return cfg, nil
}

// fromEnvironment replaces ${env:NAME}, as the Collector does in its own files.
func (k *Key) fromEnvironment() error {
	name, ok := strings.CutPrefix(string(k.Secret), "${env:")
	if !ok {
		return nil
	}
	name, ok = strings.CutSuffix(name, "}")
	value, set := os.LookupEnv(name)
	if !ok || !set {
		return fmt.Errorf("the secret of key %q is ${env:%s}, which is not set in the environment", k.ID, name)
	}
	k.Secret = Secret(value)
	return nil
}

// checkNode compares a node with the type it is decoded into. Its errors begin
// with a line and never show a value.
func checkNode(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind == yaml.AliasNode {
		return fmt.Errorf("%d: %q is an alias: expected the settings themselves", node.Line, key)
	}
	if node.Tag == "!!null" {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		if t == reflect.TypeFor[Action]() && node.Kind == yaml.ScalarNode {
			return nil
		}
		return checkMapping(node, t, key)
	case reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			return wrongKind(node, key, "a list")
		}
		for i, item := range node.Content {
			if err := checkNode(item, t.Elem(), fmt.Sprintf("%s[%d]", key, i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		if node.Kind != yaml.MappingNode {
			return wrongKind(node, key, "a map")
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if err := checkNode(node.Content[i+1], t.Elem(), joinKey(key, node.Content[i].Value)); err != nil {
				return err
			}
		}
	case reflect.Int:
		if node.Kind != yaml.ScalarNode || node.Tag != "!!int" {
			return wrongKind(node, key, "a whole number")
		}
	default:
		if node.Kind != yaml.ScalarNode {
			return wrongKind(node, key, "a text")
		}
	}
	return nil
}

func checkMapping(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.MappingNode {
		return wrongKind(node, key, "a map with "+strings.Join(knownKeys(t), ", "))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i]
		field, ok := fieldOf(t, name.Value)
		if !ok {
			return fmt.Errorf("%d: unknown key %q: expected one of %s", name.Line, joinKey(key, name.Value), strings.Join(knownKeys(t), ", "))
		}
		if seen[name.Value] {
			return fmt.Errorf("%d: %q is there twice", name.Line, joinKey(key, name.Value))
		}
		seen[name.Value] = true
		if err := checkNode(node.Content[i+1], field, joinKey(key, name.Value)); err != nil {
			return err
		}
	}
	return nil
}

func wrongKind(node *yaml.Node, key, expected string) error {
	if key == "" {
		key = "policy"
	}
	return fmt.Errorf("%d: %q is no such: expected %s", node.Line, key, expected)
}

func joinKey(parent, key string) string {
	if parent == "" {
		return key
	}
	return parent + "::" + key
}

// fieldOf finds the type of a key, also in embedded structs.
func fieldOf(t reflect.Type, key string) (reflect.Type, bool) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if options == "inline" {
			if inner, ok := fieldOf(field.Type, key); ok {
				return inner, true
			}
			continue
		}
		if name == key {
			return field.Type, true
		}
	}
	return nil, false
}

func knownKeys(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if options == "inline" {
			keys = append(keys, knownKeys(field.Type)...)
			continue
		}
		keys = append(keys, name)
	}
	slices.Sort(keys)
	return keys
}
