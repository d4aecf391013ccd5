package accesslog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

var keys = accesslog.Keys{
	"http.request.method":       {"method", "verb"},
	"http.response.status_code": {"status"},
	"url.path":                  {"path"},
	"url.query":                 {"query"},
	"server.address":            {"host"},
	"client.address":            {"client"},
	accesslog.FullURL:           {"url"},
	accesslog.RequestLine:       {"line"},
	accesslog.StartTime:         {"start"},
	accesslog.EndTime:           {"end"},
	accesslog.Duration:          {"took"},
	accesslog.TraceID:           {"trace"},
	accesslog.SpanID:            {"span"},
	accesslog.Traceparent:       {"traceparent"},
	accesslog.Claims:            {"claims"},
	"lowcode.request.id":        {"id"},
}

func format(own map[string]string) *accesslog.Format {
	return &accesslog.Format{
		Name: "test", Expected: "a line",
		Read: accesslog.NewReader(keys.With(own), time.Millisecond, "").Read,
	}
}

func one(t *testing.T, entry string) ptrace.Span {
	t.Helper()
	return accesslogtest.One(t, format(nil), entry)
}

func TestTheOperatorsKeysComeFirst(t *testing.T) {
	f := func(entry, want string) {
		t.Helper()
		span := accesslogtest.One(t, format(map[string]string{"http.request.method": "m", "x.tags": "tags", "http.request.header.x-one": "one"}), entry)
		require.Equal(t, want, span.Name())
	}
	f(`{"m":"get","method":"PUT"}`, "GET")
	f(`{"method":"PUT"}`, "PUT")
}

func TestAttributesThatMeanNothingHereAreKeptAsFound(t *testing.T) {
	named := format(map[string]string{"x.text": "a", "x.list": "b", "x.object": "c", "http.request.header.x-one": "d", "x.none": "e"})
	attributes := accesslogtest.Attributes(t, named, `{"method":"GET","a":17,"b":["x","y"],"c":{"k":"v"},"d":"1","e":"-"}`)
	require.Equal(t, map[string]any{
		"http.request.method": "GET", "x.text": "17", "x.list": []any{"x", "y"}, "x.object": `{"k":"v"}`,
		"http.request.header.x-one": []any{"1"},
	}, attributes)
}

func TestTwoOfStartEndAndDurationMakeTheThird(t *testing.T) {
	now := accesslogtest.Options().Now
	at := time.Date(2026, 8, 20, 9, 12, 44, 0, time.UTC)
	f := func(times string, wantStart, wantEnd time.Time) {
		t.Helper()
		span := one(t, `{"method":"GET"`+times+`}`)
		require.Equal(t, wantStart, span.StartTimestamp().AsTime(), times)
		require.Equal(t, wantEnd, span.EndTimestamp().AsTime(), times)
	}
	f(`,"start":"2026-08-20T09:12:44Z","took":1500`, at, at.Add(1500*time.Millisecond))
	f(`,"end":"2026-08-20T09:12:44Z","took":"0.5"`, at.Add(-500*time.Microsecond), at)
	f(`,"start":"2026-08-20T09:12:44Z"`, at, at)
	f(`,"start":"2026-08-20T09:12:44Z","took":-1`, at, at)
	f(`,"took":1000`, now.Add(-time.Second), now)
	f(``, now, now)
	f(`,"end":1,"took":60000`, time.Unix(0, 0).UTC(), time.Unix(1, 0).UTC())
	f(`,"start":"2026-08-20T09:12:44Z","took":1e18`, at, at.Add(365*24*time.Hour))
}

func TestURLsAreTakenFromWhereTheyAre(t *testing.T) {
	f := func(entry string, want map[string]any) {
		t.Helper()
		want["http.request.method"] = "GET"
		require.Equal(t, want, one(t, `{"method":"GET",`+entry+`}`).Attributes().AsRaw())
	}
	f(`"path":"/a?b=1"`, map[string]any{"url.path": "/a", "url.query": "b=1"})
	f(`"path":"/a","query":"?b=1"`, map[string]any{"url.path": "/a", "url.query": "b=1"})
	f(`"line":"GET /a?b=1 HTTP/1.1"`, map[string]any{"url.path": "/a", "url.query": "b=1"})
	f(`"url":"https://h.example:8443/a?b=1"`, map[string]any{"url.path": "/a", "url.query": "b=1", "url.scheme": "https", "server.address": "h.example", "server.port": int64(8443)})
	f(`"url":"https://user:pw@h.example/x","path":"/a"`, map[string]any{"url.path": "/a", "url.scheme": "https", "server.address": "h.example"})
	f(`"url":"http://[::1"`, map[string]any{})
	f(`"host":"[2001:db8::1]:443"`, map[string]any{"server.address": "2001:db8::1", "server.port": int64(443)})
}

func TestOnlyAddressesAreAClientsAddress(t *testing.T) {
	f := func(client string, want any) {
		t.Helper()
		require.Equal(t, want, one(t, `{"method":"GET","client":"`+client+`"}`).Attributes().AsRaw()["client.address"])
	}
	f("192.0.2.7", "192.0.2.7")
	f("192.0.2.7:40126", "192.0.2.7")
	f("[2001:db8::7]:40126", "2001:db8::7")
	f("::ffff:192.0.2.7", "192.0.2.7")
	f("xx.xx.xxx.xx", nil)
	f("unix:", nil)
}

func TestStatusZeroIsNoAnswer(t *testing.T) {
	require.NotContains(t, one(t, `{"method":"GET","status":0}`).Attributes().AsRaw(), "http.response.status_code")
	accesslogtest.Refused(t, format(nil), `{"method":"GET","status":1}`, "status")
	accesslogtest.Refused(t, format(nil), `{"method":"GET","status":1000}`, "status")
}

func TestTracesAndSpansAreThoseOfTheLog(t *testing.T) {
	const trace, parent, own = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
	f := func(entry, wantTrace, wantParent, wantSpan string) {
		t.Helper()
		span := one(t, `{"method":"GET",`+entry+`}`)
		require.Equal(t, wantTrace, span.TraceID().String(), entry)
		require.Equal(t, wantParent, span.ParentSpanID().String(), entry)
		if wantSpan != "" {
			require.Equal(t, wantSpan, span.SpanID().String(), entry)
		}
	}
	f(`"traceparent":"00-`+trace+`-`+parent+`-01"`, trace, parent, "")
	f(`"traceparent":"00-`+trace+`-`+parent+`-01","trace":"`+trace+`","span":"`+own+`"`, trace, parent, own)
	f(`"trace":"`+trace+`","span":"`+own+`"`, trace, "", own)
	f(`"trace":"`+trace+`","span":"0000000000000000"`, trace, "", "")
	f(`"trace":"Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"`, "5759e988bd862e3fe1be46a994272793", "", "")
	f(`"trace":"8448eb211c80319c"`, "00000000000000008448eb211c80319c", "", "")
	// Another trace than the header's: the parent is of the other one.
	f(`"traceparent":"00-11111111111111111111111111111111-`+parent+`-01","trace":"`+trace+`"`, trace, "", "")
	// What the gateway logs is its own span already.
	f(`"traceparent":"00-`+trace+`-`+own+`-01","span":"`+own+`"`, trace, "", own)
}

func TestSpansWithoutIDsGetThemFromTheRequest(t *testing.T) {
	f := func(entry string) string {
		span := one(t, `{"method":"GET",`+entry+`}`)
		return span.TraceID().String() + span.SpanID().String()
	}
	require.Equal(t, f(`"id":"1"`), f(`"id":"1","path":"/other"`))
	require.NotEqual(t, f(`"id":"1"`), f(`"id":"2"`))
	require.Equal(t, f(`"path":"/a","took":1`), f(`"took":1,"path":"/a"`))
	require.NotEqual(t, f(`"path":"/a"`), f(`"path":"/b"`))
}

func TestTheNumberOfClaimsIsBounded(t *testing.T) {
	var claims strings.Builder
	for i := range 100 {
		fmt.Fprintf(&claims, `"c%d":1,`, i)
	}
	require.Less(t, one(t, `{"method":"GET","claims":{`+claims.String()+`"sub":"u"}}`).Attributes().Len(), 70)
}

func TestEntriesOfEnvelopesAreCountedAndNumbered(t *testing.T) {
	wrapped := format(nil)
	wrapped.Unwrap = func(record fields.Object) ([]fields.Object, []jsonbody.Refusal) {
		var entries []fields.Object
		for _, element := range record["entries"].([]any) {
			entry, _ := element.(map[string]any)
			entries = append(entries, entry)
		}
		return entries, nil
	}
	td, refused, err := wrapped.Decode([]byte(`{"entries":[{"method":"GET"},{},{"method":"PUT"}]}`), accesslogtest.Options())
	require.NoError(t, err)
	require.Equal(t, 2, td.SpanCount())
	require.Len(t, refused, 1)
	require.Equal(t, 1, refused[0].Index)

	_, _, err = wrapped.Decode([]byte(`{"entries":[`+strings.Repeat("{},", jsonbody.MaxRecords)+`{}]}`), accesslogtest.Options())
	require.ErrorIs(t, err, jsonbody.ErrTooMany)
	half := `{"entries":[` + strings.Repeat("{},", jsonbody.MaxRecords/2) + `{}]}`
	_, _, err = wrapped.Decode([]byte(half+half), accesslogtest.Options())
	require.ErrorIs(t, err, jsonbody.ErrTooMany)
}

func TestDepthIsBounded(t *testing.T) {
	nested := func(depth int) string {
		return `{"method":"GET","x":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
	}
	require.Equal(t, "GET", one(t, nested(1000)).Name())
	accesslogtest.Refused(t, format(nil), nested(20_000), "")
}

func TestTheResourceIsTheGateway(t *testing.T) {
	td, _, err := format(nil).Decode([]byte(`{"method":"GET"}`), accesslog.Options{ServiceName: "edge"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"service.name": "edge"}, td.ResourceSpans().At(0).Resource().Attributes().AsRaw())
	require.Equal(t, ptrace.SpanKindServer, accesslogtest.Spans(td)[0].Kind())
}
