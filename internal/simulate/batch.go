package simulate

import (
	"fmt"
	"iter"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// Batch is one OTLP trace export request, encoded, with calls next to each other in time.
type Batch struct {
	Payload []byte // ExportTraceServiceRequest; the receiver's to keep
	Spans   int
	Calls   int       // actions that the spans report
	Until   time.Time // when the last of them was
}

// maxBatchBytes keeps a request under the 4 MiB that gRPC servers take by default.
const maxBatchBytes = 3_500_000

// Batches encodes the calls as OTLP requests of about maxSpans spans, in order of time.
func (s *Simulation) Batches(maxSpans int) iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		b := newBatcher(s.opts.Secrets)
		for call := range s.Calls() {
			b.add(call)
			if b.spans >= maxSpans || b.size() >= maxBatchBytes {
				if !yield(b.take(call.Time)) {
					return
				}
			}
		}
		if b.spans > 0 {
			yield(b.take(s.end))
		}
	}
}

// Traces decodes the request.
func (b Batch) Traces() (ptrace.Traces, error) {
	request := ptraceotlp.NewExportRequest()
	if err := request.UnmarshalProto(b.Payload); err != nil {
		return ptrace.Traces{}, fmt.Errorf("cannot decode simulated spans: %w", err)
	}
	return request.Traces(), nil
}

// batcher collects spans by the service that sends them: the gateway's come
// together, those of clients and backends apart.
type batcher struct {
	encoder encoder
	planter *planter
	groups  map[string]*group
	order   []*group
	spans   int
	calls   int
}

// group is a ResourceSpans being written: resource, and spans as fields of its ScopeSpans.
type group struct {
	resource []byte
	spans    []byte
}

func newBatcher(secrets *Secrets) *batcher {
	return &batcher{groups: map[string]*group{}, planter: newPlanter(secrets)}
}

func (b *batcher) add(c *Call) {
	b.calls++
	span := b.encoder.gateway(c)
	span = b.planter.plant(span)
	b.append("api-gateway", span)
	if c.Connector.traced {
		b.append(c.Connector.service, b.encoder.client(c))
		b.append(c.Endpoint.service, b.encoder.backend(c))
	}
}

func (b *batcher) append(service string, span []byte) {
	g := b.groups[service]
	if g == nil {
		g = &group{resource: encodeResource(service)}
		b.groups[service] = g
		b.order = append(b.order, g)
	}
	g.spans = appendField(g.spans, 2, span) // ScopeSpans.spans
	b.spans++
}

func (b *batcher) size() int {
	n := 0
	for _, g := range b.order {
		n += len(g.spans)
	}
	return n
}

// take assembles the request and starts the next one.
func (b *batcher) take(until time.Time) Batch {
	out := Batch{Spans: b.spans, Calls: b.calls, Until: until}
	out.Payload = make([]byte, 0, b.size()+len(b.order)*400)
	for _, g := range b.order {
		if len(g.spans) == 0 {
			continue
		}
		scope := len(scopeField) + len(g.spans)
		length := len(g.resource) + 1 + varintLen(uint64(scope)) + scope
		out.Payload = appendLength(out.Payload, 1, length) // resource_spans
		out.Payload = append(out.Payload, g.resource...)
		out.Payload = appendLength(out.Payload, 2, scope) // scope_spans
		out.Payload = append(out.Payload, scopeField...)
		out.Payload = append(out.Payload, g.spans...)
		g.spans = g.spans[:0]
	}
	b.spans, b.calls = 0, 0
	return out
}

// scopeField is ScopeSpans.scope, an InstrumentationScope with a name.
var scopeField = appendField(nil, 1, appendField(nil, 1, "weir.simulate"))

func encodeResource(service string) []byte {
	var r []byte
	r = appendStringAttr(r, 1, "service.name", service)
	r = appendStringAttr(r, 1, "service.namespace", "apis")
	r = appendStringAttr(r, 1, "deployment.environment.name", "production")
	return appendField(nil, 1, r) // ResourceSpans.resource
}
