package identityprocessor

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

// NewFactory returns the factory of the identity processor.
func NewFactory() processor.Factory {
	f := &factory{shared: map[*Config]*identityProcessor{}}
	return processor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		processor.WithTraces(f.createTraces, metadata.TracesStability),
		processor.WithLogs(f.createLogs, metadata.LogsStability),
		processor.WithMetrics(f.createMetrics, metadata.MetricsStability),
	)
}

// factory hands out one processor for all pipelines of a configuration.
type factory struct {
	mu     sync.Mutex
	shared map[*Config]*identityProcessor
}

func (f *factory) processor(settings processor.Settings, config component.Config) (*identityProcessor, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := config.(*Config)
	if p := f.shared[key]; p != nil {
		return p, nil
	}
	p, err := newProcessor(key, settings)
	if err != nil {
		return nil, err
	}
	f.shared[key] = p
	return p, nil
}

// forget lets a configuration go once its last pipeline has stopped.
func (f *factory) forget(config component.Config, p *identityProcessor) component.ShutdownFunc {
	return func(ctx context.Context) error {
		err := p.shutdown(ctx)
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.shared, config.(*Config))
		return err
	}
}

func (f *factory) createTraces(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	p, err := f.processor(settings, config)
	if err != nil {
		return nil, err
	}
	inner, err := processorhelper.NewTraces(ctx, settings, config, next, p.processTraces, f.options(config, p)...)
	return hashedTraces{inner}, err
}

func (f *factory) createLogs(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	p, err := f.processor(settings, config)
	if err != nil {
		return nil, err
	}
	inner, err := processorhelper.NewLogs(ctx, settings, config, next, p.processLogs, f.options(config, p)...)
	return hashedLogs{inner}, err
}

func (f *factory) createMetrics(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	p, err := f.processor(settings, config)
	if err != nil {
		return nil, err
	}
	inner, err := processorhelper.NewMetrics(ctx, settings, config, next, p.processMetrics, f.options(config, p)...)
	return hashedMetrics{inner}, err
}

func (f *factory) options(config component.Config, p *identityProcessor) []processorhelper.Option {
	return []processorhelper.Option{
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}),
		processorhelper.WithStart(p.start),
		processorhelper.WithShutdown(f.forget(config, p)),
	}
}
