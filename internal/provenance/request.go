package provenance

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

type requestKey struct{}

// request is what a context carries of the request that a batch came as.
type request struct {
	hash    [16]byte
	records int
	known   bool // until then there is no hash
}

// HashTraces returns a context that carries the hash of a request, by which the
// store recognises a re-send. It is to be called before anything changes the
// request.
//
// The hash is XXH3's of 128 bits, over the signal, the receiver as far as With
// has named it, the authenticated sender, and all that the request says, in its
// order. Where the sender connects from does not count. It is no cryptographic
// hash: senders can make two of their own requests look like one, but nobody
// else's, because what others send holds ids and times they do not know.
//
// A request gets no hash if one of its records has no time at all: two equal
// lines without a time may be two events.
func HashTraces(ctx context.Context, sender string, td ptrace.Traces) context.Context {
	ctx = ExpectTraces(ctx)
	hash := BeginTraces(ctx, sender, td)
	for _, resource := range td.ResourceSpans().All() {
		hash.Resource(resource)
		for _, scope := range resource.ScopeSpans().All() {
			hash.Scope(scope)
			for _, span := range scope.Spans().All() {
				hash.Span(span)
			}
		}
	}
	hash.End()
	return ctx
}

// ExpectTraces returns a context with room for the hash of a request, which
// TracesHash.End fills in. The batch must not be passed on before.
func ExpectTraces(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{})
}

// BeginTraces begins the hash that HashTraces makes. It makes none without the
// room of ExpectTraces.
func BeginTraces(ctx context.Context, sender string, td ptrace.Traces) TracesHash {
	into, _ := ctx.Value(requestKey{}).(*request)
	if into == nil {
		return TracesHash{}
	}
	h := newHasher(ctx, 't', sender)
	h.small(uint32(td.ResourceSpans().Len()))
	return TracesHash{h: h, into: into}
}

// HashLogs is HashTraces for log records.
func HashLogs(ctx context.Context, sender string, ld plog.Logs) context.Context {
	h := newHasher(ctx, 'l', sender)
	defer h.release()
	if !h.logs(ld) {
		return ctx
	}
	return withRequest(ctx, h, ld.LogRecordCount())
}

// HashMetrics is HashTraces for metrics.
func HashMetrics(ctx context.Context, sender string, md pmetric.Metrics) context.Context {
	h := newHasher(ctx, 'm', sender)
	defer h.release()
	if !h.metrics(md) {
		return ctx
	}
	return withRequest(ctx, h, md.DataPointCount())
}

func withRequest(ctx context.Context, h *hasher, records int) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{hash: h.sum(), records: records, known: true})
}

// RequestHash returns the hash of the request that a batch is. records is how
// many spans, log records or data points the batch has: if the request had
// another number, the batch is a part of it, or more than it, and has no hash;
// else one part could pass for a re-send of another. A batch processor between
// loses the context, and with it the hash.
func RequestHash(ctx context.Context, records int) (hash [16]byte, ok bool) {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil || !r.known || r.records != records {
		return [16]byte{}, false
	}
	return r.hash, true
}
