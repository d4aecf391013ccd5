package intakereceiver

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

func load(t *testing.T, id component.ID) *Config {
	t.Helper()
	conf, err := loadYAML(t, filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(id.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func loadYAML(t *testing.T, path string) (*confmap.Conf, error) {
	t.Helper()
	retrieved, err := confmap.NewRetrievedFromYAML(read(t, path))
	require.NoError(t, err)
	return retrieved.AsConf()
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
	require.Equal(t, "0.0.0.0:8320", cfg.ServerConfig.NetAddr.Endpoint)
	require.EqualValues(t, 1<<20, cfg.ServerConfig.MaxRequestBodySize)
	require.True(t, cfg.ServerConfig.TLS.HasValue())
	require.True(t, cfg.ServerConfig.Auth.HasValue())
	require.Equal(t, "/logs/kong", cfg.Kong.Path)
	require.Equal(t, "api-gateway", cfg.Kong.ServiceName)
	require.Equal(t, "production", cfg.Kong.Environment)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := createDefaultConfig().(*Config)
		change(cfg)
		require.ErrorContains(t, cfg.Validate(), want)
	}
	f(func(c *Config) { c.ServerConfig.NetAddr.Endpoint = "" }, "`endpoint`")
	f(func(c *Config) { c.ServerConfig.MaxRequestBodySize = -1 }, "`max_request_body_size`")
	f(func(c *Config) { c.Kong.Path = "kong" }, "`kong::path`")
	f(func(c *Config) { c.Kong.Path = "/{any...}" }, "`kong::path`")
	f(func(c *Config) { c.Kong.ServiceName = "" }, "`kong::service_name`")
}
