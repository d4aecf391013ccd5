package metadata

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.yaml.in/yaml/v3"
)

func TestTheCodeSaysWhatMetadataYAMLSays(t *testing.T) {
	content, err := os.ReadFile("../../metadata.yaml")
	require.NoError(t, err)
	var declared struct {
		Type   string `yaml:"type"`
		Status struct {
			Class     string              `yaml:"class"`
			Stability map[string][]string `yaml:"stability"`
		} `yaml:"status"`
		Telemetry struct {
			Metrics map[string]struct {
				Description string `yaml:"description"`
				Unit        string `yaml:"unit"`
			} `yaml:"metrics"`
		} `yaml:"telemetry"`
	}
	require.NoError(t, yaml.Unmarshal(content, &declared))
	require.Equal(t, Type.String(), declared.Type)
	require.Equal(t, "exporter", declared.Status.Class)
	require.Equal(t, map[string][]string{"alpha": {"logs"}}, declared.Status.Stability)
	require.Equal(t, "Alpha", LogsStability.String())

	telemetry := componenttest.NewTelemetry()
	defer func() { require.NoError(t, telemetry.Shutdown(t.Context())) }()
	builder, err := NewTelemetryBuilder(telemetry.NewTelemetrySettings())
	require.NoError(t, err)
	builder.Findings.Add(t.Context(), 1)
	builder.Notifications.Add(t.Context(), 1)
	builder.Firing.Record(t.Context(), 1)
	for name, metric := range declared.Telemetry.Metrics {
		got, err := telemetry.GetMetric("otelcol_" + name)
		require.NoError(t, err)
		require.Equal(t, metric.Description, got.Description, name)
		require.Equal(t, metric.Unit, got.Unit, name)
	}
}
