package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/yardstick"
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

// redactRounds alternate between the two processors, so that a slow moment of
// the machine meets both; the median of the rounds counts, in CPU time.
const redactRounds = 7

// redactors are one processor, for traces and for logs.
type redactors struct {
	traces processor.Traces
	logs   processor.Logs
}

func benchRedact(ctx context.Context, benchtime time.Duration) ([]result, error) {
	weir, err := newRedactors(ctx, redactprocessor.NewFactory(), nil)
	if err != nil {
		return nil, err
	}
	contrib, err := newRedactors(ctx, redactionprocessor.NewFactory(), tenPatterns)
	if err != nil {
		return nil, err
	}
	body, err := os.ReadFile("../internal/redact/testdata/body.log")
	if err != nil {
		return nil, fmt.Errorf("cannot read the log body: %w", err)
	}
	scans, err := newScans(string(body), benchtime)
	if err != nil {
		return nil, err
	}
	var results []result
	for _, c := range []struct {
		what, wanted string
		budget       float64
		work         workload
	}{
		{"redact, clean HTTP span of 20 attributes", "≥ 40×", 1000, newTraffic(0).work()},
		{"redact, two dirty values", "", 5000, newTraffic(2).work()},
		{fmt.Sprintf("redact, log body of %.1f KB", float64(len(body))/1000), "", 0, bodyWork(string(body))},
	} {
		r, err := c.work.alternate(ctx, weir, contrib, benchtime)
		if err != nil {
			return nil, err
		}
		r.what, r.wanted, r.budget = c.what, c.wanted, c.budget
		results = append(results, r)
	}
	bodies := results[len(results)-1]
	results = append(results, result{
		what: "redact, log bodies with four hits", unit: "MB/s", more: true,
		weir: 1000 * float64(len(body)) / bodies.weir, contrib: 1000 * float64(len(body)) / bodies.contrib,
	}, scans.ofBody(), scans.ofSpan())
	allocations, err := countAllocations(ctx, weir, contrib)
	return append(results, allocations), err
}

// scans are the engine alone, without what it remembers of values it has seen.
type scans struct {
	engine    *redact.Engine
	body      string
	benchtime time.Duration
}

// scansPerReading is how many scans are timed together: to ask for the CPU time is
// a system call, which took 1.5 % of a scan's time.
const scansPerReading = 10

func newScans(body string, benchtime time.Duration) (scans, error) {
	engine, err := redact.New(redact.Config{})
	return scans{engine, body, benchtime}, err
}

// ofBody looks through a body once. (The processor looks again at what it has
// changed.)
func (s scans) ofBody() result {
	ns, slower := s.time(func() { s.engine.Find("", s.body) })
	return result{
		what: "redact, one scan of such a body", unit: "MB/s", budget: 500, more: true, alone: true,
		weir: 1000 * float64(len(s.body)) / ns, slower: slower,
	}
}

// ofSpan looks through a clean span none of whose values were seen before.
func (s scans) ofSpan() result {
	attributes := newTraffic(0).spans().ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
	var pairs [][2]string
	for key, value := range attributes.All() {
		pairs = append(pairs, [2]string{key, value.AsString()})
	}
	ns, slower := s.time(func() {
		for _, p := range pairs {
			s.engine.Find(p[0], p[1])
		}
	})
	return result{what: "redact, the values of such a span, all of them new", unit: "ns/span", alone: true, weir: ns, slower: slower}
}

func (s scans) time(scan func()) (ns, slowness float64) {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	var times, loops []float64
	for range redactRounds {
		loops = append(loops, yardstick.Loop())
		start, n := yardstick.ThreadTime(), 0
		for yardstick.ThreadTime()-start < s.benchtime/redactRounds {
			for range scansPerReading {
				scan()
			}
			n += scansPerReading
		}
		times = append(times, float64((yardstick.ThreadTime()-start).Nanoseconds())/float64(n))
	}
	return median(times), yardstick.Slower(loops)
}

func newRedactors(ctx context.Context, factory processor.Factory, settings map[string]any) (r redactors, err error) {
	cfg, err := configure(factory, settings)
	if err != nil {
		return r, err
	}
	set := processortest.NewNopSettings(factory.Type())
	if r.traces, err = factory.CreateTraces(ctx, set, cfg, consumertest.NewNop()); err != nil {
		return r, err
	}
	if r.logs, err = factory.CreateLogs(ctx, set, cfg, consumertest.NewNop()); err != nil {
		return r, err
	}
	if err := r.traces.Start(ctx, componenttest.NewNopHost()); err != nil {
		return r, err
	}
	return r, r.logs.Start(ctx, componenttest.NewNopHost())
}

func configure(factory component.Factory, settings map[string]any) (component.Config, error) {
	cfg := factory.CreateDefaultConfig()
	return cfg, confmap.NewFromStringMap(settings).Unmarshal(&cfg)
}

// workload gives a processor something to do and says how long that took, and
// how many units it was.
type workload struct {
	unit string
	run  func(context.Context, redactors) (spent time.Duration, units int, err error)
}

// work sends ever new spans, as their ids differ in traffic too; only the
// processor's own time counts.
func (t *traffic) work() workload {
	return workload{"ns/span", func(ctx context.Context, r redactors) (time.Duration, int, error) {
		batch := t.spans()
		start := yardstick.ThreadTime()
		err := r.traces.ConsumeTraces(ctx, batch)
		return yardstick.ThreadTime() - start, redactBatch, err
	}}
}

// bodyWork sends records with one body each.
func bodyWork(body string) workload {
	const records = 64
	return workload{"ns/body", func(ctx context.Context, r redactors) (time.Duration, int, error) {
		logs := plog.NewLogs()
		scope := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
		for range records {
			scope.LogRecords().AppendEmpty().Body().SetStr(body)
		}
		start := yardstick.ThreadTime()
		err := r.logs.ConsumeLogs(ctx, logs)
		return yardstick.ThreadTime() - start, records, err
	}}
}

// alternate times both processors in turns, in all about benchtime each.
func (w workload) alternate(ctx context.Context, weir, contrib redactors, benchtime time.Duration) (result, error) {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	var times [2][]float64
	var loops []float64
	for range redactRounds {
		loops = append(loops, yardstick.Loop())
		for i, r := range []redactors{weir, contrib} {
			perUnit, err := w.round(ctx, r, benchtime/redactRounds)
			if err != nil {
				return result{}, err
			}
			times[i] = append(times[i], perUnit)
		}
	}
	return result{unit: w.unit, weir: median(times[0]), contrib: median(times[1]), slower: yardstick.Slower(loops)}, nil
}

func (w workload) round(ctx context.Context, r redactors, atLeast time.Duration) (nsPerUnit float64, err error) {
	runtime.GC() // of the other's garbage
	var spent time.Duration
	units := 0
	for spent < atLeast || units == 0 {
		took, n, err := w.run(ctx, r)
		if err != nil {
			return 0, err
		}
		spent += took
		units += n
	}
	return float64(spent.Nanoseconds()) / float64(units), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// countAllocations counts those of a clean span. What a processor allocates once
// a batch is a fraction here.
func countAllocations(ctx context.Context, weir, contrib redactors) (result, error) {
	r := result{what: "redact, clean HTTP span of 20 attributes", unit: "allocs/span", wanted: "0"}
	for _, one := range []struct {
		in  redactors
		out *float64
	}{{weir, &r.weir}, {contrib, &r.contrib}} {
		var counts []float64
		for range redactRounds { // the median leaves out what other goroutines do
			batch := newTraffic(0).spans()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := one.in.traces.ConsumeTraces(ctx, batch)
			runtime.ReadMemStats(&after)
			if err != nil {
				return r, err
			}
			counts = append(counts, float64(after.Mallocs-before.Mallocs)/redactBatch)
		}
		*one.out = median(counts)
	}
	return r, nil
}
