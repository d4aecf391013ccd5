package leak_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// plant puts a text into a map in every form.
func plant(m pcommon.Map, text string) {
	m.PutStr("app.note", text)
	m.PutEmptySlice("app.notes").AppendEmpty().SetStr(text)
	m.PutEmptyMap("app.object").PutEmptyMap("inner").PutStr("note", text)
	m.PutEmptyBytes("app.bytes").FromRaw([]byte(text))
	m.PutStr(text, "a key")
	m.PutStr("db.password", text)
}

func plantScope(scope pcommon.InstrumentationScope, text string) {
	scope.SetName(text)
	scope.SetVersion(text)
	plant(scope.Attributes(), text)
}

// plantTraces adds one server span with a text in every place that is stored.
func plantTraces(td ptrace.Traces, n uint64, text string) {
	resource := td.ResourceSpans().AppendEmpty()
	resource.SetSchemaUrl("https://example.com/" + text)
	plant(resource.Resource().Attributes(), text)
	resource.Resource().Attributes().PutStr("service.name", text)
	spans := resource.ScopeSpans().AppendEmpty()
	plantScope(spans.Scope(), text)
	span := spans.Spans().AppendEmpty()
	traceID, spanID := id(n)
	span.SetTraceID(traceID)
	span.SetSpanID(spanID)
	span.SetKind(ptrace.SpanKindServer)
	start := time.Now().Add(-time.Hour)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Millisecond)))
	span.SetName(text)
	span.Status().SetMessage(text)
	span.TraceState().FromRaw(text)
	plant(span.Attributes(), text)
	span.Attributes().PutStr("http.request.method", "GET")
	span.Attributes().PutStr("user.id", text)
	event := span.Events().AppendEmpty()
	event.SetName(text)
	plant(event.Attributes(), text)
	link := span.Links().AppendEmpty()
	link.TraceState().FromRaw(text)
	plant(link.Attributes(), text)
}

// plantLogs adds one record with a text in every place, and one for each other
// form of a body.
func plantLogs(ld plog.Logs, text string) {
	resource := ld.ResourceLogs().AppendEmpty()
	plant(resource.Resource().Attributes(), text)
	records := resource.ScopeLogs().AppendEmpty()
	plantScope(records.Scope(), text)
	record := func() plog.LogRecord {
		r := records.LogRecords().AppendEmpty()
		r.SetTimestamp(pcommon.NewTimestampFromTime(time.Now().Add(-time.Hour)))
		r.SetEventName(text)
		r.SetSeverityText(text)
		plant(r.Attributes(), text)
		return r
	}
	record().Body().SetStr(text)
	plant(record().Body().SetEmptyMap(), text)
	record().Body().SetEmptySlice().AppendEmpty().SetStr(text)
	record().Body().SetEmptyBytes().FromRaw([]byte(text))
}

// rows counts those of a table; 0 while there is no such table.
func rows(t *testing.T, conn driver.Conn, table string) (n uint64) {
	t.Helper()
	var tables uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM system.tables WHERE concat(database, '.', name) = ?", table).Scan(&tables))
	if tables > 0 {
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM "+table).Scan(&n))
	}
	return n
}

// countedHits are the records in redaction_hits by detector and signal.
func countedHits(t *testing.T, conn driver.Conn) map[string]uint64 {
	t.Helper()
	rows, err := conn.Query(t.Context(), "SELECT concat(detector, ' ', toString(signal)), sum(hits) FROM weir.redaction_hits GROUP BY 1")
	require.NoError(t, err)
	defer rows.Close()
	hits := map[string]uint64{}
	for rows.Next() {
		var name string
		var n uint64
		require.NoError(t, rows.Scan(&name, &n))
		hits[name] = n
	}
	require.NoError(t, rows.Err())
	return hits
}
