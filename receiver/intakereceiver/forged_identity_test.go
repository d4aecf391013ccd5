package intakereceiver

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/identity"
)

// victims are headers that would make the caller the catalog's victim, if a
// gateway said them.
func victims() headers {
	forged := headers{
		"x-consumer-id": "victim", "x-consumer-username": "victim", "x-consumer-custom-id": "victim", "x-credential-identifier": "victim",
		"x-forwarded-client-cert": "URI=spiffe://example.org/victim",
	}
	for _, name := range otherHeaders {
		forged[name] = base64.RawURLEncoding.EncodeToString([]byte(`{"azp":"victim"}`))
	}
	return forged
}

func TestForgedHeadersNameNobody(t *testing.T) {
	r := resolver(t)
	for _, f := range everyTagHeader().accessLogs() {
		for spelling, spelled := range spellings {
			for name, value := range victims() {
				span := forgedRequest(t, f, headers{spelled(name): value})
				require.Equal(t, "unattributed no_signal", whoCalled(r, span, identity.TrustAll), "%s: %s, %s", f.name, name, spelling)
			}
		}
	}
}

// The yardstick of the test before: as attributes of a trusted peer they do.
func TestTheForgedHeadersWouldNameTheirVictim(t *testing.T) {
	r := resolver(t)
	for name, value := range victims() {
		span := ptrace.NewSpan()
		span.Attributes().PutEmptySlice("http.request.header." + name).AppendEmpty().SetStr(value)
		require.Contains(t, whoCalled(r, span, identity.TrustAll), "victim verified", name)
	}
}

// What clients say of themselves is a claim also where a trusted gateway logs it.
func TestTheClientsOwnWordIsOnlyClaimed(t *testing.T) {
	r := resolver(t)
	for _, f := range everyTagHeader().accessLogs() {
		want := "victim claimed header header=http.request.header."
		if !slices.Contains([]string{formatKong, formatAPISIX, formatTraefik, formatTyk}, f.name) {
			want = "unattributed no_signal" // not logged under a key that is known
		}
		for _, name := range []string{"x-connector-id", "x-ms-workflow-id"} {
			got := whoCalled(r, forgedRequest(t, f, headers{name: "victim"}), identity.TrustAll)
			require.Equal(t, want, strings.TrimSuffix(got, name), f.name)
		}
	}
}

// TestForgeriesOfEachFormat lists what somebody may try at one gateway to pass for
// the catalog's victim, and what it comes to at a trusted peer.
func TestForgeriesOfEachFormat(t *testing.T) {
	r := resolver(t)
	cfg := sampleConfig()
	formats := map[string]format{}
	for _, f := range cfg.accessLogs() {
		formats[f.name] = f
	}
	f := func(name, format, entry, want string) {
		t.Helper()
		require.Equal(t, want, whoCalled(r, decodeOne(t, formats[format], json.RawMessage(entry)), identity.TrustAll), name)
	}
	const (
		consumer = "gateway_consumer=http.request.header.x-consumer-username"
		header   = "header=http.request.header.x-connector-id"
		xfcc     = "mtls=http.request.header.x-forwarded-client-cert"
	)
	f("a consumer with another's certificate", formatKong,
		`{"request":{"method":"GET","headers":{"x-forwarded-client-cert":"URI=spiffe://example.org/victim"}},"consumer":{"username":"zapier_orders"}}`,
		"orders verified gateway_consumer "+consumer)
	f("a consumer with another's name", formatKong,
		`{"request":{"method":"GET","headers":{"x-consumer-username":"victim","x_consumer_id":"victim"}},"consumer":{"username":"zapier_orders"}}`,
		"orders verified gateway_consumer "+consumer)
	f("a consumer with another's connector", formatKong,
		`{"request":{"method":"GET","headers":{"x-connector-id":"victim"}},"consumer":{"username":"zapier_orders"}}`,
		"orders conflicting gateway_consumer verified=orders claimed=victim "+consumer+" "+header)
	f("a consumer with another's token payload", formatAPISIX,
		`{"request":{"method":"GET","headers":{"x-userinfo":"eyJhenAiOiJ2aWN0aW0ifQ"}},"consumer":{"username":"zapier_orders"}}`,
		"orders verified gateway_consumer "+consumer)
	f("a certificate that nobody verified", formatNGINX,
		`{"method":"GET","ssl_client_verify":"FAILED:self-signed certificate","ssl_client_s_dn":"CN=victim"}`, "unattributed no_signal")
	f("a user name that nobody verified", formatNGINX, `{"method":"GET","remote_user":"victim"}`, "unattributed no_signal")
	f("a user name in the URI", formatTraefik, `{"RequestMethod":"GET","ClientUsername":"victim"}`, "unattributed no_signal")
	f("a certificate with another's consumer", formatTraefik,
		`{"RequestMethod":"GET","TLSClientSubject":"CN=connector-42","request_X-Consumer-Username":"victim"}`, "crm verified mtls mtls=tls.client.subject")
	f("an element before the gateway's own", formatEnvoy,
		`{"method":"GET","xfcc":"URI=spiffe://example.org/victim,By=spiffe://example.org/edge;URI=spiffe://example.org/ns/lc/sa/connector-7"}`, "crm verified mtls "+xfcc)
	f("a payload as a text of the client's", formatEnvoy, `{"method":"GET","jwt_payload":"eyJhenAiOiJ2aWN0aW0ifQ"}`, "unattributed no_signal")
	f("the owner of another's subscription", formatAzureAPIM,
		`{"category":"GatewayLogs","properties":{"method":"GET","userId":"victim"}}`, "unattributed no_signal")
	f("no key at all", formatAWSAPIGW, `{"httpMethod":"GET","apiKeyId":"-","user":"victim"}`, "unattributed no_signal")
	f("a tag of the client's", formatTyk, `{"method":"GET","tags":["x-connector-id-victim","x-consumer-username-victim"]}`, "victim claimed header "+header)
}
