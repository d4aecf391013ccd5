package identityprocessor

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// TestTheSeedSDKIsAttributedAndInherited sends what a hand-written low-code SDK
// emits: the old status key, a header only it sets, and as parent a span that
// was never ended and so never exported.
func TestTheSeedSDKIsAttributedAndInherited(t *testing.T) {
	r := run(t, nil)
	spans := r.traces(from(stranger), "orders-frontend", func(spans ptrace.SpanSlice) {
		call := newSpan(t, spans, ptrace.SpanKindClient, map[string]any{
			"http.method": "POST", "http.url": "https://api.example.com/orders/4711", "http.status_code": 201, "sdk.version": "1.4.0",
			"http.request.header.x-sdk": header("lc-ts-1"), "http.request.header.x-api-client": header("lc-orders"),
		})
		call.SetTraceID(traceOne)
		call.SetSpanID(pcommon.SpanID{1})
		for id := byte(2); id <= 3; id++ {
			backend := newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"http.method": "POST", "http.target": "/orders/4711"})
			backend.SetTraceID(traceOne)
			backend.SetSpanID(pcommon.SpanID{id})
			backend.SetParentSpanID(pcommon.SpanID{99})
		}
	})
	call := spans[0].Attributes().AsRaw()
	require.Equal(t, "lc-orders", call["lowcode.connector.id"])
	require.Equal(t, "claimed", call["lowcode.identity.status"])
	require.Equal(t, "custom", call["lowcode.platform.name"])
	require.Equal(t, "/orders/{id}", call["http.route"])
	require.Equal(t, int64(201), call["http.status_code"], "what was sent stays")
	for _, span := range spans[1:] {
		backend := span.Attributes().AsRaw()
		require.Equal(t, "lc-orders", backend["lowcode.connector.id"])
		require.Equal(t, "inherited", backend["lowcode.identity.status"])
		require.Equal(t, "trace_parent", backend["lowcode.identity.method"])
		require.InDelta(t, 0.3*0.9, backend["lowcode.identity.confidence"], 1e-9)
		require.Equal(t, []any{"trace_parent=trace_id"}, backend["lowcode.identity.evidence"])
	}
}

func TestAConflictIsStampedWithBothSides(t *testing.T) {
	r := run(t, nil)
	got := r.server(from(loopback), map[string]any{
		"http.request.header.x-consumer-username": header("make-crm-sync"),
		"http.request.header.x-connector-id":      header("order-flow"),
	})
	require.Equal(t, "conflicting", got["lowcode.identity.status"])
	require.Equal(t, "crm-sync", got["lowcode.connector.id"])
	require.Equal(t, []any{"verified=crm-sync", "claimed=order-flow"}, got["lowcode.identity.conflict"])
}

func TestLogRecordsAreAttributedLikeSpans(t *testing.T) {
	r := run(t, nil)
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("lowcode.tenant.id", "spoofed")
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().Attributes().PutStr("lowcode.tenant.id", "spoofed")
	records := scope.LogRecords()
	add := func(trace pcommon.TraceID, attributes map[string]any) {
		record := records.AppendEmpty()
		record.SetTraceID(trace)
		require.NoError(t, record.Attributes().FromRaw(attributes))
	}
	add(traceOne, map[string]any{"jwt.claims.azp": "crm-sync", "lowcode.connector.id": "spoofed"})
	add(traceOne, nil)
	add(pcommon.TraceID{}, map[string]any{"http.request.header.x-consumer-username": "stranger"})
	logs, err := r.processLogs(from(loopback), logs)
	require.NoError(t, err)

	require.Empty(t, logs.ResourceLogs().At(0).Resource().Attributes().AsRaw())
	require.Empty(t, logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes().AsRaw())
	identity := func(i int) []any {
		raw := records.At(i).Attributes().AsRaw()
		return []any{raw["lowcode.connector.id"], raw["lowcode.tenant.id"], raw["lowcode.identity.status"], raw["lowcode.identity.method"]}
	}
	require.Equal(t, []any{"crm-sync", "acme", "verified", "jwt_claim"}, identity(0))
	require.Equal(t, []any{"crm-sync", "acme", "inherited", "trace_parent"}, identity(1))
	require.Equal(t, []any{nil, nil, "unattributed", nil}, identity(2))
}

func TestABatchLeavesNothingBehindForTheNext(t *testing.T) {
	r := run(t, nil)
	for range 3 {
		require.Equal(t, "crm-sync", r.server(from(loopback), map[string]any{"jwt.claims.azp": "crm-sync"})["lowcode.connector.id"])
		require.Nil(t, r.server(from(stranger), map[string]any{"url.path": "/a"})["lowcode.connector.id"])
		_, err := r.processTraces(t.Context(), ptrace.NewTraces())
		require.NoError(t, err)
	}
}

func TestSpansAndLogsInheritFromEarlierBatchesOfTheirTrace(t *testing.T) {
	r := run(t, nil)
	r.traces(from(loopback), "api-gateway", func(spans ptrace.SpanSlice) {
		newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"}).SetTraceID(traceOne)
	})
	for sender, confidence := range map[net.Addr]float64{loopback: 0.95 * 0.8, stranger: 0.3} {
		span := r.traces(from(sender), "orders", func(spans ptrace.SpanSlice) {
			newSpan(t, spans, ptrace.SpanKindServer, nil).SetTraceID(traceOne)
		})[0].Attributes().AsRaw()
		require.Equal(t, "crm-sync", span["lowcode.connector.id"])
		require.Equal(t, "inherited", span["lowcode.identity.status"])
		require.InDelta(t, confidence, span["lowcode.identity.confidence"], 1e-6)
	}

	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTraceID(traceOne)
	_, err := r.processLogs(from(stranger), logs)
	require.NoError(t, err)
	require.Equal(t, "crm-sync", record.Attributes().AsRaw()["lowcode.connector.id"])
}

func TestAStrangersSpansNeitherStealNorDestroyTheTraceOfAnother(t *testing.T) {
	r := run(t, nil)
	send := func(sender net.Addr, attributes map[string]any) map[string]any {
		return r.traces(from(sender), "orders", func(spans ptrace.SpanSlice) {
			newSpan(t, spans, ptrace.SpanKindServer, attributes).SetTraceID(traceOne)
		})[0].Attributes().AsRaw()
	}
	send(stranger, map[string]any{"http.request.header.x-connector-id": header("order-flow")})
	require.Equal(t, "unattributed", send(loopback, nil)["lowcode.identity.status"], "seeded by a stranger")

	send(loopback, map[string]any{"jwt.claims.azp": "crm-sync"})
	send(stranger, map[string]any{"http.request.header.x-connector-id": header("order-flow")})
	require.Equal(t, "crm-sync", send(loopback, nil)["lowcode.connector.id"], "contradicted by a stranger")
	require.InDelta(t, 0.3, send(stranger, nil)["lowcode.identity.confidence"], 1e-6, "taken by a stranger")
}

func TestWithTraceParentSwitchedOffNothingIsInherited(t *testing.T) {
	r := run(t, func(c *Config) { c.Signals.Disabled = []string{"trace_parent"} })
	for range 2 {
		spans := r.traces(from(loopback), "api-gateway", func(spans ptrace.SpanSlice) {
			newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"}).SetTraceID(traceOne)
			newSpan(t, spans, ptrace.SpanKindInternal, nil).SetTraceID(traceOne)
		})
		require.Equal(t, "crm-sync", spans[0].Attributes().AsRaw()["lowcode.connector.id"])
		require.Equal(t, map[string]any{"lowcode.identity.status": "unattributed"}, spans[1].Attributes().AsRaw())
	}
}
