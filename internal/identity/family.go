package identity

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxAncestors bounds the walk up a trace; parents may form a circle.
const maxAncestors = 64

// several marks a trace whose records belong to different connectors.
const several = -1

// Family finds the relatives of records within a batch. It is reused from batch
// to batch, by one goroutine at a time.
type Family struct {
	spans   spanTable
	indexed bool // spans holds the batch at hand
	traces  map[pcommon.TraceID]lender
}

// lender is what the batch's evidence of the highest standing says of a trace.
type lender struct {
	record   int32 // which lends to all of its trace, or several
	standing standing
}

// Inherit is InheritAcross for a batch on its own.
func (f *Family) Inherit(records []Record) { f.InheritAcross(records, Memory{}) }

// InheritAcross gives records without any signal the identity of their nearest
// ancestor in the batch, else the one connector that the trace's evidence of the
// highest standing agrees on, in this batch and in earlier ones: the parent on
// the wire is often a span nobody exported. What the batch's own evidence says of
// its traces goes into the memory.
func (f *Family) InheritAcross(records []Record, memory Memory) Inheritance {
	f.Forget()
	lacking, lending := survey(records)
	if lacking && lending {
		f.index(records)
		f.learn(records)
	}
	var done Inheritance
	if lending && memory.Traces != nil {
		done.Evicted = f.teach(records, memory)
	}
	if !lacking || !lending && memory.Traces == nil {
		return done
	}
	for i := range records {
		if d := &records[i].Decision; d.lacks() && !records[i].Trace.IsEmpty() {
			f.lend(records, i, memory, &done)
		}
	}
	return done
}

// survey reports whether some record has something that another one lacks.
func survey(records []Record) (lacking, lending bool) {
	for i := range records {
		d := &records[i].Decision
		lacking = lacking || d.lacks()
		lending = lending || d.lends()
	}
	return lacking, lending
}

// Seen reports whether anything else was known of the trace of record i when it
// came: its parent is in the batch, or another record had evidence. It is asked
// after Inherit.
func (f *Family) Seen(records []Record, i int) bool {
	r := &records[i]
	if r.known {
		return true
	}
	f.index(records)
	return f.spans.find(records, r.Trace, r.Parent) >= 0
}

// Forget makes room for another batch.
func (f *Family) Forget() {
	f.indexed = false
	clear(f.traces)
}

func (f *Family) index(records []Record) {
	if !f.indexed {
		f.spans.fill(records)
		f.indexed = true
	}
}

func (f *Family) learn(records []Record) {
	if f.traces == nil {
		f.traces = map[pcommon.TraceID]lender{}
	}
	for i := range records {
		r := &records[i]
		if r.Trace.IsEmpty() || !r.Decision.lends() {
			continue
		}
		news := lender{int32(i), r.Decision.standing()}
		best, known := f.traces[r.Trace]
		switch {
		case !known, best.standing < news.standing:
			f.traces[r.Trace] = news
		case best.standing > news.standing, best.record == several:
		case records[best.record].Decision.Connector != r.Decision.Connector:
			f.traces[r.Trace] = lender{several, news.standing}
		case records[best.record].Decision.Confidence < r.Decision.Confidence:
			f.traces[r.Trace] = news
		}
	}
}

// teach tells the memory what the batch knows, and learns of traces that
// belonged to another connector before: by evidence of the same standing, so
// that nobody lends, or of a higher one, so that the memory does.
func (f *Family) teach(records []Record, memory Memory) (evicted int) {
	now := unixSeconds(memory.Now)
	for i := range records {
		r := &records[i]
		d := &r.Decision
		if !d.teaches() || r.Trace.IsEmpty() {
			continue
		}
		lesson := memory.Traces.learn(r.Trace, d, now)
		r.known = lesson.known
		if lesson.evicted {
			evicted++
		}
		best, asked := f.traces[r.Trace]
		switch {
		case !asked:
		case best.standing < lesson.standing:
			delete(f.traces, r.Trace)
		case best.standing == lesson.standing && !lesson.agreed:
			f.traces[r.Trace] = lender{several, best.standing}
		}
	}
	return evicted
}

// lend gives record i what its relatives have.
func (f *Family) lend(records []Record, i int, memory Memory, done *Inheritance) {
	d := &records[i].Decision
	from, known := f.relative(records, i)
	records[i].known = known
	switch {
	case known && from != several:
		d.inherit(&records[from].Decision)
		done.FromBatch++
		return
	case known || memory.Traces == nil:
		return
	}
	trace, connector := memory.Traces.recall(records[i].Trace, unixSeconds(memory.Now))
	records[i].known = trace.isKnown()
	if connector == "" || !d.accepts(trace.standing) {
		return
	}
	if c := memory.Catalog.ConnectorByID(connector); c != nil { // it may have left the catalog
		d.become(c, float64(trace.confidence)/confidenceUnit*rememberedConfidence, trace.standing)
		done.Remembered++
	}
}

// relative returns the record that record i inherits from, or several. Records
// that inherited themselves are passed over, so the order of a batch does not matter.
func (f *Family) relative(records []Record, i int) (from int32, known bool) {
	if !f.indexed {
		return 0, false
	}
	trace, parent := records[i].Trace, records[i].Parent
	for range maxAncestors {
		at := f.spans.find(records, trace, parent)
		if at < 0 {
			break
		}
		if from := &records[at].Decision; from.lends() && records[i].Decision.accepts(from.standing()) {
			return at, true
		}
		parent = records[at].Parent
	}
	best, known := f.traces[trace]
	return best.record, known && records[i].Decision.accepts(best.standing)
}

func unixSeconds(t time.Time) uint32 { return uint32(t.Unix()) }
