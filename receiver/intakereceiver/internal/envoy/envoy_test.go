package envoy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

var own = map[string]string{
	"http.request.header.x-connector-id":          "connector",
	"http.request.header.x-forwarded-client-cert": "xfcc",
}

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(own), "envoy_gateway.ndjson", "operator_keys.ndjson")
}

func TestForwardedCertificatesAreKeptOnlyWhereTheOperatorNamesThem(t *testing.T) {
	const line = `{"method":"GET","x-forwarded-client-cert":"URI=spiffe://a"}`
	require.Equal(t, map[string]any{"http.request.method": "GET"}, accesslogtest.Attributes(t, Format(nil), line))
	named := Format(map[string]string{"http.request.header.x-forwarded-client-cert": "x-forwarded-client-cert"})
	require.Equal(t, []any{"URI=spiffe://a"}, accesslogtest.Attributes(t, named, line)["http.request.header.x-forwarded-client-cert"])
}

// A client inside may choose the x-request-id.
func TestTheSameRequestIDAtAnotherTimeIsAnotherRequest(t *testing.T) {
	f := func(start, rest string) string {
		t.Helper()
		return accesslogtest.One(t, Format(nil), `{"method":"GET","x-request-id":"1","start_time":"`+start+`"`+rest+`}`).SpanID().String()
	}
	first := f("2026-08-20T09:12:44.201Z", "")
	require.Equal(t, first, f("2026-08-20T09:12:44.201Z", `,"duration":3`))
	require.NotEqual(t, first, f("2026-08-20T09:12:44.202Z", ""))
}

func TestClaimsMayBeNestedInTheMetadata(t *testing.T) {
	format := Format(map[string]string{"jwt.claims": "metadata.payload"})
	attributes := accesslogtest.Attributes(t, format, `{"method":"GET","metadata":{"payload":{"sub":"user-123","email_verified":true}}}`)
	require.Equal(t, "user-123", attributes["jwt.claims.sub"])
	require.Equal(t, "true", attributes["jwt.claims.email_verified"])
}

func TestUnusableLinesAreRefusedWithTheKey(t *testing.T) {
	accesslogtest.Refused(t, Format(nil), `{"response_code":200}`, "method")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","response_code":"OK"}`, "response_code")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","duration":"long"}`, "duration")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","start_time":"now"}`, "start_time")
	accesslogtest.Refused(t, Format(map[string]string{"http.request.method": "verb"}), `{}`, "verb")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(own), "envoy_gateway.ndjson", "operator_keys.ndjson")
}
