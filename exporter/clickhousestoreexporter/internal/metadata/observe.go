package metadata

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Table is the attribute that tells tables apart.
func Table(name string) attribute.KeyValue { return attribute.String("table", name) }

// Rows say what became of the rows of one table: Received, of all origins, is
// Stored + DeadLettered + Waiting.
type Rows struct {
	Received     map[string]int64 // by origin: request, recovery, trailer
	Refused      map[string]int64 // by reason
	Duplicate    int64
	Stored       int64
	DeadLettered int64
}

// Waiting rows are acknowledged and neither stored nor dead-lettered.
func (r *Rows) Waiting() int64 {
	waiting := -r.Stored - r.DeadLettered
	for _, n := range r.Received {
		waiting += n
	}
	return waiting
}

// Snapshot is the state of an exporter at one moment.
type Snapshot struct {
	Rows      map[string]Rows // by table
	Segments  int
	Aside     int
	Bytes     int64
	OldestAge float64 // seconds
	State     string  // one of States
}

// States that the segment folder can be in.
var states = []string{"ok", "full", "no_space", "read_only", "failed"}

// Observe registers the source of what is read as a snapshot, so that the
// counts of rows belong to the same moment.
func (b *TelemetryBuilder) Observe(take func() Snapshot) error {
	registration, err := b.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		b.report(o, take())
		return nil
	}, b.receivedRows, b.refusedRows, b.duplicateRows, b.storedRows, b.deadLetteredRows,
		b.waitingRows, b.segments, b.asideSegments, b.bytes, b.state, b.oldestAge)
	b.registration = registration
	return err
}

func (b *TelemetryBuilder) report(o metric.Observer, s Snapshot) {
	for name, rows := range s.Rows {
		table := Table(name)
		for origin, n := range rows.Received {
			o.ObserveInt64(b.receivedRows, n, metric.WithAttributes(table, attribute.String("origin", origin)))
		}
		for reason, n := range rows.Refused {
			o.ObserveInt64(b.refusedRows, n, metric.WithAttributes(table, attribute.String("reason", reason)))
		}
		o.ObserveInt64(b.duplicateRows, rows.Duplicate, metric.WithAttributes(table))
		o.ObserveInt64(b.storedRows, rows.Stored, metric.WithAttributes(table))
		o.ObserveInt64(b.deadLetteredRows, rows.DeadLettered, metric.WithAttributes(table))
		o.ObserveInt64(b.waitingRows, rows.Waiting(), metric.WithAttributes(table))
	}
	o.ObserveInt64(b.segments, int64(s.Segments))
	o.ObserveInt64(b.asideSegments, int64(s.Aside))
	o.ObserveInt64(b.bytes, s.Bytes)
	o.ObserveFloat64(b.oldestAge, s.OldestAge)
	for _, state := range states {
		var current int64
		if state == s.State {
			current = 1
		}
		o.ObserveInt64(b.state, current, metric.WithAttributes(attribute.String("state", state)))
	}
}

// Shutdown unregisters the source.
func (b *TelemetryBuilder) Shutdown() error {
	if b.registration == nil {
		return nil
	}
	return b.registration.Unregister()
}
