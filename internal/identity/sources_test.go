package identity_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

func sourceResolver(t testing.TB, options identity.Options) *identity.Resolver {
	t.Helper()
	c, err := catalog.Load(filepath.Join("testdata", "sources", "catalog.yaml"))
	require.NoError(t, err)
	return identity.NewResolver(c, options)
}

func readTestdata(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	require.NoError(t, err)
	return data
}

// resolved is all that one record's attributes lead to.
type resolved struct {
	identity.Decision
	signals identity.Signals
	stamped map[string]any
}

// resolve takes a record all the way, as the report of a call.
func resolve(t testing.TB, r *identity.Resolver, trusted, own bool, attributes map[string]any) *resolved {
	t.Helper()
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(attributes))
	var d resolved
	var facts identity.Facts
	r.Collect(m, own, &d.signals)
	r.Resolve(&d.signals, trustIn(trusted), &d.Decision)
	r.Describe(&d.signals, "api-gateway", &facts)
	d.StampReport(m, &facts, r.Revision())
	requireDistinctKeys(t, m)
	d.stamped = m.AsRaw()
	return &d
}

func requireDistinctKeys(t testing.TB, m pcommon.Map) {
	t.Helper()
	require.Len(t, m.AsRaw(), m.Len(), "a key occurs twice")
}

// TestEverySourceNamesItsCaller reads testdata/sources: what each source's
// records carry, and what is to come of it.
func TestEverySourceNamesItsCaller(t *testing.T) {
	r := sourceResolver(t, identity.Options{})
	files, err := filepath.Glob(filepath.Join("testdata", "sources", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			type outcome struct {
				Connector  string   `json:"connector"`
				Status     string   `json:"status"`
				Method     string   `json:"method"`
				Reason     string   `json:"reason"`
				Confidence float64  `json:"confidence"`
				Platform   string   `json:"platform"`
				User       string   `json:"user"`
				Evidence   []string `json:"evidence"`
			}
			var sample struct {
				Source     string         `json:"source"`
				Trusted    bool           `json:"trusted"`
				Own        bool           `json:"own"`
				Attributes map[string]any `json:"attributes"`
				Want       outcome        `json:"want"`
			}
			decoder := json.NewDecoder(bytes.NewReader(readTestdata(t, "sources", filepath.Base(file))))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(&sample))
			d := resolve(t, r, sample.Trusted, sample.Own, sample.Attributes)
			user, _ := d.signals.UserID()
			got := outcome{
				Status: d.Status.String(), Method: d.Method.String(), Reason: d.Reason.String(), Confidence: d.Confidence,
				Platform: d.Platform, User: user, Evidence: d.Evidence(),
			}
			if d.Connector != nil {
				got.Connector = d.Connector.ID
			}
			require.Equal(t, sample.Want, got, sample.Source)
		})
	}
}

func TestEveryKnownUserAgentNamesItsPlatform(t *testing.T) {
	r := sourceResolver(t, identity.Options{})
	lines := strings.Split(strings.TrimSpace(string(readTestdata(t, "user_agents.tsv"))), "\n")
	for _, line := range lines[1:] {
		agent, rest, _ := strings.Cut(line, "\t")
		want, _, _ := strings.Cut(rest, "\t")
		if want == "unknown" {
			want = ""
		}
		for _, key := range []string{"user_agent.original", "http.user_agent", headerKey + "user-agent"} {
			require.Equal(t, want, resolve(t, r, false, false, map[string]any{key: agent}).Platform, "%s: %s", key, agent)
		}
	}
}

func TestOfForwardedCertificatesOnlyTheLastCounts(t *testing.T) {
	r := sourceResolver(t, identity.Options{})
	const key = headerKey + "x-forwarded-client-cert"
	for _, header := range strings.Split(strings.TrimSpace(string(readTestdata(t, "xfcc_headers.txt"))), "\n") {
		require.Equal(t, "sidecar verified mtls 0.97", text(&resolve(t, r, true, false, map[string]any{key: header}).Decision))
		require.Equal(t, "sidecar claimed mtls 0.5", text(&resolve(t, r, false, false, map[string]any{key: header}).Decision))
	}
	// A header in several lines is one list (RFC 9110, section 5.3).
	lines := []any{"URI=spiffe://cluster.local/ns/lc/sa/connector-42", "Hash=9b;URI=spiffe://cluster.local/ns/a/sa/a"}
	require.Equal(t, "sidecar verified mtls 0.97", text(&resolve(t, r, true, false, map[string]any{key: lines}).Decision))
}

func TestMCPCallNamesItsClient(t *testing.T) {
	head, body, _ := bytes.Cut(readTestdata(t, "mcp_2026-07-28_tools_call.http"), []byte("\n\n"))
	request, err := http.ReadRequest(bufio.NewReader(io.MultiReader(bytes.NewReader(head), strings.NewReader("\n\n"))))
	require.NoError(t, err)
	require.NoError(t, request.Body.Close())
	var call struct {
		Params struct {
			Meta map[string]json.RawMessage `json:"_meta"`
		} `json:"params"`
	}
	require.NoError(t, json.Unmarshal(body, &call))
	var client struct{ Name string }
	require.NoError(t, json.Unmarshal(call.Params.Meta["io.modelcontextprotocol/clientInfo"], &client))

	d := resolve(t, sourceResolver(t, identity.Options{}), true, false, map[string]any{
		"http.request.method": request.Method, "url.path": request.URL.Path, "user_agent.original": request.UserAgent(),
		"mcp.method.name": request.Header.Get("Mcp-Method"), "gen_ai.tool.name": request.Header.Get("Mcp-Name"),
		"mcp.client.name":           client.Name,
		headerKey + "authorization": []any{request.Header.Get("Authorization")},
	})
	require.Equal(t, "order-copilot claimed agent 0.3", text(&d.Decision))
	require.Equal(t, "openai_mcp", d.Platform)
	require.True(t, d.signals.HasMethod)
}

// The articles' SDK does not propagate its context: its client span hangs on one
// that never ended, and the server starts a trace of its own.
func TestTheArticlesSDKIsAttributedAndInherited(t *testing.T) {
	r := sourceResolver(t, identity.Options{})
	sdk := map[string]any{"http.method": "GET", "http.url": "https://api.example.com/orders/4711", "http.status_code": 200, headerKey + "x-sdk": "lc-ts-1"}
	of := func(trace, span, parent byte, attributes map[string]any) identity.Record {
		return identity.Record{
			Trace: pcommon.TraceID{trace}, Span: pcommon.SpanID{span}, Parent: pcommon.SpanID{parent},
			Decision: resolve(t, r, false, false, attributes).Decision,
		}
	}
	const neverEnded = 99
	records := []identity.Record{
		of(1, 2, neverEnded, map[string]any{"db.system": "redis"}),
		of(1, 1, neverEnded, sdk),
		of(2, 3, 0, map[string]any{"http.method": "GET", "http.route": "/orders/{id}", headerKey + "x_sdk": "lc-ts-1"}),
		of(2, 4, 3, map[string]any{"db.system": "postgresql"}),
	}
	new(identity.Family).Inherit(records)
	var got []string
	for i := range records {
		got = append(got, text(&records[i].Decision))
	}
	require.Equal(t, []string{
		"lc-sdk inherited trace_parent 0.27", "lc-sdk claimed header 0.3", "lc-sdk claimed header 0.3", "lc-sdk inherited trace_parent 0.27",
	}, got)
}
