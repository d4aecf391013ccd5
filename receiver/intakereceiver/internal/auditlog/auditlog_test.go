package auditlog

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// formats are all of them, by the beginning of their samples' names.
var formats = map[string]*Format{
	"auth0": Auth0(), "cloudevents": CloudEvents(), "keycloak": Keycloak(), "n8n": N8N(),
	"okta": Okta(), "opa": OPA(), "power_platform": PowerPlatform(), "workato": Workato(),
}

var arrival = time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC)

func formatOf(t testing.TB, sample string) *Format {
	t.Helper()
	for name, f := range formats {
		if strings.HasPrefix(sample, name+"_") {
			return f
		}
	}
	t.Fatalf("no format has samples named %s", sample)
	return nil
}

func decode(t testing.TB, f *Format, body string) ([]plog.LogRecord, []jsonbody.Refusal) {
	t.Helper()
	ld, refused, err := f.Decode([]byte(body), Options{ServiceName: f.Name, Now: arrival})
	require.NoError(t, err)
	var records []plog.LogRecord
	for _, rl := range ld.ResourceLogs().All() {
		for _, record := range rl.ScopeLogs().At(0).LogRecords().All() {
			records = append(records, record)
		}
	}
	return records, refused
}

// describe is a record without its body.
func describe(r plog.LogRecord) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.EventName(), r.SeverityNumber())
	if r.Timestamp() != 0 {
		fmt.Fprintf(&b, " at %s", r.Timestamp().AsTime().Format(time.RFC3339Nano))
	}
	if !r.TraceID().IsEmpty() {
		fmt.Fprintf(&b, " in %s/%s", r.TraceID(), r.SpanID())
	}
	b.WriteByte('\n')
	attributes := r.Attributes().AsRaw()
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(&b, "  %s = %v\n", key, attributes[key])
	}
	return b.String()
}

var update = flag.Bool("update", false, "write the golden files")

func TestEverySampleBecomesItsEvents(t *testing.T) {
	samples, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(samples), 14)
	for _, path := range samples {
		sample := filepath.Base(path)
		t.Run(sample, func(t *testing.T) {
			body, err := os.ReadFile(path)
			require.NoError(t, err)
			records, refused := decode(t, formatOf(t, sample), string(body))
			require.Empty(t, refused)
			var got strings.Builder
			for _, r := range records {
				got.WriteString(describe(r))
				require.Equal(t, arrival, r.ObservedTimestamp().AsTime())
				require.NotZero(t, r.Body().Map().Len())
			}
			golden := filepath.Join("testdata", "golden", sample+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

func TestBodyIsTheWholeRecordWithItsTypes(t *testing.T) {
	records, _ := decode(t, N8N(), `{"eventName":"n8n.audit.x","n":9007199254740993,"f":1.5,"b":true,"null":null,"list":[1,"a"],"object":{"k":"v"}}`)
	require.Len(t, records, 1)
	require.Equal(t, map[string]any{
		"eventName": "n8n.audit.x", "n": int64(9007199254740993), "f": 1.5, "b": true, "null": nil,
		"list": []any{int64(1), "a"}, "object": map[string]any{"k": "v"},
	}, records[0].Body().Map().AsRaw())
	require.Equal(t, "n8n.audit.x", records[0].EventName())
}

func TestWhatIsNoEventIsRefusedByField(t *testing.T) {
	for name, field := range map[string]string{
		"auth0": "data.type", "cloudevents": "specversion", "keycloak": "eventType", "n8n": "eventName",
		"okta": "eventType", "opa": "decision_id", "power_platform": "Operation", "workato": "event_type",
	} {
		records, refused := decode(t, formats[name], `[{"a":1},7]`)
		require.Empty(t, records, name)
		require.Len(t, refused, 2, name)
		require.ElementsMatch(t, []string{field, ""}, []string{refused[0].Field, refused[1].Field}, name)
	}
	_, refused := decode(t, PowerPlatform(), `[{"contentUri":"https://manage.example.com/x","contentId":"1"}]`)
	require.Equal(t, "is a notification, not a record", refused[0].Reason)
	_, refused = decode(t, Okta(), `{"eventType":"x","published":"soon"}`)
	require.Equal(t, "published", refused[0].Field)
}

func TestCloudEventInBinaryModeIsTheStructuredOne(t *testing.T) {
	header := http.Header{}
	for name, value := range map[string]string{
		"ce-specversion": "1.0", "ce-type": "com.example.connector.config.changed", "ce-time": "2026-08-20T09:12:44.201Z", "ce-id": "1234",
		"ce-source": "/brokers/eu-1", "ce-subject": "make-crm-sync", "ce-traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	} {
		header.Set(name, value)
	}
	body := Structured(header, []byte(`{"connector_id":"make-crm-sync","field":"scopes","new":["data:export"],"actor":"maker@example.com"}`))
	records, refused := decode(t, CloudEvents(), string(body))
	require.Empty(t, refused)
	require.Equal(t, `lowcode.connector.config.changed Info at 2026-08-20T09:12:44.201Z in 0af7651916cd43dd8448eb211c80319c/b7ad6b7169203331
  cloudevents.event_source = /brokers/eu-1
  cloudevents.event_type = com.example.connector.config.changed
  http.request.header.x-connector-id = [make-crm-sync]
  lowcode.event.actor = maker@example.com
  lowcode.event.id = /brokers/eu-1#1234
  lowcode.event.new_value = ["data:export"]
  lowcode.event.object = scopes
`, describe(records[0]))
	require.Equal(t, []byte("{}"), Structured(http.Header{}, []byte("{}")), "other bodies stay")
}

func TestUserCannotWriteFieldsIntoALogLine(t *testing.T) {
	records, _ := decode(t, Keycloak(), "x [org.keycloak.events] (t) type=LOGIN_ERROR, realmId=test, clientId=portal, error=user_not_found, username='a', clientId=victim, type=TOKEN_EXCHANGE\n")
	require.Equal(t, "keycloak.login_error", records[0].EventName())
	actor, _ := records[0].Attributes().Get("lowcode.event.actor")
	require.Equal(t, "portal", actor.Str())
}

func TestTooManyEventsInOneBodyAreRefused(t *testing.T) {
	events := make([]map[string]string, jsonbody.MaxRecords+1)
	for i := range events {
		events[i] = map[string]string{"eventType": "LOGIN"}
	}
	body, err := json.Marshal(map[string]any{"events": events})
	require.NoError(t, err)
	_, _, err = Keycloak().Decode(body, Options{Now: arrival})
	require.ErrorIs(t, err, jsonbody.ErrTooMany)
}

func FuzzDecode(f *testing.F) {
	samples, err := filepath.Glob("testdata/*.*")
	require.NoError(f, err)
	for _, path := range samples {
		body, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(body))
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, format := range formats {
			records, _ := decodeAny(format, body)
			for _, r := range records {
				require.NotEmpty(t, r.EventName())
			}
		}
	})
}

// decodeAny is decode for bodies that may be too large.
func decodeAny(f *Format, body string) (records []plog.LogRecord, err error) {
	ld, _, err := f.Decode([]byte(body), Options{Now: arrival})
	for _, rl := range ld.ResourceLogs().All() {
		for _, record := range rl.ScopeLogs().At(0).LogRecords().All() {
			records = append(records, record)
		}
	}
	return records, err
}
