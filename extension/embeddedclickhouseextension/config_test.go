package embeddedclickhouseextension

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/extension/embeddedclickhouseextension/internal/metadata"
)

func load(t *testing.T, id component.ID) *Config {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	retrieved, err := confmap.NewRetrievedFromYAML(content)
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	sub, err := conf.Sub(id.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func TestConfigStruct(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
}

func TestConfigIsReadFromYAML(t *testing.T) {
	cfg := load(t, component.NewID(metadata.Type))
	require.NoError(t, confmap.Validate(cfg))
	require.Equal(t, createDefaultConfig(), cfg)

	cfg = load(t, component.NewIDWithName(metadata.Type, "all"))
	require.NoError(t, confmap.Validate(cfg))
	require.Equal(t, &Config{
		Endpoint: "[::1]:0", Directory: "/srv/weir", MemoryLimitMiB: 512, MaxThreads: 2, MaxRequestBodyMiB: 64,
		Reader: configoptional.Some(ReaderConfig{
			Username: "grafana", Password: "${env:WEIR_READER_PASSWORD}", Databases: []string{"weir"}, TableFilters: map[string]string{"weir.actions": "tenant_id = 'acme'"},
		}),
	}, cfg)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := createDefaultConfig().(*Config)
		change(cfg)
		require.ErrorContains(t, cfg.Validate(), want)
	}
	reader := func(r ReaderConfig) func(*Config) {
		return func(c *Config) { c.Reader = configoptional.Some(r) }
	}
	f(func(c *Config) { c.Endpoint = "" }, "`endpoint`")
	f(func(c *Config) { c.Endpoint = "127.0.0.1" }, "`endpoint`")
	f(func(c *Config) { c.Endpoint = "127.0.0.1:http" }, "`endpoint`")
	f(func(c *Config) { c.Endpoint = "0.0.0.0:8123" }, "loopback")
	f(func(c *Config) { c.Endpoint = "clickhouse:8123" }, "loopback")
	f(func(c *Config) { c.Directory = "" }, "`directory`")
	f(func(c *Config) { c.MemoryLimitMiB = 100 }, "`memory_limit_mib`")
	f(func(c *Config) { c.MaxThreads = -1 }, "`max_threads`")
	f(func(c *Config) { c.MaxRequestBodyMiB = 0 }, "`max_request_body_mib`")
	f(reader(ReaderConfig{Username: "x"}), "`reader::password`")
	f(reader(ReaderConfig{Username: "weir", Password: "x"}), "`reader::username`")
	f(reader(ReaderConfig{Username: "x", Password: "x", Databases: []string{"a.b"}}), "`reader::databases`")
	f(reader(ReaderConfig{Username: "x", Password: "x", Databases: []string{"weir", "system"}}), "`reader::databases`")
	f(reader(ReaderConfig{Username: "x", Password: "x", TableFilters: map[string]string{"a b": "x"}}), "`reader::table_filters`")
	f(reader(ReaderConfig{Username: "x", Password: "x", TableFilters: map[string]string{"a.b": ""}}), "`reader::table_filters::a.b`")
}

func TestMetadataAgreesWithItsFile(t *testing.T) {
	content, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var declared struct {
		Type   string `yaml:"type"`
		Status struct {
			Class     string              `yaml:"class"`
			Stability map[string][]string `yaml:"stability"`
		} `yaml:"status"`
	}
	require.NoError(t, yaml.Unmarshal(content, &declared))
	require.Equal(t, metadata.Type.String(), declared.Type)
	require.Equal(t, "extension", declared.Status.Class)
	require.Equal(t, map[string][]string{"alpha": {"extension"}}, declared.Status.Stability)
	require.Equal(t, component.StabilityLevelAlpha, metadata.ExtensionStability)
}
