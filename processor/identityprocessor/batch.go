package identityprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/route"
)

// batch is the working memory of one batch; it is reused.
type batch struct {
	resolver *identity.Resolver
	from     sender
	clock    clock
	counts   batchCounts

	records []identity.Record
	spans   []spanFacts // by index of records, for traces
	logs    []plog.LogRecord
	family  identity.Family
	signals identity.Signals
}

// spanFacts is what of a span's signals is needed again when it is stamped.
type spanFacts struct {
	span         ptrace.Span
	reportSource string
	path         string // to make the route of, "" if it has one
	userID       string
	report       bool
}

// maxKept keeps one huge batch from holding its memory for ever.
const maxKept = 20_000

func (p *identityProcessor) newBatch(from sender) *batch {
	b := p.batches.Get().(*batch)
	b.resolver = p.resolver.Load()
	b.from = from
	b.clock = newClock(p.now(), p.config.MaxClockSkew, from.backfill)
	b.counts = batchCounts{}
	return b
}

func (p *identityProcessor) release(b *batch) {
	if cap(b.records) > maxKept {
		return
	}
	clear(b.records)
	clear(b.spans)
	clear(b.logs)
	b.records, b.spans, b.logs = b.records[:0], b.spans[:0], b.logs[:0]
	p.batches.Put(b)
}

// strip removes lowcode.* unless the sender may set it.
func (b *batch) strip(attributes pcommon.Map) {
	if !b.from.own && strip(attributes) {
		b.counts.stripped++
	}
}

// addSpan decides by the span's own evidence.
func (b *batch) addSpan(span ptrace.Span, reportSource string) {
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
	facts := spanFacts{span: span, userID: s.UserID()}
	switch span.Kind() {
	case ptrace.SpanKindServer, ptrace.SpanKindConsumer:
		facts.report, facts.reportSource = true, reportSource
	case ptrace.SpanKindClient, ptrace.SpanKindProducer:
		facts.report = s.HasMethod
	}
	if facts.report && !s.HasRoute {
		facts.path = s.Path
	}
	b.records = append(b.records, identity.Record{Trace: span.TraceID(), Span: span.SpanID(), Parent: span.ParentSpanID()})
	b.resolver.Resolve(s, b.from.trusted, &b.records[len(b.records)-1].Decision)
	b.spans = append(b.spans, facts)
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
	b.resolver.Resolve(s, b.from.trusted, &b.records[len(b.records)-1].Decision)
	b.logs = append(b.logs, record)
}

// stampSpans writes what was decided, with what relatives lend.
func (b *batch) stampSpans() {
	b.family.Inherit(b.records)
	for i := range b.records {
		d, facts := &b.records[i].Decision, &b.spans[i]
		b.counts.records[cellOf(d)]++
		attributes := facts.span.Attributes()
		if !facts.report {
			d.Stamp(attributes)
			continue
		}
		d.StampReport(attributes, b.resolver.Revision())
		if facts.reportSource != "" {
			attributes.PutStr(lowcode.KeyReportSource, facts.reportSource)
		}
		if facts.path != "" {
			attributes.PutStr("http.route", route.Template(facts.path))
		}
		if facts.userID != "" {
			attributes.PutStr("user.id", facts.userID)
		}
	}
}

func (b *batch) stampLogs() {
	b.family.Inherit(b.records)
	for i := range b.records {
		d := &b.records[i].Decision
		b.counts.records[cellOf(d)]++
		d.Stamp(b.logs[i].Attributes())
	}
}
