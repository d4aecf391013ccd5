package alertexporter

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/alertmanager"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/book"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/deliver"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/webhook"
)

// connect makes the destinations of the configuration.
func (a *alerts) connect(ctx context.Context, host component.Host) ([]*destination, error) {
	status := newHealth(host).report
	var destinations []*destination
	for i := range a.cfg.Alertmanagers {
		cfg := &a.cfg.Alertmanagers[i]
		client, err := a.client(ctx, host, cfg.name(), &cfg.ClientConfig)
		if err != nil {
			return nil, err
		}
		d := a.newDestination(cfg.name(), client.CloseIdleConnections, status)
		d.policy = book.Policy{Interval: a.cfg.ResendInterval, Resolves: 1 + a.cfg.ResolveRepeats}
		d.batch = alertmanager.MaxBatch
		d.notifier = &alertmanager.Client{
			HTTP: client, Endpoint: cfg.ClientConfig.Endpoint,
			Labels: a.cfg.Labels, Interval: a.cfg.ResendInterval, Now: a.now,
		}
		destinations = append(destinations, d)
	}
	for i := range a.cfg.Webhooks {
		cfg := &a.cfg.Webhooks[i]
		client, err := a.client(ctx, host, cfg.name(), &cfg.ClientConfig)
		if err != nil {
			return nil, err
		}
		d := a.newDestination(cfg.name(), client.CloseIdleConnections, status)
		d.policy = book.Policy{Resolves: 1}
		d.batch = 1
		d.notifier = &webhook.Client{
			HTTP: client, Name: cfg.name(), Endpoint: cfg.ClientConfig.Endpoint,
			Secret: string(cfg.Secret), Labels: a.cfg.Labels, Now: a.now,
		}
		destinations = append(destinations, d)
	}
	return destinations, nil
}

func (a *alerts) client(ctx context.Context, host component.Host, name string, cfg *confighttp.ClientConfig) (*http.Client, error) {
	client, err := cfg.ToClient(ctx, host.GetExtensions(), a.set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot set up the HTTP client of %s: %w", name, err)
	}
	client.CheckRedirect = deliver.RefuseRedirects
	return client, nil
}

func (a *alerts) newDestination(name string, closeIdle func(), status func(string, error)) *destination {
	return &destination{
		name: name, retry: a.cfg.Retry, book: a.book, now: a.now,
		telemetry: a.telemetry, logger: a.set.Logger,
		status: status, closeIdle: closeIdle, news: make(chan struct{}, 1),
	}
}

// health is the component's status: recoverable while a destination is away.
type health struct {
	host component.Host

	mu   sync.Mutex // guards everything below
	away map[string]error
}

func newHealth(host component.Host) *health {
	return &health{host: host, away: map[string]error{}}
}

// report notes that a destination works (nil) or does not.
func (h *health) report(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, was := h.away[name]
	switch {
	case err != nil:
		h.away[name] = err
		componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(fmt.Errorf("cannot notify %s: %w", name, err)))
	case was:
		delete(h.away, name)
		if len(h.away) == 0 {
			componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
		}
	}
}
