package identityprocessor

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/identity"
)

// Config is the configuration of the identity processor.
type Config struct {
	// Catalog lists the connectors.
	Catalog CatalogConfig `mapstructure:"catalog"`
	// ClickHouse holds the catalog if that is a table.
	ClickHouse chconn.Config `mapstructure:"clickhouse"`
	// Signals says what identities may be decided by.
	Signals SignalsConfig `mapstructure:"signals"`
	// JWT lets Weir check the signatures of access tokens itself.
	JWT JWTConfig `mapstructure:"jwt"`
	// Credentials lets connectors be recognised by the keyed hash of an API key.
	Credentials CredentialsConfig `mapstructure:"credentials"`
	// PayloadHeaders are request headers in which a gateway passes on the payload
	// of a token it checked, e.g. x-jwt-payload.
	PayloadHeaders []string `mapstructure:"payload_headers"`
	// Geo says where addresses are looked up.
	Geo GeoConfig `mapstructure:"geo"`
	// TraceCache lets spans inherit from earlier batches of their trace.
	TraceCache TraceCacheConfig `mapstructure:"trace_cache"`
	// TrustedPeers are the senders whose gateway headers and claims are verified.
	TrustedPeers []PeerConfig `mapstructure:"trusted_peers"`
	// Edges are the gateways whose server spans are the calls themselves.
	Edges []EdgeConfig `mapstructure:"edges"`
	// MaxClockSkew is how far a timestamp may be from arrival.
	MaxClockSkew time.Duration `mapstructure:"max_clock_skew"`
}

// CatalogConfig says where the catalog is: at most one of File, URL and Table.
// Without any, nothing is attributed to a connector.
type CatalogConfig struct {
	// File is the path of a catalog file, or of a folder of them.
	File string `mapstructure:"file"`
	// URL is where a catalog file can be had over HTTP(S).
	URL string `mapstructure:"url"`
	// Token is sent to URL as a bearer token.
	Token configopaque.String `mapstructure:"token"`
	// Table takes the newest revision that was published to ClickHouse.
	Table bool `mapstructure:"table"`
	// ReloadInterval is how often it is looked at; 0 for never.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`
}

func (c *CatalogConfig) isSet() bool { return c.File != "" || c.URL != "" || c.Table }

// SignalsConfig says what identities may be decided by.
type SignalsConfig struct {
	// Disabled are methods that do not count, e.g. user_agent.
	Disabled []string `mapstructure:"disabled"`
}

// JWTConfig says which access tokens Weir checks itself.
type JWTConfig struct {
	// Issuers are those whose tokens are checked; none checks nothing.
	Issuers []IssuerConfig `mapstructure:"issuers"`
	// Leeway is the difference between clocks that a token's times allow.
	Leeway time.Duration `mapstructure:"leeway"`
	// MaxDelay is how long a call of a sender who is not trusted may have been on
	// its way: its token is judged by no earlier time.
	MaxDelay time.Duration `mapstructure:"max_delay"`
	// CacheSize is how many checked tokens are remembered.
	CacheSize int `mapstructure:"cache_size"`
	// RefreshInterval is the longest time between two looks at an issuer's keys.
	RefreshInterval time.Duration `mapstructure:"refresh_interval"`
}

// IssuerConfig says how the tokens of one issuer are checked.
type IssuerConfig struct {
	// Issuer is the claim iss, exactly.
	Issuer string `mapstructure:"issuer"`
	// Audiences are the APIs that tokens may be for: the claim aud has one of them.
	Audiences []string `mapstructure:"audiences"`
	// JWKSURL is where the issuer publishes its keys.
	JWKSURL string `mapstructure:"jwks_url"`
	// JWKSFile is a file with its keys.
	JWKSFile string `mapstructure:"jwks_file"`
	// Algorithms are those it may sign with.
	Algorithms []string `mapstructure:"algorithms"`
}

// CredentialsConfig says how raw credentials become hashes.
type CredentialsConfig struct {
	// Keys are the secrets of the hash, newest first; without any, nothing is hashed.
	Keys []KeyConfig `mapstructure:"keys"`
	// Headers are the request headers that hold an API key, besides authorization.
	Headers []string `mapstructure:"headers"`
}

// KeyConfig is one secret of the credential hash.
type KeyConfig struct {
	// ID is what hashes under the key begin with.
	ID string `mapstructure:"id"`
	// Secret is at least 16 bytes.
	Secret configopaque.String `mapstructure:"secret"`
}

// GeoConfig names MMDB files (MaxMind's format).
type GeoConfig struct {
	// CountryDatabase gives an address its country.
	CountryDatabase string `mapstructure:"country_database"`
	// ASNDatabase gives an address its network and the network's owner.
	ASNDatabase string `mapstructure:"asn_database"`
}

// TraceCacheConfig bounds what is remembered of traces from batch to batch.
type TraceCacheConfig struct {
	// Size is how many traces are remembered, 40 bytes each; 0 for none.
	Size int `mapstructure:"size"`
	// TTL is how long after its last evidence a trace is remembered.
	TTL time.Duration `mapstructure:"ttl"`
}

// PeerConfig names a sender by exactly one of Receiver, AuthSubject and CIDR.
type PeerConfig struct {
	// Receiver is the component type that took the data in, e.g. intake.
	Receiver string `mapstructure:"receiver"`
	// AuthSubject is the subject that the receiver's authenticator established.
	AuthSubject string `mapstructure:"auth_subject"`
	// CIDR is the network of the sender's address.
	CIDR string `mapstructure:"cidr"`
	// Signals are the methods that it vouches for, e.g. jwt_claim; none is all.
	Signals []string `mapstructure:"signals"`
	// AllowBackfill accepts timestamps of the past.
	AllowBackfill bool `mapstructure:"allow_backfill"`
	// Weir declares another Weir: its lowcode.* attributes are kept.
	Weir bool `mapstructure:"weir"`
}

// EdgeConfig names a gateway by exactly one of Service, Receiver and AuthSubject.
type EdgeConfig struct {
	// Service is the resource attribute service.name.
	Service string `mapstructure:"service"`
	// Receiver is the component type that took the data in, e.g. intake.
	Receiver string `mapstructure:"receiver"`
	// AuthSubject is the subject that the receiver's authenticator established.
	AuthSubject string `mapstructure:"auth_subject"`
}

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{
		Catalog:      CatalogConfig{ReloadInterval: 10 * time.Second},
		ClickHouse:   chconn.NewDefaultConfig(),
		JWT:          JWTConfig{Leeway: time.Minute, MaxDelay: 5 * time.Minute, CacheSize: 10_000, RefreshInterval: time.Hour},
		Credentials:  CredentialsConfig{Headers: identity.DefaultCredentialHeaders()},
		TraceCache:   TraceCacheConfig{Size: 100_000, TTL: 2 * time.Minute},
		MaxClockSkew: time.Hour,
	}
}
