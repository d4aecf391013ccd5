package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const batchSize = 1000

// generator makes gateway server spans with 20 attributes, the same for a seed:
// 40 connectors × 25 endpoints, each span a trace of its own.
type generator struct {
	random *rand.Rand
	start  time.Time
	step   time.Duration
}

// newGenerator spreads that many spans over a day.
func newGenerator(start time.Time, spans int) *generator {
	return &generator{random: rand.New(rand.NewPCG(1, 2)), start: start, step: 24 * time.Hour / time.Duration(max(1, spans))}
}

func (g *generator) batch(spans int) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api-gateway")
	resource.Resource().Attributes().PutStr("deployment.environment.name", "production")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Spans().EnsureCapacity(spans)
	for range spans {
		g.fill(scope.Spans().AppendEmpty())
	}
	return traces
}

func (g *generator) fill(span ptrace.Span) {
	var trace [16]byte
	binary.BigEndian.PutUint64(trace[:], g.random.Uint64())
	binary.BigEndian.PutUint64(trace[8:], g.random.Uint64())
	var parent, id [8]byte
	binary.BigEndian.PutUint64(parent[:], g.random.Uint64())
	binary.BigEndian.PutUint64(id[:], g.random.Uint64())
	span.SetTraceID(trace)
	span.SetParentSpanID(parent)
	span.SetSpanID(id)
	span.SetKind(ptrace.SpanKindServer)
	g.start = g.start.Add(g.step)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(g.start))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(g.start.Add(time.Duration(g.random.IntN(200)) * time.Millisecond)))
	g.attributes(span)
}

func (g *generator) attributes(span ptrace.Span) {
	connector, endpoint, id := g.random.IntN(40), g.random.IntN(25), g.random.IntN(1_000_000)
	span.SetName(fmt.Sprintf("GET /v1/resource-%d/{id}", endpoint))
	a := span.Attributes()
	a.EnsureCapacity(20)
	a.PutStr("http.request.method", "GET")
	a.PutStr("http.route", fmt.Sprintf("/v1/resource-%d/{id}", endpoint))
	a.PutStr("url.path", fmt.Sprintf("/v1/resource-%d/%d", endpoint, id))
	a.PutStr("url.scheme", "https")
	a.PutStr("server.address", "api.example.com")
	a.PutInt("server.port", 443)
	a.PutInt("http.response.status_code", 200)
	a.PutInt("http.request.body.size", int64(g.random.IntN(2000)))
	a.PutInt("http.response.body.size", int64(g.random.IntN(20000)))
	a.PutStr("network.protocol.version", "1.1")
	a.PutStr("user_agent.original", "Make/production")
	a.PutStr("user.id", fmt.Sprintf("user-%d", g.random.IntN(500)))
	a.PutStr("lowcode.connector.id", fmt.Sprintf("connector-%d", connector))
	a.PutStr("lowcode.connector.name", fmt.Sprintf("Connector %d", connector))
	a.PutStr("lowcode.platform.name", "make")
	a.PutStr("lowcode.tenant.id", "acme")
	a.PutStr("lowcode.identity.status", "verified")
	a.PutStr("lowcode.identity.method", "gateway_consumer")
	for i := range 2 {
		a.PutStr(fmt.Sprintf("app.note.%d", i), "nothing to see in this sentence")
	}
}
