package identityprocessor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/geo"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/token"
)

// identityProcessor serves every pipeline that one configuration is used in, so
// that the catalog is read, logged and counted once, and what a trace's spans
// tell is known to its log records.
type identityProcessor struct {
	config   *Config
	logger   *zap.Logger
	counters *counters
	senders  *senders
	now      func() time.Time

	options  identity.Options
	traces   *identity.Traces
	inherits bool
	resolver atomic.Pointer[identity.Resolver] // of the catalog's revision in force
	batches  sync.Pool                         // of *batch

	// Of the goroutine that reloads.
	source  catalog.Source   // nil without a catalog
	watcher *catalog.Watcher // nil until the source could be read
	failure string           // of the last attempt to make the watcher

	mu       sync.Mutex // guards everything below
	users    int        // pipelines that have started it
	stopping []func()   // what ends what start began, in start's order
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
		inherits: true,
		traces:   identity.NewTraces(config.TraceCache.Size, config.TraceCache.TTL),
		batches:  sync.Pool{New: func() any { return new(batch) }},
	}
	if err := p.prepareOptions(); err != nil {
		return nil, err
	}
	p.resolver.Store(identity.NewResolver(&catalog.Catalog{}, p.options))
	return p, nil
}

// prepareOptions makes of the configuration what does not depend on the catalog.
func (p *identityProcessor) prepareOptions() error {
	p.options = identity.Options{
		Off:               map[identity.Method]bool{},
		PayloadHeaders:    p.config.PayloadHeaders,
		CredentialHeaders: p.config.Credentials.Headers,
		Now:               func() time.Time { return p.now() },
	}
	for _, name := range p.config.Signals.Disabled {
		method, _ := identity.MethodOf(name) // Validate knows it
		p.options.Off[method] = true
	}
	p.inherits = !p.options.Off[identity.TraceParent]
	var err error
	if len(p.config.JWT.Issuers) > 0 {
		if p.options.Tokens, err = token.New(p.config.JWT.config(), token.WithReport(p.reportKeys)); err != nil {
			return err
		}
	}
	if len(p.config.Credentials.Keys) > 0 {
		if p.options.Hasher, err = credential.New(p.config.Credentials.keys()); err != nil {
			return err
		}
	}
	return nil
}

// reportKeys tells what became of an issuer's keys.
func (p *identityProcessor) reportKeys(issuer string, err error) {
	if err != nil {
		p.logger.Error("an issuer's tokens cannot be checked as they should", zap.String("issuer", issuer), zap.Error(err))
		return
	}
	p.logger.Info("an issuer's keys are in force", zap.String("issuer", issuer))
}

// start reads what the configuration names, when the first pipeline starts.
func (p *identityProcessor) start(ctx context.Context, host component.Host) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users++; p.users > 1 {
		return nil
	}
	p.noteDefaults()
	if err := p.begin(ctx, host); err != nil {
		p.users--
		p.end()
		return err
	}
	return nil
}

func (p *identityProcessor) begin(ctx context.Context, host component.Host) error {
	var err error
	if p.options.Geo, err = geo.Open(p.config.Geo.CountryDatabase, p.config.Geo.ASNDatabase); err != nil {
		return fmt.Errorf("cannot open a database of geo: %w", err)
	}
	p.resolver.Store(identity.NewResolver(&catalog.Catalog{}, p.options))
	if p.options.Tokens != nil {
		if err := p.options.Tokens.Start(ctx); err != nil {
			return fmt.Errorf("cannot read the keys of jwt::issuers: %w", err)
		}
		p.stopping = append(p.stopping, p.options.Tokens.Close)
	}
	if err := p.openCatalog(ctx, host); err != nil {
		return err
	}
	if interval := p.config.Catalog.ReloadInterval; interval > 0 && (p.source != nil || p.options.Geo != nil) {
		p.stopping = append(p.stopping, p.every(interval, p.reload))
	}
	return nil
}

// every does work at each tick, until it is stopped.
func (p *identityProcessor) every(interval time.Duration, work func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				work(ctx)
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// shutdown ends what start began, when the last pipeline stops.
func (p *identityProcessor) shutdown(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users == 0 {
		return nil
	}
	if p.users--; p.users == 0 {
		p.end()
	}
	return nil
}

func (p *identityProcessor) end() {
	for _, stop := range slices.Backward(p.stopping) {
		stop()
	}
	p.stopping = nil
}

// noteDefaults tells what the absence of a setting means.
func (p *identityProcessor) noteDefaults() {
	if !p.config.Catalog.isSet() {
		p.logger.Warn("catalog names no file, url or table: no call is attributed to a connector")
	}
	if len(p.config.TrustedPeers) == 0 {
		p.logger.Warn("trusted_peers is empty: every identity is claimed at best, unless Weir checks a token itself, and a declared edge::service is believed from any sender")
	}
	if len(p.config.Edges) == 0 {
		p.logger.Info("edges is empty: in each trace the first server span counts as the call")
	}
}
