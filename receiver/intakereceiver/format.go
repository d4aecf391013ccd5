package intakereceiver

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/apisix"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/auditlog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/awsapigw"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/azureapim"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/envoy"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/kong"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/nginx"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/traefik"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/tyk"
)

// The names of the formats: keys in the configuration, and values of the
// attribute format of our metrics.
const (
	formatKong      = "kong"
	formatAPISIX    = "apisix"
	formatEnvoy     = "envoy"
	formatNGINX     = "nginx"
	formatTraefik   = "traefik"
	formatAWSAPIGW  = "aws_apigw"
	formatAzureAPIM = "azure_apim"
	formatTyk       = "tyk"

	formatAuth0         = "auth0"
	formatCloudEvents   = "cloudevents"
	formatKeycloak      = "keycloak"
	formatN8N           = "n8n"
	formatOkta          = "okta"
	formatOPA           = "opa"
	formatPowerPlatform = "power_platform"
	formatWorkato       = "workato"
)

// format is one way of posting records, as it is configured: access logs, of
// which spans are made, or audit events, of which log records are made.
type format struct {
	FormatConfig
	name       string
	attributes map[string]string
	accessLog  *accesslog.Format
	auditLog   *auditlog.Format
	// verify refuses a request whose signature is wrong; nil where the sender
	// signs nothing.
	verify func(req *http.Request, body []byte) bool
}

// batch is what was made of a body: either spans or log records.
type batch struct {
	spans ptrace.Traces
	logs  plog.Logs
}

func (b *batch) count() int { return b.spans.SpanCount() + b.logs.LogRecordCount() }

func (f *format) decode(req *http.Request, body []byte, now time.Time) (b batch, refused []jsonbody.Refusal, err error) {
	b = batch{ptrace.NewTraces(), plog.NewLogs()}
	if f.accessLog != nil {
		b.spans, refused, err = f.accessLog.Decode(body, accesslog.Options{ServiceName: f.ServiceName, Environment: f.Environment, Now: now})
		return b, refused, err
	}
	if f.name == formatCloudEvents {
		body = auditlog.Structured(req.Header, body)
	}
	b.logs, refused, err = f.auditLog.Decode(body, auditlog.Options{ServiceName: f.ServiceName, Environment: f.Environment, Now: now})
	return b, refused, err
}

func (c *Config) formats() []format { return slices.Concat(c.accessLogs(), c.auditLogs()) }

// accessLogs are the formats of gateways, of which spans are made.
func (c *Config) accessLogs() []format {
	return []format{
		{FormatConfig: c.Kong.FormatConfig, name: formatKong, accessLog: kong.Format(kong.Options{UserHeader: strings.ToLower(c.Kong.UserHeader), GatewayHeaders: lower(c.Kong.GatewayHeaders)})},
		{FormatConfig: c.APISIX.FormatConfig, name: formatAPISIX, accessLog: apisix.Format(lower(c.APISIX.GatewayHeaders))},
		{FormatConfig: c.Envoy.FormatConfig, name: formatEnvoy, attributes: c.Envoy.Attributes, accessLog: envoy.Format(c.Envoy.Attributes)},
		{FormatConfig: c.NGINX.FormatConfig, name: formatNGINX, attributes: c.NGINX.Attributes, accessLog: nginx.Format(c.NGINX.Attributes)},
		{FormatConfig: c.Traefik.FormatConfig, name: formatTraefik, attributes: c.Traefik.Attributes, accessLog: traefik.Format(c.Traefik.Attributes)},
		{FormatConfig: c.AWSAPIGW.FormatConfig, name: formatAWSAPIGW, attributes: c.AWSAPIGW.Attributes, accessLog: awsapigw.Format(c.AWSAPIGW.Attributes)},
		{FormatConfig: c.AzureAPIM, name: formatAzureAPIM, accessLog: azureapim.Format()},
		{FormatConfig: c.Tyk.FormatConfig, name: formatTyk, accessLog: tyk.Format(tyk.Options{HashedKeys: c.Tyk.HashedKeys, TagHeaders: lower(c.Tyk.TagHeaders)})},
	}
}

// auditLogs are the formats of those who tell what happened to connectors, of
// which log records are made.
func (c *Config) auditLogs() []format {
	return []format{
		{FormatConfig: c.Auth0, name: formatAuth0, auditLog: auditlog.Auth0()},
		{FormatConfig: c.CloudEvents, name: formatCloudEvents, auditLog: auditlog.CloudEvents()},
		{FormatConfig: c.Keycloak.FormatConfig, name: formatKeycloak, auditLog: auditlog.Keycloak(), verify: c.Keycloak.verifier()},
		{FormatConfig: c.N8N, name: formatN8N, auditLog: auditlog.N8N()},
		{FormatConfig: c.Okta, name: formatOkta, auditLog: auditlog.Okta()},
		{FormatConfig: c.OPA, name: formatOPA, auditLog: auditlog.OPA()},
		{FormatConfig: c.PowerPlatform, name: formatPowerPlatform, auditLog: auditlog.PowerPlatform()},
		{FormatConfig: c.Workato, name: formatWorkato, auditLog: auditlog.Workato()},
	}
}

func lower(names []string) []string {
	lowered := make([]string, 0, len(names))
	for _, name := range names {
		lowered = append(lowered, strings.ToLower(name))
	}
	return lowered
}
