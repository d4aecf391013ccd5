package main

import (
	"context"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/processor/redactprocessor"
)

// tenPatterns look for what Weir's detectors look for, as far as a regular
// expression can.
var tenPatterns = map[string]any{
	"allow_all_keys": true,
	"blocked_values": []any{
		`\b4[0-9]{12}(?:[0-9]{3})?\b`,                                    // Visa
		`\b5[1-5][0-9]{14}\b`,                                            // Mastercard
		`\b3[47][0-9]{13}\b`,                                             // American Express
		`[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}`,                 // e-mail
		`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\b`, // JSON Web Token
		`\bAKIA[0-9A-Z]{16}\b`,                                           // AWS key id
		`\bgh[pousr]_[A-Za-z0-9]{36}\b`,                                  // GitHub token
		`\bxox[baprs]-[A-Za-z0-9-]{10,}\b`,                               // Slack token
		`\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b`,                            // IBAN
		`(?i)\b(?:bearer|basic)\s+[a-z0-9+/=._-]{16,}`,                   // Authorization values
	},
}

func benchRedact(ctx context.Context, benchtime time.Duration) ([]result, error) {
	weir, err := newProcessor(ctx, redactprocessor.NewFactory(), nil)
	if err != nil {
		return nil, err
	}
	contrib, err := newProcessor(ctx, redactionprocessor.NewFactory(), tenPatterns)
	if err != nil {
		return nil, err
	}
	var results []result
	for _, c := range []struct {
		what  string
		dirty int
	}{{"redact, clean span of 20 attributes", 0}, {"redact, two dirty values", 2}} {
		r := result{what: c.what, unit: "ns/span"}
		if r.weir, err = timeProcessor(ctx, weir, c.dirty, benchtime); err != nil {
			return nil, err
		}
		if r.contrib, err = timeProcessor(ctx, contrib, c.dirty, benchtime); err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func newProcessor(ctx context.Context, factory processor.Factory, settings map[string]any) (consumer.Traces, error) {
	cfg, err := configure(factory, settings)
	if err != nil {
		return nil, err
	}
	p, err := factory.CreateTraces(ctx, processortest.NewNopSettings(factory.Type()), cfg, consumertest.NewNop())
	if err != nil {
		return nil, err
	}
	return p, p.Start(ctx, componenttest.NewNopHost())
}

func configure(factory component.Factory, settings map[string]any) (component.Config, error) {
	cfg := factory.CreateDefaultConfig()
	return cfg, confmap.NewFromStringMap(settings).Unmarshal(&cfg)
}

// timeProcessor gives the processor fresh batches, as it may change them; only
// its own time counts.
func timeProcessor(ctx context.Context, p consumer.Traces, dirty int, benchtime time.Duration) (nsPerSpan float64, err error) {
	original := newGenerator(time.Now(), dirty).batch(batchSize)
	var spent time.Duration
	var spans int
	for spent < benchtime {
		batch := ptrace.NewTraces()
		original.CopyTo(batch)
		start := time.Now()
		if err := p.ConsumeTraces(ctx, batch); err != nil {
			return 0, err
		}
		spent += time.Since(start)
		spans += batchSize
	}
	return float64(spent.Nanoseconds()) / float64(spans), nil
}
