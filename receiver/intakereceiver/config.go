package intakereceiver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

// Config is the YAML of the intake receiver.
type Config struct {
	// ServerConfig is the HTTP server: endpoint, tls, auth, max_request_body_size and so on.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// Kong takes the entries of Kong Gateway's http-log plugin.
	Kong KongConfig `mapstructure:"kong"`

	// APISIX takes the entries of Apache APISIX's http-logger plugin.
	APISIX APISIXConfig `mapstructure:"apisix"`

	// Envoy takes the lines of Envoy's JSON access log, or its gRPC access log.
	Envoy EnvoyConfig `mapstructure:"envoy"`

	// NGINX takes the lines of a JSON access log of NGINX.
	NGINX KeyedConfig `mapstructure:"nginx"`

	// Traefik takes the lines of Traefik's JSON access log.
	Traefik KeyedConfig `mapstructure:"traefik"`

	// AWSAPIGW takes the lines of Amazon API Gateway's JSON access log, also from
	// Amazon Data Firehose.
	AWSAPIGW KeyedConfig `mapstructure:"aws_apigw"`

	// AzureAPIM takes the GatewayLogs of Azure API Management.
	AzureAPIM FormatConfig `mapstructure:"azure_apim"`

	// Tyk takes the records of Tyk Pump.
	Tyk TykConfig `mapstructure:"tyk"`

	// Auth0 takes log streams of Auth0.
	Auth0 FormatConfig `mapstructure:"auth0"`

	// CloudEvents takes events of CloudEvents 1.0 in any mode.
	CloudEvents FormatConfig `mapstructure:"cloudevents"`

	// Keycloak takes event hooks and log lines of Keycloak.
	Keycloak KeycloakConfig `mapstructure:"keycloak"`

	// N8N takes the log streaming of n8n.
	N8N FormatConfig `mapstructure:"n8n"`

	// Okta takes event hooks of Okta.
	Okta FormatConfig `mapstructure:"okta"`

	// OPA takes decision logs of the Open Policy Agent.
	OPA FormatConfig `mapstructure:"opa"`

	// PowerPlatform takes records of the Office 365 Management Activity API.
	PowerPlatform FormatConfig `mapstructure:"power_platform"`

	// Workato takes the audit log streaming of Workato.
	Workato FormatConfig `mapstructure:"workato"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// FormatConfig says where a format is posted to, and what its records are called.
type FormatConfig struct {
	// Path is the URL path; empty turns the format off.
	Path string `mapstructure:"path"`

	// ServiceName is the resource attribute service.name of its spans or log records.
	ServiceName string `mapstructure:"service_name"`

	// Environment is the resource attribute deployment.environment.name; empty leaves it out.
	Environment string `mapstructure:"environment"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// KongConfig is for Kong's http-log.
type KongConfig struct {
	FormatConfig `mapstructure:",squash"`

	// UserHeader is the request header in which Kong itself puts the user, e.g.
	// X-Authenticated-UserId with its OAuth 2.0 plugin; empty takes no user.
	// Set it only where Kong overwrites what the client sent.
	UserHeader string `mapstructure:"user_header"`

	// GatewayHeaders are request headers that only a gateway may set and that Kong
	// sets on every route, whatever the client sent, e.g. X-JWT-Payload. Others of
	// that kind are dropped.
	GatewayHeaders []string `mapstructure:"gateway_headers"`
}

// APISIXConfig is for APISIX's http-logger.
type APISIXConfig struct {
	FormatConfig `mapstructure:",squash"`

	// GatewayHeaders are as Kong's.
	GatewayHeaders []string `mapstructure:"gateway_headers"`
}

// KeyedConfig is for a log whose keys are the operator's.
type KeyedConfig struct {
	FormatConfig `mapstructure:",squash"`

	// Attributes says in which key of the log an attribute is, besides the keys
	// that are known: {jwt.claims.sub: my_sub}. A key may be a path: auth.sub.
	Attributes map[string]string `mapstructure:"attributes"`
}

// EnvoyConfig is for Envoy's access log.
type EnvoyConfig struct {
	KeyedConfig `mapstructure:",squash"`

	// GRPC is the server of Envoy's gRPC access log service; none by default.
	GRPC configoptional.Optional[configgrpc.ServerConfig] `mapstructure:"grpc"`
}

// TykConfig is for Tyk Pump.
type TykConfig struct {
	FormatConfig `mapstructure:",squash"`

	// HashedKeys says that api_key is a hash, as with Tyk's hash_keys. Otherwise
	// it is taken for the key itself, which identity hashes and redact removes.
	HashedKeys bool `mapstructure:"hashed_keys"`

	// TagHeaders are Tyk's tag_headers.
	TagHeaders []string `mapstructure:"tag_headers"`
}

// KeycloakConfig is for Keycloak's event hooks.
type KeycloakConfig struct {
	FormatConfig `mapstructure:",squash"`

	// SignatureSecret is the secret of the hook: requests without its signature
	// (X-Keycloak-Signature, HmacSHA256) are refused. Empty checks nothing.
	SignatureSecret configopaque.String `mapstructure:"signature_secret"`
}

var _ component.Config = (*Config)(nil)

const (
	defaultEndpoint = "127.0.0.1:8319"
	defaultMaxBody  = 10 << 20

	defaultGRPCEndpoint = "127.0.0.1:8320"
	hecPath             = "/services/collector/event/1.0" // the only one that Tyk's Splunk pump posts to
)

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = defaultEndpoint
	server.MaxRequestBodySize = defaultMaxBody
	grpcServer := configgrpc.NewDefaultServerConfig()
	grpcServer.NetAddr.Endpoint = defaultGRPCEndpoint
	of := func(format string) FormatConfig { return FormatConfig{Path: "/" + format, ServiceName: format} }
	return &Config{
		ServerConfig: server,
		Kong:         KongConfig{FormatConfig: of(formatKong)},
		APISIX:       APISIXConfig{FormatConfig: of(formatAPISIX)},
		Envoy:        EnvoyConfig{KeyedConfig: KeyedConfig{FormatConfig: of(formatEnvoy)}, GRPC: configoptional.Default(grpcServer)},
		NGINX:        KeyedConfig{FormatConfig: of(formatNGINX)},
		Traefik:      KeyedConfig{FormatConfig: of(formatTraefik)},
		AWSAPIGW:     KeyedConfig{FormatConfig: of(formatAWSAPIGW)},
		AzureAPIM:    of(formatAzureAPIM),
		Tyk:          TykConfig{FormatConfig: FormatConfig{Path: hecPath, ServiceName: formatTyk}},

		Auth0:         of(formatAuth0),
		CloudEvents:   of(formatCloudEvents),
		Keycloak:      KeycloakConfig{FormatConfig: of(formatKeycloak)},
		N8N:           of(formatN8N),
		Okta:          of(formatOkta),
		OPA:           of(formatOPA),
		PowerPlatform: of(formatPowerPlatform),
		Workato:       of(formatWorkato),
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
	owners := map[string]string{}
	for _, f := range c.formats() {
		errs = errors.Join(errs, f.validate())
		if owner, taken := owners[f.Path]; taken && f.Path != "" {
			errs = errors.Join(errs, fmt.Errorf("`%s::path` is %q, which is `%s::path` too: give each format a path of its own", f.name, f.Path, owner))
		}
		owners[f.Path] = f.name
	}
	return errors.Join(errs, validateGatewayHeaders(formatKong, c.Kong.GatewayHeaders), validateGatewayHeaders(formatAPISIX, c.APISIX.GatewayHeaders))
}

func validateGatewayHeaders(format string, names []string) error {
	var errs error
	for _, name := range names {
		if !accesslog.IsGatewayHeader(name) {
			errs = errors.Join(errs, fmt.Errorf("`%s::gateway_headers` names %q, which is not among the headers that are dropped because only a gateway may set them: leave it out, or correct it, e.g. to \"X-JWT-Payload\"", format, name))
		}
	}
	return errs
}

func (f *format) validate() error {
	var errs error
	if f.Path == "" {
		return nil
	}
	if !strings.HasPrefix(f.Path, "/") || f.Path == "/" || strings.ContainsAny(f.Path, " {}?#") {
		errs = errors.Join(errs, fmt.Errorf("`%s::path` is %q: set a URL path that begins with a slash, e.g. \"/%s\", or \"\" to turn the format off", f.name, f.Path, f.name))
	}
	if f.ServiceName == "" {
		errs = errors.Join(errs, fmt.Errorf("`%s::service_name` is empty: set the name of the sender, e.g. %q", f.name, f.name))
	}
	for _, attribute := range slices.Sorted(maps.Keys(f.attributes)) {
		switch {
		case f.attributes[attribute] == "":
			errs = errors.Join(errs, fmt.Errorf("`%s::attributes::%s` is empty: set the key of the log that holds it", f.name, attribute))
		case strings.HasPrefix(attribute, lowcode.Prefix) && !slices.Contains(ownAttributes, attribute):
			errs = errors.Join(errs, fmt.Errorf("`%s::attributes` names %q, which is for Weir to find out: of %s* a log may hold %s", f.name, attribute, lowcode.Prefix, strings.Join(ownAttributes, ", ")))
		}
	}
	return errs
}

// ownAttributes are those of Weir's that a gateway can know.
var ownAttributes = []string{
	lowcode.KeyCredentialID, lowcode.KeyRequestID, lowcode.KeyRequestRows, lowcode.KeyTokenClientID, lowcode.KeyWorkflowID, lowcode.KeyWorkflowRunID,
}
