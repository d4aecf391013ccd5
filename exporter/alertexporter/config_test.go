package alertexporter

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/metadata"
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
	require.Equal(t, "/var/lib/weir/alerts", cfg.Directory)
	require.Equal(t, time.Minute, cfg.ResendInterval)
	require.Equal(t, "alertmanager/localhost:9093", cfg.Alertmanagers[0].name())
	require.Equal(t, 10*time.Second, cfg.Alertmanagers[0].ClientConfig.Timeout)

	cfg = load(t, component.NewIDWithName(metadata.Type, "all"))
	require.NoError(t, confmap.Validate(cfg))
	require.Len(t, cfg.Alertmanagers, 2)
	require.Equal(t, 3*time.Second, cfg.Alertmanagers[0].ClientConfig.Timeout)
	require.True(t, cfg.Alertmanagers[0].ClientConfig.Auth.HasValue())
	require.Equal(t, 10*time.Second, cfg.Alertmanagers[1].ClientConfig.Timeout)
	require.Equal(t, "pager", cfg.Webhooks[0].name())
	require.NotEmpty(t, cfg.Webhooks[0].Secret)
	require.Len(t, cfg.Webhooks[0].ClientConfig.Headers, 1)
	require.Equal(t, 30*time.Second, cfg.ResendInterval)
	require.Equal(t, 1, cfg.ResolveRepeats)
	require.Equal(t, 24*time.Hour, cfg.StaleAfter)
	require.Equal(t, 500, cfg.MaxEpisodes)
	require.Equal(t, map[string]string{"cluster": "eu-1"}, cfg.Labels)
	require.Equal(t, RetryConfig{InitialInterval: 2 * time.Second, MaxInterval: 30 * time.Second}, cfg.Retry)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := load(t, component.NewIDWithName(metadata.Type, "all"))
		change(cfg)
		err := cfg.Validate()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "T0000", "a webhook's path may be its password")
	}
	f(func(c *Config) { c.Alertmanagers, c.Webhooks = nil, nil }, "`alertmanagers` and `webhooks`")
	f(func(c *Config) { c.Alertmanagers[1].ClientConfig.Endpoint = "alerts:9093" }, "`alertmanagers[1]::endpoint`")
	f(func(c *Config) { c.Webhooks[0].ClientConfig.Endpoint = "ftp://x/T0000" }, "`webhooks[0]::endpoint`")
	f(func(c *Config) { c.Webhooks[0].ClientConfig.Endpoint = "https://user:T0000@x/" }, "`auth` or `headers`")
	f(func(c *Config) { c.Webhooks = append(c.Webhooks, c.Webhooks[0]) }, "both called \"pager\": set a `name`")
	f(func(c *Config) { c.ResendInterval = time.Millisecond }, "`resend_interval`")
	f(func(c *Config) { c.ResolveRepeats = -1 }, "`resolve_repeats`")
	f(func(c *Config) { c.StaleAfter = time.Minute }, "`stale_after`")
	f(func(c *Config) { c.MaxEpisodes = 0 }, "`max_episodes`")
	f(func(c *Config) { c.Retry.InitialInterval = 0 }, "`retry::initial_interval`")
	f(func(c *Config) { c.Retry.MaxInterval = time.Second }, "`retry::max_interval`")
	f(func(c *Config) { c.Labels = map[string]string{"a.b": "x"} }, "`labels`")
	f(func(c *Config) { c.Labels = map[string]string{"a": ""} }, "`labels::a`")
}
