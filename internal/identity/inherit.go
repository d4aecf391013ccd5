package identity

import "go.opentelemetry.io/collector/pdata/pcommon"

// maxAncestors bounds the walk up a trace; parents may form a circle.
const maxAncestors = 64

// Record is one span or log record of a batch on its way to being stamped.
type Record struct {
	Trace    pcommon.TraceID
	Span     pcommon.SpanID
	Parent   pcommon.SpanID // for a log record, the span it was written in
	Decision Decision
}

type spanKey struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
}

// Family finds the relatives of records within a batch. It is reused from batch
// to batch, by one goroutine at a time.
type Family struct {
	spans  map[spanKey]int32
	traces map[pcommon.TraceID]int32 // the one attributed record, or several
}

// several marks a trace whose records belong to different connectors.
const several = -1

// Inherit gives records without any signal the identity of their nearest
// ancestor in the batch, else the one connector that the batch's records of the
// same trace agree on: the parent on the wire is often a span nobody exported.
func (f *Family) Inherit(records []Record) {
	if !worthwhile(records) {
		return
	}
	f.learn(records)
	for i := range records {
		if d := &records[i].Decision; d.Reason == NoSignal && !records[i].Trace.IsEmpty() {
			if from := f.relative(records, i); from >= 0 {
				d.inherit(&records[from].Decision)
			}
		}
	}
	clear(f.spans)
	clear(f.traces)
}

// worthwhile reports whether some record has something that another one lacks.
func worthwhile(records []Record) bool {
	lacking, having := false, false
	for i := range records {
		lacking = lacking || records[i].Decision.Reason == NoSignal
		having = having || records[i].Decision.Connector != nil
	}
	return lacking && having
}

func (f *Family) learn(records []Record) {
	if f.spans == nil {
		f.spans = make(map[spanKey]int32, len(records))
		f.traces = map[pcommon.TraceID]int32{}
	}
	for i := range records {
		r := &records[i]
		if r.Trace.IsEmpty() {
			continue
		}
		if !r.Span.IsEmpty() {
			f.spans[spanKey{r.Trace, r.Span}] = int32(i)
		}
		if r.Decision.Connector == nil {
			continue
		}
		best, known := f.traces[r.Trace]
		switch {
		case !known:
			f.traces[r.Trace] = int32(i)
		case best == several:
		case records[best].Decision.Connector != r.Decision.Connector:
			f.traces[r.Trace] = several
		case records[best].Decision.Confidence < r.Decision.Confidence:
			f.traces[r.Trace] = int32(i)
		}
	}
}

// relative returns the record that record i inherits from, or -1. Records that
// inherited themselves are passed over, so the order of a batch does not matter.
func (f *Family) relative(records []Record, i int) int32 {
	trace, parent := records[i].Trace, records[i].Parent
	for range maxAncestors {
		at, known := f.spans[spanKey{trace, parent}]
		if !known || parent.IsEmpty() {
			break
		}
		if d := &records[at].Decision; d.Connector != nil && d.Status != Inherited {
			return at
		}
		parent = records[at].Parent
	}
	if at, known := f.traces[trace]; known {
		return at // several is -1, too
	}
	return -1
}

func (d *Decision) inherit(from *Decision) {
	d.Status, d.Method, d.Reason = Inherited, TraceParent, NoReason
	d.Connector = from.Connector
	d.Confidence = from.Confidence * inheritedConfidence
	if from.Connector.Platform != "" {
		d.Platform = from.Connector.Platform
	}
	if d.WorkflowID == "" {
		d.WorkflowID = from.WorkflowID
	}
	d.addEvidence("trace_parent=trace_id")
}
