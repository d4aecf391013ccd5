package rows

import (
	"encoding/json"
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
)

func TestAdjustedCountComesFromWhatTheSamplerSays(t *testing.T) {
	for _, c := range []struct {
		state string
		attrs []any
		want  float64
	}{
		{"", nil, 1},
		{"ot=th:0", nil, 1},
		{"ot=th:8", nil, 2},
		{"ot=th:c", nil, 4},
		{"ot=th:fd70a3d70a3d7", nil, 100.0000000000057},
		{"vendor=x,ot=rv:1;th:c", nil, 4},
		{" ot=th:8", nil, 2},
		{"ot=th:", nil, 1},
		{"ot=th:xyz", nil, 1},
		{"ot=th:fffffffffffffffff", nil, 1},
		{"other=th:c", nil, 1},
		{"ot=rv:abc", nil, 1},
		{"ot=th:ffffffffffffff", nil, maxAdjustedCount},
		{"congo=ucfJifl5GOE,ot=th:8", nil, 2},
		{"ot=p:3;r:62", nil, 8},
		{"ot=p:62", nil, maxAdjustedCount},
		{"ot=p:63", nil, 1},
		{"ot=p:1;th:c", nil, 4},
		{"", []any{"sampling.threshold", "c"}, 4},
		{"", []any{"sampling.threshold", "nonsense"}, 1},
		{"", []any{"sampling.probability", 0.1}, 10},
		{"", []any{"sampling.probability", "0.1"}, 10},
		{"", []any{"sampling.probability", 1e-30}, maxAdjustedCount},
		{"", []any{"sampling.probability", 0}, 1},
		{"", []any{"sampling.probability", -1.5}, 1},
		{"", []any{"sampling.probability", math.NaN()}, 1},
		{"", []any{"sampling.probability", 50}, 1},
		{"", []any{"sampling.priority", 5}, 1},
		{"ot=th:8", []any{"sampling.probability", 0.1}, 2},
		{"vendor=x", []any{"sampling.probability", 0.1}, 10},
	} {
		var a adjustedCounts
		f := factsOf(span(ptrace.SpanKindServer, c.attrs...))
		require.InEpsilon(t, c.want, a.of(c.state, f), 1e-9, "%s %v", c.state, c.attrs)
		require.InEpsilon(t, c.want, a.of(c.state, f), 1e-9, "%s %v, again", c.state, c.attrs)
	}
}

func TestAdjustedCountsOfDifferentTracestatesDoNotMix(t *testing.T) {
	var a adjustedCounts
	var f facts
	for _, c := range []struct {
		state string
		want  float64
	}{{"ot=th:c", 4}, {"ot=th:8", 2}, {"", 1}, {"ot=th:8", 2}, {"vendor=x", 1}} {
		require.InDelta(t, c.want, a.of(c.state, &f), 0, c.state)
	}
}

func FuzzAdjustedCount(f *testing.F) {
	f.Add("ot=th:c;rv:1,x=y", "c", 0.5)
	f.Add("ot=p:62;r:1", "", math.Inf(1))
	f.Fuzz(func(t *testing.T, state, threshold string, probability float64) {
		var a adjustedCounts
		n := a.of(state, factsOf(span(ptrace.SpanKindServer, "sampling.threshold", threshold, "sampling.probability", probability)))
		require.GreaterOrEqual(t, n, 1.0)
		require.LessOrEqual(t, n, maxAdjustedCount)
	})
}

func FuzzQuoted(f *testing.F) {
	f.Add("plain \" \\ \n\x00\xff ünïcode")
	f.Fuzz(func(t *testing.T, s string) {
		quoted := appendQuoted(nil, s)
		var back string
		require.NoError(t, json.Unmarshal(quoted, &back))
		if utf8.ValidString(s) {
			require.Equal(t, s, back)
		}
	})
}

func TestJSONKeepsEveryType(t *testing.T) {
	v := pcommon.NewValueMap()
	m := v.Map()
	m.PutStr("s", "a\"b")
	m.PutInt("i", math.MinInt64)
	m.PutDouble("d", 1.5)
	m.PutDouble("nan", math.NaN())
	m.PutBool("b", true)
	m.PutEmpty("e")
	m.PutEmptyBytes("y").FromRaw([]byte{1, 2, 255})
	m.PutEmptySlice("l").AppendEmpty().SetStr("x")
	m.PutEmptyMap("m").PutInt("n", 1)
	require.JSONEq(t, `{"s":"a\"b","i":-9223372036854775808,"d":1.5,"nan":"NaN","b":true,"e":null,"y":"AQL/","l":["x"],"m":{"n":1}}`, string(appendJSON(nil, v)))
}

// span builds a span of the given kind with attributes in pairs.
func span(kind ptrace.SpanKind, pairs ...any) ptrace.Span {
	s := ptrace.NewSpan()
	s.SetKind(kind)
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{2})
	for i := 0; i < len(pairs); i += 2 {
		v := s.Attributes().PutEmpty(pairs[i].(string))
		if err := v.FromRaw(pairs[i+1]); err != nil {
			panic(err)
		}
	}
	return s
}

func factsOf(s ptrace.Span) *facts {
	var f facts
	for k, v := range s.Attributes().All() {
		if id := classify(k); id != none {
			f.read(id, v)
		}
	}
	return &f
}

func TestWhichSpansReportACall(t *testing.T) {
	for _, c := range []struct {
		kind  ptrace.SpanKind
		attrs []any
		want  source
	}{
		{ptrace.SpanKindServer, nil, sourceServer},
		{ptrace.SpanKindConsumer, nil, sourceServer},
		{ptrace.SpanKindInternal, []any{"http.request.method", "GET"}, notAReport},
		{ptrace.SpanKindUnspecified, nil, notAReport},
		{ptrace.SpanKindClient, []any{"db.system.name", "postgresql"}, notAReport},
		{ptrace.SpanKindClient, []any{"http.request.method", "GET"}, sourceClient},
		{ptrace.SpanKindClient, []any{"http.method", "GET"}, sourceClient},
		{ptrace.SpanKindClient, []any{"rpc.method", "Get"}, sourceClient},
		{ptrace.SpanKindClient, []any{"mcp.method.name", "tools/call"}, sourceClient},
		{ptrace.SpanKindClient, []any{"gen_ai.tool.name", "search"}, sourceClient},
		{ptrace.SpanKindServer, []any{lowcode.KeyReportSource, "edge"}, sourceEdge},
		{ptrace.SpanKindServer, []any{lowcode.KeyReportSource, "gateway_log"}, sourceGatewayLog},
		{ptrace.SpanKindServer, []any{lowcode.KeyReportSource, "nonsense"}, sourceServer},
	} {
		require.Equal(t, c.want, sourceOf(c.kind, factsOf(span(c.kind, c.attrs...))), "%v %v", c.kind, c.attrs)
	}
}

func TestCallKeysNameTheCall(t *testing.T) {
	trace, own, parent := pcommon.TraceID{1}, pcommon.SpanID{2}, pcommon.SpanID{3}
	of := func(s ptrace.Span) string { return string(appendCallKey(nil, s, factsOf(s))) }
	withParent := func(s ptrace.Span) ptrace.Span { s.SetParentSpanID(parent); return s }

	byCaller := string(trace[:]) + string(parent[:])
	require.Equal(t, byCaller, of(withParent(span(ptrace.SpanKindServer))))
	require.Equal(t, byCaller, of(withParent(span(ptrace.SpanKindServer, lowcode.KeyRequestID, "r1"))))
	bySelf := string(trace[:]) + string(own[:])
	require.Equal(t, bySelf, of(withParent(span(ptrace.SpanKindClient))))
	require.Equal(t, bySelf, of(span(ptrace.SpanKindServer)))
	require.Equal(t, "req:r1", of(span(ptrace.SpanKindServer, lowcode.KeyRequestID, "r1")))

	anonymous := span(ptrace.SpanKindServer)
	anonymous.SetTraceID(pcommon.TraceID{})
	anonymous.SetSpanID(pcommon.SpanID{})
	anonymous.SetStartTimestamp(7)
	require.Equal(t, "at:\x00\x00\x00\x00\x00\x00\x00\x07", of(anonymous))

	// The caller's client span and the server span it calls share a trace key.
	require.Equal(t, traceKey(trace, []byte("a")), traceKey(trace, []byte("b")))
	require.NotEqual(t, traceKey(pcommon.TraceID{}, []byte("a")), traceKey(pcommon.TraceID{}, []byte("b")))
}

func TestEndpointsAreTemplates(t *testing.T) {
	for _, c := range []struct {
		method, route string
		attrs         []any
	}{
		{"GET", "/contacts/{id}", []any{"http.request.method", "GET", "http.route", "/contacts/{id}", "url.path", "/contacts/7"}},
		{"GET", "/contacts/{id}", []any{"http.method", "GET", "url.template", "/contacts/{id}"}},
		{"GET", "", []any{"http.request.method", "GET", "url.path", "/contacts/7"}},
		{"Get", "users.v1.Users", []any{"rpc.method", "Get", "rpc.service", "users.v1.Users"}},
		{"Get", "users.v1.Users", []any{"rpc.method", "users.v1.Users/Get", "http.request.method", "POST"}},
		{"tools/call", "search", []any{"mcp.method.name", "tools/call", "gen_ai.tool.name", "search", "http.request.method", "POST"}},
		{"tool", "search", []any{"gen_ai.tool.name", "search"}},
		{"", "", nil},
	} {
		method, route := endpointOf(factsOf(span(ptrace.SpanKindServer, c.attrs...)))
		require.Equal(t, []string{c.method, c.route}, []string{method, route}, c.attrs)
	}
}

func TestOutcomesAreClasses(t *testing.T) {
	for _, c := range []struct {
		want  outcome
		code  ptrace.StatusCode
		attrs []any
	}{
		{outcome{200, "2xx", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200}},
		{outcome{204, "2xx", false}, ptrace.StatusCodeUnset, []any{"http.status_code", "204"}},
		{outcome{302, "3xx", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 302}},
		{outcome{401, "4xx", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 401}},
		{outcome{503, "5xx", true}, ptrace.StatusCodeError, []any{"http.response.status_code", 503}},
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.jsonrpc.error_code", -32601}},
		{outcome{0, "unknown", false}, ptrace.StatusCodeUnset, nil},
		{outcome{0, "error", true}, ptrace.StatusCodeError, nil},
		{outcome{0, "unknown", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 99999}},
		{outcome{0, "2xx", false}, ptrace.StatusCodeUnset, []any{"rpc.grpc.status_code", 0}},
		{outcome{0, "4xx", true}, ptrace.StatusCodeUnset, []any{"rpc.grpc.status_code", 7}},
		{outcome{0, "5xx", true}, ptrace.StatusCodeError, []any{"rpc.grpc.status_code", 14}},
		{outcome{0, "5xx", true}, ptrace.StatusCodeUnset, []any{"rpc.response.status_code", "UNAVAILABLE"}},
		{outcome{0, "2xx", false}, ptrace.StatusCodeUnset, []any{"rpc.response.status_code", "OK"}},
		// Errors inside an HTTP 200.
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.response.status_code", "-32602"}},
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "jsonrpc.error.code", 100}},
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "mcp_error_code", "-32000"}},
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.connect_rpc.error_code", "not_found"}},
		{outcome{200, "error", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "error.type", "tool_error"}},
		{outcome{200, "error", true}, ptrace.StatusCodeError, []any{"http.response.status_code", 200, "gen_ai.tool.name", "search"}},
		{outcome{200, "4xx", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.grpc.status_code", 7}},
		{outcome{200, "2xx", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.grpc.status_code", 0}},
		{outcome{200, "2xx", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "rpc.jsonrpc.error_code", 0}},
		{outcome{200, "2xx", false}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 200, "mcp_error_code", ""}},
		{outcome{503, "5xx", true}, ptrace.StatusCodeUnset, []any{"http.response.status_code", 503, "rpc.response.status_code", "OK"}},
	} {
		require.Equal(t, c.want, outcomeOf(c.code, factsOf(span(ptrace.SpanKindServer, c.attrs...))), c.attrs)
	}
}

func TestTimesThatClickHouseWouldWrapAreClamped(t *testing.T) {
	ns, changed := storable(math.MaxUint64, 1)
	require.True(t, changed)
	require.Equal(t, latest, ns)
	ns, changed = storable(0, 5)
	require.True(t, changed)
	require.EqualValues(t, 5, ns)
	now := time.Date(2025, 3, 1, 12, 3, 4, 5, time.UTC)
	ns, changed = storable(pcommon.NewTimestampFromTime(now), 1)
	require.False(t, changed)
	require.Equal(t, now.UnixNano(), ns)
	require.EqualValues(t, time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC).Unix(), bucketOf(ns))
	for end, want := range map[pcommon.Timestamp]struct {
		ns      uint64
		changed bool
	}{0: {0, true}, 50: {0, true}, 100: {0, false}, 150: {50, false}, 1 << 63: {0, true}} {
		took, changed := durationOf(100, end)
		require.Equal(t, want.ns, took, end)
		require.Equal(t, want.changed, changed, end)
	}
}

func TestFingerprintsDoNotDependOnOrder(t *testing.T) {
	e := NewEncoder(NewResources())
	a, b, c := pcommon.NewMap(), pcommon.NewMap(), pcommon.NewMap()
	a.PutStr("x", "1")
	a.PutInt("y", 2)
	b.PutInt("y", 2)
	b.PutStr("x", "1")
	c.PutStr("x", "1")
	c.PutStr("y", "2")
	require.Equal(t, e.fingerprint(a, "s"), e.fingerprint(b, "s"))
	require.NotEqual(t, e.fingerprint(a, "s"), e.fingerprint(c, "s"))
	require.NotEqual(t, e.fingerprint(a, "s"), e.fingerprint(a, ""))
}

func TestResourcesAreWrittenOnceAnHour(t *testing.T) {
	known := NewResources()
	e := NewEncoder(known)
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	tables := func(at time.Time, stored bool) int {
		record, err := e.Traces(benchTraces(), at)
		require.NoError(t, err)
		if stored {
			e.Stored()
		}
		return len(record.Tables)
	}
	require.Equal(t, 3, tables(now, false))
	require.Equal(t, 3, tables(now, true), "the first was not stored")
	require.Equal(t, 2, tables(now.Add(time.Minute), true))
	require.Equal(t, 3, tables(now.Add(time.Hour), true))
}
