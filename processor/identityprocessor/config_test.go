package identityprocessor

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"

	"github.com/weir-otel/weir/internal/chconn"
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
	require.Equal(t, &Config{
		Catalog:      CatalogConfig{ReloadInterval: 10 * time.Second},
		ClickHouse:   chconn.NewDefaultConfig(),
		JWT:          JWTConfig{Leeway: time.Minute, MaxDelay: 5 * time.Minute, CacheSize: 10_000, RefreshInterval: time.Hour},
		Credentials:  CredentialsConfig{Headers: []string{"x-api-key", "apikey", "api-key", "ocp-apim-subscription-key"}},
		TraceCache:   TraceCacheConfig{Size: 100_000, TTL: 2 * time.Minute},
		MaxClockSkew: time.Hour,
	}, load(t, "identity"))
}

func TestConfigReadsEveryKey(t *testing.T) {
	clickHouse := chconn.NewDefaultConfig()
	clickHouse.Endpoint, clickHouse.Username = "http://localhost:8123", "weir"
	require.Equal(t, &Config{
		Catalog:    CatalogConfig{URL: "https://config.example.com/catalog.yaml", Token: "not a secret", ReloadInterval: 30 * time.Second},
		ClickHouse: clickHouse,
		Signals:    SignalsConfig{Disabled: []string{"user_agent", "source_ip"}},
		JWT: JWTConfig{
			Issuers: []IssuerConfig{
				{Issuer: "https://id.example.com", Audiences: []string{"api"}, JWKSURL: "https://id.example.com/jwks.json"},
				{Issuer: "https://other.example.com", Audiences: []string{"api", "https://api.example.com"}, JWKSFile: "jwks.json", Algorithms: []string{"ES256"}},
			},
			Leeway: 30 * time.Second, MaxDelay: 2 * time.Minute, CacheSize: 500, RefreshInterval: 10 * time.Minute,
		},
		Credentials:    CredentialsConfig{Keys: []KeyConfig{{ID: "v1", Secret: "sixteen bytes and more"}}, Headers: []string{"x-api-key"}},
		PayloadHeaders: []string{"x-jwt-payload"},
		Geo:            GeoConfig{CountryDatabase: "country.mmdb", ASNDatabase: "asn.mmdb"},
		TraceCache:     TraceCacheConfig{Size: 5000, TTL: 30 * time.Second},
		TrustedPeers: []PeerConfig{
			{Receiver: "intake"},
			{AuthSubject: "edge-gateway", Signals: []string{"jwt_claim", "credential"}},
			{CIDR: "127.0.0.0/8", AllowBackfill: true},
			{AuthSubject: "other-weir", Weir: true},
		},
		Edges:        []EdgeConfig{{Service: "api-gateway"}, {Receiver: "intake"}, {AuthSubject: "edge-gateway"}},
		MaxClockSkew: 15 * time.Minute,
	}, load(t, "identity/full"))
	require.Equal(t, "testdata/catalog.yaml", load(t, "identity/file").Catalog.File)
	require.True(t, load(t, "identity/table").Catalog.Table)
}

func TestConfigErrorsQuoteTheKeyAndSayWhatIsExpected(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		config := createDefaultConfig().(*Config)
		change(config)
		require.EqualError(t, config.Validate(), want)
	}
	f(func(c *Config) { c.Catalog.ReloadInterval = time.Millisecond }, "`catalog::reload_interval` is 1ms: expected at least 1s, or 0 for never")
	f(func(c *Config) { c.Catalog = CatalogConfig{File: "a", URL: "https://b"} }, "`catalog` has several sources: expected one of file, url and table")
	f(func(c *Config) { c.Catalog = CatalogConfig{File: "a", Table: true} }, "`catalog` has several sources: expected one of file, url and table")
	f(func(c *Config) { c.Catalog.URL = "catalog.yaml" }, "`catalog::url` is not an address: expected e.g. https://config.example.com/catalog.yaml")
	f(func(c *Config) { c.Catalog.URL = "https://u:p@example.com" }, "`catalog::url` holds a user: expected an address without; set `catalog::token` where one is needed")
	f(func(c *Config) { c.Catalog.Token = "x" }, "`catalog::token` is set without `catalog::url`: set both, or remove it")
	f(func(c *Config) { c.Signals.Disabled = []string{"mtls", "referer"} }, "`signals::disabled[1]` is \"referer\": expected one of mtls, jwt_claim, credential, gateway_consumer, header, agent, user_agent, route, source_ip, trace_parent")
	f(func(c *Config) { c.PayloadHeaders = []string{"x-a", "x b"} }, "`payload_headers[1]` is \"x b\": expected the name of a request header, e.g. x-jwt-payload")
	f(func(c *Config) { c.Credentials.Headers = []string{""} }, "`credentials::headers[0]` is \"\": expected the name of a request header, e.g. x-jwt-payload")
	f(func(c *Config) { c.TraceCache.Size = -1 }, "`trace_cache::size` is -1: expected 0 (nothing is remembered) to 10000000")
	f(func(c *Config) { c.TraceCache.TTL = time.Millisecond }, "`trace_cache::ttl` is 1ms: expected 1s to 24h")
	f(func(c *Config) { c.JWT.MaxDelay = -time.Second }, "`jwt::max_delay` is -1s: expected 0 to 1h")
	f(func(c *Config) { c.JWT.MaxDelay = 2 * time.Hour }, "`jwt::max_delay` is 2h0m0s: expected 0 to 1h")
	f(func(c *Config) { c.MaxClockSkew = 0 }, "`max_clock_skew` is 0s: expected more than 0, e.g. 1h")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{AllowBackfill: true}} }, "`trusted_peers[0]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{Receiver: "intake", CIDR: "10.0.0.0/8"}} }, "`trusted_peers[0]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{CIDR: "ten"}} }, "`trusted_peers[0]::cidr` is \"ten\": expected a network such as 10.0.0.0/8 or an address")
	f(func(c *Config) {
		c.TrustedPeers = []PeerConfig{{CIDR: "10.0.0.0/8", Signals: []string{"mtls", "header"}}}
	}, "`trusted_peers[0]::signals[1]` is \"header\": expected one of mtls, jwt_claim, credential, gateway_consumer")
	f(func(c *Config) { c.Edges = []EdgeConfig{{}} }, "`edges[0]` names no gateway, or several: expected exactly one of service, receiver and auth_subject")
	f(func(c *Config) { c.TrustedPeers = []PeerConfig{{Receiver: "otlp"}} }, "`trusted_peers[0]::receiver` is \"otlp\": expected intake, the only receiver that says who it is; for others use auth_subject")
	f(func(c *Config) { c.Edges = []EdgeConfig{{Receiver: "otlp"}} }, "`edges[0]::receiver` is \"otlp\": expected intake, the only receiver that says who it is; for others use auth_subject")
}

func TestErrorsOfTokensAndKeysNameTheFieldAndNoSecret(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.JWT.Issuers = []IssuerConfig{{Issuer: "https://id.example.com", Audiences: []string{"api"}, JWKSFile: "jwks.json", Algorithms: []string{"HS256"}}}
	require.ErrorContains(t, config.Validate(), "jwt.issuers[0].algorithms[0]")

	config = createDefaultConfig().(*Config)
	config.Credentials.Keys = []KeyConfig{{ID: "v1", Secret: "too-short"}}
	err := config.Validate()
	require.ErrorContains(t, err, "credentials.keys[0].secret")
	require.NotContains(t, err.Error(), "too-short")
}

func loadMap(t *testing.T, path string) *confmap.Conf {
	t.Helper()
	retrieved, err := confmap.NewRetrievedFromYAML(readFile(t, path))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	return conf
}
