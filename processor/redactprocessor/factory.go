package redactprocessor

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/collector/processor/xprocessor"

	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// NewFactory returns the factory of the redact processor. It is an
// xprocessor.Factory: profiles go through it too.
func NewFactory() processor.Factory {
	f := &factory{shared: map[*Config]*redactor{}}
	return xprocessor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		xprocessor.WithTraces(f.createTraces, metadata.TracesStability),
		xprocessor.WithLogs(f.createLogs, metadata.LogsStability),
		xprocessor.WithMetrics(f.createMetrics, metadata.MetricsStability),
		xprocessor.WithProfiles(f.createProfiles, metadata.ProfilesStability),
	)
}

// factory hands out one redactor for all pipelines of a configuration.
type factory struct {
	mu     sync.Mutex
	shared map[*Config]*redactor
}

func (f *factory) redactor(settings processor.Settings, config component.Config) (*redactor, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := config.(*Config)
	if r := f.shared[key]; r != nil {
		return r, nil
	}
	r, err := newRedactor(key, settings)
	if err != nil {
		return nil, err
	}
	f.shared[key] = r
	return r, nil
}

// forget lets a configuration go once one of its pipelines has stopped.
func (f *factory) forget(config component.Config, r *redactor) component.ShutdownFunc {
	return func(ctx context.Context) error {
		err := r.shutdown(ctx)
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.shared, config.(*Config))
		return err
	}
}

func (f *factory) createTraces(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	r, err := f.redactor(settings, config)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewTraces(ctx, settings, config, next, r.processTraces, f.options(config, r)...)
}

func (f *factory) createLogs(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	r, err := f.redactor(settings, config)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewLogs(ctx, settings, config, next, r.processLogs, f.options(config, r)...)
}

func (f *factory) createMetrics(ctx context.Context, settings processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	r, err := f.redactor(settings, config)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewMetrics(ctx, settings, config, next, r.processMetrics, f.options(config, r)...)
}

func (f *factory) options(config component.Config, r *redactor) []processorhelper.Option {
	return []processorhelper.Option{
		processorhelper.WithCapabilities(r.capabilities()),
		processorhelper.WithStart(r.start),
		processorhelper.WithShutdown(f.forget(config, r)),
	}
}

func (r *redactor) capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: !r.dryRun}
}

// profiles is a processor of profiles.
type profiles struct {
	component.StartFunc
	component.ShutdownFunc
	xconsumer.Profiles
}

func (f *factory) createProfiles(_ context.Context, settings processor.Settings, config component.Config, next xconsumer.Profiles) (xprocessor.Profiles, error) {
	if next == nil {
		return nil, errors.New("cannot create the redact processor: there is no next consumer of profiles")
	}
	r, err := f.redactor(settings, config)
	if err != nil {
		return nil, err
	}
	own, err := xconsumer.NewProfiles(func(ctx context.Context, pd pprofile.Profiles) error {
		pd, err := r.processProfiles(ctx, pd)
		if err != nil {
			return err
		}
		return next.ConsumeProfiles(ctx, pd)
	}, consumer.WithCapabilities(r.capabilities()))
	if err != nil {
		return nil, err
	}
	return &profiles{StartFunc: r.start, ShutdownFunc: f.forget(config, r), Profiles: own}, nil
}
