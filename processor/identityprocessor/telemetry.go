package identityprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

// recordKind is what a record is counted as.
type recordKind uint8

const (
	kindCall recordKind = iota // a span that reports a call
	kindSpan                   // any other span
	kindLog
	kindDataPoint
)

var kindNames = [...]string{"call", "span", "log", "data_point"}

// traceContext is how much of its trace was known when a call's report came.
type traceContext uint8

const (
	contextNone   traceContext = iota // no trace id
	contextRoot                       // no parent: the caller propagated nothing
	contextSeen                       // the parent, or evidence of the trace
	contextUnseen                     // a parent that nobody has reported so far
)

var contextNames = [...]string{"none", "root", "seen", "unseen"}

// A cell is one combination of status, method and reason: an attributed record
// has no reason, an unattributed one no method.
const cells = identity.Statuses*identity.Methods + identity.Reasons

func cellOf(d *identity.Decision) int {
	if d.Status == identity.Unattributed {
		return identity.Statuses*identity.Methods + int(d.Reason)
	}
	return int(d.Status)*identity.Methods + int(d.Method)
}

// counters is the component's own telemetry.
type counters struct {
	records   metric.Int64Counter
	calls     metric.Int64Counter
	contexts  metric.Int64Counter
	inherited metric.Int64Counter
	evicted   metric.Int64Counter
	clamped   metric.Int64Counter
	stripped  metric.Int64Counter
	reloads   metric.Int64Counter

	cells             [len(kindNames)][cells]metric.MeasurementOption // attributes of records
	context           [len(contextNames)]metric.MeasurementOption
	batch, traceCache metric.MeasurementOption // where an inherited identity is from
	applied, refused  metric.MeasurementOption
	services          *services
}

func newCounters(settings component.TelemetrySettings) (*counters, error) {
	meter := settings.MeterProvider.Meter(metadata.ScopeName)
	var errs []error
	counter := func(name, unit, description string) metric.Int64Counter {
		c, err := meter.Int64Counter("otelcol_processor_identity_"+name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return c
	}
	c := &counters{
		records:   counter("records", "{record}", "Spans, log records and data points by how they were attributed."),
		calls:     counter("calls", "{call}", "Spans that report a call, by the service that reports it."),
		contexts:  counter("trace_context", "{call}", "Calls by how much of their trace was known when the span of the called side came."),
		inherited: counter("inherited", "{record}", "Records that inherited the identity of their trace."),
		evicted:   counter("trace_cache_evictions", "{trace}", "Traces that were forgotten before their time, to make room."),
		clamped:   counter("clamped", "{record}", "Records whose time was too far from their arrival and was set to it."),
		stripped:  counter("stripped", "{record}", "Records, resources and scopes that arrived with lowcode.* attributes from a sender that may not set them."),
		reloads:   counter("catalog_reloads", "{reload}", "New revisions of the catalog, and failures to have it."),

		batch: with("from", "batch"), traceCache: with("from", "trace_cache"),
		applied: with("outcome", "applied"), refused: with("outcome", "refused"),
		services: newServices(),
	}
	for kind, name := range kindNames {
		c.cells[kind] = cellAttributes(name)
	}
	for context, name := range contextNames {
		c.context[context] = with("context", name)
	}
	return c, errors.Join(errs...)
}

func with(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

func cellAttributes(kind string) (all [cells]metric.MeasurementOption) {
	attributes := func(status identity.Status, method identity.Method, reason identity.Reason) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(
			attribute.String("kind", kind),
			attribute.String("status", status.String()),
			attribute.String("method", method.String()),
			attribute.String("reason", reason.String()),
		))
	}
	for status := range identity.Statuses {
		for method := range identity.Methods {
			all[status*identity.Methods+method] = attributes(identity.Status(status), identity.Method(method), identity.NoReason)
		}
	}
	for reason := range identity.Reasons {
		all[identity.Statuses*identity.Methods+reason] = attributes(identity.Unattributed, identity.None, identity.Reason(reason))
	}
	return all
}

// batchCounts is what one batch adds, added at its end.
type batchCounts struct {
	records           [len(kindNames)][cells]int64
	services          [][identity.Statuses]int64 // by label
	contexts          [len(contextNames)]int64
	inheritance       identity.Inheritance
	clamped, stripped int64
}

func (b *batchCounts) record(kind recordKind, d *identity.Decision) { b.records[kind][cellOf(d)]++ }

func (b *batchCounts) call(service int, status identity.Status) {
	for service >= len(b.services) {
		b.services = append(b.services, [identity.Statuses]int64{})
	}
	b.services[service][status]++
}

// reset keeps the memory of services.
func (b *batchCounts) reset() {
	services := b.services[:0]
	*b = batchCounts{services: services}
}

func (c *counters) add(ctx context.Context, counts *batchCounts) {
	for kind := range counts.records {
		for cell, n := range counts.records[kind] {
			if n > 0 {
				c.records.Add(ctx, n, c.cells[kind][cell])
			}
		}
	}
	for label := range counts.services {
		for status, n := range counts.services[label] {
			if n > 0 {
				c.calls.Add(ctx, n, c.services.attributes(label, identity.Status(status)))
			}
		}
	}
	for context, n := range counts.contexts {
		if n > 0 {
			c.contexts.Add(ctx, n, c.context[context])
		}
	}
	addSome(ctx, c.inherited, int64(counts.inheritance.FromBatch), c.batch)
	addSome(ctx, c.inherited, int64(counts.inheritance.Remembered), c.traceCache)
	addSome(ctx, c.evicted, int64(counts.inheritance.Evicted))
	addSome(ctx, c.clamped, counts.clamped)
	addSome(ctx, c.stripped, counts.stripped)
}

func addSome(ctx context.Context, counter metric.Int64Counter, n int64, options ...metric.AddOption) {
	if n > 0 {
		counter.Add(ctx, n, options...)
	}
}
