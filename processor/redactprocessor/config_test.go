package redactprocessor

import (
	"os"
	"path/filepath"
	"testing"

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
		Config: redact.Config{
			Detectors: []string{"secret", "card", "email"}, Exclude: []string{"mailgun_key"}, Action: "mask",
			Actions: map[string]string{"email": "placeholder", "financial": "keep_last"}, Mask: "[gone]", KeepLast: 2,
			BlockedKeys: []string{"app.internal.*"}, IgnoredKeys: []string{"user.id"}, AllowedValues: []string{"noreply@example.com"},
		},
		Mode: ModeDryRun, MaxValueMiB: 8,
	}, all)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	require.ErrorContains(t, load(t, "redact/bad_mode").Validate(), `"mode" is "log": expected enforce or dry_run`)
	require.ErrorContains(t, load(t, "redact/bad_detector").Validate(), `"detectors" names "emails"`)
	require.ErrorContains(t, load(t, "redact/bad_action").Validate(), `"action" is "hide"`)
	require.ErrorContains(t, load(t, "redact/bad_size").Validate(), `"max_value_mib" is 0`)
}
