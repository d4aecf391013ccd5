package redactprocessor

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

func TestLifecycle(t *testing.T) {
	ctx, factory := context.Background(), NewFactory()
	require.Equal(t, metadata.Type, factory.Type())
	settings := processortest.NewNopSettings(metadata.Type)
	for name, create := range map[string]func() (component.Component, error){
		"traces": func() (component.Component, error) {
			return factory.CreateTraces(ctx, settings, factory.CreateDefaultConfig(), consumertest.NewNop())
		},
		"logs": func() (component.Component, error) {
			return factory.CreateLogs(ctx, settings, factory.CreateDefaultConfig(), consumertest.NewNop())
		},
		"metrics": func() (component.Component, error) {
			return factory.CreateMetrics(ctx, settings, factory.CreateDefaultConfig(), consumertest.NewNop())
		},
	} {
		c, err := create()
		require.NoError(t, err, name)
		require.NoError(t, c.Start(ctx, componenttest.NewNopHost()))
		require.NoError(t, c.Shutdown(ctx))
	}
}

func TestFactoryReportsAWrongConfig(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Detectors = []string{"nonsense"}
	_, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.ErrorContains(t, err, `"detectors" names "nonsense"`)
}

func TestPassesOnWhatItRedacted(t *testing.T) {
	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("mail a@b.example")
	require.NoError(t, p.ConsumeLogs(context.Background(), ld))
	require.Equal(t, "mail <EMAIL>", sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Str())
	require.NoError(t, p.Shutdown(context.Background()))
}

func TestMetadataFileDeclaresTheTelemetry(t *testing.T) {
	text, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var file struct {
		Type      string
		Telemetry struct{ Metrics map[string]any }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.Equal(t, metadata.Type.String(), file.Type)
	for _, name := range []string{metadata.MatchesName, metadata.FailuresName} {
		require.Contains(t, file.Telemetry.Metrics, strings.TrimPrefix(name, "otelcol_"))
	}
	require.Len(t, file.Telemetry.Metrics, 2)
}
