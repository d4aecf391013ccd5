package metadata

import (
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
)

const prefix = "otelcol_exporter_clickhouse_store_"

// TelemetryBuilder holds the component's instruments. Those that count rows are
// read together from one Snapshot: see Observe.
type TelemetryBuilder struct {
	SendDuration      metric.Float64Histogram
	RecomputeDuration metric.Float64Histogram
	RecomputedReports metric.Int64Counter
	RollupOverflow    metric.Int64Counter

	receivedRows, refusedRows, duplicateRows, storedRows, deadLetteredRows metric.Int64ObservableCounter

	waitingRows, segments, asideSegments, bytes, state metric.Int64ObservableGauge
	oldestAge                                          metric.Float64ObservableGauge

	meter        metric.Meter
	registration metric.Registration
}

// NewTelemetryBuilder creates the instruments.
func NewTelemetryBuilder(settings component.TelemetrySettings) (*TelemetryBuilder, error) {
	b := &TelemetryBuilder{meter: settings.MeterProvider.Meter(ScopeName)}
	m := maker{meter: b.meter}
	b.receivedRows = m.rows("received_rows", "Rows that were acknowledged (origin=request), found on disk at the start (origin=recovery), or added when a segment was sealed (origin=trailer).")
	b.refusedRows = m.rows("refused_rows", "Rows that were not acknowledged: the sender was told to try again, or that they cannot be stored.")
	b.duplicateRows = m.rows("duplicate_rows", "Rows of requests that were sent again after they had been acknowledged; they are stored once, and not in received_rows again.")
	b.storedRows = m.rows("stored_rows", "Rows that ClickHouse has.")
	b.deadLetteredRows = m.rows("dead_lettered_rows", "Rows that ClickHouse will never take; see weirctl dead-letter.")
	b.waitingRows = m.gauge("waiting_rows", "{row}", "Acknowledged rows that ClickHouse does not have yet.")
	b.segments = m.gauge("waiting_segments", "{segment}", "Segments that wait for ClickHouse.")
	b.asideSegments = m.gauge("aside_segments", "{segment}", "Segments that were put aside because ClickHouse refuses rows of them for a reason that may pass.")
	b.bytes = m.gauge("waiting_bytes", "By", "Size of the segments that wait.")
	b.state = m.gauge("state", "1", "1 for the state the segment folder is in (ok, full, no_space, read_only, failed), 0 for the others. Data is taken in state ok only.")
	b.oldestAge = m.seconds("oldest_segment_age", "Age of the oldest segment that waits.")
	b.SendDuration = m.histogram("send_duration", "Duration of an INSERT.")
	b.RecomputeDuration = m.histogram("recompute_duration", "Duration of a recompute of actions and rollups.")
	b.RecomputedReports = m.counter("recomputed_reports", "{report}", "Reports of calls that a recompute has resolved.")
	b.RollupOverflow = m.counter("rollup_overflow", "{name}", "Endpoints and environments that were too many for a bucket of the rollups, and are in '{other}'.")
	return b, m.err
}

// maker creates instruments and collects what fails.
type maker struct {
	meter metric.Meter
	err   error
}

func (m *maker) failed(err error) { m.err = errors.Join(m.err, err) }

func (m *maker) counter(name, unit, description string) metric.Int64Counter {
	c, err := m.meter.Int64Counter(prefix+name, metric.WithUnit(unit), metric.WithDescription(description))
	m.failed(err)
	return c
}

func (m *maker) rows(name, description string) metric.Int64ObservableCounter {
	c, err := m.meter.Int64ObservableCounter(prefix+name, metric.WithUnit("{row}"), metric.WithDescription(description))
	m.failed(err)
	return c
}

func (m *maker) gauge(name, unit, description string) metric.Int64ObservableGauge {
	g, err := m.meter.Int64ObservableGauge(prefix+name, metric.WithUnit(unit), metric.WithDescription(description))
	m.failed(err)
	return g
}

func (m *maker) seconds(name, description string) metric.Float64ObservableGauge {
	g, err := m.meter.Float64ObservableGauge(prefix+name, metric.WithUnit("s"), metric.WithDescription(description))
	m.failed(err)
	return g
}

func (m *maker) histogram(name, description string) metric.Float64Histogram {
	h, err := m.meter.Float64Histogram(prefix+name, metric.WithUnit("s"), metric.WithDescription(description))
	m.failed(err)
	return h
}
