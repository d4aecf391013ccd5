package redactprocessor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// testRedactor is a redactor whose log and metrics can be read.
type testRedactor struct {
	*redactor
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
}

// observed makes a redactor of the default configuration, without a summary and
// self-check unless change asks for them.
func observed(t testing.TB, change func(*Config)) testRedactor {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.Background())) })
	core, logs := observer.New(zapcore.DebugLevel)
	settings := processortest.NewNopSettings(metadata.Type)
	settings.TelemetrySettings = telemetry.NewTelemetrySettings()
	settings.Logger = zap.New(core)
	r, err := newRedactor(testConfig(change), settings)
	require.NoError(t, err)
	return testRedactor{r, telemetry, logs}
}

func testConfig(change func(*Config)) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Summary, cfg.SelfCheck.SampleRatio = false, 0
	if change != nil {
		change(cfg)
	}
	return cfg
}

func newTestRedactor(t testing.TB, change func(*Config)) *redactor {
	t.Helper()
	r, err := newRedactor(testConfig(change), processortest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	return r
}

// redacted runs a map through the processor, as attributes of a span.
func redacted(t *testing.T, r *redactor, raw map[string]any) map[string]any {
	t.Helper()
	td := newTraces()
	attributes := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
	require.NoError(t, attributes.FromRaw(raw))
	_, err := r.processTraces(context.Background(), td)
	require.NoError(t, err)
	return attributes.AsRaw()
}

// sums reads a counter: its labels joined, in the order given, to its value.
func (r testRedactor) sums(t *testing.T, name string, labels ...string) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	m, err := r.telemetry.GetMetric(name)
	if err != nil {
		return found // nothing was counted
	}
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		joined := ""
		for i, label := range labels {
			value, ok := point.Attributes.Value(attribute.Key(label))
			require.True(t, ok, label)
			if i > 0 {
				joined += " "
			}
			joined += value.AsString()
		}
		require.Equal(t, len(labels), point.Attributes.Len())
		found[joined] = point.Value
	}
	return found
}

// withEngine puts a changed engine in force.
func (r *redactor) withEngine(change func(engine) engine) {
	next := *r.policy.Load()
	engines := next.engines
	next.engines = func(s redact.Scope) engine { return change(engines(s)) }
	r.policy.Store(&next)
}

// panicking is an engine with a bug.
type panicking struct{ engine }

func (p panicking) Redact(key, value string) (string, []redact.Match) {
	if value == "bomb" || value == "BOMB" {
		panic("index out of range: " + value)
	}
	return p.engine.Redact(key, value)
}

func breakEngine(e engine) engine { return panicking{e} }
