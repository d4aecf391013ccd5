package identityprocessor

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

// identityProcessor serves every pipeline that one configuration is used in, so
// that the catalog is read, logged and counted once.
type identityProcessor struct {
	config   *Config
	logger   *zap.Logger
	counters *counters
	senders  *senders
	now      func() time.Time

	resolver atomic.Pointer[identity.Resolver] // of the catalog's revision in force
	batches  sync.Pool                         // of *batch

	mu     sync.Mutex // guards everything below
	users  int        // pipelines that have started it
	cancel context.CancelFunc
	done   chan struct{}
}

func newProcessor(config *Config, settings processor.Settings) (*identityProcessor, error) {
	counters, err := newCounters(settings.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot create the metrics of identity: %w", err)
	}
	p := &identityProcessor{
		config:   config,
		logger:   settings.Logger,
		counters: counters,
		senders:  newSenders(config),
		now:      time.Now,
		batches:  sync.Pool{New: func() any { return new(batch) }},
	}
	p.resolver.Store(identity.NewResolver(&catalog.Catalog{}))
	return p, nil
}

// start reads the catalog, when the first pipeline starts.
func (p *identityProcessor) start(context.Context, component.Host) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users++; p.users > 1 {
		return nil
	}
	p.noteDefaults()
	if p.config.Catalog.File == "" {
		return nil
	}
	watcher, err := catalog.NewWatcher(p.config.Catalog.File)
	if err != nil {
		p.users--
		return fmt.Errorf("cannot load catalog::file: %w", err)
	}
	p.use(watcher.Current())
	if p.config.Catalog.ReloadInterval == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel, p.done = cancel, make(chan struct{})
	go p.watch(ctx, watcher, p.done)
	return nil
}

// shutdown ends the watch, when the last pipeline stops.
func (p *identityProcessor) shutdown(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users == 0 {
		return nil
	}
	if p.users--; p.users > 0 || p.cancel == nil {
		return nil
	}
	p.cancel()
	<-p.done
	p.cancel = nil
	return nil
}

func (p *identityProcessor) watch(ctx context.Context, watcher *catalog.Watcher, done chan<- struct{}) {
	defer close(done)
	ticker := time.NewTicker(p.config.Catalog.ReloadInterval)
	defer ticker.Stop()
	watcher.Run(ctx, ticker.C, func(_ bool, err error) {
		if err != nil {
			p.logger.Error("the catalog was refused; the last good revision stays in force",
				zap.String("file", p.config.Catalog.File), zap.String("revision", watcher.Current().Revision), zap.Error(err))
			p.counters.reloads.Add(ctx, 1, p.counters.refused)
			return
		}
		p.use(watcher.Current())
		p.counters.reloads.Add(ctx, 1, p.counters.applied)
	})
}

// use puts a catalog in force for the batches to come.
func (p *identityProcessor) use(c *catalog.Catalog) {
	p.resolver.Store(identity.NewResolver(c))
	p.logger.Info("catalog in force", zap.String("file", p.config.Catalog.File),
		zap.String("revision", c.Revision), zap.Int("connectors", len(c.Connectors)), zap.Int("tenants", len(c.Tenants)))
}

// noteDefaults tells what the absence of a setting means.
func (p *identityProcessor) noteDefaults() {
	if p.config.Catalog.File == "" {
		p.logger.Warn("catalog::file is not set: no call is attributed to a connector")
	}
	if len(p.config.TrustedPeers) == 0 {
		p.logger.Warn("trusted_peers is empty: every identity is claimed at best, and a declared edge::service is believed from any sender")
	}
	if len(p.config.Edges) == 0 {
		p.logger.Info("edges is empty: in each trace the first server span counts as the call")
	}
}
