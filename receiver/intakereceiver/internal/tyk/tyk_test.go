package tyk

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	format := Format(Options{HashedKeys: true, TagHeaders: []string{"x-connector-id"}})
	accesslogtest.Golden(t, format, "pump_stdout.json", "pump_splunk_hec.json", "mcp_error.ndjson")
}

func TestKeysThatMayBeRawAreCredentials(t *testing.T) {
	f := func(hashed bool, key string, want map[string]any) {
		t.Helper()
		want["http.request.method"] = "GET"
		require.Equal(t, want, accesslogtest.Attributes(t, Format(Options{HashedKeys: hashed}), `{"method":"GET","api_key":"`+key+`"}`))
	}
	f(false, "5f2d1c0b", map[string]any{"http.request.header.x-api-key": []any{"5f2d1c0b"}})
	f(true, "5f2d1c0b", map[string]any{"lowcode.credential.id": "5f2d1c0b"})
	f(false, "****1c0b", map[string]any{})
	f(true, "****1c0b", map[string]any{})
	f(true, "", map[string]any{})
}

// One of the tags is the key.
func TestOfTheTagsOnlyHeadersAreKept(t *testing.T) {
	const record = `{"method":"GET","tags":["key-5f2d1c0b","org-o1","x-connector-id-make-crm-sync"]}`
	require.Equal(t, map[string]any{"http.request.method": "GET"}, accesslogtest.Attributes(t, Format(Options{}), record))
	require.Equal(t, map[string]any{"http.request.method": "GET", "http.request.header.x-connector-id": []any{"make-crm-sync"}},
		accesslogtest.Attributes(t, Format(Options{TagHeaders: []string{"x-connector-id"}}), record))
}

func TestWholeMessagesAreNotKept(t *testing.T) {
	require.Equal(t, map[string]any{"http.request.method": "GET"},
		accesslogtest.Attributes(t, Format(Options{}), `{"tyk-analytics-record":{"method":"GET","raw_request":"R0VUIC8=","raw_response":"T0s="}}`))
}

func TestTheTimeOfTheEnvelopeCountsWhereTheRecordHasNone(t *testing.T) {
	span := accesslogtest.One(t, Format(Options{}), `{"time":1787217164,"event":{"method":"GET","request_time":1000}}`)
	require.Equal(t, "2026-08-20T09:12:43Z", span.StartTimestamp().AsTime().Format(time.RFC3339))
	require.Equal(t, "2026-08-20T09:12:44Z", span.EndTimestamp().AsTime().Format(time.RFC3339))
}

func TestUnusableRecordsAreRefusedWithTheField(t *testing.T) {
	accesslogtest.Refused(t, Format(Options{}), `{"event":{}}`, "method")
	accesslogtest.Refused(t, Format(Options{}), `{"method":"GET","response_code":{}}`, "response_code")
	accesslogtest.Refused(t, Format(Options{}), `{"method":"GET","timestamp":"now"}`, "timestamp")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(Options{}), "pump_stdout.json", "pump_splunk_hec.json", "mcp_error.ndjson")
}
