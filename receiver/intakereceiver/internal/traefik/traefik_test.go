package traefik

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(nil), "access_log.ndjson", "forwarded.ndjson")
}

// Without an authentication middleware it is out of the request's URI.
func TestTheUsernameNamesAConsumerOnlyWhereTheOperatorSaysSo(t *testing.T) {
	const line, key = `{"RequestMethod":"GET","ClientUsername":"make-crm-sync"}`, "http.request.header.x-consumer-username"
	require.NotContains(t, accesslogtest.Attributes(t, Format(nil), line), key)
	require.Equal(t, []any{"make-crm-sync"}, accesslogtest.Attributes(t, Format(map[string]string{key: "ClientUsername"}), line)[key])
}

func TestTheLoggedSpanIsTheSpan(t *testing.T) {
	span := accesslogtest.One(t, Format(nil), `{"RequestMethod":"GET","TraceId":"0af7651916cd43dd8448eb211c80319c","SpanId":"b7ad6b7169203331"}`)
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", span.TraceID().String())
	require.Equal(t, "b7ad6b7169203331", span.SpanID().String())
}

func TestUnusableLinesAreRefusedWithTheKey(t *testing.T) {
	accesslogtest.Refused(t, Format(nil), `{"level":"info","msg":"started"}`, "RequestMethod")
	accesslogtest.Refused(t, Format(nil), `{"RequestMethod":"GET","StartUTC":"today"}`, "StartUTC")
	accesslogtest.Refused(t, Format(nil), `{"RequestMethod":"GET","Duration":"1s"}`, "Duration")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(nil), "access_log.ndjson", "forwarded.ndjson")
}
