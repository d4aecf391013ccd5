package baselinereceiver

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/metadata"
)

// NewFactory returns the factory of the baseline receiver.
func NewFactory() receiver.Factory {
	f := &factory{shared: map[*Config]*baseline{}}
	return receiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		receiver.WithLogs(f.createLogs, metadata.LogsStability),
		receiver.WithMetrics(f.createMetrics, metadata.MetricsStability),
	)
}

// factory hands out one receiver for both signals of a configuration: the rules
// must be evaluated once.
type factory struct {
	mu     sync.Mutex
	shared map[*Config]*baseline
}

func (f *factory) baseline(settings receiver.Settings, config component.Config) *baseline {
	key := config.(*Config)
	if b := f.shared[key]; b != nil {
		return b
	}
	b := &baseline{config: key, settings: settings, clock: systemClock{}}
	b.forget = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.shared, key)
	}
	f.shared[key] = b
	return b
}

func (f *factory) createLogs(_ context.Context, settings receiver.Settings, config component.Config, next consumer.Logs) (receiver.Logs, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.baseline(settings, config)
	b.logs = next
	return b, nil
}

func (f *factory) createMetrics(_ context.Context, settings receiver.Settings, config component.Config, next consumer.Metrics) (receiver.Metrics, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.baseline(settings, config)
	b.metrics = next
	return b, nil
}
