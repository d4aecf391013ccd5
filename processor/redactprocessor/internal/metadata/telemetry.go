package metadata

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
)

// Names of the component's metrics, as a Prometheus scrape shows them (without
// the unit and _total).
const (
	MatchesName  = "otelcol_processor_redact_matches"
	FailuresName = "otelcol_processor_redact_failures"
)

// TelemetryBuilder holds the component's instruments.
type TelemetryBuilder struct {
	// Matches counts matches by detector, place and action.
	Matches metric.Int64Counter
	// Failures counts values that could not be scanned, by place and reason.
	Failures metric.Int64Counter
}

// NewTelemetryBuilder creates the instruments.
func NewTelemetryBuilder(settings component.TelemetrySettings) (*TelemetryBuilder, error) {
	meter := settings.MeterProvider.Meter(ScopeName)
	var (
		b   TelemetryBuilder
		err error
	)
	if b.Matches, err = meter.Int64Counter(MatchesName,
		metric.WithDescription("Matches of redaction detectors."), metric.WithUnit("{match}")); err != nil {
		return nil, fmt.Errorf("cannot create the metric %s: %w", MatchesName, err)
	}
	if b.Failures, err = meter.Int64Counter(FailuresName,
		metric.WithDescription("Values that could not be scanned and were replaced as a whole."), metric.WithUnit("{value}")); err != nil {
		return nil, fmt.Errorf("cannot create the metric %s: %w", FailuresName, err)
	}
	return &b, nil
}
