package intakereceiver

import (
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/apisix"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/awsapigw"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/azureapim"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/envoy"
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
)

// format is one way of posting access logs, as it is configured.
type format struct {
	FormatConfig
	name       string
	attributes map[string]string
	decoder    *accesslog.Format
}

func (c *Config) formats() []format {
	return []format{
		{c.Kong.FormatConfig, formatKong, nil, kong.Format(kong.Options{UserHeader: strings.ToLower(c.Kong.UserHeader), GatewayHeaders: lower(c.Kong.GatewayHeaders)})},
		{c.APISIX.FormatConfig, formatAPISIX, nil, apisix.Format(lower(c.APISIX.GatewayHeaders))},
		{c.Envoy.FormatConfig, formatEnvoy, c.Envoy.Attributes, envoy.Format(c.Envoy.Attributes)},
		{c.NGINX.FormatConfig, formatNGINX, c.NGINX.Attributes, nginx.Format(c.NGINX.Attributes)},
		{c.Traefik.FormatConfig, formatTraefik, c.Traefik.Attributes, traefik.Format(c.Traefik.Attributes)},
		{c.AWSAPIGW.FormatConfig, formatAWSAPIGW, c.AWSAPIGW.Attributes, awsapigw.Format(c.AWSAPIGW.Attributes)},
		{c.AzureAPIM, formatAzureAPIM, nil, azureapim.Format()},
		{c.Tyk.FormatConfig, formatTyk, nil, tyk.Format(tyk.Options{HashedKeys: c.Tyk.HashedKeys, TagHeaders: lower(c.Tyk.TagHeaders)})},
	}
}

func lower(names []string) []string {
	lowered := make([]string, 0, len(names))
	for _, name := range names {
		lowered = append(lowered, strings.ToLower(name))
	}
	return lowered
}
