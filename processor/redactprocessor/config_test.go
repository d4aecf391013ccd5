package redactprocessor

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/redact"
)

// load reads one entry of testdata/config.yaml into the default configuration.
func load(t *testing.T, name string) *Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, yaml.Unmarshal(text, &all))
	require.Contains(t, all, name)
	entry, _ := all[name].(map[string]any)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(entry).Unmarshal(cfg))
	return cfg
}

func TestConfig(t *testing.T) {
	require.Equal(t, createDefaultConfig(), load(t, "redact"))
	require.NoError(t, load(t, "redact").Validate())
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))

	all := load(t, "redact/all_keys")
	require.NoError(t, all.Validate())
	require.Equal(t, &Config{
		PolicyConfig: redact.PolicyConfig{
			Config: redact.Config{
				Detectors: []string{"secret", "card", "email"}, Exclude: []string{"mailgun_key"}, Action: "mask",
				Actions: map[string]redact.Action{"email": {Do: "keep_domain"}, "financial": {Do: "keep_last", KeepLast: 3, Mask: "###"}}, Mask: "[gone]", KeepLast: 2,
				BlockedKeys: []string{"app.internal.*"}, IgnoredKeys: []string{"user.id"}, AllowedKeys: []string{"http.*", "user.id"},
				AllowedValues: []string{"noreply@example.com"}, AllowedPatterns: []string{`.*@example\.org`}, URLQueryKeys: []string{"session"}, Statements: "off",
				TokenKeys: []redact.Key{{ID: "k1", Secret: "0123456789abcdef0123456789abcdef"}},
				SealKeys:  []redact.Key{{ID: "s1", Secret: "fedcba9876543210fedcba9876543210"}},
				Patterns: []redact.Pattern{{
					Name: "order_number", Pattern: "ORD-[0-9]{8}", Class: "pii", Severity: "low", Action: "token", Placeholder: "<ORDER>", Keywords: []string{"order"},
				}},
			},
			Rules: []redact.Rule{{
				Connectors: []string{"crm-*"}, Tenants: []string{"acme"}, Signals: []string{"logs"}, Keys: []string{"note.*"},
				Settings: redact.Settings{Actions: map[string]redact.Action{"email": {Do: "token"}}},
			}},
		},
		PolicyFile: "/etc/weir/policy.yaml", PolicyReloadInterval: time.Minute, Mode: ModeDryRun, MaxValueMiB: 8, Audit: true, SelfCheck: SelfCheckConfig{SampleRatio: 0.5},
	}, all)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	require.ErrorContains(t, load(t, "redact/bad_mode").Validate(), `"mode" is "log": expected enforce or dry_run`)
	require.ErrorContains(t, load(t, "redact/bad_detector").Validate(), `"detectors" names "emails"`)
	require.ErrorContains(t, load(t, "redact/bad_action").Validate(), `"action" is "hide"`)
	require.ErrorContains(t, load(t, "redact/bad_size").Validate(), `"max_value_mib" is 0`)
	require.ErrorContains(t, load(t, "redact/bad_interval").Validate(), `"policy_reload_interval" is 5ms: expected at least 1s`)
	require.ErrorContains(t, load(t, "redact/bad_ratio").Validate(), `"self_check::sample_ratio" is 1.5: expected 0 (off) to 1`)
}

func TestConfigPrintsNoSecret(t *testing.T) {
	text, err := yaml.Marshal(load(t, "redact/all_keys"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "0123456789abcdef")
	back := confmap.New()
	require.NoError(t, back.Marshal(load(t, "redact/all_keys")))
	marshaled, err := yaml.Marshal(back.ToStringMap())
	require.NoError(t, err)
	require.NotContains(t, string(marshaled), "0123456789abcdef")
}

func TestTheReadmeHasEveryKey(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var check func(of reflect.Type, parent string)
	check = func(of reflect.Type, parent string) {
		for i := range of.NumField() {
			field := of.Field(i)
			name, option, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
			switch {
			case option == "squash":
				check(field.Type, parent)
			case field.Type == reflect.TypeFor[SelfCheckConfig]():
				check(field.Type, name+"::")
			default:
				require.Contains(t, string(text), "| `"+parent+name+"` |")
			}
		}
	}
	check(reflect.TypeFor[Config](), "")
}
