package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// redactBatch is what an OpenTelemetry SDK sends at most, by default.
const redactBatch = 512

// traffic makes server spans of 20 attributes with what makes a redactor look
// twice: a client address, a full URL with its query, a UUID, a user agent with
// four-part versions, and a trace id in a header. As in traffic, a span's methods,
// routes and hosts come again, and its ids, addresses and sizes are its own.
type traffic struct {
	random *rand.Rand
	dirty  int // of the attributes hold something to redact
}

func newTraffic(dirty int) *traffic {
	return &traffic{random: rand.New(rand.NewPCG(1, 2)), dirty: dirty}
}

// spans are the next batch.
func (t *traffic) spans() ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api-gateway")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	spans.EnsureCapacity(redactBatch)
	start := time.Now()
	for range redactBatch {
		start = start.Add(20 * time.Millisecond)
		span := spans.AppendEmpty()
		span.SetKind(ptrace.SpanKindServer)
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(20 * time.Millisecond)))
		t.fill(span)
	}
	return traces
}

func (t *traffic) fill(span ptrace.Span) {
	random := t.random
	endpoint, id := random.IntN(25), random.IntN(1_000_000)
	route := fmt.Sprintf("/v1/resource-%d/{id}", endpoint)
	span.SetName("GET " + route)
	a := span.Attributes()
	a.EnsureCapacity(20)
	a.PutStr("http.request.method", "GET")
	a.PutStr("http.route", route)
	a.PutStr("url.scheme", "https")
	a.PutStr("url.full", fmt.Sprintf("https://api.example.com/v1/resource-%d/%d?page=2&sort=-created_at&limit=100", endpoint, id))
	a.PutStr("server.address", "api.example.com")
	a.PutInt("server.port", 443)
	a.PutStr("client.address", fmt.Sprintf("203.%d.%d.%d", random.IntN(256), random.IntN(256), random.IntN(256)))
	a.PutStr("network.protocol.version", "1.1")
	a.PutInt("http.response.status_code", 200)
	a.PutInt("http.request.body.size", int64(random.IntN(2000)))
	a.PutInt("http.response.body.size", int64(random.IntN(20000)))
	a.PutStr("user_agent.original", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36")
	a.PutStr("http.request.header.traceparent", fmt.Sprintf("00-%016x%016x-%016x-01", random.Uint64(), random.Uint64(), random.Uint64()))
	a.PutStr("http.request.header.x-request-id", fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48)))
	a.PutStr("user.id", fmt.Sprintf("user-%d", random.IntN(500)))
	a.PutStr("lowcode.connector.id", fmt.Sprintf("connector-%d", random.IntN(40)))
	a.PutStr("lowcode.tenant.id", "acme")
	a.PutStr("lowcode.identity.status", "verified")
	notes := []string{"nothing to see in this sentence", "order is complete and was paid"}
	for i, dirtied := range []string{
		fmt.Sprintf("please write to user.%d@example.com", id),
		"order is complete and was paid with 4111" + "1111" + "1111" + "1111",
	}[:t.dirty] {
		notes[i] = dirtied
	}
	for i, note := range notes {
		a.PutStr(fmt.Sprintf("app.note.%d", i), note)
	}
}
