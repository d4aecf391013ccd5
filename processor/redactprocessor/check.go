package redactprocessor

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/redact/selfcheck"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// The second look is slow, some 20 µs a value, and may take 0.5 % of a core:
// what arrives faster is dropped, and counted.
const (
	checkInterval = 100 * time.Millisecond
	checksATick   = 25
	checkQueue    = 256
	maxChecked    = 16 << 10 // bytes of a value
)

// checker rescans a sample of what goes out, off the path of the data.
type checker struct {
	ratio     float64
	queue     chan sample
	second    *selfcheck.Checker
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	told      map[told]struct{} // misses that were logged: each kind once
}

// sample is a value as it went out.
type sample struct {
	place      place
	key, value string
	engine     engine
}

// told bounds the log: places × detectors.
type told struct {
	detector string
	place    place
}

func newChecker(ratio float64, log *zap.Logger, telemetry *metadata.TelemetryBuilder) *checker {
	return &checker{ratio: ratio, queue: make(chan sample, checkQueue), second: selfcheck.New(), log: log, telemetry: telemetry, told: map[told]struct{}{}}
}

func (c *checker) enabled() bool { return c.ratio > 0 }

// next says how many values pass until one is sampled: at random, so that it
// falls into no step with the order of attributes.
func (c *checker) next() int {
	if !c.enabled() {
		return math.MaxInt
	}
	return 1 + rand.IntN(max(1, int(2/c.ratio)-1))
}

// offer queues a sample, unless the queue is full.
func (c *checker) offer(s sample) {
	if len(s.value) <= maxChecked {
		select {
		case c.queue <- s:
			return
		default:
		}
	}
	c.telemetry.SelfChecks.Add(context.Background(), 1, metadata.Dropped.Label())
}

// drain rescans what has been queued, but not too much at once.
func (c *checker) drain(ctx context.Context) {
	for range checksATick {
		select {
		case s := <-c.queue:
			c.check(ctx, s)
		default:
			return
		}
	}
}

func (c *checker) check(ctx context.Context, s sample) {
	c.telemetry.SelfChecks.Add(ctx, 1, metadata.Checked.Label())
	for _, f := range c.second.Find(s.key, s.value) {
		if s.engine.Leaves(s.key, f.Detector, s.value[f.Start:f.End]) {
			continue // as the policy wants it
		}
		c.telemetry.Missed.Add(ctx, 1, metric.WithAttributes(attribute.String("detector", f.Detector), attribute.Stringer("place", s.place)))
		kind := told{f.Detector, s.place}
		if _, found := c.told[kind]; found {
			continue
		}
		c.told[kind] = struct{}{}
		c.log.Error("the self-check found what the engine had missed: please report it with a made-up example",
			zap.String("detector", f.Detector), zap.Stringer("place", s.place), zap.Int("bytes", len(s.value)))
	}
}
