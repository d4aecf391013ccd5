package intakereceiver

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/auditlog"
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
	return whoIs(r, span.Attributes(), trust)
}

func whoIs(r *identity.Resolver, attributes pcommon.Map, trust identity.Trust) string {
	var s identity.Signals
	var d identity.Decision
	r.Collect(attributes, true, &s)
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
	for _, f := range sampleConfig().accessLogs() {
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

// auditSamples are whom each event of each sample of the audit formats is about.
var auditSamples = map[string][]string{
	"auth0_array.json": {
		"lowcode.token.exchanged crm verified jwt_claim jwt_claim=jwt.claims.client_id",
		"lowcode.token.granted orders verified jwt_claim jwt_claim=jwt.claims.client_id",
	},
	"auth0_lines.jsonl": {
		"lowcode.token.exchanged crm verified jwt_claim jwt_claim=jwt.claims.client_id",
		"lowcode.token.granted orders verified jwt_claim jwt_claim=jwt.claims.client_id",
		"lowcode.quota.breached orders verified jwt_claim jwt_claim=jwt.claims.client_id",
	},
	"auth0_object.json": {
		"lowcode.token.granted orders verified jwt_claim jwt_claim=jwt.claims.client_id",
	},
	"cloudevents_batch.json": {
		"lowcode.connector.config.changed crm claimed header header=http.request.header.x-connector-id",
		"cloudevents.com.example.something unattributed no_signal",
		"lowcode.quota.breached crm claimed header header=http.request.header.x-connector-id",
	},
	"keycloak_bulk.json": {
		"lowcode.token.exchanged orders verified jwt_claim jwt_claim=jwt.claims.client_id",
		"lowcode.token.refused unattributed no_signal",
		"lowcode.connector.config.changed unattributed no_signal",
	},
	"keycloak_lines.log": {
		"keycloak.login_error unattributed no_signal",
		"lowcode.token.refused unattributed no_signal",
	},
	"keycloak_single.json": {
		"lowcode.token.exchanged orders verified jwt_claim jwt_claim=jwt.claims.client_id",
	},
	"n8n_events.ndjson": {
		"lowcode.connector.config.changed unattributed unknown_key credential=lowcode.credential.id",
		"n8n.audit.mcp.tool.called orders claimed header header=lowcode.workflow.id",
		"lowcode.token.exchanged unattributed no_signal",
	},
	"okta_token_grant.json": {
		"lowcode.token.exchanged orders verified jwt_claim jwt_claim=jwt.claims.client_id",
	},
	"opa_deny_export.json": {
		"lowcode.policy.denied crm claimed header header=http.request.header.x-connector-id",
	},
	"opa_results.ndjson": {
		"lowcode.policy.allowed unattributed no_signal",
		"lowcode.policy.denied unattributed no_signal",
		"lowcode.policy.allowed unattributed no_signal",
		"lowcode.policy.allowed unattributed no_signal",
		"lowcode.policy.denied unattributed no_signal",
		"opa.decision unattributed unknown_key header=http.request.header.x-connector-id",
	},
	"power_platform_edit_flow.json": {
		"lowcode.connector.config.changed orders claimed header header=lowcode.workflow.id",
	},
	"power_platform_put_connection.json": {
		"lowcode.connector.config.changed unattributed no_signal",
	},
	"workato_wrapper.json": {
		"lowcode.connector.config.changed unattributed no_signal",
	},
}

func TestEveryAuditSampleLeadsToItsConnector(t *testing.T) {
	r := resolver(t)
	for _, f := range createDefaultConfig().(*Config).auditLogs() {
		samples, err := filepath.Glob(filepath.Join("internal", "auditlog", "testdata", f.name+"_*.*"))
		require.NoError(t, err)
		require.NotEmpty(t, samples, f.name)
		for _, path := range samples {
			ld, refused, err := f.auditLog.Decode(read(t, path), auditlog.Options{ServiceName: f.name, Now: time.Unix(0, 0)})
			require.NoError(t, err)
			require.Empty(t, refused)
			var got []string
			for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
				got = append(got, record.EventName()+" "+whoIs(r, record.Attributes(), identity.TrustAll))
			}
			require.Equal(t, auditSamples[filepath.Base(path)], got, path)
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
	td, refused, err := f.accessLog.Decode(body, accesslog.Options{ServiceName: f.name, Now: time.Unix(0, 0)})
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
