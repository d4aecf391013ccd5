package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/yardstick"
	"github.com/weir-otel/weir/processor/identityprocessor"
	"github.com/weir-otel/weir/processor/redactprocessor"
)

// pipelineRequests is how many requests there are; a round passes all of them on,
// as often as its time allows.
const pipelineRequests = 20

// pipelineRounds is how often the two sides are measured, one right after the
// other. Another load on the machine, or a moment at a lower clock, then changes
// both figures of a pair, and their ratio little.
const pipelineRounds = 15

// path is from OTLP bytes to where an exporter acknowledges.
type path struct {
	entry consumer.Traces
	close []func(context.Context) error
}

// benchPipeline measures what a collector does for a span, from OTLP bytes on, in
// CPU time of the whole process, on one core: Weir with all its processors until
// the segment is on disk, contrib with ten patterns until its exporter has handed
// the block over. (Neither has a point in common with the other that is nearer.)
func benchPipeline(ctx context.Context, benchtime time.Duration) ([]result, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	e, err := startEngine(ctx)
	if err != nil {
		return nil, err
	}
	defer e.stop(ctx)
	weir, err := weirPath(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("weir: %w", err)
	}
	defer weir.stop(ctx)
	contrib, err := contribPath(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("contrib: %w", err)
	}
	defer contrib.stop(ctx)
	requests, err := otlpRequests()
	if err != nil {
		return nil, err
	}
	return comparePaths(ctx, weir, contrib, requests, benchtime/2)
}

// comparePaths measures both in rounds that are long enough for several garbage
// collections, each side first every other time.
func comparePaths(ctx context.Context, weir, contrib path, requests [][]byte, atLeast time.Duration) ([]result, error) {
	r := result{what: "pipeline, OTLP bytes to acknowledged", unit: "ns/span", wanted: "≥ 7×"}
	var times [2][]float64
	for round := range pipelineRounds {
		var pair [2]float64
		for turn := range pair {
			side := (round + turn) % len(pair)
			took, err := []path{weir, contrib}[side].round(ctx, requests, atLeast)
			if err != nil {
				return nil, err
			}
			pair[side] = took
			times[side] = append(times[side], took)
		}
		r.ratios = append(r.ratios, pair[1]/pair[0])
	}
	r.weir, r.contrib = median(times[0]), median(times[1])
	return []result{r}, nil
}

// otlpRequests are realistic spans, as SDKs and a gateway send them.
func otlpRequests() ([][]byte, error) {
	g := newRealistic(time.Now().Add(-time.Minute), 24*60*pipelineRequests*batchSize)
	g.evidence = true
	requests := make([][]byte, pipelineRequests)
	for i := range requests {
		request, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(g.batch(batchSize))
		if err != nil {
			return nil, err
		}
		requests[i] = request
	}
	return requests, nil
}

// weirPath does not send what it has on disk: nothing answers where it is told the
// database is.
func weirPath(ctx context.Context, e *engine) (path, error) {
	catalog := filepath.Join(e.directory, "catalog.yaml")
	if err := os.WriteFile(catalog, manyConnectors(), 0o600); err != nil {
		return path{}, err
	}
	s := weirSubject(map[string]any{"endpoint": "http://127.0.0.1:1", "database": "weir"}, filepath.Join(e.directory, "unsent"))
	s.settings["create_schema"] = "off"
	s.settings["max_disk_mib"] = 0
	return newPath(ctx, s,
		stage{redactprocessor.NewFactory(), nil},
		stage{identityprocessor.NewFactory(), map[string]any{"catalog": map[string]any{"file": catalog}}},
	)
}

func contribPath(ctx context.Context, e *engine) (path, error) {
	if err := e.conn.Exec(ctx, "CREATE DATABASE IF NOT EXISTS pipeline"); err != nil {
		return path{}, err
	}
	return newPath(ctx, contribSubject(e.server("pipeline")), stage{redactionprocessor.NewFactory(), tenPatterns})
}

// stage is a processor and its settings.
type stage struct {
	factory  processor.Factory
	settings map[string]any
}

// newPath starts an exporter and, in front of it, the processors, the last first.
func newPath(ctx context.Context, s subject, stages ...stage) (p path, err error) {
	exporter, err := s.start(ctx)
	if err != nil {
		return p, err
	}
	p.entry, p.close = exporter, append(p.close, exporter.Shutdown)
	for _, stage := range stages {
		cfg, err := configure(stage.factory, stage.settings)
		if err != nil {
			return p, err
		}
		made, err := stage.factory.CreateTraces(ctx, processortest.NewNopSettings(stage.factory.Type()), cfg, p.entry)
		if err != nil {
			return p, err
		}
		if err := made.Start(ctx, componenttest.NewNopHost()); err != nil {
			return p, err
		}
		p.entry, p.close = made, append(p.close, made.Shutdown)
	}
	return p, nil
}

func (p path) stop(ctx context.Context) {
	for i := len(p.close) - 1; i >= 0; i-- {
		if err := p.close[i](ctx); err != nil {
			fmt.Fprintln(os.Stderr, "bench: cannot shut down:", err)
		}
	}
}

// round passes the requests on until atLeast is over.
func (p path) round(ctx context.Context, requests [][]byte, atLeast time.Duration) (nsPerSpan float64, err error) {
	runtime.GC() // of the other's garbage
	start, spans := yardstick.ProcessTime(), 0
	for spans == 0 || yardstick.ProcessTime()-start < atLeast {
		for _, request := range requests {
			traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(request)
			if err != nil {
				return 0, err
			}
			spans += traces.SpanCount()
			if err := p.entry.ConsumeTraces(ctx, traces); err != nil {
				return 0, err
			}
		}
	}
	return float64((yardstick.ProcessTime() - start).Nanoseconds()) / float64(spans), nil
}
