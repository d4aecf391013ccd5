package simulate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func eachSpan(t testing.TB, batch Batch, do func(resource pcommon.Resource, span ptrace.Span)) {
	t.Helper()
	traces, err := batch.Traces()
	require.NoError(t, err)
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				do(rs.Resource(), span)
			}
		}
	}
}

func TestBatchesDecodeToTheSpansOfTheCalls(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Spans = 20_000 })
	var calls []Call
	for c := range s.Calls() {
		calls = append(calls, *c)
	}
	next, spans := 0, 0
	for batch := range s.Batches(700) {
		require.LessOrEqual(t, batch.Spans, 702)
		decoded := 0
		eachSpan(t, batch, func(resource pcommon.Resource, span ptrace.Span) {
			decoded++
			service, _ := resource.Attributes().Get("service.name")
			if service.Str() != "api-gateway" {
				return
			}
			want := calls[next]
			next++
			require.EqualValues(t, want.TraceID, span.TraceID())
			require.EqualValues(t, want.SpanID, span.SpanID())
			require.Equal(t, want.Time, span.StartTimestamp().AsTime())
			require.Equal(t, want.Duration, span.EndTimestamp().AsTime().Sub(want.Time))
			require.Equal(t, ptrace.SpanKindServer, span.Kind())
			require.Equal(t, want.Endpoint.String(), span.Name())
			requireAttributes(t, &want, span.Attributes().AsRaw())
		})
		require.Equal(t, batch.Spans, decoded)
		spans += decoded
	}
	require.Len(t, calls, next)
	require.Greater(t, spans, next, "some calls have more than one report")
}

func requireAttributes(t *testing.T, want *Call, got map[string]any) {
	t.Helper()
	require.Equal(t, want.Endpoint.Method, got["http.request.method"])
	require.Equal(t, want.Endpoint.Route, got["http.route"])
	require.EqualValues(t, want.Status, got["http.response.status_code"])
	require.EqualValues(t, want.BytesOut, got["http.response.body.size"])
	require.NotContains(t, got["url.path"], "{")
	switch want.Connector.signal {
	case byConsumer:
		require.Equal(t, []any{want.Connector.key}, got["http.request.header.x-consumer-username"])
	case byWorkflow:
		require.Equal(t, []any{want.Connector.key}, got["http.request.header.x-ms-workflow-id"])
		require.Contains(t, got["user_agent.original"], want.Connector.key)
	case byClaim:
		require.Equal(t, want.Connector.key, got["jwt.claims.azp"])
		require.Equal(t, want.User, got["jwt.claims.sub"])
	case byUserAgent:
		require.Equal(t, want.Connector.key, got["user_agent.original"])
	}
}

func TestTracedCallsHaveAClientAndABackendSpan(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Spans = 30_000 })
	kinds := map[string]map[ptrace.SpanKind]pcommon.SpanID{}
	parents := map[string]map[ptrace.SpanKind]pcommon.SpanID{}
	traced := map[string]bool{}
	for c := range s.Calls() {
		if c.Connector.traced && c.Connector.Kind != KindAgent { // agents share a trace
			traced[pcommon.TraceID(c.TraceID).String()] = true
		}
	}
	for batch := range s.Batches(1000) {
		eachSpan(t, batch, func(resource pcommon.Resource, span ptrace.Span) {
			id := span.TraceID().String()
			if !traced[id] {
				return
			}
			if kinds[id] == nil {
				kinds[id], parents[id] = map[ptrace.SpanKind]pcommon.SpanID{}, map[ptrace.SpanKind]pcommon.SpanID{}
			}
			kind := span.Kind()
			if service, _ := resource.Attributes().Get("service.name"); service.Str() == "api-gateway" {
				kind = ptrace.SpanKindInternal // stands for the gateway here
			}
			kinds[id][kind], parents[id][kind] = span.SpanID(), span.ParentSpanID()
		})
	}
	require.NotEmpty(t, kinds)
	for id := range kinds {
		require.Len(t, kinds[id], 3, id)
		require.Equal(t, kinds[id][ptrace.SpanKindClient], parents[id][ptrace.SpanKindInternal])
		require.Equal(t, kinds[id][ptrace.SpanKindInternal], parents[id][ptrace.SpanKindServer])
	}
}

func TestAgentsMakeManyCallsInOneTrace(t *testing.T) {
	s := newSimulation(t, nil)
	calls := map[[16]byte]int{}
	total := 0
	for c := range s.Calls() {
		if c.Connector.Kind == KindAgent {
			calls[c.TraceID]++
			total++
		}
	}
	require.NotEmpty(t, calls)
	require.Greater(t, total, 4*len(calls))
}

func TestSecretsAreOnlyThereWhenAsked(t *testing.T) {
	secrets := NewSecrets(1)
	find := func(o *Options) map[string]int {
		found := map[string]int{}
		s := newSimulation(t, func(p *Options) { p.Spans = 40_000; p.Secrets = o.Secrets })
		for batch := range s.Batches(4000) {
			for name, value := range secrets.Named() {
				found[name] += strings.Count(string(batch.Payload), value)
			}
			_, err := batch.Traces()
			require.NoError(t, err)
		}
		return found
	}
	for name, n := range find(&Options{Secrets: secrets}) {
		require.Positive(t, n, name)
	}
	for name, n := range find(&Options{}) {
		require.Zero(t, n, name)
	}
	require.NotEqual(t, secrets, NewSecrets(2))
}

func TestPlantedLogsCarryEverySecret(t *testing.T) {
	secrets := NewSecrets(3)
	s := newSimulation(t, func(o *Options) { o.Secrets = secrets })
	require.Equal(t, 4, s.PlantedLogs().LogRecordCount())
	require.Zero(t, newSimulation(t, nil).PlantedLogs().LogRecordCount())
}

func TestCardNumbersPassLuhn(t *testing.T) {
	for seed := range uint64(20) {
		card := NewSecrets(seed).Card
		require.Len(t, card, 16)
		sum := 0
		for i, d := range card {
			v := int(d - '0')
			if i%2 == 0 {
				if v *= 2; v > 9 {
					v -= 9
				}
			}
			sum += v
		}
		require.Zero(t, sum%10, "not a valid card number")
	}
}
