package metadata

import (
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
)

// TelemetryBuilder holds the instruments that metadata.yaml declares.
type TelemetryBuilder struct {
	Findings      metric.Int64Counter
	Notifications metric.Int64Counter
	Firing        metric.Int64Gauge
}

// NewTelemetryBuilder creates the instruments.
func NewTelemetryBuilder(settings component.TelemetrySettings) (*TelemetryBuilder, error) {
	meter := settings.MeterProvider.Meter(ScopeName)
	var builder TelemetryBuilder
	var err, errs error
	builder.Findings, err = meter.Int64Counter("otelcol_exporter_alert_findings",
		metric.WithUnit("{finding}"), metric.WithDescription("Findings received, by what was done with them."))
	errs = errors.Join(errs, err)
	builder.Notifications, err = meter.Int64Counter("otelcol_exporter_alert_notifications",
		metric.WithUnit("{notification}"), metric.WithDescription("Notifications, by destination and outcome: delivered, rejected (for good), failed (will be tried again)."))
	errs = errors.Join(errs, err)
	builder.Firing, err = meter.Int64Gauge("otelcol_exporter_alert_firing",
		metric.WithUnit("{episode}"), metric.WithDescription("Episodes that fire."))
	return &builder, errors.Join(errs, err)
}
