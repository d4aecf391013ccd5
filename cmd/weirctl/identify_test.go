package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/credential"
)

// identifyCatalog is the catalog of these tests.
var identifyCatalog = filepath.Join("testdata", "identify", "catalog.yaml")

// runIdentify runs the command on the stored spans, or on input.
func runIdentify(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	if input == "" {
		data, err := os.ReadFile(filepath.Join("testdata", "identify", "spans.json"))
		require.NoError(t, err)
		input = string(data)
	}
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"identify"}, args...))
	root.SetIn(strings.NewReader(input))
	root.SetOut(&out)
	err := root.Execute()
	return out.String(), err
}

func TestIdentifyPrintsOneLineASpan(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "identify", "trusted.txt"))
	require.NoError(t, err)
	got, err := runIdentify(t, "", "--catalog", identifyCatalog, "--trusted")
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestIdentifyVerifiesNothingUnlessTold(t *testing.T) {
	got, err := runIdentify(t, "", "--catalog", identifyCatalog, "--output", "json")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	require.Len(t, lines, 4)
	var first, third identified
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.Equal(t, identified{
		TraceID: "0102030405060708090a0b0c0d0e0f10", SpanID: "0102030405060708", Name: "GET /contacts", Connector: "crm-sync", Tenant: "acme",
		Platform: "make", User: "u-7", Status: "claimed", Confidence: 0.4, Method: "gateway_consumer",
		Evidence: []string{"gateway_consumer=http.request.header.x-consumer-username"},
	}, first)
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &third))
	require.Equal(t, "ambiguous", third.Reason)
	require.Equal(t, []string{"claimed=crm-sync", "claimed=order-flow"}, third.Conflict)
}

func TestIdentifyRefusesWhatItCannotRead(t *testing.T) {
	f := func(input, want string, args ...string) {
		t.Helper()
		_, err := runIdentify(t, input, args...)
		require.ErrorContains(t, err, want)
	}
	f("", "--catalog is missing")
	f("", `--output is "xml", expected table or json`, "--catalog", identifyCatalog, "--output", "xml")
	f("", `unexpected "spans.json"`, "--catalog", identifyCatalog, "spans.json")
	f("", "cannot read the catalog", "--catalog", "no.yaml")
	f("{", "cannot read trace export 1", "--catalog", identifyCatalog)
	f(`{"resourceSpans":[]} {"resourceSpans": 7}`, "cannot read trace export 2", "--catalog", identifyCatalog)
	_, err := runIdentify(t, "", "--output", "xml")
	require.ErrorIs(t, err, cli.ErrUsage)
}

// identifySpan is an export of one server span, of crm-api.
func identifySpan(at time.Time, attributes map[string]string) string {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "crm-api")
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetKind(ptrace.SpanKindServer)
	span.SetTraceID([16]byte{1})
	span.SetSpanID([8]byte{1})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	for key, value := range attributes {
		span.Attributes().PutStr(key, value)
	}
	data, _ := (&ptrace.JSONMarshaler{}).MarshalTraces(traces) //nolint:errchkjson // its own types
	return string(data)
}

const identifyAPIs = `
version: 1
connectors:
  - {id: crm-sync, match: {jwt: [{claim: azp, value: crm-client}]}}
  - {id: key-holder, match: {credential_hashes: ["HASH"]}}
apis:
  - id: crm
    services: [crm-api]
    operations: [{endpoint: "GET /contacts/{id}", operation_id: readContact, classification: restricted}]
`

func TestIdentifyVerifiesTokensAndSaysWhatWasCalled(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	folder := t.TempDir()
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	require.NoError(t, err)
	jwks := filepath.Join(folder, "jwks.json")
	require.NoError(t, os.WriteFile(jwks, keys, 0o600))
	catalogFile := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(catalogFile, []byte(strings.Replace(identifyAPIs, "HASH", discoveredHash, 1)), 0o600))

	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	require.NoError(t, err)
	payload, err := json.Marshal(map[string]any{
		"iss": "https://login.example.com", "aud": "https://api.example.com", "azp": "crm-client", "sub": "jane",
		"iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "act": map[string]any{"sub": "agent-7"},
	})
	require.NoError(t, err)
	signed, err := signer.Sign(payload)
	require.NoError(t, err)
	raw, err := signed.CompactSerialize()
	require.NoError(t, err)
	call := func(at time.Time) string {
		return identifySpan(at, map[string]string{
			"http.request.method": "GET", "url.path": "/contacts/7", "http.request.header.authorization": "Bearer " + raw,
			"lowcode.actor.chain": "forged",
		})
	}
	verified := []string{"--catalog", catalogFile, "--output", "json", "--jwks", jwks, "--issuer", "https://login.example.com", "--audience", "https://api.example.com"}

	out, err := runIdentify(t, call(at.Add(time.Minute)), verified...)
	require.NoError(t, err)
	var found identified
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.Equal(t, identified{
		TraceID: "01000000000000000000000000000000", SpanID: "0100000000000000", Connector: "crm-sync", User: "jane", ActorChain: []string{"agent-7"},
		Status: "verified", Method: "jwt_claim", Confidence: 0.96, Evidence: []string{"jwt_claim=http.request.header.authorization"},
		Route: "/contacts/{id}", API: "crm", Operation: "readContact", Classification: "restricted",
	}, found)

	for want, args := range map[string][]string{
		`"reason":"expired"`:       verified,
		`"reason":"invalid_token"`: append(verified[:len(verified)-1:len(verified)-1], "https://other.example.com"),
	} {
		out, err = runIdentify(t, call(at.Add(2*time.Hour)), args...)
		require.NoError(t, err)
		require.Contains(t, out, want)
	}
}

func TestIdentifyRecognisesHashedCredentials(t *testing.T) {
	folder := t.TempDir()
	secret := strings.Repeat("s", 32)
	keyFile := filepath.Join(folder, "secret")
	require.NoError(t, os.WriteFile(keyFile, []byte(secret), 0o600))
	hasher, err := credential.New([]credential.Key{{ID: "v2", Secret: []byte(secret)}})
	require.NoError(t, err)
	apiKey := strings.Repeat("k", 24)
	catalogFile := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(catalogFile, []byte(strings.Replace(identifyAPIs, "HASH", hasher.Hash(apiKey), 1)), 0o600))
	span := identifySpan(time.Now(), map[string]string{"http.request.header.x-api-key": apiKey})

	out, err := runIdentify(t, span, "--catalog", catalogFile, "--output", "json", "--credential-key-file", keyFile, "--credential-key-id", "v2")
	require.NoError(t, err)
	require.Contains(t, out, `"connector":"key-holder"`)
	require.Contains(t, out, hasher.Hash(apiKey))
	require.NotContains(t, out, apiKey)

	out, err = runIdentify(t, span, "--catalog", catalogFile, "--output", "json", "--credential-key-file", keyFile, "--disabled", "credential")
	require.NoError(t, err)
	require.Contains(t, out, `"reason":"disabled"`)
}

func TestIdentifyRefusesHalfOfWhatTokensNeed(t *testing.T) {
	for _, args := range [][]string{{"--jwks", "x"}, {"--issuer", "x", "--audience", "y"}, {"--disabled", "nonsense"}} {
		_, err := runIdentify(t, "{}", append([]string{"--catalog", identifyCatalog}, args...)...)
		require.ErrorIs(t, err, cli.ErrUsage, "%v", args)
	}
	_, err := runIdentify(t, "{}", "--catalog", identifyCatalog, "--jwks", "no.json", "--issuer", "x", "--audience", "y")
	require.ErrorContains(t, err, "cannot use --jwks no.json")
}
