package nginx

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(nil), "variants.ndjson", "certificate.ndjson")
}

func TestCertificatesCountOnlyIfNGINXVerifiedThem(t *testing.T) {
	f := func(line string, want any) {
		t.Helper()
		require.Equal(t, want, accesslogtest.Attributes(t, Format(nil), `{"method":"GET","ssl_client_s_dn":"CN=connector-7"`+line+`}`)["tls.client.subject"])
	}
	f(`,"ssl_client_verify":"SUCCESS"`, "CN=connector-7")
	f(`,"ssl_client_verify":"FAILED:self signed certificate"`, nil)
	f(`,"ssl_client_verify":"NONE"`, nil)
	f(``, nil)
}

func TestTheTimesOfSeveralUpstreamsAreAddedUp(t *testing.T) {
	f := func(joined, want string) {
		t.Helper()
		require.Equal(t, want, total(joined))
	}
	f("0.033", "0.033000")
	f("0.010, 0.020", "0.030000")
	f("0.010, 0.020 : 0.005", "0.035000")
	f("-, 0.020", "0.020000")
	f("-", "")
	f("", "")
}

func TestTheUserThatTheClientNamesIsNobody(t *testing.T) {
	require.Equal(t, map[string]any{"http.request.method": "GET", "nginx.remote_user": "admin"},
		accesslogtest.Attributes(t, Format(nil), `{"method":"GET","remote_user":"admin"}`))
}

func TestTheSameLineTwiceIsTwoRequests(t *testing.T) {
	const body = `{"time":"2026-08-20T09:12:45+00:00","method":"GET","uri":"/health"}
{"uri":"/health","time":"2026-08-20T09:12:45+00:00","method":"GET"}
`
	ids := func() []string {
		td, _, err := Format(nil).Decode([]byte(body), accesslogtest.Options())
		require.NoError(t, err)
		var ids []string
		for _, span := range accesslogtest.Spans(td) {
			ids = append(ids, span.SpanID().String())
		}
		return ids
	}
	first := ids()
	require.Len(t, first, 2)
	require.NotEqual(t, first[0], first[1])
	require.Equal(t, first, ids()) // sent again
}

func TestUnusableLinesAreRefusedWithTheKey(t *testing.T) {
	accesslogtest.Refused(t, Format(nil), `{"status":200}`, "request_method")
	accesslogtest.Refused(t, Format(nil), `{"request":"nonsense"}`, "request_method")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","status":"OK"}`, "status")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","time":"later"}`, "time")
	accesslogtest.Refused(t, Format(nil), `{"method":"GET","request_time":"0.1s"}`, "request_time")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(nil), "variants.ndjson", "certificate.ndjson")
}
