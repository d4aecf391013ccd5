package provenance_test

import (
	"context"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/provenance"
)

func traces(t testing.TB, json string) ptrace.Traces {
	t.Helper()
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(json))
	require.NoError(t, err)
	return td
}

func logs(t testing.TB, json string) plog.Logs {
	t.Helper()
	ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(json))
	require.NoError(t, err)
	return ld
}

func metrics(t testing.TB, json string) pmetric.Metrics {
	t.Helper()
	md, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics([]byte(json))
	require.NoError(t, err)
	return md
}

const (
	attributesJSON = `[{"key":"s","value":{"stringValue":"x"}},{"key":"i","value":{"intValue":"3"}},{"key":"d","value":{"doubleValue":0.5}},{"key":"b","value":{"boolValue":true}},` +
		`{"key":"y","value":{"bytesValue":"AQI="}},{"key":"a","value":{"arrayValue":{"values":[{"stringValue":"p"},{"intValue":"4"}]}}},` +
		`{"key":"m","value":{"kvlistValue":{"values":[{"key":"q","value":{"stringValue":"r"}}]}}}]`
	resourceJSON = `"resource":{"attributes":` + attributesJSON + `,"droppedAttributesCount":1},"schemaUrl":"https://one"`
	scopeJSON    = `"scope":{"name":"lib","version":"v1","attributes":` + attributesJSON + `,"droppedAttributesCount":2},"schemaUrl":"https://two"`
	idsJSON      = `"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708"`

	// fullTraces, fullLogs and fullMetrics have a value in every field of OTLP.
	fullTraces = `{"resourceSpans":[{` + resourceJSON + `,"scopeSpans":[{` + scopeJSON + `,"spans":[{` + idsJSON + `,"parentSpanId":"1112131415161718","traceState":"k=v","flags":257,
		"name":"GET","kind":2,"startTimeUnixNano":"1740830400123456789","endTimeUnixNano":"1740830400123456999","attributes":` + attributesJSON + `,"droppedAttributesCount":3,
		"events":[{"timeUnixNano":"5","name":"e","attributes":` + attributesJSON + `,"droppedAttributesCount":4}],"droppedEventsCount":5,
		"links":[{` + idsJSON + `,"traceState":"l=w","flags":258,"attributes":` + attributesJSON + `,"droppedAttributesCount":6}],"droppedLinksCount":7,
		"status":{"code":2,"message":"bad"}}]}]}]}`
	fullLogs = `{"resourceLogs":[{` + resourceJSON + `,"scopeLogs":[{` + scopeJSON + `,"logRecords":[{` + idsJSON + `,"timeUnixNano":"5","observedTimeUnixNano":"6","severityNumber":9,
		"severityText":"INFO","eventName":"ev","body":{"stringValue":"text"},"attributes":` + attributesJSON + `,"droppedAttributesCount":3,"flags":1}]}]}]}`
	exemplarsJSON = `"exemplars":[{` + idsJSON + `,"timeUnixNano":"7","asDouble":1.5,"filteredAttributes":` + attributesJSON + `},{"timeUnixNano":"8","asInt":"9"}]`
	pointJSON     = `"attributes":` + attributesJSON + `,"startTimeUnixNano":"5","timeUnixNano":"6","flags":1`
	countsJSON    = `"count":"8","sum":9.5,"min":0.25,"max":7.5`
	fullMetrics   = `{"resourceMetrics":[{` + resourceJSON + `,"scopeMetrics":[{` + scopeJSON + `,"metrics":[
		{"name":"g","description":"d","unit":"1","metadata":` + attributesJSON + `,"gauge":{"dataPoints":[{` + pointJSON + `,"asInt":"3",` + exemplarsJSON + `},{` + pointJSON + `,"asDouble":2.5}]}},
		{"name":"s","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{` + pointJSON + `,"asDouble":4.5}]}},
		{"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{` + pointJSON + `,` + countsJSON + `,"bucketCounts":["1","2"],"explicitBounds":[0.5],` + exemplarsJSON + `}]}},
		{"name":"x","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{` + pointJSON + `,` + countsJSON + `,"scale":3,"zeroCount":"1","zeroThreshold":0.125,
			"positive":{"offset":2,"bucketCounts":["1","2"]},"negative":{"offset":-3,"bucketCounts":["3"]},` + exemplarsJSON + `}]}},
		{"name":"q","summary":{"dataPoints":[{` + pointJSON + `,"count":"8","sum":9.5,"quantileValues":[{"quantile":0.5,"value":1.25}]}]}}]}]}]}`
)

// hashTraces, hashLogs and hashMetrics read a request as its receiver does.
func hashTraces(ctx context.Context, sender string, otlp []byte) (hash [16]byte, again []byte, ok bool) {
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(otlp)
	if err != nil {
		return hash, nil, false
	}
	again, _ = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	hash, ok = provenance.RequestHash(provenance.HashTraces(ctx, sender, td), td.SpanCount())
	return hash, again, ok
}

func hashLogs(ctx context.Context, sender string, otlp []byte) (hash [16]byte, again []byte, ok bool) {
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(otlp)
	if err != nil {
		return hash, nil, false
	}
	again, _ = (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	hash, ok = provenance.RequestHash(provenance.HashLogs(ctx, sender, ld), ld.LogRecordCount())
	return hash, again, ok
}

func hashMetrics(ctx context.Context, sender string, otlp []byte) (hash [16]byte, again []byte, ok bool) {
	md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(otlp)
	if err != nil {
		return hash, nil, false
	}
	again, _ = (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
	hash, ok = provenance.RequestHash(provenance.HashMetrics(ctx, sender, md), md.DataPointCount())
	return hash, again, ok
}

type hashFunc func(ctx context.Context, sender string, otlp []byte) (hash [16]byte, again []byte, ok bool)

// full has each signal's complete request, as bytes.
func full(t testing.TB) map[string]struct {
	otlp []byte
	hash hashFunc
} {
	t.Helper()
	td, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces(t, fullTraces))
	require.NoError(t, err)
	ld, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs(t, fullLogs))
	require.NoError(t, err)
	md, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(metrics(t, fullMetrics))
	require.NoError(t, err)
	return map[string]struct {
		otlp []byte
		hash hashFunc
	}{"traces": {td, hashTraces}, "logs": {ld, hashLogs}, "metrics": {md, hashMetrics}}
}

func TestAResentRequestHasTheSameHash(t *testing.T) {
	for name, request := range full(t) {
		t.Run(name, func(t *testing.T) {
			first, again, ok := request.hash(t.Context(), "edge-1", request.otlp)
			require.True(t, ok)
			require.Equal(t, request.otlp, again)
			second, _, _ := request.hash(t.Context(), "edge-1", request.otlp)
			require.Equal(t, first, second)
		})
	}
}

// Hashes are kept in segments: what an older Weir has stored must be recognised.
func TestTheHashOfARequestIsThatOfEarlierVersions(t *testing.T) {
	want := map[string]string{
		"traces":  "5da66fe1563d93c486cf415d5518865a",
		"logs":    "7aea3f1ec2358df5d8cd79ae4467a5b1",
		"metrics": "51ec1af5740560ede994a4f80bc1cb83",
	}
	for name, request := range full(t) {
		hash, _, ok := request.hash(t.Context(), "edge-1", request.otlp)
		require.True(t, ok)
		require.Equal(t, want[name], hex.EncodeToString(hash[:]), name)
	}
}

func TestAHashIsThereWhenItIsWholeAndHasRoom(t *testing.T) {
	td := traces(t, fullTraces)
	resource := td.ResourceSpans().At(0)
	walk := func(ctx context.Context) *provenance.TracesHash {
		hash := provenance.BeginTraces(ctx, "edge-1", td)
		hash.Resource(resource)
		hash.Scope(resource.ScopeSpans().At(0))
		hash.Span(resource.ScopeSpans().At(0).Spans().At(0))
		return &hash
	}
	expecting := provenance.ExpectTraces(t.Context())
	hash := walk(expecting)
	_, ok := provenance.RequestHash(expecting, 1)
	require.False(t, ok, "before its end")
	hash.End()
	got, ok := provenance.RequestHash(expecting, 1)
	require.True(t, ok)
	want, _ := provenance.RequestHash(provenance.HashTraces(t.Context(), "edge-1", td), 1)
	require.Equal(t, want, got)

	walk(t.Context()).End()
	_, ok = provenance.RequestHash(t.Context(), 1)
	require.False(t, ok)
}

// Every byte counts: whatever change of the request OTLP can express changes the
// hash, unless it takes a record's time away.
func TestNoChangeOfARequestKeepsItsHash(t *testing.T) {
	for name, request := range full(t) {
		t.Run(name, func(t *testing.T) {
			whole, _, _ := request.hash(t.Context(), "", request.otlp)
			changes := 0
			for i := range request.otlp {
				for _, bit := range []int{0, 5} {
					changed := append([]byte(nil), request.otlp...)
					changed[i] ^= 1 << bit
					hash, again, ok := request.hash(t.Context(), "", changed)
					if !ok || string(again) == string(request.otlp) {
						continue
					}
					changes++
					require.NotEqual(t, whole, hash, "byte %d, bit %d", i, bit)
				}
			}
			require.Greater(t, changes, len(request.otlp)/2, "hardly a change was understood")
		})
	}
}

// A field that a newer OTLP brings must be hashed: these are the fields that
// are, by the names of their setters and parts.
func TestTheHashKnowsAllFields(t *testing.T) {
	f := func(value any, want string) {
		t.Helper()
		var fields []string
		typ := reflect.TypeOf(value)
		for i := range typ.NumMethod() {
			m := typ.Method(i)
			_, settable := typ.MethodByName("Set" + m.Name)
			part := m.Type.NumIn() == 1 && m.Type.NumOut() == 1 && strings.Contains(m.Type.Out(0).PkgPath(), "pdata/p")
			if (settable || part) && !strings.HasPrefix(m.Name, "Set") {
				fields = append(fields, m.Name)
			}
		}
		require.Equal(t, want, strings.Join(fields, " "), "%T", value)
	}
	f(ptrace.NewResourceSpans(), "Resource SchemaUrl ScopeSpans")
	f(pcommon.NewResource(), "Attributes DroppedAttributesCount")
	f(ptrace.NewScopeSpans(), "SchemaUrl Scope Spans")
	f(pcommon.NewInstrumentationScope(), "Attributes DroppedAttributesCount Name Version")
	f(ptrace.NewSpan(), "Attributes DroppedAttributesCount DroppedEventsCount DroppedLinksCount EndTimestamp Events Flags Kind Links Name ParentSpanID SpanID StartTimestamp Status TraceID TraceState")
	f(ptrace.NewSpanEvent(), "Attributes DroppedAttributesCount Name Timestamp")
	f(ptrace.NewSpanLink(), "Attributes DroppedAttributesCount Flags SpanID TraceID TraceState")
	f(ptrace.NewStatus(), "Code Message")
	f(plog.NewResourceLogs(), "Resource SchemaUrl ScopeLogs")
	f(plog.NewScopeLogs(), "LogRecords SchemaUrl Scope")
	f(plog.NewLogRecord(), "Attributes Body DroppedAttributesCount EventName Flags ObservedTimestamp SeverityNumber SeverityText SpanID Timestamp TraceID")
	f(pmetric.NewResourceMetrics(), "Resource SchemaUrl ScopeMetrics")
	f(pmetric.NewScopeMetrics(), "Metrics SchemaUrl Scope")
	f(pmetric.NewMetric(), "Description ExponentialHistogram Gauge Histogram Metadata Name Sum Summary Type Unit")
	f(pmetric.NewGauge(), "DataPoints")
	f(pmetric.NewSum(), "AggregationTemporality DataPoints IsMonotonic")
	f(pmetric.NewHistogram(), "AggregationTemporality DataPoints")
	f(pmetric.NewExponentialHistogram(), "AggregationTemporality DataPoints")
	f(pmetric.NewSummary(), "DataPoints")
	f(pmetric.NewNumberDataPoint(), "Attributes DoubleValue Exemplars Flags IntValue StartTimestamp Timestamp ValueType")
	f(pmetric.NewHistogramDataPoint(), "Attributes BucketCounts Count Exemplars ExplicitBounds Flags Max Min StartTimestamp Sum Timestamp")
	f(pmetric.NewExponentialHistogramDataPoint(), "Attributes Count Exemplars Flags Max Min Negative Positive Scale StartTimestamp Sum Timestamp ZeroCount ZeroThreshold")
	f(pmetric.NewExponentialHistogramDataPointBuckets(), "BucketCounts Offset")
	f(pmetric.NewSummaryDataPoint(), "Attributes Count Flags QuantileValues StartTimestamp Sum Timestamp")
	f(pmetric.NewSummaryDataPointValueAtQuantile(), "Quantile Value")
	f(pmetric.NewExemplar(), "DoubleValue FilteredAttributes IntValue SpanID Timestamp TraceID ValueType")
}

func TestWhoSendsARequestIsPartOfItsHash(t *testing.T) {
	for name, request := range full(t) {
		t.Run(name, func(t *testing.T) {
			plain, _, _ := request.hash(t.Context(), "", request.otlp)
			sender, _, _ := request.hash(t.Context(), "edge-1", request.otlp)
			require.NotEqual(t, plain, sender)
			received, _, _ := request.hash(provenance.With(t.Context(), provenance.Source{Receiver: "intake"}), "", request.otlp)
			require.NotEqual(t, plain, received)
		})
	}
}

func TestARequestWithATimelessRecordHasNoHash(t *testing.T) {
	f := func(ctx context.Context, records int) {
		t.Helper()
		_, ok := provenance.RequestHash(ctx, records)
		require.False(t, ok)
	}
	td := traces(t, fullTraces)
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	spans.AppendEmpty().SetName("timeless")
	f(provenance.HashTraces(t.Context(), "", td), td.SpanCount())

	ld := logs(t, fullLogs)
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty().Body().SetStr("timeless")
	f(provenance.HashLogs(t.Context(), "", ld), ld.LogRecordCount())

	md := metrics(t, fullMetrics)
	md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints().AppendEmpty()
	f(provenance.HashMetrics(t.Context(), "", md), md.DataPointCount())
}

func TestAPartOfARequestHasNoHash(t *testing.T) {
	td := traces(t, fullTraces)
	ctx := provenance.HashTraces(t.Context(), "", td)
	_, ok := provenance.RequestHash(ctx, td.SpanCount())
	require.True(t, ok)
	_, ok = provenance.RequestHash(ctx, td.SpanCount()-1)
	require.False(t, ok)
	_, ok = provenance.RequestHash(t.Context(), td.SpanCount())
	require.False(t, ok)
}
