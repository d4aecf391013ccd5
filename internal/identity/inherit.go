package identity

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
)

// rememberedConfidence is what an identity is worth that an earlier batch lends,
// times its confidence: less than within the batch, where the parent can be seen.
const rememberedConfidence = 0.8

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

func (d *Decision) inherit(from *Decision) {
	d.become(from.Connector, from.Confidence*inheritedConfidence)
	if d.WorkflowID == "" {
		d.WorkflowID = from.WorkflowID
	}
}

func (d *Decision) become(c *catalog.Connector, confidence float64) {
	d.Status, d.Method, d.Reason = Inherited, TraceParent, NoReason
	d.Connector, d.Confidence = c, confidence
	if c.Platform != "" {
		d.Platform = c.Platform
	}
	d.addEvidence("trace_parent=trace_id")
}
