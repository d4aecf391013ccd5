package metadata

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Names of the component's metrics, as a Prometheus scrape shows them (without
// the unit and _total).
const (
	MatchesName       = "otelcol_processor_redact_matches"
	FailuresName      = "otelcol_processor_redact_failures"
	MissedName        = "otelcol_processor_redact_missed"
	SelfChecksName    = "otelcol_processor_redact_self_checks"
	PolicyReloadsName = "otelcol_processor_redact_policy_reloads"
)

// Outcome is a value of the label outcome.
type Outcome string

// Outcomes of reloads, and of sampled values.
const (
	Applied Outcome = "applied"
	Refused Outcome = "refused"
	Checked Outcome = "checked"
	Dropped Outcome = "dropped"
)

// Label is the outcome as an option of a measurement.
func (o Outcome) Label() metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", string(o))))
}

// TelemetryBuilder holds the component's instruments.
type TelemetryBuilder struct {
	// Matches counts matches by detector, place and action.
	Matches metric.Int64Counter
	// Failures counts values that could not be scanned, by place and reason.
	Failures metric.Int64Counter
	// Missed counts what the self-check found in the output, by detector and place.
	Missed metric.Int64Counter
	// SelfChecks counts sampled values, by outcome: Checked or Dropped.
	SelfChecks metric.Int64Counter
	// PolicyReloads counts new contents of the policy file, by outcome: Applied or Refused.
	PolicyReloads metric.Int64Counter
}

// NewTelemetryBuilder creates the instruments.
func NewTelemetryBuilder(settings component.TelemetrySettings) (*TelemetryBuilder, error) {
	meter := settings.MeterProvider.Meter(ScopeName)
	var b TelemetryBuilder
	for _, c := range []struct {
		counter                 *metric.Int64Counter
		name, description, unit string
	}{
		{&b.Matches, MatchesName, "Matches of redaction detectors.", "{match}"},
		{&b.Failures, FailuresName, "Values that could not be scanned or replaced and were replaced as a whole.", "{value}"},
		{&b.Missed, MissedName, "Matches that the self-check found in values that had been redacted.", "{match}"},
		{&b.SelfChecks, SelfChecksName, "Values sampled for the self-check.", "{value}"},
		{&b.PolicyReloads, PolicyReloadsName, "New contents of the policy file.", "{reload}"},
	} {
		var err error
		if *c.counter, err = meter.Int64Counter(c.name, metric.WithDescription(c.description), metric.WithUnit(c.unit)); err != nil {
			return nil, fmt.Errorf("cannot create the metric %s: %w", c.name, err)
		}
	}
	return &b, nil
}
