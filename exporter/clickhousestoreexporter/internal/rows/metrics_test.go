package rows

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

// metricTime is a time of data points; a minute before, their series began.
var metricTime = time.Now().UTC().Truncate(time.Hour)

// everyMetric has one metric of each type, each with all fields set in its first
// point, and a second, empty point.
func everyMetric(t testing.TB) pmetric.Metrics {
	t.Helper()
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.SetSchemaUrl("https://opentelemetry.io/schemas/1.44.0")
	rm.Resource().Attributes().PutStr("service.name", "crm")
	sm := rm.ScopeMetrics().AppendEmpty()
	sm.SetSchemaUrl("https://example.com/scope")
	sm.Scope().SetName("meter")
	sm.Scope().SetVersion("v1")
	sm.Scope().SetDroppedAttributesCount(3)
	sm.Scope().Attributes().PutBool("beta", true)
	add := func(name string) pmetric.Metric {
		m := sm.Metrics().AppendEmpty()
		m.SetName(name)
		m.SetDescription("about " + name)
		m.SetUnit("{call}")
		m.Metadata().PutStr("origin", "test")
		return m
	}
	add("nothing")
	gauge := add("a.gauge").SetEmptyGauge().DataPoints()
	fillPoint(t, gauge.AppendEmpty())
	gauge.At(0).SetIntValue(math.MaxInt64)
	fillExemplars(gauge.At(0).Exemplars())
	gauge.AppendEmpty()
	sum := add("a.sum").SetEmptySum()
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	sum.SetIsMonotonic(true)
	fillPoint(t, sum.DataPoints().AppendEmpty())
	sum.DataPoints().At(0).SetDoubleValue(0.5)
	fillExemplars(sum.DataPoints().At(0).Exemplars())
	sum.DataPoints().AppendEmpty()
	fillHistogram(t, add("a.histogram").SetEmptyHistogram())
	fillExponential(t, add("an.exponential").SetEmptyExponentialHistogram())
	summary := add("a.summary").SetEmptySummary().DataPoints()
	fillPoint(t, summary.AppendEmpty())
	summary.At(0).SetCount(5)
	summary.At(0).SetSum(2.5)
	q := summary.At(0).QuantileValues().AppendEmpty()
	q.SetQuantile(0.99)
	q.SetValue(1.5)
	summary.AppendEmpty()
	return md
}

// settable is what data points of all types have to set.
type settable interface {
	Attributes() pcommon.Map
	SetTimestamp(pcommon.Timestamp)
	SetStartTimestamp(pcommon.Timestamp)
	SetFlags(pmetric.DataPointFlags)
}

func fillPoint(t testing.TB, p settable) {
	t.Helper()
	p.SetTimestamp(pcommon.NewTimestampFromTime(metricTime))
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(metricTime.Add(-time.Minute)))
	p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	require.NoError(t, p.Attributes().FromRaw(map[string]any{
		"text": "a", "number": 1, "ratio": 0.5, "yes": true, "list": []any{"x"},
		"lowcode.tenant.id": "acme", "lowcode.connector.id": "crm-sync", "lowcode.identity.status": "verified", "lowcode.data.retention_class": "short",
	}))
}

func fillExemplars(xs pmetric.ExemplarSlice) {
	x := xs.AppendEmpty()
	x.SetTimestamp(pcommon.NewTimestampFromTime(metricTime))
	x.SetIntValue(math.MinInt64)
	x.SetTraceID(pcommon.TraceID{1})
	x.SetSpanID(pcommon.SpanID{2})
	x.FilteredAttributes().PutInt("line", 9)
	xs.AppendEmpty().SetDoubleValue(1.5)
	xs.AppendEmpty()
}

func fillHistogram(t testing.TB, h pmetric.Histogram) {
	t.Helper()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	p := h.DataPoints().AppendEmpty()
	fillPoint(t, p)
	p.SetCount(3)
	p.SetSum(7.5)
	p.SetMin(0.5)
	p.SetMax(5)
	p.BucketCounts().FromRaw([]uint64{1, 2, 0})
	p.ExplicitBounds().FromRaw([]float64{1, 10})
	fillExemplars(p.Exemplars())
	h.DataPoints().AppendEmpty()
}

func fillExponential(t testing.TB, h pmetric.ExponentialHistogram) {
	t.Helper()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	p := h.DataPoints().AppendEmpty()
	fillPoint(t, p)
	p.SetCount(6)
	p.SetSum(0)
	p.SetMin(-4)
	p.SetMax(5)
	p.SetScale(-2)
	p.SetZeroCount(1)
	p.SetZeroThreshold(0.001)
	p.Positive().SetOffset(-7)
	p.Positive().BucketCounts().FromRaw([]uint64{1, 2})
	p.Negative().SetOffset(8)
	p.Negative().BucketCounts().FromRaw([]uint64{2})
	fillExemplars(p.Exemplars())
	h.DataPoints().AppendEmpty()
}

func TestADataPointIsStoredWithEverythingItHolds(t *testing.T) {
	e := NewEncoder(NewResources())
	e.Retain(Retention{Classes: map[string]uint16{"short": 7}})
	record, err := e.Metrics(everyMetric(t), metricTime)
	require.NoError(t, err)
	conn := stored(t, record)
	const filled = " WHERE attributes_string['text'] = 'a'"
	const empty = " WHERE attributes_string['text'] = ''"
	for _, table := range []string{TableGauges, TableSums, TableHistograms, TableExponentialHistograms, TableSummaries} {
		require.Equal(t, `(0,60,'{call}',{'origin':'test'},'crm','meter','v1','https://example.com/scope',{'beta':'true'},3,1,'acme','crm-sync','verified',7,1,0.5,true,'["x"]')`,
			row(t, conn, `SELECT toString((timestamp != toDateTime64(`+"'"+metricTime.Format(time.DateTime)+"'"+`, 9, 'UTC'), dateDiff('second', start_timestamp, timestamp), metric_unit, metric_metadata,
				service_name, scope_name, scope_version, scope_schema_url, scope_attributes, scope_dropped_attributes_count, flags, tenant_id, connector_id, identity_status, retention_days,
				attributes_int['number'], attributes_double['ratio'], attributes_bool['yes'], attributes_json['list'])) FROM `+table+filled), table)
		require.Equal(t, "(1,'1970-01-01 00:00:00',0,2)", row(t, conn, `SELECT toString((max(metric_description = concat('about ', metric_name)), min(toDateTime(start_timestamp)),
			minIf(retention_days, attributes_string['text'] = ''), uniqExact(series_id))) FROM `+table), table)
		require.Equal(t, "true", row(t, conn, "SELECT toString(attributes_bool['lowcode.time.clamped']) FROM "+table+empty), "it has no time of its own")
		require.Equal(t, "1", row(t, conn, "SELECT toString(count()) FROM "+table+" AS m INNER JOIN resources AS r USING (resource_id) WHERE r.attributes_string['service.name'] = 'crm' AND m.attributes_string['text'] = 'a'"))
	}
	const exemplars = `arrayMap(x -> dateDiff('second', toDateTime(0), toDateTime(x)) > 0, exemplar_timestamps), exemplar_values, exemplar_ints, exemplar_types,
		arrayMap(hex, exemplar_trace_ids), arrayMap(hex, exemplar_span_ids), exemplar_attributes`
	const wantExemplars = `[1,0,0],[-9223372036854776000,1.5,0],[-9223372036854775808,0,0],['int','double','none'],` +
		`['01000000000000000000000000000000','00000000000000000000000000000000','00000000000000000000000000000000'],` +
		`['0200000000000000','0000000000000000','0000000000000000'],[{'line':'9'},{},{}]`
	f := func(table, columns, want, wantEmpty string) {
		t.Helper()
		require.Equal(t, want, row(t, conn, "SELECT toString(("+columns+")) FROM "+table+filled))
		require.Equal(t, wantEmpty, row(t, conn, "SELECT toString(("+columns+")) FROM "+table+empty))
	}
	const noExemplars = `[],[],[],[],[],[],[]`
	f(TableGauges, "value, value_int, value_type, "+exemplars,
		"(9223372036854776000,9223372036854775807,'int',"+wantExemplars+")", "(0,0,'none',"+noExemplars+")")
	f(TableSums, "value, value_int, value_type, aggregation_temporality, is_monotonic, "+exemplars,
		"(0.5,0,'double','cumulative',true,"+wantExemplars+")", "(0,0,'none','cumulative',true,"+noExemplars+")")
	f(TableHistograms, "count, sum, min, max, aggregation_temporality, bucket_counts, explicit_bounds, "+exemplars,
		"(3,7.5,0.5,5,'delta',[1,2,0],[1,10],"+wantExemplars+")", "(0,NULL,NULL,NULL,'delta',[],[],"+noExemplars+")")
	f(TableExponentialHistograms, "count, sum, min, max, aggregation_temporality, scale, zero_count, zero_threshold, positive_offset, positive_bucket_counts, negative_offset, negative_bucket_counts, "+exemplars,
		"(6,0,-4,5,'delta',-2,1,0.001,-7,[1,2],8,[2],"+wantExemplars+")", "(0,NULL,NULL,NULL,'delta',0,0,0,0,[],0,[],"+noExemplars+")")
	f(TableSummaries, "count, sum, quantiles, quantile_values", "(5,2.5,[0.99],[1.5])", "(0,0,[],[])")

	require.Equal(t, "(9223372036854776000,'01000000000000000000000000000000','','crm','1')", row(t, conn,
		"SELECT toString((Value, `Exemplars.TraceId`[1], `Exemplars.TraceId`[2], ResourceAttributes['service.name'], Attributes['number'])) FROM otel_compat.otel_metrics_gauge WHERE Attributes['text'] = 'a'"))
	require.Equal(t, "(0,0,1)", row(t, conn, "SELECT toString((Sum, Min, AggregationTemporality)) FROM otel_compat.otel_metrics_histogram WHERE Attributes['text'] = ''"))
}

func TestASeriesIsTheSameInAnyOrderOfAttributesAndDiffersByEachOfItsParts(t *testing.T) {
	series := func(name, scope, service string, attributes ...string) uint64 {
		md := pmetric.NewMetrics()
		rm := md.ResourceMetrics().AppendEmpty()
		rm.Resource().Attributes().PutStr("service.name", service)
		sm := rm.ScopeMetrics().AppendEmpty()
		sm.Scope().SetName(scope)
		m := sm.Metrics().AppendEmpty()
		m.SetName(name)
		p := m.SetEmptyGauge().DataPoints().AppendEmpty()
		for i := 0; i < len(attributes); i += 2 {
			p.Attributes().PutStr(attributes[i], attributes[i+1])
		}
		e := NewEncoder(NewResources())
		_, err := e.Metrics(md, metricTime)
		require.NoError(t, err)
		return e.metrics.gauges.series[0]
	}
	same := series("m", "s", "a", "k", "1", "l", "2")
	require.Equal(t, same, series("m", "s", "a", "l", "2", "k", "1"))
	for _, other := range []uint64{
		series("n", "s", "a", "k", "1", "l", "2"), series("m", "t", "a", "k", "1", "l", "2"), series("m", "s", "b", "k", "1", "l", "2"),
		series("m", "s", "a", "k", "2", "l", "1"), series("m", "s", "a", "k", "1"), series("ms", "", "a", "k", "1", "l", "2"),
	} {
		require.NotEqual(t, same, other)
	}
}

func TestRowsOfAClassAreDroppedAfterItsDays(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	e := NewEncoder(NewResources())
	e.Retain(Retention{Classes: map[string]uint16{"short": 7, "long": 365}, Resources: 365})
	now := time.Now()
	for _, days := range []int{3, 20, 200} {
		for _, class := range []string{"", "short", "long", "unheard of"} {
			td := newSpans(1)
			s := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
			s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.AddDate(0, 0, -days)))
			s.Attributes().PutStr("lowcode.data.retention_class", class)
			record, err := e.Traces(td, now)
			require.NoError(t, err)
			send(t, conn, record)
		}
	}
	require.NoError(t, conn.Exec(t.Context(), "OPTIMIZE TABLE spans FINAL"))
	require.Equal(t, "[' 20',' 3','long 20','long 200','long 3','short 3','unheard of 20','unheard of 3']", row(t, conn,
		"SELECT toString(arraySort(groupArray(concat(attributes_string['lowcode.data.retention_class'], ' ', toString(dateDiff('day', timestamp, now())))))) FROM spans"))
	require.Equal(t, "365", row(t, conn, "SELECT toString(max(retention_days)) FROM resources"))
}
