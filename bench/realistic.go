package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// realistic makes the traces of API calls as SDKs send them, the same for a
// seed: a gateway's span, its call of one of eight services, that service's own
// span, and what it does then, 6 spans a trace on average. Ids are random, times
// and durations have nanoseconds; spans carry the HTTP and database attributes of
// the semantic conventions, one in twelve an event, one in fifty a link; 3% of the
// calls fail with an exception and its stack trace.
type realistic struct {
	random  *rand.Rand
	start   time.Time
	step    time.Duration // mean time between two calls
	pending []served
	trace   pcommon.TraceID
	call    apiCall
	// evidence leaves out what the identity processor adds, and has what it works
	// on instead.
	evidence bool
}

// apiCall is what the spans of one trace have in common.
type apiCall struct {
	service, connector, endpoint, user, pod int
	id                                      uint64
	address                                 string
	fails                                   bool
}

// served is a span and the service that made it.
type served struct {
	service, pod int
	span         ptrace.Span
}

const (
	gateway      = 0
	servicePods  = 3
	connectors   = 40
	endpoints    = 25
	users        = 500
	spansOfTrace = 6
)

var serviceNames = []string{"api-gateway", "contacts", "orders", "billing", "documents", "inventory", "search", "notifications", "reports"}

// newRealistic spreads that many spans over a day.
func newRealistic(start time.Time, spans int) *realistic {
	return &realistic{
		random: rand.New(rand.NewPCG(3, 4)), start: start,
		step: 24 * time.Hour / time.Duration(max(1, spans/spansOfTrace)),
	}
}

// batch has that many spans, grouped by the process that made them, as a
// collector gets them from several SDKs.
func (g *realistic) batch(spans int) ptrace.Traces {
	for len(g.pending) < spans {
		g.addTrace()
	}
	traces := ptrace.NewTraces()
	groups := map[[2]int]ptrace.SpanSlice{}
	for _, s := range g.pending[:spans] {
		group, ok := groups[[2]int{s.service, s.pod}]
		if !ok {
			rs := traces.ResourceSpans().AppendEmpty()
			rs.SetSchemaUrl("https://opentelemetry.io/schemas/1.37.0")
			fillResource(rs.Resource().Attributes(), s.service, s.pod)
			ss := rs.ScopeSpans().AppendEmpty()
			ss.Scope().SetName("io.opentelemetry.http")
			ss.Scope().SetVersion("2.16.0-alpha")
			group = ss.Spans()
			groups[[2]int{s.service, s.pod}] = group
		}
		s.span.MoveTo(group.AppendEmpty())
	}
	g.pending = append(g.pending[:0], g.pending[spans:]...)
	return traces
}

func fillResource(a pcommon.Map, service, pod int) {
	name := serviceNames[service]
	random := rand.New(rand.NewPCG(uint64(service), uint64(pod)))
	a.PutStr("service.name", name)
	a.PutStr("service.namespace", "platform")
	a.PutStr("service.version", fmt.Sprintf("4.%d.1", service))
	a.PutStr("service.instance.id", uuid(random))
	a.PutStr("deployment.environment.name", "production")
	a.PutStr("k8s.namespace.name", "platform")
	a.PutStr("k8s.deployment.name", name)
	a.PutStr("k8s.pod.name", fmt.Sprintf("%s-7d9f8b6c4-%05x", name, random.IntN(1<<20)))
	a.PutStr("k8s.pod.uid", uuid(random))
	a.PutStr("k8s.node.name", fmt.Sprintf("ip-10-0-%d-%d.internal", pod, random.IntN(256)))
	a.PutStr("cloud.provider", "aws")
	a.PutStr("cloud.region", "eu-central-1")
	a.PutStr("telemetry.sdk.name", "opentelemetry")
	a.PutStr("telemetry.sdk.language", "java")
	a.PutStr("telemetry.sdk.version", "1.51.0")
	a.PutInt("process.pid", int64(random.IntN(4000)))
}

// addTrace makes the spans of one call.
func (g *realistic) addTrace() {
	r := g.random
	g.start = g.start.Add(time.Duration(r.ExpFloat64() * float64(g.step)))
	binary.BigEndian.PutUint64(g.trace[:], r.Uint64())
	binary.BigEndian.PutUint64(g.trace[8:], r.Uint64())
	g.call = apiCall{
		service: 1 + r.IntN(len(serviceNames)-1), connector: g.skewed(connectors), endpoint: g.skewed(endpoints),
		user: g.skewed(users), pod: r.IntN(servicePods), id: r.Uint64N(1e9),
		address: fmt.Sprintf("203.0.%d.%d", r.IntN(4), r.IntN(256)), fails: r.IntN(100) < 3,
	}
	took := time.Duration(math.Exp(r.NormFloat64()*0.8+17.5)) + time.Millisecond // about 40 ms
	edge := g.span(gateway, pcommon.SpanID{}, ptrace.SpanKindServer, g.start, took)
	g.fillServer(edge, "api.example.com")
	g.stamp(edge, "verified")
	g.link(edge)
	hop := g.span(gateway, edge.SpanID(), ptrace.SpanKindClient, g.within(g.start, took/20), took*9/10)
	g.fillClient(hop)
	began := g.within(hop.StartTimestamp().AsTime(), took/20)
	served := g.span(g.call.service, hop.SpanID(), ptrace.SpanKindServer, began, took*8/10)
	g.fillServer(served, serviceNames[g.call.service]+".platform.svc")
	g.stamp(served, "inherited")
	g.fail(served)
	g.work(served, began, took/2)
}

// work adds what the service does: database queries, and steps of its own.
func (g *realistic) work(parent ptrace.Span, began time.Time, took time.Duration) {
	for range 1 + g.random.IntN(3) {
		query := g.span(g.call.service, parent.SpanID(), ptrace.SpanKindClient, g.within(began, took), g.upTo(took/3))
		g.fillQuery(query)
	}
	for range g.random.IntN(3) {
		step := g.span(g.call.service, parent.SpanID(), ptrace.SpanKindInternal, g.within(began, took), g.upTo(took/4))
		step.SetName([]string{"validate", "authorize", "serialize", "render"}[g.random.IntN(4)])
		step.Attributes().PutStr("code.function.name", "com.example."+serviceNames[g.call.service]+"."+step.Name())
		step.Attributes().PutInt("thread.id", int64(20+g.random.IntN(40)))
		g.event(step)
	}
}

func (g *realistic) span(service int, parent pcommon.SpanID, kind ptrace.SpanKind, start time.Time, took time.Duration) ptrace.Span {
	s := ptrace.NewSpan()
	var id pcommon.SpanID
	binary.BigEndian.PutUint64(id[:], g.random.Uint64())
	s.SetTraceID(g.trace)
	s.SetSpanID(id)
	s.SetParentSpanID(parent)
	s.SetFlags(0x101)
	s.SetKind(kind)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(took)))
	g.pending = append(g.pending, served{service, g.call.pod, s})
	return s
}

func (g *realistic) within(start time.Time, d time.Duration) time.Time { return start.Add(g.upTo(d)) }

func (g *realistic) upTo(d time.Duration) time.Duration {
	return time.Duration(g.random.Int64N(int64(max(d, 1))))
}

// skewed prefers small numbers: a few connectors make most of the calls.
func (g *realistic) skewed(n int) int { return min(int(g.random.ExpFloat64()*float64(n)/4), n-1) }

func uuid(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
}
