// Package metadata holds the identifiers of the component, as metadata.yaml
// declares them; a test holds the two together.
package metadata

import "go.opentelemetry.io/collector/component"

// Type is the name of the component in a configuration.
var Type = component.MustNewType("identity")

// ScopeName is the instrumentation scope of the component's own telemetry.
const ScopeName = "github.com/weir-otel/weir/processor/identityprocessor"

// How far each signal is to be relied upon.
const (
	TracesStability  = component.StabilityLevelAlpha
	LogsStability    = component.StabilityLevelAlpha
	MetricsStability = component.StabilityLevelAlpha
)
