package rows

import (
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
)

const benchSpans = 1000

// benchTraces are gateway spans as identity hands them on: twenty attributes,
// each the report of a call.
func benchTraces() ptrace.Traces {
	random := rand.New(rand.NewPCG(1, 2))
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "api-gateway")
	rs.Resource().Attributes().PutStr("deployment.environment.name", "production")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("github.com/example/instrumentation")
	start := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	for i := range benchSpans {
		s := ss.Spans().AppendEmpty()
		var id [16]byte
		binary.LittleEndian.PutUint64(id[:], random.Uint64())
		binary.LittleEndian.PutUint64(id[8:], random.Uint64())
		s.SetTraceID(id)
		s.SetSpanID([8]byte(id[:8]))
		s.SetParentSpanID([8]byte(id[8:]))
		s.SetName("GET /contacts/{id}")
		s.SetKind(ptrace.SpanKindServer)
		at := start + int64(i)*int64(time.Millisecond)
		setTimes(s, at, at+random.Int64N(1e8))
		connector := strconv.Itoa(i % 40)
		a := s.Attributes()
		for _, kv := range [][2]string{
			{"http.request.method", "GET"},
			{"url.path", "/contacts/" + strconv.Itoa(random.IntN(10000))},
			{"http.route", "/contacts/{id}"},
			{"user_agent.original", "Make/production"},
			{"client.address", "203.0.113." + connector},
			{"user.id", "user-" + strconv.Itoa(random.IntN(300))},
			{"server.address", "api.example.com"},
			{"network.protocol.version", "1.1"},
			{"url.scheme", "https"},
			{lowcode.KeyConnectorID, "connector-" + connector},
			{lowcode.KeyConnectorName, "Connector " + connector},
			{lowcode.KeyTenantID, "acme"},
			{lowcode.KeyPlatformName, "make"},
			{lowcode.KeyIdentityStatus, lowcode.StatusVerified},
			{lowcode.KeyIdentityMethod, lowcode.MethodGatewayConsumer},
			{lowcode.KeyReportSource, lowcode.ReportEdge},
			{lowcode.KeyIdentityCatalogRevision, "r1"},
		} {
			a.PutStr(kv[0], kv[1])
		}
		a.PutInt("http.response.status_code", 200)
		a.PutInt("http.request.body.size", random.Int64N(1000))
		a.PutInt("http.response.body.size", random.Int64N(10000))
		a.PutDouble(lowcode.KeyIdentityConfidence, 0.95)
		a.PutEmptySlice("http.request.header.x-consumer-username").AppendEmpty().SetStr("make-" + connector)
	}
	return td
}

// BenchmarkEncodeSpan includes the span's action report.
func BenchmarkEncodeSpan(b *testing.B) {
	benchmarkEncode(b, benchTraces())
}

// BenchmarkEncodeInternalSpan is a span that reports no call.
func BenchmarkEncodeInternalSpan(b *testing.B) {
	td := benchTraces()
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	for i := range spans.Len() {
		spans.At(i).SetKind(ptrace.SpanKindInternal)
		spans.At(i).Attributes().Remove(lowcode.KeyReportSource)
	}
	benchmarkEncode(b, td)
}

func benchmarkEncode(b *testing.B, td ptrace.Traces) {
	e := NewEncoder(NewResources())
	now := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	var bytes int
	encode := func() {
		record, err := e.Traces(td, now)
		if err != nil {
			b.Fatal(err)
		}
		bytes = 0
		for _, t := range record.Tables {
			bytes += len(t.Block)
		}
		e.Stored()
	}
	encode()
	b.ReportAllocs()
	for b.Loop() {
		encode()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSpans, "ns/span")
	b.ReportMetric(float64(bytes)/benchSpans, "B/span")
}
