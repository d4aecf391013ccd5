package redactprocessor

import (
	"context"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// engine is what the processor needs of *redact.Engine.
type engine interface {
	Redact(key, value string) (string, []redact.Match)
	BlocksKey(key string) bool
}

// redactor walks telemetry. It is safe for concurrent use.
type redactor struct {
	engine    engine
	dryRun    bool
	maxValue  int
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	counters  *sync.Map // of counterKey: metric.MeasurementOption
	careful   *redactor // the same with a recover around every value; nil in itself
}

// counterKey bounds the labels: detectors × places × actions.
type counterKey struct{ detector, place, action string }

func newRedactor(cfg *Config, settings processor.Settings) (*redactor, error) {
	e, err := redact.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	telemetry, err := metadata.NewTelemetryBuilder(settings.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot start the redact processor: %w", err)
	}
	if cfg.Mode == ModeDryRun {
		settings.Logger.Warn("mode is dry_run: what is found is counted and passed on unchanged")
	}
	careful := redactor{
		engine:    e,
		dryRun:    cfg.Mode == ModeDryRun,
		maxValue:  cfg.MaxValueMiB << 20,
		log:       settings.Logger,
		telemetry: telemetry,
		counters:  new(sync.Map),
	}
	quick := careful
	quick.careful = &careful
	return &quick, nil
}

// try walks a part of the telemetry. If the walk panics, the part is walked
// again, carefully: redacting twice gives what redacting once gives, and only
// the value that panics is lost.
func (r *redactor) try(walk func(*redactor)) {
	defer func() {
		if cause := recover(); cause != nil {
			walk(r.careful)
		}
	}()
	walk(r)
}

func (r *redactor) capabilities() processorhelper.Option {
	return processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: !r.dryRun})
}

// text redacts one string and reports whether it is to be replaced. It fails
// closed: a panic or an oversized value gives redact.Failed.
func (r *redactor) text(ctx context.Context, place, key, value string) (out string, changed bool) {
	if value == "" {
		return value, false
	}
	if len(value) > r.maxValue {
		return r.failed(ctx, place, "size", value)
	}
	if r.careful == nil {
		defer func() {
			if cause := recover(); cause != nil { // which may hold the value: it is not logged
				r.log.Error("a value could not be scanned and was replaced", zap.String("place", place), zap.Int("bytes", len(value)))
				out, changed = r.failed(ctx, place, "panic", value)
			}
		}()
	}
	out, matches := r.engine.Redact(key, value)
	if len(matches) == 0 {
		return value, false
	}
	return r.matched(ctx, place, value, out, matches)
}

func (r *redactor) matched(ctx context.Context, place, value, out string, matches []redact.Match) (string, bool) {
	for _, m := range matches {
		r.count(ctx, m.Detector, place, m.Action)
	}
	if r.dryRun {
		return value, false
	}
	return out, true
}

func (r *redactor) failed(ctx context.Context, place, reason, value string) (string, bool) {
	r.telemetry.Failures.Add(ctx, 1, metric.WithAttributes(attribute.String("place", place), attribute.String("reason", reason)))
	if r.dryRun {
		return value, false
	}
	return redact.Failed, true
}

func (r *redactor) count(ctx context.Context, detector, place, action string) {
	if r.dryRun {
		action = ModeDryRun
	}
	key := counterKey{detector, place, action}
	option, ok := r.counters.Load(key)
	if !ok {
		option, _ = r.counters.LoadOrStore(key, metric.WithAttributeSet(attribute.NewSet(
			attribute.String("detector", detector), attribute.String("place", place), attribute.String("action", action))))
	}
	r.telemetry.Matches.Add(ctx, 1, option.(metric.MeasurementOption))
}
