package identityprocessor

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
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
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
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

func TestABatchIsReadByOneRevisionWhileTheCatalogChanges(t *testing.T) {
	r := run(t, nil)
	connectorOf := map[any]string{} // by revision
	var resolvers []*identity.Resolver
	for _, id := range []string{"first", "second"} {
		c, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: "+id+", match: {jwt: [{claim: azp, value: a}]}}]"))
		require.NoError(t, err)
		connectorOf[c.Revision] = id
		resolvers = append(resolvers, identity.NewResolver(c))
	}
	r.resolver.Store(resolvers[0])
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				r.resolver.Store(resolvers[i%2])
			}
		}
	}()
	for range 200 {
		spans := r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
			for range 10 {
				newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "a"})
			}
		})
		for _, span := range spans {
			got := span.Attributes().AsRaw()
			require.Equal(t, connectorOf[got["lowcode.identity.catalog_revision"]], got["lowcode.connector.id"])
			require.Equal(t, spans[0].Attributes().AsRaw(), got)
		}
	}
	close(done)
	<-stopped
}
