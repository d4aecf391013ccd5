package intakereceiver

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

// resolver finds the connectors of testdata/catalog.yaml. It has been told that
// gateways pass on a token's payload in every header where some may.
func resolver(t *testing.T) *identity.Resolver {
	t.Helper()
	connectors, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	hasher, err := credential.New([]credential.Key{{ID: "v1", Secret: []byte("sixteen bytes or more")}})
	require.NoError(t, err)
	return identity.NewResolver(connectors, identity.Options{Hasher: hasher, PayloadHeaders: otherHeaders})
}

// whoCalled is what identity makes of a span of this receiver:
// "<connector> <status> <method> <both sides of a conflict> <evidence>", or
// "unattributed <reason> <evidence>".
func whoCalled(r *identity.Resolver, span ptrace.Span, trust identity.Trust) string {
	var s identity.Signals
	var d identity.Decision
	r.Collect(span.Attributes(), true, &s)
	r.Resolve(&s, trust, &d)
	words := []string{d.Status.String(), d.Reason.String()}
	if d.Connector != nil {
		words = []string{d.Connector.ID, d.Status.String(), d.Method.String()}
	}
	return strings.Join(slices.Concat(words, d.Conflict(), d.Evidence()), " ")
}

// caller is who called according to a receiver that is a trusted peer, and
// according to one that is not.
type caller struct{ trusted, untrusted string }

// sampleCallers are who made the call of each span of each sample.
var sampleCallers = map[string][]caller{
	"kong/batch_authenticated.json": {known("crm", "credential", "credential=lowcode.credential.id credential=http.request.header.apikey gateway_consumer=http.request.header.x-consumer-username"), nobody},
	"kong/shapes.ndjson": {
		known("crm", "gateway_consumer", "credential=lowcode.credential.id gateway_consumer=http.request.header.x-consumer-username header=http.request.header.x-ms-workflow-id user_agent=user_agent.original"),
		nobody, nobody,
	},
	"apisix/newline_consumer.ndjson": {
		known("orders", "gateway_consumer", "gateway_consumer=http.request.header.x-consumer-username"),
		known("orders", "gateway_consumer", "gateway_consumer=http.request.header.x-consumer-username"),
	},
	"apisix/batch.json": {
		claimed("crm", "user_agent", "user_agent=user_agent.original"),
		known("crm", "gateway_consumer", "gateway_consumer=http.request.header.x-consumer-username header=http.request.header.x-connector-id"),
	},
	"envoy/envoy_gateway.ndjson": {nobody},
	"envoy/operator_keys.ndjson": {
		known("crm", "mtls", "mtls=tls.client.subject jwt_claim=jwt.claims.azp"),
		known("crm", "mtls", "mtls=http.request.header.x-forwarded-client-cert header=http.request.header.x-connector-id"),
	},
	"nginx/certificate.ndjson":  {known("crm", "mtls", "mtls=tls.client.subject source_ip=client.address")},
	"nginx/variants.ndjson":     {nobody, nobody, claimed("crm", "source_ip", "source_ip=client.address")},
	"traefik/access_log.ndjson": {known("crm", "mtls", "mtls=tls.client.subject header=http.request.header.x-connector-id")},
	"traefik/forwarded.ndjson":  {nobody},
	"awsapigw/rest_api.ndjson":  {known("crm", "jwt_claim", "jwt_claim=jwt.claims.client_id credential=lowcode.credential.id")},
	"awsapigw/firehose.json": {
		known("crm", "jwt_claim", "jwt_claim=jwt.claims.client_id credential=lowcode.credential.id"),
		known("crm", "jwt_claim", "jwt_claim=jwt.claims.client_id credential=lowcode.credential.id"),
	},
	"awsapigw/nested.ndjson":          {known("crm", "mtls", "mtls=tls.client.subject jwt_claim=jwt.claims.azp user_agent=user_agent.original")},
	"azureapim/eventhub_records.json": {known("crm", "credential", "credential=lowcode.credential.id")},
	"azureapim/single.json":           {nobody},
	"tyk/pump_stdout.json": {
		known("crm", "jwt_claim", "jwt_claim=lowcode.token.client.id credential=http.request.header.x-api-key gateway_consumer=http.request.header.x-consumer-username header=http.request.header.x-connector-id"),
	},
	"tyk/pump_splunk_hec.json": {known("crm", "jwt_claim", "jwt_claim=lowcode.token.client.id credential=http.request.header.x-api-key")},
	"tyk/mcp_error.ndjson":     {nobody, nobody},
}

var nobody = caller{"unattributed no_signal", "unattributed no_signal"}

// known is a caller that the gateway vouches for.
func known(connector, method, evidence string) caller {
	return caller{
		trusted:   strings.Join([]string{connector, "verified", method, evidence}, " "),
		untrusted: strings.Join([]string{connector, "claimed", method, evidence}, " "),
	}
}

// claimed is a caller by what no gateway checks.
func claimed(connector, method, evidence string) caller {
	all := strings.Join([]string{connector, "claimed", method, evidence}, " ")
	return caller{all, all}
}

func TestEverySampleLeadsToItsCaller(t *testing.T) {
	r := resolver(t)
	for _, f := range sampleConfig().formats() {
		for _, sample := range samplesOf(t, f) {
			t.Run(sample, func(t *testing.T) {
				var got []caller
				for _, span := range decodeSample(t, f, sample) {
					got = append(got, caller{whoCalled(r, span, identity.TrustAll), whoCalled(r, span, identity.TrustNobody)})
				}
				want, listed := sampleCallers[sample]
				require.True(t, listed, "the table lacks this sample: %#v", got)
				require.Equal(t, want, got)
			})
		}
	}
}

func decodeSample(t *testing.T, f format, sample string) []ptrace.Span {
	t.Helper()
	return decode(t, f, read(t, filepath.Join("internal", filepath.Dir(sample), "testdata", filepath.Base(sample))))
}

// decode returns the spans of a body of which nothing is refused.
func decode(t *testing.T, f format, body []byte) []ptrace.Span {
	t.Helper()
	td, refused, err := f.decoder.Decode(body, accesslog.Options{ServiceName: f.name, Now: time.Unix(0, 0)})
	require.NoError(t, err)
	require.Empty(t, refused)
	var spans []ptrace.Span
	for _, rs := range td.ResourceSpans().All() {
		for _, span := range rs.ScopeSpans().At(0).Spans().All() {
			spans = append(spans, span)
		}
	}
	return spans
}

// decodeOne returns the span of the only entry of a body.
func decodeOne(t *testing.T, f format, entry any) ptrace.Span {
	t.Helper()
	body, err := json.Marshal(entry)
	require.NoError(t, err)
	spans := decode(t, f, body)
	require.Len(t, spans, 1)
	return spans[0]
}
