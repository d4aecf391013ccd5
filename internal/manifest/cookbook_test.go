package manifest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/processor/redactprocessor"
)

// recipe is a policy of the cookbook with the examples that follow it.
type recipe struct {
	title, yaml string
	examples    []string
}

var (
	fenced   = regexp.MustCompile("(?ms)^(#{2,3} [^\n]*)$|^```(yaml|text)\n(.*?)^```$")
	variable = regexp.MustCompile(`\$\{env:(\w+)\}`)
)

// recipes reads the cookbook.
func recipes(t *testing.T) (all []recipe) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "redaction.md"))
	require.NoError(t, err)
	title := ""
	for _, m := range fenced.FindAllStringSubmatch(string(text), -1) {
		switch {
		case m[1] != "":
			title = strings.TrimLeft(m[1], "# ")
		case m[2] == "yaml":
			all = append(all, recipe{title: title, yaml: variable.ReplaceAllString(m[3], "made up for $1, with enough letters")})
		default:
			last := &all[len(all)-1]
			last.examples = append(last.examples, strings.Split(strings.TrimSpace(m[3]), "\n")...)
		}
	}
	return all
}

func TestTheRedactionCookbookIsValidAndDoesWhatItSays(t *testing.T) {
	all := recipes(t)
	require.Greater(t, len(all), 10)
	examples := 0
	for _, r := range all {
		policy := r.policy(t)
		for _, line := range r.examples {
			from, want, ok := strings.Cut(line, " → ")
			require.True(t, ok, line)
			key, value, ok := strings.Cut(from, ": ")
			require.True(t, ok, line)
			require.Regexp(t, expected(want), redacted(policy, key, value), "%s: %s", r.title, line)
			examples++
		}
	}
	require.Greater(t, examples, 15)
}

// policy of the recipe: of processor settings, or of a policy file.
func (r recipe) policy(t *testing.T) *redact.Policy {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(r.yaml), &doc), r.title)
	var cfg redact.PolicyConfig
	var settings map[string]map[string]any
	if err := yaml.Unmarshal([]byte(r.yaml), &settings); err == nil && strings.HasPrefix(r.yaml, "redact:") {
		processor := redactprocessor.NewFactory().CreateDefaultConfig().(*redactprocessor.Config)
		require.NoError(t, confmap.NewFromStringMap(settings["redact"]).Unmarshal(processor), r.title)
		require.NoError(t, processor.Validate(), r.title)
		cfg = processor.PolicyConfig
	} else {
		cfg, err = redact.DecodePolicy(r.title, doc.Content[0])
		require.NoError(t, err, r.title)
	}
	policy, err := redact.NewPolicy(cfg)
	require.NoError(t, err, r.title)
	return policy
}

// redacted is what the processor makes of an attribute.
func redacted(policy *redact.Policy, key, value string) string {
	engine := policy.For(redact.Scope{Signal: "traces"})
	if !engine.AllowsKey(key) {
		out, _ := engine.Deny(value)
		return out
	}
	out, _ := engine.Redact(key, value)
	return out
}

// expected takes … for anything.
func expected(want string) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".+") + "$"
}
