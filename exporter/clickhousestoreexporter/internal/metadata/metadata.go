// Package metadata holds the identifiers and the self-telemetry of the
// component, as metadata.yaml declares them; a test holds the two together.
package metadata

import "go.opentelemetry.io/collector/component"

// Type is the name of the component in a configuration.
var Type = component.MustNewType("clickhouse_store")

const (
	// ScopeName is the instrumentation scope of the component's own telemetry.
	ScopeName = "github.com/weir-otel/weir/exporter/clickhousestoreexporter"
)

// Stability by signal, as metadata.yaml has it.
const (
	TracesStability  = component.StabilityLevelAlpha
	LogsStability    = component.StabilityLevelAlpha
	MetricsStability = component.StabilityLevelAlpha
)
