package lowcode_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/lowcode"
)

const semconv = "../../docs/semconv"

// registry is the part of Weaver's v1 form that this project uses.
type registry struct {
	Groups []struct {
		ID         string      `yaml:"id"`
		Type       string      `yaml:"type"`
		Name       string      `yaml:"name"`
		Brief      string      `yaml:"brief"`
		Extends    string      `yaml:"extends"`
		Attributes []attribute `yaml:"attributes"`
	} `yaml:"groups"`
}

type attribute struct {
	ID        string `yaml:"id"`
	Ref       string `yaml:"ref"`
	Type      any    `yaml:"type"`
	Brief     string `yaml:"brief"`
	Stability string `yaml:"stability"`
}

// kind is the attribute's type; "enum" for one with members.
func (a attribute) kind() string {
	if name, ok := a.Type.(string); ok {
		return name
	}
	return "enum"
}

func (a attribute) members(t *testing.T) (values []string) {
	t.Helper()
	for _, member := range a.Type.(map[string]any)["members"].([]any) {
		member := member.(map[string]any)
		require.Equal(t, member["id"], member["value"], a.ID)
		require.NotEmpty(t, member["brief"], a.ID)
		values = append(values, member["value"].(string))
	}
	return values
}

func readRegistry(t *testing.T, pattern string) registry {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(semconv, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all registry
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var one registry
		require.NoError(t, yaml.Unmarshal(data, &one), file)
		all.Groups = append(all.Groups, one.Groups...)
	}
	return all
}

func declared(t *testing.T) map[string]attribute {
	t.Helper()
	attributes := map[string]attribute{}
	for _, group := range readRegistry(t, "registry/*.yaml").Groups {
		require.Equal(t, "attribute_group", group.Type)
		for _, a := range group.Attributes {
			require.NotContains(t, attributes, a.ID, "declared twice")
			require.NotEmpty(t, a.Brief, a.ID)
			require.Equal(t, "development", a.Stability, a.ID)
			attributes[a.ID] = a
		}
	}
	return attributes
}

// constant is one of the package's constants with the type its comment names.
type constant struct{ value, kind string }

// constants reads the package's source: reflection does not see constants.
func constants(t *testing.T, prefix string) map[string]constant {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := map[string]constant{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, prefix) {
				return true
			}
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				value, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				found[spec.Names[0].Name] = constant{value, typeWord.FindString(spec.Comment.Text())}
			}
			return true
		})
	}
	return found
}

var (
	typeWord = regexp.MustCompile(`^(string\[\]|string|enum|double|boolean|int)`)
	keyForm  = regexp.MustCompile(`^lowcode(\.[a-z]+(_[a-z]+)*)+$`)
)

func TestRegistryDeclaresEveryKeyWithItsType(t *testing.T) {
	attributes := declared(t)
	keys := constants(t, "Key")
	require.NotEmpty(t, keys)
	for name, key := range keys {
		require.Regexp(t, keyForm, key.value, name)
		a, found := attributes[key.value]
		require.True(t, found, "%s (%s) is not in %s", key.value, name, semconv)
		require.Equal(t, key.kind, a.kind(), "the comment of %s says its type", name)
		delete(attributes, key.value)
	}
	require.Empty(t, attributes, "in the registry only")
}

func TestIsKeyKnowsEveryKeyAndNoOther(t *testing.T) {
	for name, key := range constants(t, "Key") {
		require.True(t, lowcode.IsKey(key.value), name)
	}
	for _, made := range []string{"", lowcode.Prefix, "lowcode.note", "lowcode.tenant.id.x", "Lowcode.tenant.id", "tenant.id"} {
		require.False(t, lowcode.IsKey(made), made)
	}
}

func TestRegistryDeclaresEveryMemberOfAnEnum(t *testing.T) {
	attributes := declared(t)
	f := func(prefix, key string) {
		t.Helper()
		var values []string
		for _, c := range constants(t, prefix) {
			values = append(values, c.value)
		}
		require.ElementsMatch(t, values, attributes[key].members(t), key)
	}
	f("Status", lowcode.KeyIdentityStatus)
	f("Method", lowcode.KeyIdentityMethod)
	f("Reason", lowcode.KeyIdentityUnattributedReason)
	f("Report", lowcode.KeyReportSource)
	for key, a := range attributes {
		if a.kind() == "enum" {
			require.NotEmpty(t, a.members(t), key)
		}
	}
}

func TestSignalsReferToDeclaredKeys(t *testing.T) {
	attributes := declared(t)
	groups := map[string]bool{}
	events := map[string]bool{}
	for _, group := range readRegistry(t, "signals.yaml").Groups {
		require.NotEmpty(t, group.Brief, group.ID)
		require.True(t, group.Extends == "" || groups[group.Extends], "%s extends %s", group.ID, group.Extends)
		groups[group.ID] = true
		if group.Type == "event" {
			events[group.Name] = true
		}
		for _, a := range group.Attributes {
			if strings.HasPrefix(a.Ref, lowcode.Prefix) {
				require.Contains(t, attributes, a.Ref, group.ID)
			}
		}
	}
	for name, event := range constants(t, "Event") {
		require.True(t, events[event.value], "%s (%s) is not in signals.yaml", name, event.value)
		delete(events, event.value)
	}
	require.Empty(t, events, "in signals.yaml only")
}
