package intakereceiver

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

// NewFactory returns the factory of the intake receiver.
func NewFactory() receiver.Factory {
	f := &servers{byConfig: map[component.Config]*intake{}}
	return receiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		receiver.WithTraces(f.createTraces, metadata.TracesStability),
		receiver.WithLogs(f.createLogs, metadata.LogsStability),
	)
}

// servers shares one HTTP server between the signals of a configuration.
type servers struct {
	mu       sync.Mutex
	byConfig map[component.Config]*intake
}

func (f *servers) get(set receiver.Settings, cfg component.Config) (*intake, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.byConfig[cfg]; r != nil {
		return r, nil
	}
	r, err := newIntake(set, cfg.(*Config))
	if err != nil {
		return nil, err
	}
	r.forget = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.byConfig, cfg)
	}
	f.byConfig[cfg] = r
	return r, nil
}

func (f *servers) createTraces(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Traces) (receiver.Traces, error) {
	r, err := f.get(set, cfg)
	if err != nil {
		return nil, err
	}
	r.traces = next
	return r, nil
}

func (f *servers) createLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	r, err := f.get(set, cfg)
	if err != nil {
		return nil, err
	}
	r.logs = next
	return r, nil
}
