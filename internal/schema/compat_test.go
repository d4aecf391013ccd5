package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

const attributeMap = "Map(LowCardinality(String), String)"

// The columns of contrib's clickhouseexporter v0.161.0 (internal/sqltemplates),
// and TimestampTime, which ClickStack adds. Times have a time zone here; those of
// metrics have nanoseconds, as ClickStack's.
var compatColumns = map[string]string{
	"otel_traces": `Timestamp DateTime64(9, 'UTC')|TraceId String|SpanId String|ParentSpanId String|TraceState String|` +
		`SpanName LowCardinality(String)|SpanKind LowCardinality(String)|ServiceName LowCardinality(String)|ResourceAttributes ` + attributeMap +
		`|ScopeName String|ScopeVersion String|SpanAttributes ` + attributeMap + `|Duration UInt64|StatusCode LowCardinality(String)|StatusMessage String|` +
		`Events.Timestamp Array(DateTime64(9, 'UTC'))|Events.Name Array(LowCardinality(String))|Events.Attributes Array(` + attributeMap + `)|` +
		`Links.TraceId Array(String)|Links.SpanId Array(String)|Links.TraceState Array(String)|Links.Attributes Array(` + attributeMap + `)`,
	"otel_traces_trace_id_ts": `TraceId String|Start DateTime('UTC')|End DateTime('UTC')`,
	"otel_logs": `Timestamp DateTime64(9, 'UTC')|TimestampTime DateTime('UTC')|TraceId String|SpanId String|TraceFlags UInt8|SeverityText LowCardinality(String)|` +
		`SeverityNumber UInt8|ServiceName LowCardinality(String)|Body String|ResourceSchemaUrl LowCardinality(String)|ResourceAttributes ` + attributeMap +
		`|ScopeSchemaUrl LowCardinality(String)|ScopeName String|ScopeVersion LowCardinality(String)|ScopeAttributes ` + attributeMap +
		`|LogAttributes ` + attributeMap + `|EventName String`,
	"otel_metrics_gauge": metricColumns + `Value Float64|Flags UInt32|` + exemplarColumns,
	"otel_metrics_sum":   metricColumns + `Value Float64|Flags UInt32|` + exemplarColumns + `|AggregationTemporality Int32|IsMonotonic Bool`,
	"otel_metrics_histogram": metricColumns + `Count UInt64|Sum Float64|BucketCounts Array(UInt64)|ExplicitBounds Array(Float64)|` + exemplarColumns +
		`|Flags UInt32|Min Float64|Max Float64|AggregationTemporality Int32`,
	"otel_metrics_exponential_histogram": metricColumns + `Count UInt64|Sum Float64|Scale Int32|ZeroCount UInt64|PositiveOffset Int32|` +
		`PositiveBucketCounts Array(UInt64)|NegativeOffset Int32|NegativeBucketCounts Array(UInt64)|` + exemplarColumns +
		`|Flags UInt32|Min Float64|Max Float64|AggregationTemporality Int32`,
	"otel_metrics_summary": metricColumns + `Count UInt64|Sum Float64|ValueAtQuantiles.Quantile Array(Float64)|ValueAtQuantiles.Value Array(Float64)|Flags UInt32`,
}

const (
	metricColumns = `ResourceAttributes ` + attributeMap + `|ResourceSchemaUrl String|ScopeName String|ScopeVersion String|ScopeAttributes ` + attributeMap +
		`|ScopeDroppedAttrCount UInt32|ScopeSchemaUrl String|ServiceName LowCardinality(String)|MetricName LowCardinality(String)|MetricDescription String|` +
		`MetricUnit String|Attributes ` + attributeMap + `|StartTimeUnix DateTime64(9, 'UTC')|TimeUnix DateTime64(9, 'UTC')|`
	exemplarColumns = `Exemplars.FilteredAttributes Array(` + attributeMap + `)|Exemplars.TimeUnix Array(DateTime64(9, 'UTC'))|Exemplars.Value Array(Float64)|` +
		`Exemplars.SpanId Array(String)|Exemplars.TraceId Array(String)`
)

// tracedID is one of the trace ids of withTraces.
const tracedID = "00000000000000000000000000003039"

// withTraces has spans and log records of 86,400 traces.
func withTraces(t *testing.T) driver.Conn {
	t.Helper()
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{CompatDatabase: "otel_compat"}))
	conn := server.Conn(t, "otel_compat")
	for _, insert := range []string{
		`INSERT INTO weir.spans (timestamp, duration_ns, trace_id, name, kind, status_code, service_name, attributes_string, event_names, link_trace_ids)
			SELECT now64(9) - number / 100, 2e9, toFixedString(unhex(leftPad(hex(number), 32, '0')), 16), 'GET /x', 'server', 'error', 'crm',
			map('peer.service', 'billing'), ['exception'], [toFixedString('', 16)] FROM numbers(86400)`,
		`INSERT INTO weir.logs (timestamp, trace_id, service_name, severity_text, body, attributes_string)
			SELECT now64(9) - number / 100, toFixedString(unhex(leftPad(hex(number), 32, '0')), 16), 'crm', 'ERROR', '{"bytes": 2000, "via": "http"}', map('container_name', '/x')
			FROM numbers(86400)`,
	} {
		require.NoError(t, conn.Exec(t.Context(), insert))
	}
	return conn
}

func TestCompatViewsHaveContribsColumns(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{CompatDatabase: "otel_compat"}))
	conn := server.Conn(t, "otel_compat")
	for view, want := range compatColumns {
		var got []struct{ Name, Type string }
		require.NoError(t, conn.Select(t.Context(), &got, "SELECT name AS Name, type AS Type FROM system.columns WHERE database = 'otel_compat' AND table = ? ORDER BY position", view))
		columns := make([]string, len(got))
		for i, c := range got {
			columns[i] = c.Name + " " + c.Type
		}
		require.Equal(t, strings.Split(want, "|"), columns, view)
	}
}

func TestCompatViewsFindATraceByTheIndex(t *testing.T) {
	conn := withTraces(t)
	for _, query := range []string{
		"SELECT * FROM otel_traces WHERE TraceId = '" + tracedID + "'",
		"SELECT * FROM otel_logs WHERE TraceId = '" + tracedID + "'",
		"SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = '" + tracedID + "'",
	} {
		plan := explain(t, conn, query)
		require.Contains(t, plan, "Name: idx_trace_id_hex", query)
		require.NotContains(t, plan, "Granules: 11\n", query)
	}
	require.NotContains(t, explain(t, conn, "SELECT * FROM otel_traces WHERE SpanId = '0000000000000001'"), "idx_trace_id_hex")
}

func explain(t *testing.T, conn driver.Conn, query string) string {
	t.Helper()
	var lines []struct{ Explain string }
	require.NoError(t, conn.Select(t.Context(), &lines, "SELECT explain AS Explain FROM (EXPLAIN indexes = 1 "+query+")"))
	var plan strings.Builder
	for _, l := range lines {
		plan.WriteString(l.Explain + "\n")
	}
	return plan.String()
}

// The queries are of the kinds that the README of contrib's exporter and
// ClickStack's dashboards have.
func TestStockQueriesRunOnTheCompatViews(t *testing.T) {
	conn := withTraces(t)
	const recent = "toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(NOW() - INTERVAL 1 HOUR) AND Timestamp >= NOW() - INTERVAL 1 HOUR"
	for name, query := range map[string]string{
		"severities": "SELECT toDateTime(toStartOfInterval(Timestamp, INTERVAL 60 second)) as time, SeverityText, count() as count FROM otel_logs WHERE " + recent +
			" GROUP BY SeverityText, time ORDER BY time",
		"by attribute": "SELECT Timestamp as log_time, Body FROM otel_logs WHERE LogAttributes['container_name'] = '/x' AND " + recent + " ORDER BY (toStartOfFiveMinutes(Timestamp), Timestamp) DESC LIMIT 100",
		"by token":     "SELECT Timestamp as log_time, Body FROM otel_logs WHERE hasToken(Body, 'http') AND JSONExtractFloat(Body, 'bytes') > 1000 LIMIT 100",
		"spans": "SELECT Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode, StatusMessage, toString(SpanAttributes), " +
			"toString(ResourceAttributes), toString(Events.Name), toString(Links.TraceId) FROM otel_traces WHERE ServiceName = 'crm' AND SpanAttributes['peer.service'] = 'billing' LIMIT 100",
		"trace": "WITH '" + tracedID + "' as trace_id, (SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) as start, " +
			"(SELECT max(End) + 1 FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) as end SELECT Timestamp, TraceId, Duration FROM otel_traces " +
			"WHERE TraceId = trace_id AND Timestamp >= start AND Timestamp <= end LIMIT 100",
		"errors": "SELECT SpanName FROM otel_traces WHERE ServiceName = 'crm' AND StatusCode = 'Error' AND SpanKind = 'Server' AND Timestamp >= NOW() - INTERVAL 1 HOUR LIMIT 100",
		"slow":   "SELECT SpanName FROM otel_traces WHERE ServiceName = 'crm' AND Duration > 1 * 1e9 AND Timestamp >= NOW() - INTERVAL 1 HOUR LIMIT 100",
		"Grafana's span list": "SELECT TraceId as traceID, SpanId as spanID, ParentSpanId as parentSpanID, ServiceName as serviceName, SpanName as operationName, Timestamp as startTime, " +
			"multiply(Duration, 0.000001) as duration, arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) as tags FROM otel_traces WHERE traceID = '" + tracedID + "' LIMIT 1000",
		"ClickStack's histogram": "SELECT count(), StatusCode, toStartOfInterval(toDateTime(Timestamp), INTERVAL 1 minute) AS bucket FROM otel_traces " +
			"WHERE Timestamp >= now() - 3600 GROUP BY StatusCode, bucket ORDER BY bucket",
	} {
		var rows uint64
		require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf("SELECT count() FROM (%s)", query)).Scan(&rows), name)
		require.NotZero(t, rows, name)
	}
}
