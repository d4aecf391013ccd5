package manifest

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/otelcol/otelcoltest"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"

	"github.com/weir-otel/weir/exporter/alertexporter"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter"
	"github.com/weir-otel/weir/extension/embeddedclickhouseextension"
	"github.com/weir-otel/weir/processor/identityprocessor"
	"github.com/weir-otel/weir/processor/redactprocessor"
	"github.com/weir-otel/weir/receiver/baselinereceiver"
	"github.com/weir-otel/weir/receiver/intakereceiver"
)

// The shipped configurations name keys that our components have, with values
// that they accept. The built binary checks them once more in e2e/, with the
// upstream components that stand in here as ones that accept anything.
func TestShippedConfigsAreValid(t *testing.T) {
	configs, err := filepath.Glob(filepath.Join(root, "configs", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, configs)
	for _, config := range configs {
		t.Run(filepath.Base(config), func(t *testing.T) {
			t.Setenv("WEIR_CLICKHOUSE_PASSWORD", "from the environment")
			_, err := otelcoltest.LoadConfigAndValidate(config, factories(t))
			require.NoError(t, err)
		})
	}
}

func factories(t *testing.T) otelcol.Factories {
	t.Helper()
	var f otelcol.Factories
	var err error
	f.Extensions, err = otelcol.MakeFactoryMap[extension.Factory](
		embeddedclickhouseextension.NewFactory(), upstreamExtension("health_check"))
	require.NoError(t, err)
	f.Receivers, err = otelcol.MakeFactoryMap[receiver.Factory](
		baselinereceiver.NewFactory(), intakereceiver.NewFactory(), otlpreceiver.NewFactory())
	require.NoError(t, err)
	f.Processors, err = otelcol.MakeFactoryMap[processor.Factory](
		identityprocessor.NewFactory(), redactprocessor.NewFactory(), upstreamProcessor("memory_limiter"))
	require.NoError(t, err)
	f.Exporters, err = otelcol.MakeFactoryMap[exporter.Factory](
		alertexporter.NewFactory(), clickhousestoreexporter.NewFactory(), upstreamExporter("prometheus"), upstreamExporter("otlp_grpc"))
	require.NoError(t, err)
	return f
}

// anything is the configuration of a component of which only the name counts here.
type anything struct{}

func (*anything) Unmarshal(*confmap.Conf) error { return nil }

func anyConfig() component.Config { return &anything{} }

func upstreamExtension(name string) extension.Factory {
	nop := extensiontest.NewNopFactory()
	return extension.NewFactory(component.MustNewType(name), anyConfig, nop.Create, component.StabilityLevelBeta)
}

func upstreamProcessor(name string) processor.Factory {
	nop := processortest.NewNopFactory()
	return processor.NewFactory(component.MustNewType(name), anyConfig,
		processor.WithTraces(nop.CreateTraces, component.StabilityLevelBeta),
		processor.WithLogs(nop.CreateLogs, component.StabilityLevelBeta))
}

func upstreamExporter(name string) exporter.Factory {
	nop := exportertest.NewNopFactory()
	return exporter.NewFactory(component.MustNewType(name), anyConfig,
		exporter.WithTraces(nop.CreateTraces, component.StabilityLevelBeta),
		exporter.WithLogs(nop.CreateLogs, component.StabilityLevelBeta),
		exporter.WithMetrics(nop.CreateMetrics, component.StabilityLevelBeta))
}
