// Package metadata holds the identifiers and telemetry of the component, as
// metadata.yaml declares them; a test holds the two together.
package metadata

import "go.opentelemetry.io/collector/component"

// Type is the name of the component in a configuration.
var Type = component.MustNewType("redact")

const (
	// ScopeName is the instrumentation scope of the component's own telemetry.
	ScopeName = "github.com/weir-otel/weir/processor/redactprocessor"
)

// Stability by signal, as metadata.yaml has it.
const (
	TracesStability   = component.StabilityLevelAlpha
	LogsStability     = component.StabilityLevelAlpha
	MetricsStability  = component.StabilityLevelAlpha
	ProfilesStability = component.StabilityLevelDevelopment
)
