package redactprocessor

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/internal/redact/selfcheck"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

func checkAll(c *Config) { c.SelfCheck.SampleRatio = 1 }

// checked empties the queue of the self-check.
func (r testRedactor) checked(t *testing.T) {
	t.Helper()
	for len(r.checker.queue) > 0 {
		r.checker.drain(context.Background())
	}
}

// blind is an engine that does not see e-mail addresses.
type blind struct{ engine }

func (b blind) Redact(key, value string) (string, []redact.Match) {
	if strings.Contains(value, "@") {
		return value, nil
	}
	return b.engine.Redact(key, value)
}

func TestTheSelfCheckTellsOfWhatTheEngineMissedAndNotOfItsValue(t *testing.T) {
	r := observed(t, checkAll)
	r.withEngine(func(e engine) engine { return blind{e} })
	for range 3 {
		redacted(t, r.redactor, map[string]any{"note": "ask ada.lovelace@example.com"})
	}
	r.checked(t)
	require.Equal(t, map[string]int64{"email span_attribute": 3}, r.sums(t, metadata.MissedName, "detector", "place"))
	require.Equal(t, map[string]int64{"checked": 3}, r.sums(t, metadata.SelfChecksName, "outcome"))
	require.Equal(t, 1, r.logs.Len(), "each kind once")
	require.NotContains(t, fmt.Sprint(r.logs.All()[0].ContextMap()), "lovelace")
}

func TestTheSelfCheckRespectsThePolicy(t *testing.T) {
	f := func(change func(*Config)) {
		t.Helper()
		r := observed(t, func(c *Config) { checkAll(c); change(c) })
		redacted(t, r.redactor, map[string]any{"note": "ask ada.lovelace@example.com"})
		r.checked(t)
		require.Empty(t, r.sums(t, metadata.MissedName, "detector", "place"))
	}
	f(func(*Config) {})
	f(func(c *Config) { c.Exclude = []string{"email"} })
	f(func(c *Config) { c.IgnoredKeys = []string{"note"} })
	f(func(c *Config) { c.AllowedValues = []string{"ada.lovelace@example.com"} })
	f(func(c *Config) { c.Mode = ModeDryRun })
}

// Whatever the engine is given, the second look finds nothing in what it gives.
func TestTheSelfCheckFindsNothingInGeneratedCorpora(t *testing.T) {
	engine, err := redact.New(redact.Config{})
	require.NoError(t, err)
	checker := selfcheck.New()
	missed := func(key, text string) {
		t.Helper()
		out, _ := engine.Redact(key, text)
		for _, f := range checker.Find(key, out) {
			require.True(t, engine.Leaves(key, f.Detector, out[f.Start:f.End]), "%s in %q", f.Detector, out)
		}
	}
	for _, v := range vectors() {
		missed(v.Key, v.Text)
		for _, e := range encodings {
			if v.Secret != "" {
				missed(v.Key, e.encode(v))
			}
		}
	}
	for _, line := range redacttest.OrdinaryLines(1, 3000) {
		missed(line.Key, line.Text)
	}
}

func TestTheSelfCheckKnowsTheNamesOfTheEngine(t *testing.T) {
	known := map[string]bool{}
	for _, d := range redact.Detectors() {
		known[d.Name] = true
	}
	for _, name := range selfcheck.New().Detectors() {
		require.True(t, known[name], name)
	}
}

func TestSamplesThatCannotWaitAreDroppedAndCounted(t *testing.T) {
	r := observed(t, checkAll)
	raw := map[string]any{"long": strings.Repeat("x ", maxChecked)}
	for i := range checkQueue + 4 {
		raw[fmt.Sprint("a", i)] = "b"
	}
	redacted(t, r.redactor, raw)
	require.GreaterOrEqual(t, r.sums(t, metadata.SelfChecksName, "outcome")["dropped"], int64(5))
	require.Len(t, r.checker.queue, checkQueue)
}

func TestAboutEveryNthValueIsSampled(t *testing.T) {
	c := newChecker(0.01, nil, nil)
	sum := 0
	for range 10_000 {
		n := c.next()
		require.Positive(t, n)
		sum += n
	}
	require.InDelta(t, 100, float64(sum)/10_000, 5)
}
