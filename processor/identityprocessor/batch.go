package identityprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/identity"
)

// batch is the working memory of one batch; it is reused.
type batch struct {
	resolver *identity.Resolver
	memory   identity.Memory
	inherits bool
	from     sender
	clock    clock
	services *services
	counts   batchCounts

	records []identity.Record
	spans   []spanFacts // by index of records, for traces
	reports []report
	logs    []plog.LogRecord
	family  identity.Family
	signals identity.Signals
}

// spanFacts is what of a span is needed again when it is stamped.
type spanFacts struct {
	span   ptrace.Span
	report int32 // in reports, or noReport
}

const noReport = -1

// report is what is known of a span that reports a call.
type report struct {
	label int  // of the service, among those that are counted
	entry bool // it took the call in, so a caller may have propagated a trace
	facts identity.Facts
}

// origin is what the spans of one resource have in common.
type origin struct {
	service string
	label   int    // as of its reports, or noLabel
	worthy  bool   // one of its reports was worth a label of its own
	source  string // lowcode.report.source of its server spans, "" for none
}

const noLabel = -1 // no span has reported a call so far

// maxKept keeps one huge batch from holding its memory for ever.
const maxKept = 20_000

func (p *identityProcessor) newBatch(from sender) *batch {
	now := p.now()
	b := p.batches.Get().(*batch)
	b.resolver = p.resolver.Load()
	b.memory = identity.Memory{Traces: p.traces, Catalog: b.resolver.Catalog(), Now: now}
	b.inherits, b.services = p.inherits, p.counters.services
	b.from = from
	b.clock = newClock(now, p.config, from)
	return b
}

// release empties b for the next batch; nothing of a sender's data is kept.
func (p *identityProcessor) release(b *batch) {
	if cap(b.records) > maxKept {
		return
	}
	clear(b.records)
	clear(b.spans)
	clear(b.reports)
	clear(b.logs)
	b.records, b.spans, b.reports, b.logs = b.records[:0], b.spans[:0], b.reports[:0], b.logs[:0]
	b.family.Forget()
	b.signals = identity.Signals{}
	b.counts.reset()
	p.batches.Put(b)
}

// strip removes lowcode.* unless the sender may set it.
func (b *batch) strip(attributes pcommon.Map) {
	if !b.from.own && strip(attributes) {
		b.counts.stripped++
	}
}

// addSpan decides by the span's own evidence.
func (b *batch) addSpan(span ptrace.Span, from *origin) {
	s := &b.signals
	b.resolver.Collect(span.Attributes(), b.from.own, s)
	if !b.from.own && stripSpan(span, s.HasLowcode) {
		b.counts.stripped++
	}
	if b.clock.clampSpan(span) {
		b.counts.clamped++
	}
	if s.Identified {
		return // another Weir has decided
	}
	b.records = append(b.records, identity.Record{Trace: span.TraceID(), Span: span.SpanID(), Parent: span.ParentSpanID()})
	b.resolve(&b.records[len(b.records)-1].Decision, span.StartTimestamp())
	kept := spanFacts{span: span, report: noReport}
	if isReport, entry := reportOf(span.Kind(), s); isReport {
		kept.report = int32(len(b.reports))
		b.reports = append(b.reports, report{label: b.labelOf(from), entry: entry})
		facts := &b.reports[kept.report].facts
		b.resolver.Describe(s, from.service, facts)
		if entry {
			facts.Source = from.source
		}
	}
	b.spans = append(b.spans, kept)
}

// labelOf returns the label of the service that reports the newest record.
// Anybody can invent names of services, so only a trusted peer's, and one whose
// call names a connector, is worth a label of its own.
func (b *batch) labelOf(from *origin) int {
	worthy := b.from.trusted() || b.records[len(b.records)-1].Decision.Connector != nil
	if from.label == noLabel || worthy && !from.worthy {
		from.label, from.worthy = b.services.label(from.service, worthy), worthy
	}
	return from.label
}

// reportOf says whether a span reports a call, and whether as the one who took it in.
func reportOf(kind ptrace.SpanKind, s *identity.Signals) (isReport, entry bool) {
	switch kind {
	case ptrace.SpanKindServer, ptrace.SpanKindConsumer:
		return true, true
	case ptrace.SpanKindClient, ptrace.SpanKindProducer:
		return s.HasMethod, false
	}
	return false, false
}

// resolve judges what Collect found, as of the time that the record is of.
func (b *batch) resolve(d *identity.Decision, at pcommon.Timestamp) {
	b.signals.At = b.clock.judged(at)
	b.resolver.Resolve(&b.signals, b.from.trust, d)
}

// addLog decides by the record's own evidence.
func (b *batch) addLog(record plog.LogRecord) {
	s := &b.signals
	b.resolver.Collect(record.Attributes(), b.from.own, s)
	if s.HasLowcode {
		b.strip(record.Attributes())
	}
	if b.clock.clampLog(record) {
		b.counts.clamped++
	}
	if s.Identified {
		return
	}
	b.records = append(b.records, identity.Record{Trace: record.TraceID(), Parent: record.SpanID()})
	b.resolve(&b.records[len(b.records)-1].Decision, record.Timestamp())
	b.logs = append(b.logs, record)
}

// inherit lets records have what their relatives have.
func (b *batch) inherit() {
	if b.inherits {
		b.counts.inheritance = b.family.InheritAcross(b.records, b.memory)
	}
}

// stampSpans writes what was decided, with what relatives lend.
func (b *batch) stampSpans() {
	b.inherit()
	for i := range b.records {
		d, kept := &b.records[i].Decision, &b.spans[i]
		attributes := kept.span.Attributes()
		if kept.report == noReport {
			b.counts.record(kindSpan, d)
			d.Stamp(attributes)
			continue
		}
		r := &b.reports[kept.report]
		b.counts.record(kindCall, d)
		b.counts.call(r.label, d.Status)
		d.StampReport(attributes, &r.facts, b.resolver.Revision())
		if r.entry {
			b.counts.contexts[b.contextOf(i)]++
		}
	}
}

// contextOf says how much of the trace of record i was known when it came.
func (b *batch) contextOf(i int) traceContext {
	switch r := &b.records[i]; {
	case r.Trace.IsEmpty():
		return contextNone
	case r.Parent.IsEmpty():
		return contextRoot
	case b.family.Seen(b.records, i):
		return contextSeen
	}
	return contextUnseen
}

func (b *batch) stampLogs() {
	b.inherit()
	for i := range b.records {
		d := &b.records[i].Decision
		b.counts.record(kindLog, d)
		d.Stamp(b.logs[i].Attributes())
	}
}
