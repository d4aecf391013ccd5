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
	require.Equal(t, "X-Authenticated-UserId", cfg.Kong.UserHeader)
	require.Equal(t, map[string]string{"tls.client.subject": "client_cert", "jwt.claims": "jwt.payload"}, cfg.NGINX.Attributes)
	require.Equal(t, "/nginx", cfg.NGINX.Path)
	require.Equal(t, []string{"X-JWT-Payload"}, cfg.Kong.GatewayHeaders)
	require.Empty(t, cfg.APISIX.Path)
	require.Equal(t, []string{"X-Userinfo"}, cfg.APISIX.GatewayHeaders)
	require.True(t, cfg.Tyk.HashedKeys)
	require.Equal(t, []string{"X-Connector-Id"}, cfg.Tyk.TagHeaders)
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
	f(func(c *Config) { c.Kong.Path = "/" }, "`kong::path`")
	f(func(c *Config) { c.Kong.ServiceName = "" }, "`kong::service_name`")
	f(func(c *Config) { c.Tyk.Path = "/apisix" }, "`tyk::path` is \"/apisix\", which is `apisix::path` too")
	f(func(c *Config) { c.NGINX.Attributes = map[string]string{"user.id": ""} }, "`nginx::attributes::user.id` is empty")
	f(func(c *Config) { c.Envoy.Attributes = map[string]string{"lowcode.connector.id": "c"} }, "`envoy::attributes` names \"lowcode.connector.id\"")
	f(func(c *Config) { c.Kong.GatewayHeaders = []string{"X-JWT-Payload", "x-paylod"} }, "`kong::gateway_headers` names \"x-paylod\"")
	f(func(c *Config) { c.APISIX.GatewayHeaders = []string{""} }, "`apisix::gateway_headers` names \"\"")
}

func TestFormatsWithoutPathAreOff(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Kong.FormatConfig, cfg.APISIX.FormatConfig = FormatConfig{}, FormatConfig{}
	require.NoError(t, cfg.Validate())
}
