package intakereceiver

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// callerHeaders are headers in which gateways name the caller to their upstream,
// and that identity always reads.
var callerHeaders = []string{
	"x-consumer-id", "x-consumer-username", "x-consumer-custom-id", "x-credential-identifier", "x-anonymous-consumer",
	"x-forwarded-client-cert",
}

// otherHeaders are headers in which some gateway or proxy says who calls, and that
// identity may be told to read a token's payload from.
var otherHeaders = []string{
	"x-consumer-groups", "x-credential-username", "x-authenticated-userid", "x-authenticated-groups", "x-authenticated-scope",
	"x-forwarded-tls-client-cert", "x-forwarded-tls-client-cert-info", "client-cert", "client-cert-chain",
	"x-ssl-client-s-dn", "ssl-client-subject-dn", "x-client-cert", "x-arr-clientcert", "x-amzn-mtls-clientcert-subject",
	"x-jwt", "x-jwt-payload", "x-jwt-assertion", "x-jwt-claim-sub", "x-userinfo", "x-id-token", "x-access-token",
	"x-endpoint-api-userinfo", "x-apigateway-api-userinfo", "x-forwarded-authorization",
	"x-amzn-oidc-data", "x-amzn-oidc-identity", "x-goog-iap-jwt-assertion", "x-goog-authenticated-user-email",
	"x-ms-client-principal", "x-ms-client-principal-name", "x-ms-token-aad-id-token",
	"cf-access-jwt-assertion", "cf-access-authenticated-user-email",
	"x-auth-request-user", "x-auth-request-email", "x-forwarded-user", "x-forwarded-email", "x-forwarded-groups",
	"x-forwarded-preferred-username", "x-forwarded-access-token", "x-pomerium-jwt-assertion", "x-authentik-username",
	"remote-user", "remote-email",
}

var gatewayOnly = slices.Concat(callerHeaders, otherHeaders)

// spellings are the ways to write a header that something behind may take for it.
var spellings = map[string]func(string) string{
	"as it is":       func(name string) string { return name },
	"in upper case":  strings.ToUpper,
	"underscores":    func(name string) string { return strings.ReplaceAll(name, "-", "_") },
	"one underscore": func(name string) string { return strings.Replace(name, "-", "_", 1) },
}

type headers map[string]string

// requests are how each format logs a request that no gateway vouched for, with
// these headers of the client's. Where keys are the operator's, it has logged
// them under their own names.
var requests = map[string]func(headers) any{
	formatKong: func(h headers) any {
		return map[string]any{"request": map[string]any{"method": "GET", "headers": h}}
	},
	formatAPISIX: func(h headers) any {
		return map[string]any{"request": map[string]any{"method": "GET", "headers": h}}
	},
	formatTraefik: func(h headers) any {
		return withHeaders(map[string]any{"RequestMethod": "GET"}, "request_", h)
	},
	formatTyk: func(h headers) any {
		tags := []string{}
		for name, value := range h {
			tags = append(tags, strings.ToLower(name)+"-"+value)
		}
		return map[string]any{"method": "GET", "tags": tags}
	},
	formatEnvoy: func(h headers) any { return withHeaders(map[string]any{"method": "GET"}, "", h) },
	formatNGINX: func(h headers) any {
		return withHeaders(map[string]any{"request_method": "GET"}, "http_", h)
	},
	formatAWSAPIGW: func(h headers) any { return withHeaders(map[string]any{"httpMethod": "GET"}, "", h) },
	formatAzureAPIM: func(h headers) any {
		return map[string]any{"category": "GatewayLogs", "properties": map[string]any{"method": "GET", "requestHeaders": h}}
	},
}

func withHeaders(entry map[string]any, prefix string, h headers) map[string]any {
	for name, value := range h {
		entry[prefix+name] = value
	}
	return entry
}

// forgedRequest decodes a request that no gateway vouched for.
func forgedRequest(t *testing.T, f format, h headers) ptrace.Span {
	t.Helper()
	return decodeOne(t, f, requests[f.name](h))
}

// everyTagHeader is the configuration of an operator who has Tyk log all headers.
func everyTagHeader() *Config {
	cfg := createDefaultConfig().(*Config)
	for _, spelled := range spellings {
		for _, name := range append(slices.Clone(gatewayOnly), "x-kept", "x-connector-id", "x-ms-workflow-id") {
			cfg.Tyk.TagHeaders = append(cfg.Tyk.TagHeaders, spelled(name))
		}
	}
	return cfg
}

func TestWhatOnlyGatewaysSayIsNotTakenFromTheClient(t *testing.T) {
	for _, f := range everyTagHeader().accessLogs() {
		for spelling, spelled := range spellings {
			t.Run(f.name+"/"+spelling, func(t *testing.T) {
				forged := headers{}
				for _, name := range gatewayOnly {
					forged[spelled(name)] = "me"
				}
				require.Equal(t, attributes{"http.request.method": "GET"}, forgedRequest(t, f, forged).Attributes().AsRaw())
			})
		}
	}
}

func TestOtherHeadersAreKeptWhereTheLogHasThem(t *testing.T) {
	var keeping []string
	for _, f := range everyTagHeader().accessLogs() {
		if _, kept := forgedRequest(t, f, headers{"X-Kept": "yes"}).Attributes().Get("http.request.header.x-kept"); kept {
			keeping = append(keeping, f.name)
		}
	}
	require.Equal(t, []string{formatKong, formatAPISIX, formatTraefik, formatTyk}, keeping)
}

func TestHeadersThatTheGatewaySetsItselfAreKeptWhereTheOperatorNamesThem(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Kong.GatewayHeaders, cfg.APISIX.GatewayHeaders = []string{"X-JWT-Payload"}, []string{"X-JWT-Payload"}
	cfg.Traefik.Attributes = map[string]string{"http.request.header.x-jwt-payload": "request_X-Jwt-Payload"}
	for _, f := range cfg.accessLogs() {
		if !slices.Contains([]string{formatKong, formatAPISIX, formatTraefik}, f.name) {
			continue
		}
		span := forgedRequest(t, f, headers{"X-Jwt-Payload": "p", "X_Jwt_Payload": "forged", "X-Jwt-Assertion": "forged"})
		got := slices.Collect(maps.Keys(span.Attributes().AsRaw()))
		require.ElementsMatch(t, []string{"http.request.method", "http.request.header.x-jwt-payload"}, got, f.name)
		value, _ := span.Attributes().Get("http.request.header.x-jwt-payload")
		require.Equal(t, []any{"p"}, value.AsRaw(), f.name)
	}
}
