package redactprocessor

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// maxAliases bounds how many pairs of old and new tokens are remembered. A pair
// that is forgotten is written once more.
const maxAliases = 65_536

// redactor serves every pipeline that one configuration is used in, so that the
// policy file is read and counted once. It is safe for concurrent use.
type redactor struct {
	dryRun   bool
	summary  bool
	audit    bool
	maxValue int
	interval time.Duration

	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	options   sync.Map // of labelKey: metric.MeasurementOption
	aliases   *lru.Cache[string, struct{}]
	checker   *checker
	file      policyFile
	policy    atomic.Pointer[policy]
	walkers   sync.Pool // of *walker

	oldSpans, oldRecords, oldMetrics oldField

	mu    sync.Mutex // guards everything below
	users int        // pipelines that have started it
	stop  context.CancelFunc
	work  sync.WaitGroup
}

func newRedactor(cfg *Config, settings processor.Settings) (*redactor, error) {
	telemetry, err := metadata.NewTelemetryBuilder(settings.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot start the redact processor: %w", err)
	}
	aliases, err := lru.New[string, struct{}](maxAliases)
	if err != nil {
		return nil, fmt.Errorf("cannot start the redact processor: %w", err)
	}
	r := &redactor{
		dryRun:    cfg.Mode == ModeDryRun,
		summary:   cfg.Summary,
		audit:     cfg.Audit,
		maxValue:  cfg.MaxValueMiB << 20,
		interval:  cfg.PolicyReloadInterval,
		log:       settings.Logger,
		telemetry: telemetry,
		aliases:   aliases,
		oldSpans:  oldField{name: "DeprecatedScopeSpans"}, oldRecords: oldField{name: "DeprecatedScopeLogs"}, oldMetrics: oldField{name: "DeprecatedScopeMetrics"},
		file: policyFile{path: cfg.PolicyFile, inline: cfg.PolicyConfig},
	}
	ratio := cfg.SelfCheck.SampleRatio
	if r.dryRun {
		ratio = 0 // all of what is found goes out
	}
	r.checker = newChecker(ratio, settings.Logger, telemetry)
	r.walkers.New = func() any { return &walker{redactor: r, untilSample: r.checker.next()} }
	first, err := r.file.load()
	if err != nil {
		return nil, fmt.Errorf("cannot start the redact processor: %w", err)
	}
	r.enforce(first)
	return r, nil
}

// enforce puts a policy in force for the batches to come.
func (r *redactor) enforce(p *policy) {
	for _, warning := range p.warnings {
		r.log.Warn("the policy is in force, but: "+warning, zap.String("revision", p.revision))
	}
	r.policy.Store(p)
}

// start begins the work beside the pipelines, when the first of them starts.
func (r *redactor) start(context.Context, component.Host) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users++; r.users > 1 {
		return nil
	}
	if r.dryRun {
		r.log.Warn("mode is dry_run: what is found is counted and passed on unchanged")
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	if r.file.path != "" && r.interval > 0 {
		r.every(ctx, r.interval, r.reload)
	}
	if r.checker.enabled() {
		r.every(ctx, checkInterval, r.checker.drain)
	}
	return nil
}

// every calls work at every tick until ctx is done.
func (r *redactor) every(ctx context.Context, interval time.Duration, work func(context.Context)) {
	r.work.Go(func() {
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
}

// shutdown ends the work, when the last pipeline stops.
func (r *redactor) shutdown(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == 0 {
		return nil
	}
	if r.users--; r.users > 0 {
		return nil
	}
	r.stop()
	r.work.Wait()
	return nil
}

// reload looks at the policy file once.
func (r *redactor) reload(ctx context.Context) {
	next, err := r.file.check()
	if err != nil {
		r.log.Error("the policy was refused; the last good revision stays in force",
			zap.String("file", r.file.path), zap.String("revision", r.policy.Load().revision), zap.Error(err))
		r.telemetry.PolicyReloads.Add(ctx, 1, metadata.Refused.Label())
		return
	}
	if next == nil {
		return
	}
	r.enforce(next)
	r.log.Info("policy in force", zap.String("file", r.file.path), zap.String("revision", next.revision))
	r.telemetry.PolicyReloads.Add(ctx, 1, metadata.Applied.Label())
}
