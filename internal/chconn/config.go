// Package chconn is how Weir's components reach ClickHouse: a server that the
// user names, or the embedded engine of the embedded_clickhouse extension.
//
//	clickhouse:
//	  endpoint: https://clickhouse.example.org:8443   # leave out for the embedded engine
//	  username: weir
//	  password: ${env:CLICKHOUSE_PASSWORD}
//
// The transport is HTTP: the only one that takes encoded blocks as they are
// (InsertFormat), and the same for a server, a cluster and the embedded engine.
package chconn

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/weir-otel/weir/internal/chdb/credential"
)

// Config says where ClickHouse is. In a component's config its key is clickhouse.
type Config struct {
	// Endpoint is http(s)://host:port of a server's HTTP interface. Empty means
	// the embedded engine.
	Endpoint string              `mapstructure:"endpoint"`
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
	// Database that statements without a database name mean.
	Database string `mapstructure:"database"`
	// TLS holds for an https endpoint.
	TLS configtls.ClientConfig `mapstructure:"tls"`
	// Embedded is the embedded_clickhouse extension to use; empty = the only one
	// that is configured.
	Embedded component.ID `mapstructure:"embedded"`
	// Compression of inserted data on the way to a server: lz4, zstd or none.
	// Nothing is compressed on the way to the embedded engine.
	Compression string `mapstructure:"compression"`
	// Timeout is how long connecting, and the beginning of an answer, may take.
	Timeout time.Duration `mapstructure:"timeout"`
}

var _ component.Config = (*Config)(nil)

var (
	errTimeout      = errors.New("`timeout` must be more than 0s, e.g. 30s")
	errEmbeddedUser = errors.New("`username` and `password` are set without `endpoint`: the embedded engine has credentials of its own; set `endpoint`, or leave them out")
	errBothServers  = errors.New("`endpoint` and `embedded` are both set: set `endpoint` for a ClickHouse server, or `embedded` for the embedded engine")
	errNoHost       = errors.New("`endpoint` must be http(s)://host:port of ClickHouse's HTTP interface, e.g. http://localhost:8123")
)

// NewDefaultConfig is the embedded engine with the database weir.
func NewDefaultConfig() Config {
	return Config{Database: "weir", TLS: configtls.NewDefaultClientConfig(), Compression: "lz4", Timeout: 30 * time.Second}
}

// compressions that ClickHouse knows.
var compressions = []string{"lz4", "zstd", "none"}

// WireCompression is the compression that inserted data has on its way.
func (c *Config) WireCompression() string {
	if c.Endpoint == "" {
		return "none"
	}
	return c.Compression
}

var databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Validate implements [component.Config].
func (c *Config) Validate() error {
	var errs []error
	switch {
	case c.Endpoint != "":
		errs = append(errs, c.validateEndpoint())
	case c.Username != "" || c.Password != "":
		errs = append(errs, errEmbeddedUser)
	}
	if !databaseName.MatchString(c.Database) {
		errs = append(errs, fmt.Errorf("`database` is %q: it must be a plain name of letters, digits and _, e.g. weir", c.Database))
	}
	if !slices.Contains(compressions, c.Compression) {
		errs = append(errs, fmt.Errorf("`compression` is %q, expected one of %s", c.Compression, strings.Join(compressions, ", ")))
	}
	if c.Timeout <= 0 {
		errs = append(errs, errTimeout)
	}
	return errors.Join(errs...)
}

func (c *Config) validateEndpoint() error {
	endpoint, err := url.Parse(c.Endpoint)
	switch {
	case err != nil || endpoint.Host == "" || endpoint.Port() == "":
		return fmt.Errorf("%w (it is %q)", errNoHost, redacted(c.Endpoint))
	case endpoint.Scheme != "http" && endpoint.Scheme != "https":
		return fmt.Errorf("%w (its scheme is %q; the native protocol is not supported)", errNoHost, endpoint.Scheme)
	case endpoint.User != nil:
		return errors.New("`endpoint` holds a user: set `username` and `password` instead")
	case endpoint.Path != "" && endpoint.Path != "/" || endpoint.RawQuery != "":
		return fmt.Errorf("%w (without a path or parameters)", errNoHost)
	case c.Embedded != component.ID{}:
		return errBothServers
	}
	return nil
}

// redacted leaves out what stands before an @, which may be a password.
func redacted(endpoint string) string {
	for i := len(endpoint) - 1; i >= 0; i-- {
		if endpoint[i] == '@' {
			return "…" + endpoint[i:]
		}
	}
	return endpoint
}

// FromCredentialFile is the way to a running embedded engine from outside the
// collector, for the engine's owner: it reads the file in the engine's folder.
func FromCredentialFile(directory string) (Config, error) {
	found, err := credential.Read(directory)
	if err != nil {
		return Config{}, err
	}
	c := NewDefaultConfig()
	c.Endpoint, c.Username, c.Password = found.Endpoint, found.Username, configopaque.String(found.Password)
	return c, nil
}
