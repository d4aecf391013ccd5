package accesslog

import (
	"slices"
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
)

const (
	headerPrefix = "http.request.header."
	maxHeaders   = 128 // gateways read about 100
)

// Headers says which request headers of a log are kept besides those that any
// client may set, and which of those are not. Names are in lower case.
type Headers struct {
	Drop    []string // never kept
	Vouched []string // set by this gateway, whatever the client sent: kept in exactly this spelling
}

// sessionHeaders carry what identifies a session or a proxy's user. No decision
// needs them.
var sessionHeaders = []string{"proxy-authorization", "cookie", "cookie2"}

// gatewayHeaders are those in which gateways, and the proxies before them, tell
// their upstream who calls. A name that ends in a dash stands for all that begin
// so. Clients can send every one of them, and many gateways let that through.
var gatewayHeaders = []string{
	"x-consumer-", "x-credential-", "x-authenticated-", "x-anonymous-consumer", // Kong, APISIX

	"x-jwt", "x-jwt-", // payloads and claims: Envoy, Istio, WSO2
	"x-userinfo", "x-id-token", "x-access-token", // openid-connect of APISIX and Kong
	"x-endpoint-api-userinfo", "x-apigateway-api-userinfo", "x-forwarded-authorization", // Google's API gateways
	"x-goog-iap-", "x-goog-authenticated-user-", // Google's Identity-Aware Proxy
	"x-amzn-oidc-",                                                   // Elastic Load Balancing
	"x-ms-client-principal", "x-ms-client-principal-", "x-ms-token-", // Azure App Service
	"cf-access-jwt-assertion", "cf-access-authenticated-user-", // Cloudflare Access
	"x-auth-request-", "x-forwarded-user", "x-forwarded-email", // oauth2-proxy
	"x-forwarded-groups", "x-forwarded-preferred-username", "x-forwarded-access-token",
	"x-pomerium-", "x-authentik-",
	"remote-user", "remote-name", "remote-email", "remote-groups", // Authelia

	"x-forwarded-client-cert",                                     // Envoy
	"x-forwarded-tls-client-cert", "x-forwarded-tls-client-cert-", // Traefik
	"client-cert", "client-cert-", // RFC 9440
	"x-client-cert", "x-client-cert-", "x-ssl-client-", "ssl-client-", // NGINX, HAProxy
	"x-amzn-mtls-", "x-arr-clientcert", // Elastic Load Balancing, Azure
}

// IsGatewayHeader says whether only a gateway may say what the header of that
// name says, in whatever case, with dashes or underscores: readers of attributes
// take x_consumer_id for X-Consumer-ID.
func IsGatewayHeader(name string) bool {
	name = canonical(name)
	return slices.ContainsFunc(gatewayHeaders, func(known string) bool {
		return name == known || strings.HasSuffix(known, "-") && strings.HasPrefix(name, known)
	})
}

func canonical(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "_", "-")
}

// PutHeaders puts the request headers that are kept, sorted so that the same
// entry always gives the same span. user-agent has an attribute of its own.
func (e *Entry) PutHeaders(headers fields.Object, policy Headers) {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), maxHeaders)] {
		key := strings.ToLower(name)
		if key == "user-agent" {
			e.PutText("user_agent.original", headers.Text(name))
			continue
		}
		if policy.keep(key) {
			e.PutHeader(key, headers.Texts(name)...)
		}
	}
}

func (h *Headers) keep(key string) bool {
	name := canonical(key)
	switch {
	case key == "" || strings.ContainsFunc(key, notToken),
		slices.Contains(sessionHeaders, name), slices.Contains(h.Drop, name):
		return false
	case slices.Contains(h.Vouched, key):
		return true
	}
	return !IsGatewayHeader(name)
}

// notToken says whether r may not be in a header's name (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}
