package provenance_test

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/provenance"
)

// BenchmarkHashTraces: spans of 1 KB, with 15 attributes.
func BenchmarkHashTraces(b *testing.B) {
	const spans = 500
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "api-gateway")
	list := resource.ScopeSpans().AppendEmpty().Spans()
	for i := range spans {
		s := list.AppendEmpty()
		s.SetName("GET /contacts/{id}")
		s.SetTraceID(pcommon.TraceID{byte(i), 1})
		s.SetSpanID(pcommon.SpanID{byte(i), byte(i >> 8)})
		s.SetStartTimestamp(1740830400123456789)
		s.SetEndTimestamp(1740830400123456999)
		for k := range 15 {
			s.Attributes().PutStr(fmt.Sprintf("http.request.header.x-%d", k), "some value of the usual length")
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		provenance.HashTraces(b.Context(), "edge-1", td)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/spans, "ns/span")
}
