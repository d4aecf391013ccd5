package metadata

import (
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
)

const prefix = "otelcol_exporter_clickhouse_store_"

// TelemetryBuilder holds the component's instruments. At any time, by table:
// received = stored + waiting + dead-lettered.
type TelemetryBuilder struct {
	ReceivedRows      metric.Int64Counter
	RefusedRows       metric.Int64Counter
	StoredRows        metric.Int64Counter
	DeadLetteredRows  metric.Int64Counter
	SendDuration      metric.Float64Histogram
	RecomputeDuration metric.Float64Histogram
	RecomputedReports metric.Int64Counter
	RollupOverflow    metric.Int64Counter

	waitingRows, segments, bytes metric.Int64ObservableGauge
	oldestAge                    metric.Float64ObservableGauge
	meter                        metric.Meter
	registration                 metric.Registration
}

// Waiting is what the folder of segments holds.
type Waiting struct {
	Rows      map[string]int
	Segments  int
	Bytes     int64
	OldestAge float64 // seconds
}

// NewTelemetryBuilder creates the instruments.
func NewTelemetryBuilder(settings component.TelemetrySettings) (*TelemetryBuilder, error) {
	b := &TelemetryBuilder{meter: settings.MeterProvider.Meter(ScopeName)}
	var errs error
	counter := func(name, unit, description string) metric.Int64Counter {
		c, err := b.meter.Int64Counter(prefix+name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = errors.Join(errs, err)
		return c
	}
	histogram := func(name, description string) metric.Float64Histogram {
		h, err := b.meter.Float64Histogram(prefix+name, metric.WithUnit("s"), metric.WithDescription(description))
		errs = errors.Join(errs, err)
		return h
	}
	gauge := func(name, unit, description string) metric.Int64ObservableGauge {
		g, err := b.meter.Int64ObservableGauge(prefix+name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = errors.Join(errs, err)
		return g
	}
	b.ReceivedRows = counter("received_rows", "{row}", "Rows that were acknowledged (origin=request), or found on disk at the start (origin=recovery).")
	b.RefusedRows = counter("refused_rows", "{row}", "Rows that were not acknowledged: the sender was told to try again, or that they cannot be stored.")
	b.StoredRows = counter("stored_rows", "{row}", "Rows that ClickHouse has.")
	b.DeadLetteredRows = counter("dead_lettered_rows", "{row}", "Rows that ClickHouse will never take; see weirctl dead-letter.")
	b.SendDuration = histogram("send_duration", "Duration of an INSERT.")
	b.RecomputeDuration = histogram("recompute_duration", "Duration of a recompute of actions and rollups.")
	b.RecomputedReports = counter("recomputed_reports", "{report}", "Reports of calls that a recompute has resolved.")
	b.RollupOverflow = counter("rollup_overflow", "{name}", "Endpoints and environments that were too many for a bucket of the rollups, and are in '{other}'.")
	b.waitingRows = gauge("waiting_rows", "{row}", "Acknowledged rows that ClickHouse does not have yet.")
	b.segments = gauge("waiting_segments", "{segment}", "Segments on disk.")
	b.bytes = gauge("waiting_bytes", "By", "Size of the segments on disk.")
	var err error
	b.oldestAge, err = b.meter.Float64ObservableGauge(prefix+"oldest_segment_age", metric.WithUnit("s"), metric.WithDescription("Age of the oldest segment on disk."))
	return b, errors.Join(errs, err)
}
