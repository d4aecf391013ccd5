package main

import (
	"context"
	"runtime"
	"testing"

	"github.com/weir-otel/weir/internal/yardstick"
)

// BenchmarkWeirPath is Weir's side of the pipeline alone, for profiles. One
// operation is one span, as far as whole rounds of requests allow.
func BenchmarkWeirPath(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ctx := context.Background()
	p, err := weirPath(ctx, &engine{directory: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer p.stop(ctx)
	requests, err := otlpRequests()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	start, spans := yardstick.ProcessTime(), 0
	for ; spans < b.N; spans += pipelineRequests * batchSize {
		if _, err := p.round(ctx, requests, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((yardstick.ProcessTime()-start).Nanoseconds())/float64(spans), "cpu-ns/span")
}
