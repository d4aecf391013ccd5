package identity

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
)

const (
	// rememberedConfidence is what an identity is worth that an earlier batch
	// lends, times its confidence: less than within the batch, where the parent
	// can be seen.
	rememberedConfidence = 0.8
	// strangersConfidence is the most that a record of a sender who is not trusted
	// has of evidence that is more than a stranger's: anybody can write the trace id
	// of another's call.
	strangersConfidence = 0.3
)

// standing is how far the evidence of a trace can be relied on. Evidence of a
// lower standing neither replaces nor contradicts that of a higher one.
type standing uint8

const (
	strangersClaim standing = iota // anybody's word
	peersClaim                     // passed on by a trusted peer
	vouchedFor                     // by a trusted peer, or by Weir's own check of a token
)

// Record is one span or log record of a batch on its way to being stamped.
type Record struct {
	Trace    pcommon.TraceID
	Span     pcommon.SpanID
	Parent   pcommon.SpanID // for a log record, the span it was written in
	Decision Decision

	known bool // another record had evidence of the trace
}

// Memory is what earlier batches taught. The zero value remembers nothing.
type Memory struct {
	Traces  *Traces
	Catalog *catalog.Catalog // the revision that the batch is read by
	Now     time.Time
}

// Catalog returns the revision of the catalog that the resolver reads by.
func (r *Resolver) Catalog() *catalog.Catalog { return r.catalog }

// Inheritance counts what came of a batch.
type Inheritance struct {
	FromBatch  int // records that inherited from one of their own batch
	Remembered int // records that inherited from an earlier batch
	Evicted    int // traces forgotten before their time, to make room
}

// lacks reports a record that may inherit: nothing on it says who called. One
// with an unknown key or a token that failed is somebody else.
func (d *Decision) lacks() bool { return d.Reason == NoSignal || d.Reason == Disabled }

// lends reports a record whose own evidence names its connector.
func (d *Decision) lends() bool { return d.Connector != nil && d.Status != Inherited }

// teaches reports a record of whose connector nobody says otherwise.
func (d *Decision) teaches() bool {
	return d.Connector != nil && (d.Status == Verified || d.Status == Claimed)
}

// standing is that of a decision that lends or teaches.
func (d *Decision) standing() standing {
	switch {
	case d.Status != Claimed:
		return vouchedFor
	case d.Vouched:
		return peersClaim
	}
	return strangersClaim
}

// accepts reports whether d may inherit from evidence of some standing: a trusted
// peer's record never from a stranger's claim.
func (d *Decision) accepts(of standing) bool { return of != strangersClaim || !d.Vouched }

func (d *Decision) inherit(from *Decision) {
	d.become(from.Connector, from.Confidence*inheritedConfidence, from.standing())
	if d.WorkflowID == "" {
		d.WorkflowID = from.WorkflowID
	}
}

// become takes over a connector from evidence of some standing.
func (d *Decision) become(c *catalog.Connector, confidence float64, of standing) {
	if of != strangersClaim && !d.Vouched {
		confidence = min(confidence, strangersConfidence)
	}
	d.Status, d.Method, d.Reason = Inherited, TraceParent, NoReason
	d.Connector, d.Confidence = c, confidence
	if c.Platform != "" {
		d.Platform = c.Platform
	}
	d.addEvidence("trace_parent=trace_id")
}
