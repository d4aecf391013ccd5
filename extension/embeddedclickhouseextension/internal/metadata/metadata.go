// Package metadata holds the identifiers of the component, as metadata.yaml
// declares them; a test holds the two together.
package metadata

import "go.opentelemetry.io/collector/component"

// Type is the name of the component in a configuration.
var Type = component.MustNewType("embedded_clickhouse")

const (
	// ScopeName is the instrumentation scope of the component's own telemetry.
	ScopeName = "github.com/weir-otel/weir/extension/embeddedclickhouseextension"

	// ExtensionStability is how far the component can be relied on.
	ExtensionStability = component.StabilityLevelAlpha
)
