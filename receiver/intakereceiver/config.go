package intakereceiver

import (
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
)

// Config is the YAML of the intake receiver.
type Config struct {
	// ServerConfig is the HTTP server: endpoint, tls, auth, max_request_body_size and so on.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// Kong takes the entries of Kong Gateway's http-log plugin.
	Kong KongConfig `mapstructure:"kong"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// KongConfig says where Kong posts to, and what its spans are called.
type KongConfig struct {
	// Path is the URL path of the http-log plugin's http_endpoint.
	Path string `mapstructure:"path"`

	// ServiceName is the resource attribute service.name of the spans.
	ServiceName string `mapstructure:"service_name"`

	// Environment is the resource attribute deployment.environment.name; empty leaves it out.
	Environment string `mapstructure:"environment"`

	// UserHeader is the request header in which Kong itself puts the user, e.g.
	// X-Authenticated-UserId with its OAuth 2.0 plugin; empty takes no user.
	// Set it only where Kong overwrites what the client sent.
	UserHeader string `mapstructure:"user_header"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var _ component.Config = (*Config)(nil)

const (
	defaultEndpoint = "127.0.0.1:8319"
	defaultMaxBody  = 10 << 20
)

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = defaultEndpoint
	server.MaxRequestBodySize = defaultMaxBody
	return &Config{
		ServerConfig: server,
		Kong:         KongConfig{Path: "/kong", ServiceName: "kong"},
	}
}

// Validate says which key is wrong and what it should be.
func (c *Config) Validate() error {
	var errs error
	if c.ServerConfig.NetAddr.Endpoint == "" {
		errs = errors.Join(errs, fmt.Errorf("`endpoint` is empty: set host:port, e.g. %q", defaultEndpoint))
	}
	if c.ServerConfig.MaxRequestBodySize <= 0 {
		errs = errors.Join(errs, fmt.Errorf("`max_request_body_size` is %d: set a number of bytes above 0, e.g. %d", c.ServerConfig.MaxRequestBodySize, defaultMaxBody))
	}
	if !strings.HasPrefix(c.Kong.Path, "/") || strings.ContainsAny(c.Kong.Path, " {}?#") {
		errs = errors.Join(errs, fmt.Errorf("`kong::path` is %q: set a URL path that begins with a slash, e.g. \"/kong\"", c.Kong.Path))
	}
	if c.Kong.ServiceName == "" {
		errs = errors.Join(errs, errors.New("`kong::service_name` is empty: set the name of the gateway, e.g. \"kong\""))
	}
	return errs
}
