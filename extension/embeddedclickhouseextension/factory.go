package embeddedclickhouseextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/weir-otel/weir/extension/embeddedclickhouseextension/internal/metadata"
)

// NewFactory returns the factory of embedded_clickhouse.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func createDefaultConfig() component.Config {
	return &Config{
		Endpoint:          "127.0.0.1:8123",
		Directory:         "/var/lib/weir/clickhouse",
		MemoryLimitMiB:    1024,
		MaxRequestBodyMiB: 256,
	}
}

func create(_ context.Context, settings extension.Settings, cfg component.Config) (extension.Extension, error) {
	return newEngine(settings.TelemetrySettings, cfg.(*Config))
}
