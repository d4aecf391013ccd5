package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// NewFactory returns the factory of the redact processor.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		processor.WithTraces(createTraces, metadata.TracesStability),
		processor.WithLogs(createLogs, metadata.LogsStability),
		processor.WithMetrics(createMetrics, metadata.MetricsStability),
	)
}

func createTraces(ctx context.Context, settings processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	r, err := newRedactor(cfg.(*Config), settings)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewTraces(ctx, settings, cfg, next, r.processTraces, r.capabilities())
}

func createLogs(ctx context.Context, settings processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	r, err := newRedactor(cfg.(*Config), settings)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewLogs(ctx, settings, cfg, next, r.processLogs, r.capabilities())
}

func createMetrics(ctx context.Context, settings processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	r, err := newRedactor(cfg.(*Config), settings)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewMetrics(ctx, settings, cfg, next, r.processMetrics, r.capabilities())
}
