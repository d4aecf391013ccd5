package redactprocessor

import (
	"context"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact"
)

// Keys of the attributes this processor reads and writes.
const (
	keyConnector = lowcode.KeyConnectorID
	keyTenant    = lowcode.KeyTenantID

	keyDetectors = lowcode.KeyRedactionDetectors
	keyCount     = lowcode.KeyRedactionCount
	keyAliases   = lowcode.KeyRedactionAliases
)

// leave ends a span or log record in which something was found.
func (w *walker) leave(attributes pcommon.Map) {
	if w.audit && w.record.count > 0 {
		w.batch.from.add(w.named(attributes, keyConnector, w.source), w.named(attributes, keyTenant, w.tenant))
	}
	if w.summary && !w.dryRun && w.record.count > 0 {
		slices.Sort(w.record.detectors)
		attributes.EnsureCapacity(attributes.Len() + 2) // or it doubles
		putStrings(attributes, keyDetectors, w.record.detectors)
		attributes.PutInt(keyCount, w.record.count)
	}
	if len(w.record.aliases) > 0 {
		putStrings(attributes, keyAliases, w.record.aliases)
		w.record.aliases = w.record.aliases[:0]
	}
	w.record.reset()
}

// alias notes that a token replaces an older one of the same value, once in a
// while for each pair: the store keeps it.
func (w *walker) alias(m *redact.Match) {
	if m.Alias == "" || w.dryRun || !w.carriesAliases {
		return
	}
	pair := m.Alias + " " + m.Token
	if known, _ := w.aliases.ContainsOrAdd(pair, struct{}{}); !known {
		w.record.aliases = append(w.record.aliases, pair)
	}
}

// forgetAliases is for those that found no record to go with.
func (w *walker) forgetAliases() {
	for _, pair := range w.record.aliases {
		w.aliases.Remove(pair)
	}
	w.record.aliases = w.record.aliases[:0]
}

// flush adds a batch to the metrics and, if it is wanted, tells of it.
func (w *walker) flush(ctx context.Context) {
	for i := range w.batch.matches {
		m := &w.batch.matches[i]
		w.telemetry.Matches.Add(ctx, m.n, w.labels(m))
	}
	for i := range w.batch.failures {
		f := &w.batch.failures[i]
		w.telemetry.Failures.Add(ctx, f.n, metric.WithAttributes(attribute.Stringer("place", f.place), attribute.String("reason", f.reason)))
	}
	if w.audit {
		w.log.Info("redacted", w.auditRecord()...)
	}
	w.batch.reset()
}

// labelKey bounds the labels: detectors × places × actions.
type labelKey struct {
	detector, action string
	place            place
}

func (r *redactor) labels(m *matchCount) metric.MeasurementOption {
	key := labelKey{m.detector, m.action, m.place}
	if option, ok := r.options.Load(key); ok {
		return option.(metric.MeasurementOption)
	}
	option, _ := r.options.LoadOrStore(key, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("detector", m.detector), attribute.Stringer("place", m.place), attribute.String("action", m.action))))
	return option.(metric.MeasurementOption)
}

// auditRecord says what was found in a batch, and no value.
func (w *walker) auditRecord() []zap.Field {
	detectors, matches, failures := map[string]int64{}, int64(0), int64(0)
	for _, m := range w.batch.matches {
		detectors[m.detector] += m.n
		matches += m.n
	}
	for _, f := range w.batch.failures {
		failures += f.n
	}
	fields := []zap.Field{
		zap.String("signal", w.signal), zap.Int("records", w.batch.records), zap.Int64("matches", matches), zap.Int64("failures", failures),
		zap.Any("detectors", detectors), zap.Bool("dry_run", w.dryRun), zap.String("policy", w.policy.revision),
	}
	if c := w.batch.from.connector; c != "" && c != severalScopes {
		fields = append(fields, zap.String("connector", c))
	}
	if t := w.batch.from.tenant; t != "" && t != severalScopes {
		fields = append(fields, zap.String("tenant", t))
	}
	return fields
}
