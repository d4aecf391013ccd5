package metadata

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Table is the attribute that tells tables apart.
func Table(name string) attribute.KeyValue { return attribute.String("table", name) }

// Observe registers the source of the gauges.
func (b *TelemetryBuilder) Observe(waiting func() Waiting) error {
	registration, err := b.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		w := waiting()
		for table, rows := range w.Rows {
			o.ObserveInt64(b.waitingRows, int64(rows), metric.WithAttributes(Table(table)))
		}
		o.ObserveInt64(b.segments, int64(w.Segments))
		o.ObserveInt64(b.bytes, w.Bytes)
		o.ObserveFloat64(b.oldestAge, w.OldestAge)
		return nil
	}, b.waitingRows, b.segments, b.bytes, b.oldestAge)
	b.registration = registration
	return err
}

// Shutdown unregisters the gauges.
func (b *TelemetryBuilder) Shutdown() error {
	if b.registration == nil {
		return nil
	}
	return errors.Join(b.registration.Unregister())
}
