package main

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// BenchmarkWeirPath is Weir's side of the pipeline alone, for profiles. One
// operation is one span, as far as whole requests allow.
func BenchmarkWeirPath(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ctx := context.Background()
	p, err := weirPath(ctx, &engine{directory: b.TempDir()})
	require.NoError(b, err)
	defer p.stop(ctx)
	requests, err := otlpRequests()
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	start := processTime()
	spans := 0
	for spans < b.N {
		for _, request := range requests {
			traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(request)
			require.NoError(b, err)
			spans += traces.SpanCount()
			require.NoError(b, p.entry.ConsumeTraces(ctx, traces))
		}
	}
	b.ReportMetric(float64((processTime()-start).Nanoseconds())/float64(spans), "cpu-ns/span")
	b.ReportMetric(float64(spans), "spans")
}
