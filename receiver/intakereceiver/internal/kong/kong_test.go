package kong

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(Options{UserHeader: "x-authenticated-userid"}), "batch_authenticated.json", "shapes.ndjson")
}

func TestRequestsOfNoConsumerDoNotCarryAForgedOne(t *testing.T) {
	span := one(t, `{"request":{"method":"GET","headers":{
		"x-consumer-username":"crm","X-Consumer-ID":"1","x-consumer-custom-id":"c","x-consumer-groups":"admins",
		"x-credential-identifier":"k","x-authenticated-userid":"root","x-kept":"yes"}}}`)
	require.Equal(t, map[string]any{
		"http.request.method":        "GET",
		"http.request.header.x-kept": []any{"yes"},
	}, span.Attributes().AsRaw())
}

// Kong passes headers with underscores on, and identity reads both spellings.
func TestForgedHeadersInTheOtherSpellingAreDropped(t *testing.T) {
	const forged = `"x_consumer_username":"crm","X_Consumer_ID":"1","x_consumer-custom_id":"c","x_credential_identifier":"k","X_Authenticated_UserID":"boss","proxy_authorization":"s"`
	span := one(t, `{"request":{"method":"GET","headers":{`+forged+`}}}`)
	require.Equal(t, map[string]any{"http.request.method": "GET"}, span.Attributes().AsRaw())

	span = one(t, `{"request":{"method":"GET","headers":{`+forged+`}},"consumer":{"username":"me"}}`)
	require.Equal(t, map[string]any{"http.request.method": "GET", "http.request.header.x-consumer-username": []any{"me"}}, span.Attributes().AsRaw())
}

func TestCredentialsAreTakenOnlyWhereKongFoundOne(t *testing.T) {
	f := func(identity string, want ...string) {
		t.Helper()
		attributes := accesslogtest.Attributes(t, Format(Options{}), `{"request":{"method":"GET","headers":{
			"x-credential-identifier":"k","x-anonymous-consumer":"true","x-forwarded-client-cert":"URI=a","x-jwt-payload":"p"}},`+identity+`}`)
		require.ElementsMatch(t, append(want, "http.request.method"), slices.Collect(maps.Keys(attributes)))
	}
	const anonymous, credential = "http.request.header.x-anonymous-consumer", "http.request.header.x-credential-identifier"
	f(`"consumer":{}`)
	f(`"consumer":{"tags":["anonymous"]}`, anonymous)
	f(`"authenticated_entity":{"consumer_id":""}`, anonymous, credential)
}

func TestTheConsumerObjectWinsOverTheHeader(t *testing.T) {
	span := one(t, `{"request":{"method":"GET","headers":{"x-consumer-username":"forged"}},
		"consumer":{"username":"crm"}}`)
	attrs := span.Attributes().AsRaw()
	require.Equal(t, []any{"crm"}, attrs["http.request.header.x-consumer-username"])
}

// With key authentication Kong leaves X-Authenticated-UserId to the client.
func TestTheUserIsTakenOnlyFromTheHeaderThatKongSets(t *testing.T) {
	f := func(userHeader string, consumer string, want any) {
		t.Helper()
		entry := `{"request":{"method":"GET","headers":{"x-authenticated-userid":"u1"}},"consumer":` + consumer + `}`
		require.Equal(t, want, accesslogtest.Attributes(t, Format(Options{UserHeader: userHeader}), entry)["user.id"])
	}
	f("", `{"username":"crm"}`, nil)
	f("x-authenticated-userid", `{"username":"crm"}`, "u1")
	f("x-authenticated-userid", `{}`, nil)
}

func TestCredentialsAreDropped(t *testing.T) {
	span := one(t, `{"request":{"method":"GET","headers":{"authorization":"REDACTED","Proxy-Authorization":"x","cookie":["a=b"],"bad name":"x"}}}`)
	require.Equal(t, map[string]any{"http.request.method": "GET"}, span.Attributes().AsRaw())
}

func TestTracesAreTakenFromWhereTheyAre(t *testing.T) {
	f := func(entry, wantTrace, wantParent string) {
		t.Helper()
		span := one(t, entry)
		require.Equal(t, wantTrace, span.TraceID().String())
		require.Equal(t, wantParent, span.ParentSpanID().String())
		require.False(t, span.SpanID().IsEmpty())
	}
	const w3c = "0af7651916cd43dd8448eb211c80319c"

	f(`{"request":{"method":"GET"},"trace_id":{"w3c":"`+w3c+`"}}`, w3c, "")
	f(`{"request":{"method":"GET"},"trace_id":{"b3":"8448eb211c80319c"}}`, "00000000000000008448eb211c80319c", "")
	f(`{"request":{"method":"GET"},"trace_id":"0af76519-16cd-43dd-8448-eb211c80319c"}`, w3c, "")
	f(`{"request":{"method":"GET","headers":{"traceparent":"00-`+w3c+`-b7ad6b7169203331-01"}}}`, w3c, "b7ad6b7169203331")
	f(`{"request":{"method":"GET","headers":{"traceparent":"00-`+w3c+`-b7ad6b7169203331-01"}},"trace_id":{"w3c":"`+w3c+`"}}`, w3c, "b7ad6b7169203331")
	// Kong logs another trace than the header's: the parent is of the other one
	f(`{"request":{"method":"GET","headers":{"traceparent":"00-11111111111111111111111111111111-b7ad6b7169203331-01"}},"trace_id":{"w3c":"`+w3c+`"}}`, w3c, "")
}

func TestIDsOfTheSameEntryAreTheSame(t *testing.T) {
	const entry = `{"request":{"method":"GET","id":"abc","headers":{"traceparent":"ff-bad","x":"1"}},"trace_id":{"w3c":"zz"}}`
	first, second := one(t, entry), one(t, entry)
	require.Equal(t, first.TraceID(), second.TraceID())
	require.Equal(t, first.SpanID(), second.SpanID())
	require.False(t, first.TraceID().IsEmpty())

	other := one(t, strings.Replace(entry, "abc", "abd", 1))
	require.NotEqual(t, first.TraceID(), other.TraceID())
	require.NotEqual(t, first.SpanID(), other.SpanID())

	withoutID := one(t, `{"request":{"method":"GET","uri":"/a"}}`)
	require.NotEqual(t, withoutID.SpanID(), one(t, `{"request":{"method":"GET","uri":"/b"}}`).SpanID())
}

func TestLatenciesKongDidNotMeasureAreTolerated(t *testing.T) {
	f := func(entry string, want time.Duration) {
		t.Helper()
		span := one(t, entry)
		require.Equal(t, want, span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime()), entry)
	}
	f(`{"request":{"method":"GET"},"started_at":1,"latencies":{"request":173}}`, 173*time.Millisecond)
	f(`{"request":{"method":"GET"},"started_at":1,"latencies":{"request":-1}}`, 0)
	f(`{"request":{"method":"GET"},"started_at":1,"latencies":{"request":-1,"proxy":40,"kong":2,"receive":-1}}`, 42*time.Millisecond)
	f(`{"request":{"method":"GET"},"started_at":1}`, 0)
	f(`{"request":{"method":"GET"},"latencies":{"request":4e18}}`, accesslogtest.Options().Now.Sub(time.UnixMilli(0)))
	f(`{"request":{"method":"GET"}}`, 0)
}

func TestRoutesAreTemplatesOnlyIfTheyAre(t *testing.T) {
	f := func(pattern, path, want string) {
		t.Helper()
		entry := fields.Object{"route": map[string]any{"paths": []any{pattern}}}
		require.Equal(t, want, routeTemplate(entry, path), pattern)
	}
	f(`~/contacts/(?<id>[^/]+)$`, "/contacts/17", "/contacts/{id}")
	f(`~/contacts/(?P<id>\d+)/notes/?$`, "/contacts/17/notes", "/contacts/{id}/notes")
	f(`~/v1\.2/contacts/(?<id>[^/]+)`, "/v1.2/contacts/17", "/v1.2/contacts/{id}")
	f(`~/contacts/(?<id>[^/]+)`, "/contacts/17/notes/3", "") // only a prefix
	f(`~/contacts/(?<id>[^/]+)$`, "/orders/17", "")
	f(`~/contacts/.*`, "/contacts/17", "")
	f(`~/contacts$`, "/contacts", "") // no group: a prefix as good as any
	f(`/contacts`, "/contacts", "")
}

func TestUnusableEntriesAreRefusedWithTheField(t *testing.T) {
	f := func(entry, field string) {
		t.Helper()
		accesslogtest.Refused(t, Format(Options{}), entry, field)
	}
	f(`{}`, "request")
	f(`{"request":[]}`, "request")
	f(`{"request":{"uri":"/"}}`, "request.method")
	f(`{"request":{"method":"GET"},"response":{"status":"teapot"}}`, "response.status")
	f(`{"request":{"method":"GET"},"response":{"status":1}}`, "response.status")
	f(`{"request":{"method":"GET"},"started_at":{}}`, "started_at")
	f(`{"request":{"method":"GET"},"started_at":1726783839538000000}`, "started_at")
	f(`{"request":{"method":"GET"},"latencies":{"request":"soon"}}`, "latencies.request")
	f(`"text"`, "")
	f(`null`, "")
	f(`17`, "")
}

func TestGoodEntriesOfABadBatchAreKept(t *testing.T) {
	td, refused, err := Format(Options{}).Decode([]byte(`[{"request":{"method":"GET"}},{"request":{}},7,{"request":{"method":"PUT"}}]`), accesslogtest.Options())
	require.NoError(t, err)
	require.Equal(t, 2, td.SpanCount())
	require.Len(t, refused, 2)
	require.Equal(t, 1, refused[0].Index)
	require.Equal(t, 2, refused[1].Index)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"request":{"method":"GET","url":"http://[::1"},"latencies":{"request":1e19},"route":{"paths":["~/(?<a>("]}}`))
	accesslogtest.Fuzz(f, Format(Options{}), "batch_authenticated.json", "shapes.ndjson")
}

// one decodes a single entry that is known to be good.
func one(t *testing.T, entry string) ptrace.Span {
	t.Helper()
	return accesslogtest.One(t, Format(Options{}), entry)
}
