package intakereceiver

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

type attributes = map[string]any

// sampleAttributes are what identity gets to see of each span of each sample, in
// testdata of the decoder's package.
var sampleAttributes = map[string][]attributes{
	"kong/batch_authenticated.json": {
		{
			"http.request.header.x-consumer-id": list("4b1f5d9e-6a44-4ae4-8c4b-4f3a8c8f9c10"), "http.request.header.x-consumer-username": list("make-crm-sync"),
			"http.request.header.x-consumer-custom-id": list("lc-make-0042"), "http.request.header.x-credential-identifier": list("make-crm-sync-key"),
			"http.request.header.apikey": list("REPLACE-ME-SECRET-not-redacted-by-kong"),
			"lowcode.credential.id":      "8c1b0b0e-8a5c-4d3e-9a52-0ad3d2d8f0aa", "lowcode.request.id": "7d1c0a5e9b2f4c6d8e0f1a2b3c4d5e6f",
			"user_agent.original": "Make/production", "client.address": "192.168.65.1",
		},
		{"lowcode.request.id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "user_agent.original": "HTTPie/3.2.3", "client.address": "192.168.65.1"},
	},
	"kong/shapes.ndjson": {
		{
			"http.request.header.x-consumer-id": list("c-1"), "http.request.header.x-consumer-username": list("make-crm-sync"), "http.request.header.x-consumer-custom-id": list("lc-make-0042"),
			"http.request.header.x-ms-workflow-id": list("0123456789abcdef0123456789abcdef"),
			"lowcode.credential.id":                "key-1", "lowcode.request.id": "11111111111111111111111111111111", "client.address": "203.0.113.9",
			"user_agent.original": "azure-logic-apps/1.0 (workflow 0123456789abcdef0123456789abcdef; version 08585) microsoft-flow/1.0",
		},
		{"lowcode.request.id": "22222222222222222222222222222222", "client.address": "198.51.100.7"},
		{},
	},
	"apisix/newline_consumer.ndjson": {
		{"http.request.header.x-consumer-username": list("zapier_orders"), "user_agent.original": "Zapier", "client.address": "192.168.65.1"},
		{"http.request.header.x-consumer-username": list("zapier_orders"), "user_agent.original": "Zapier", "client.address": "192.168.65.1"},
	},
	"apisix/batch.json": {
		{"user_agent.original": "n8n", "client.address": "192.0.2.7"},
		{
			"http.request.header.x-consumer-username": list("make_crm"), "http.request.header.x-connector-id": list("make-crm-sync"),
			"lowcode.request.id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "user_agent.original": "Make/production", "client.address": "52.50.32.186",
		},
	},
	"envoy/envoy_gateway.ndjson": {
		{
			"http.request.header.x-forwarded-for": list("52.50.32.186"), "lowcode.request.id": "5a1c3a0e-3e24-9d6a-b4d2-2a2d1d7ad111",
			"user_agent.original": "Make/production", "client.address": "52.50.32.186",
		},
	},
	"envoy/operator_keys.ndjson": {
		{
			"tls.client.subject": "spiffe://example.org/ns/lc/sa/connector-42",
			"jwt.claims.iss":     "https://idp.example.com/", "jwt.claims.sub": "user-123", "jwt.claims.azp": "agent-client-id", "jwt.claims.scope": "read:data",
			"jwt.claims.act": `{"sub":"agt_1a2b3c"}`, "jwt.claims.aud": list("orders", "crm"), "jwt.claims.iat": "1787217000", "jwt.claims.exp": "1787220600",
			"lowcode.request.id": "7c7cdf3e-51c2-9b43-a8f5-16b2a2ad6d6c", "client.address": "2001:db8::7",
		},
		{
			"http.request.header.x-connector-id":          list("make-crm-sync"),
			"http.request.header.x-forwarded-client-cert": list("By=spiffe://example.org/edge;URI=spiffe://example.org/ns/lc/sa/connector-7"),
		},
	},
	"awsapigw/rest_api.ndjson": {awsCall("DGFfNGLsoAMFbxQ=")},
	"awsapigw/firehose.json":   {awsCall("DGFfNGLsoAMFbxQ="), awsCall("DGFfNGLsoAMFbxR=")},
	"awsapigw/nested.ndjson": {
		{
			"tls.client.subject": "CN=connector-42",
			"jwt.claims.sub":     "user-123", "jwt.claims.azp": "agent-client-id", "jwt.claims.scope": "read:data write:data", "jwt.claims.iss": "https://idp.example.com/",
			"lowcode.request.id": "4b1c2d3e-0000-4000-8000-000000000001", "user_agent.original": "n8n", "client.address": "198.51.100.4",
		},
	},
	"traefik/access_log.ndjson": {
		{
			"tls.client.subject": "CN=connector-42", "http.request.header.x-connector-id": list("make-crm-sync"),
			"user_agent.original": "Make/production", "client.address": "52.50.32.186",
		},
	},
	"traefik/forwarded.ndjson": {{"user_agent.original": "Zapier", "client.address": "203.0.113.20"}},
	"nginx/variants.ndjson": {
		{
			"http.request.header.x-forwarded-for": list("52.50.32.186"), "lowcode.request.id": "6f2d4d7c1f3e4a58b6f0a2c1d4e5f607",
			"user_agent.original": "Make/production", "client.address": "52.50.32.186",
		},
		{"user_agent.original": "Zapier", "client.address": "52.50.32.186"},
		{"client.address": "52.5.142.59"},
	},
	"nginx/certificate.ndjson": {
		{"tls.client.subject": "CN=connector-7", "lowcode.request.id": "6f2d4d7c1f3e4a58b6f0a2c1d4e5f608", "client.address": "52.5.142.59"},
	},
	"azureapim/eventhub_records.json": {
		{"lowcode.credential.id": "power-automate-hr", "lowcode.request.id": "3f06647e-1111-4222-8333-530eb9f15261", "client.address": "40.118.244.241"},
	},
	"azureapim/single.json": {
		{"lowcode.request.id": "3f06647e-1111-4222-8333-530eb9f15262", "client.address": "198.51.100.4"},
	},
	"tyk/pump_stdout.json": {
		{
			"http.request.header.x-api-key": list("5f2d1c0b"), "http.request.header.x-consumer-username": list("make-crm-sync"), "http.request.header.x-connector-id": list("make-crm-sync"),
			"lowcode.token.client.id": "copilot-desktop", "mcp.method.name": "tools/call", "gen_ai.tool.name": "get_orders",
			"user_agent.original": "claude-code/2.1.204 (cli)", "client.address": "203.0.113.20",
		},
	},
	"tyk/pump_splunk_hec.json": {
		{"http.request.header.x-api-key": list("5f2d1c0b"), "lowcode.token.client.id": "copilot-desktop", "client.address": "203.0.113.20"},
	},
	"tyk/mcp_error.ndjson": {
		{"mcp.method.name": "tools/call", "gen_ai.tool.name": "get_orders", "client.address": "203.0.113.20"},
		{"client.address": "203.0.113.21"},
	},
}

func list(values ...any) []any { return values }

func awsCall(id string) attributes {
	return attributes{
		"lowcode.credential.id": "abc123def4", "lowcode.request.id": id,
		"jwt.claims.sub": "auth0|user123", "jwt.claims.client_id": "agent-client-id", "jwt.claims.scope": "read:data",
		"user_agent.original": "Make/production", "client.address": "52.50.32.186",
	}
}

// sampleConfig is that of an operator who names what the samples have beyond the
// known keys.
func sampleConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Envoy.Attributes = map[string]string{"http.request.header.x-connector-id": "connector", "http.request.header.x-forwarded-client-cert": "xfcc"}
	cfg.Tyk.TagHeaders = []string{"X-Connector-Id"}
	return cfg
}

func TestEverySampleCarriesWhoCalled(t *testing.T) {
	for _, f := range sampleConfig().accessLogs() {
		for _, sample := range samplesOf(t, f) {
			t.Run(sample, func(t *testing.T) {
				td, refused, err := f.accessLog.Decode(read(t, filepath.Join("internal", filepath.Dir(sample), "testdata", filepath.Base(sample))), accesslog.Options{ServiceName: f.name, Now: time.Unix(0, 0)})
				require.NoError(t, err)
				require.Empty(t, refused)
				got := identityOf(td)
				want, listed := sampleAttributes[sample]
				require.True(t, listed, "the table lacks this sample: %v", got)
				require.Equal(t, want, got)
			})
		}
	}
}

func TestEverySampleIsTakenAtTheDefaultPath(t *testing.T) {
	sink := new(consumertest.TracesSink)
	server := start(t, sink, nil)
	for _, f := range createDefaultConfig().(*Config).accessLogs() {
		for _, sample := range samplesOf(t, f) {
			body := read(t, filepath.Join("internal", filepath.Dir(sample), "testdata", filepath.Base(sample)))
			answer := server.post(t, f.Path, body, http.Header{"Content-Type": nil})
			require.Equal(t, http.StatusOK, answer.code, answer.body)
			require.Contains(t, answer.body, `"refused":0`)
		}
	}
}

// packageOf is the decoder's package, whose name has no underscore.
func packageOf(f format) string { return strings.ReplaceAll(f.name, "_", "") }

// samplesOf returns the samples of a format as "<package>/<file>".
func samplesOf(t *testing.T, f format) []string {
	t.Helper()
	pkg := packageOf(f)
	entries, err := os.ReadDir(filepath.Join("internal", pkg, "testdata"))
	require.NoError(t, err)
	var samples []string
	for _, entry := range entries {
		if !entry.IsDir() {
			samples = append(samples, pkg+"/"+entry.Name())
		}
	}
	require.NotEmpty(t, samples, "%s has no samples", f.name)
	return samples
}

// identityOf returns of each span the attributes that identity reads.
func identityOf(td ptrace.Traces) []attributes {
	var all []attributes
	for _, rs := range td.ResourceSpans().All() {
		for _, span := range rs.ScopeSpans().At(0).Spans().All() {
			found := attributes{}
			for key, value := range span.Attributes().All() {
				if saysWho(key) {
					found[key] = value.AsRaw()
				}
			}
			all = append(all, found)
		}
	}
	return all
}

func saysWho(key string) bool {
	if header, isHeader := strings.CutPrefix(key, "http.request.header."); isHeader {
		return strings.HasPrefix(header, "x-") || slices.Contains([]string{"authorization", "apikey"}, header)
	}
	return slices.ContainsFunc([]string{"jwt.claims.", "tls.client.", "lowcode.", "user.", "user_agent.", "client.", "mcp.", "gen_ai."}, func(prefix string) bool {
		return strings.HasPrefix(key, prefix)
	})
}
