package apisix

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(nil), "newline_consumer.ndjson", "batch.json")
}

func TestWithoutConsumerNoHeaderNamesOne(t *testing.T) {
	attributes := accesslogtest.Attributes(t, Format(nil), `{"request":{"method":"GET","headers":{
		"x-consumer-username":"crm","X_Consumer_ID":"1","x-credential-identifier":"k","x-forwarded-client-cert":"URI=a","cookie":"s=1","x-kept":"yes"}}}`)
	require.Equal(t, map[string]any{
		"http.request.method":        "GET",
		"http.request.header.x-kept": []any{"yes"},
	}, attributes)
}

// The route may verify the token in a plugin of its own; identity verifies it
// itself, and redact removes it.
func TestTokensAreKeptForIdentity(t *testing.T) {
	attributes := accesslogtest.Attributes(t, Format(nil), `{"request":{"method":"GET","headers":{"authorization":"Bearer x"}}}`)
	require.Equal(t, []any{"Bearer x"}, attributes["http.request.header.authorization"])
}

func TestBodiesAreNotKept(t *testing.T) {
	span := accesslogtest.Attributes(t, Format(nil), `{"request":{"method":"POST","body":"in"},"response":{"status":200,"body":"out"}}`)
	require.Equal(t, map[string]any{"http.request.method": "POST", "http.response.status_code": int64(200)}, span)
}

func TestEntriesInAFormatOfTheirOwnAreRefused(t *testing.T) {
	accesslogtest.Refused(t, Format(nil), `[{"@timestamp":"2026-08-20T09:12:44+00:00","host":"shop.example.com","client_ip":"192.0.2.7","route_id":"items"}]`, "request")
	accesslogtest.Refused(t, Format(nil), `{"request":{}}`, "request.method")
	accesslogtest.Refused(t, Format(nil), `{"request":{"method":"GET"},"start_time":"soon"}`, "start_time")
	accesslogtest.Refused(t, Format(nil), `{"request":{"method":"GET"},"response":{"status":"teapot"}}`, "response.status")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(nil), "newline_consumer.ndjson", "batch.json")
}
