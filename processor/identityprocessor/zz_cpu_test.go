package identityprocessor

import (
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func cpuNow() int64 {
	var ts syscall.Timespec
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 3, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

func BenchmarkCPU(b *testing.B) {
	runtime.LockOSThread()
	for name, kind := range map[string]ptrace.SpanKind{"report": ptrace.SpanKindServer, "inner": ptrace.SpanKindInternal} {
		b.Run(name, func(b *testing.B) {
			runtime.LockOSThread()
			r := run(b, func(c *Config) { c.Catalog.File = manyConnectors(b, 10_000) })
			template := gatewayBatch(kind)
			ctx := from(loopback)
			best := int64(1) << 60
			var total int64
			n := 0
			for range 150 {
				all := make([]ptrace.Traces, 4)
				for i := range all {
					all[i] = ptrace.NewTraces()
					template.CopyTo(all[i])
				}
				runtime.GC()
				start := cpuNow()
				for _, traces := range all {
					_, err := r.processTraces(ctx, traces)
					require.NoError(b, err)
				}
				took := cpuNow() - start
				best = min(best, took)
				total += took
				n += 4 * batchSize
			}
			b.ReportMetric(float64(best)/(4*batchSize), "best-ns/span")
			b.ReportMetric(float64(total)/float64(n), "mean-ns/span")
		})
	}
}
