// Package metadata holds what metadata.yaml says, for the code.
package metadata

import "go.opentelemetry.io/collector/component"

// Type is the component's type, the key in a collector's configuration.
var Type = component.MustNewType("intake")

// ScopeName is the instrumentation scope of the component's own telemetry.
const ScopeName = "github.com/weir-otel/weir/receiver/intakereceiver"

// TracesStability is how far the traces signal may be relied on.
const TracesStability = component.StabilityLevelAlpha

// LogsStability is how far the logs signal may be relied on.
const LogsStability = component.StabilityLevelAlpha
