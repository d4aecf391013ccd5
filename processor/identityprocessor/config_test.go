package identityprocessor

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
)

func load(t *testing.T, name string) *Config {
	t.Helper()
	conf := loadMap(t, filepath.Join("testdata", "config.yaml"))
	section, err := conf.Sub(name)
	require.NoError(t, err)
	config := createDefaultConfig().(*Config)
	require.NoError(t, section.Unmarshal(config))
	require.NoError(t, config.Validate())
	return config
}

func TestConfigDefaults(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
	require.Equal(t, &Config{Catalog: CatalogConfig{ReloadInterval: 10 * time.Second}, MaxClockSkew: time.Hour}, load(t, "identity"))
}

func TestConfigReadsEveryKey(t *testing.T) {
	require.Equal(t, &Config{
		Catalog: CatalogConfig{File: "testdata/catalog.yaml", ReloadInterval: 30 * time.Second},
		TrustedPeers: []PeerConfig{
			{Receiver: "intake"},
			{AuthSubject: "edge-gateway"},
			{CIDR: "127.0.0.0/8", AllowBackfill: true},
			{AuthSubject: "other-weir", Weir: true},
		},
		Edges:        []EdgeConfig{{Service: "api-gateway"}, {Receiver: "intake"}, {AuthSubject: "edge-gateway"}},
		MaxClockSkew: 15 * time.Minute,
	}, load(t, "identity/full"))
}

func TestConfigErrorsQuoteTheKeyAndSayWhatIsExpected(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		config := createDefaultConfig().(*Config)
		change(config)
		require.EqualError(t, config.Validate(), want)
	}
	f(func(c *Config) { c.Catalog.ReloadInterval = time.Millisecond }, "`catalog::reload_interval` is 1ms: expected at least 1s, or 0 for never")
	f(func(c *Config) { c.MaxClockSkew = 0 }, "`max_clock_skew` is 0s: expected more than 0, e.g. 1h")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{AllowBackfill: true}} }, "`trusted_peers[0]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{Receiver: "intake", CIDR: "10.0.0.0/8"}} }, "`trusted_peers[0]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{CIDR: "ten"}} }, "`trusted_peers[0]::cidr` is \"ten\": expected a network such as 10.0.0.0/8 or an address")
	f(func(c *Config) { c.Edges = []EdgeConfig{{}} }, "`edges[0]` names no gateway, or several: expected exactly one of service, receiver and auth_subject")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{Receiver: "otlp"}} }, "`trusted_peers[0]::receiver` is \"otlp\": expected intake, the only receiver that says who it is; for others use auth_subject")
	f(func(c *Config) { c.Edges = []EdgeConfig{{Receiver: "otlp"}} }, "`edges[0]::receiver` is \"otlp\": expected intake, the only receiver that says who it is; for others use auth_subject")
}

func loadMap(t *testing.T, path string) *confmap.Conf {
	t.Helper()
	retrieved, err := confmap.NewRetrievedFromYAML(readFile(t, path))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	return conf
}
