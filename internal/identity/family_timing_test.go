package identity_test

import (
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/identity"
)

// BenchmarkInherit is the work on one record of a batch of 1000 spans.
func BenchmarkInherit(b *testing.B) {
	const size = 1000
	c := catalogOf(b, "a")
	memory := identity.Memory{Traces: identity.NewTraces(100_000, time.Minute), Catalog: c, Now: noon}
	lenders := randomTraces(100*size, c.ConnectorByID("a")) // more than a processor's caches hold
	var teacher identity.Family
	teacher.InheritAcross(lenders, memory)
	f := func(name string, memory identity.Memory, prepare func(i int, r *identity.Record)) {
		b.Run(name, func(b *testing.B) {
			var family identity.Family
			records := make([]identity.Record, size)
			b.ReportAllocs()
			for n := 0; n < b.N; n += size {
				b.StopTimer()
				copy(records, lenders[n%len(lenders):])
				for i := range records {
					prepare(i, &records[i])
				}
				b.StartTimer()
				family.InheritAcross(records, memory)
			}
		})
	}
	lacking := func(_ int, r *identity.Record) { r.Decision = none() }
	f("own evidence", memory, func(int, *identity.Record) {})
	f("remembered", memory, lacking)
	f("nobody knows", memory, func(_ int, r *identity.Record) { r.Trace[0]++; r.Decision = none() })
	f("from the batch", identity.Memory{}, func(i int, r *identity.Record) {
		r.Trace, r.Span = pcommon.TraceID{1, byte(i / 10), byte(i / 2560)}, pcommon.SpanID{byte(i), byte(i >> 8), 1}
		if i%10 != 0 {
			r.Parent, r.Decision = pcommon.SpanID{byte(i - 1), byte((i - 1) >> 8), 1}, none()
		}
	})
}

// BenchmarkTracesInParallel is one trace learned and one recalled, by all cores at once.
func BenchmarkTracesInParallel(b *testing.B) {
	c := catalogOf(b, "a")
	memory := identity.Memory{Traces: identity.NewTraces(100_000, time.Minute), Catalog: c, Now: noon}
	lenders := randomTraces(100_000, c.ConnectorByID("a"))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var family identity.Family
		batch := make([]identity.Record, 1)
		for i := 0; pb.Next(); i++ {
			batch[0] = lenders[i%len(lenders)]
			family.InheritAcross(batch, memory)
			batch[0].Decision = none()
			family.InheritAcross(batch, memory)
		}
	})
}
