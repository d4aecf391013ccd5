package rows

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/segment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stored sends a record to a real engine and returns a connection to it.
func stored(t *testing.T, record *segment.Record) driver.Conn {
	t.Helper()
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{CompatDatabase: schema.DefaultCompatDatabase}))
	conn := server.Conn(t, "weir")
	send(t, conn, record)
	return conn
}

// send inserts a record's blocks, completed as the reader of a segment does.
func send(t *testing.T, conn driver.Conn, record *segment.Record) {
	t.Helper()
	id, err := segment.NewID(time.Now())
	require.NoError(t, err)
	native := id.Native()
	for _, table := range record.Tables {
		body := append(append([]byte(nil), table.Block...), bytes.Repeat(native[:], table.Rows)...)
		require.NoError(t, conn.InsertFormat(t.Context(), "Native", "INSERT INTO "+table.Name, bytes.NewReader(body)), table.Name)
	}
}

func row(t *testing.T, conn driver.Conn, query string) string {
	t.Helper()
	var out string
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&out))
	return out
}

func TestASpanIsStoredWithEverythingItHolds(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Hour)
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.SetSchemaUrl("https://opentelemetry.io/schemas/1.44.0")
	rs.Resource().Attributes().PutStr("service.name", "crm")
	rs.Resource().Attributes().PutInt("process.pid", 7)
	rs.Resource().SetDroppedAttributesCount(3)
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("scope")
	ss.Scope().SetVersion("v1")
	ss.Scope().Attributes().PutBool("beta", true)
	plain := ss.Spans().AppendEmpty() // nothing set at all
	plain.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
	s := ss.Spans().AppendEmpty()
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Second)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(3 * time.Second)))
	s.SetTraceID(pcommon.TraceID{0xab, 15: 1})
	s.SetSpanID(pcommon.SpanID{0xcd})
	s.SetParentSpanID(pcommon.SpanID{0xef})
	s.TraceState().FromRaw("ot=th:c")
	s.SetFlags(0x101)
	s.SetName("GET /contacts/{id}")
	s.SetKind(ptrace.SpanKindServer)
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("broken")
	require.NoError(t, s.Attributes().FromRaw(map[string]any{
		"text": "naïve\x00", "number": 42, "ratio": 0.5, "yes": true, "list": []any{"a", 1}, "lowcode.connector.id": "crm-sync",
		"lowcode.tenant.id": "acme", "lowcode.identity.status": "verified", "lowcode.identity.confidence": 0.5, "user.id": "ada",
		"http.request.method": "GET", "http.route": "/contacts/{id}", "http.response.status_code": 503, "http.response.body.size": 10,
		"lowcode.connector.environment": "production",
	}))
	s.SetDroppedAttributesCount(1)
	event := s.Events().AppendEmpty()
	event.SetName("exception")
	event.SetTimestamp(pcommon.NewTimestampFromTime(now))
	event.Attributes().PutStr("exception.type", "E")
	event.Attributes().PutInt("line", 9)
	event.SetDroppedAttributesCount(4)
	s.Events().AppendEmpty().SetName("second")
	s.SetDroppedEventsCount(5)
	link := s.Links().AppendEmpty()
	link.SetTraceID(pcommon.TraceID{1})
	link.SetSpanID(pcommon.SpanID{2})
	link.TraceState().FromRaw("x=y")
	link.SetFlags(1)
	link.Attributes().PutStr("why", "retry")
	link.SetDroppedAttributesCount(6)
	s.SetDroppedLinksCount(7)

	record, err := NewEncoder(NewResources()).Traces(td, now)
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, "ab000000000000000000000000000001 cd00000000000000 ef00000000000000 ot=th:c 257 GET /contacts/{id} server error broken crm scope v1 {'beta':'true'} 2000000000 acme crm-sync verified",
		row(t, conn, `SELECT concat(lower(hex(trace_id)), ' ', lower(hex(span_id)), ' ', lower(hex(parent_span_id)), ' ', trace_state, ' ', toString(flags), ' ', name, ' ',
			toString(kind), ' ', toString(status_code), ' ', status_message, ' ', service_name, ' ', scope_name, ' ', scope_version, ' ', toString(scope_attributes), ' ',
			toString(duration_ns), ' ', tenant_id, ' ', connector_id, ' ', identity_status) FROM spans WHERE trace_id = unhex('ab000000000000000000000000000001')`))
	require.Equal(t, "naïve\x00 42 0.5 true [\"a\",1] 1",
		row(t, conn, `SELECT concat(attributes_string['text'], ' ', toString(attributes_int['number']), ' ', toString(attributes_double['ratio']), ' ',
			toString(attributes_bool['yes']), ' ', attributes_json['list'], ' ', toString(dropped_attributes_count)) FROM spans WHERE name != ''`))
	require.Equal(t, "['exception','second'] [{'exception.type':'E','line':'9'},{}] [4,0] 5",
		row(t, conn, `SELECT concat(toString(event_names), ' ', toString(event_attributes), ' ', toString(event_dropped_attributes), ' ', toString(dropped_events_count)) FROM spans WHERE name != ''`))
	require.Equal(t, "01000000000000000000000000000000 0200000000000000 ['x=y'] [1] [{'why':'retry'}] [6] 7",
		row(t, conn, `SELECT concat(lower(hex(link_trace_ids[1])), ' ', lower(hex(link_span_ids[1])), ' ', toString(link_trace_states), ' ', toString(link_flags), ' ',
			toString(link_attributes), ' ', toString(link_dropped_attributes), ' ', toString(dropped_links_count)) FROM spans WHERE name != ''`))
	require.Equal(t, "crm 7 3 https://opentelemetry.io/schemas/1.44.0",
		row(t, conn, `SELECT concat(service_name, ' ', toString(attributes_int['process.pid']), ' ', toString(dropped_attributes_count), ' ', schema_url)
			FROM resources WHERE resource_id IN (SELECT resource_id FROM spans)`))
	require.Equal(t, "server crm-sync ada GET /contacts/{id} 503 5xx 1 10 4 production 32",
		row(t, conn, `SELECT concat(toString(source), ' ', connector_id, ' ', user_id, ' ', method, ' ', route, ' ', toString(status_code), ' ', status_class, ' ',
			toString(is_error), ' ', toString(bytes_out), ' ', toString(adjusted_count), ' ', environment, ' ', toString(length(call_key) + length(span_id))) FROM action_reports`))
	require.Equal(t, "2", row(t, conn, "SELECT toString(uniqExact(span_id)) FROM spans WHERE segment_id != toUUID('00000000-0000-0000-0000-000000000000')"))
}

func TestAReportHoldsWhatIdentityFound(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Hour)
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i, attrs := range []map[string]any{
		{},
		{
			"lowcode.workflow.run.id": "run-7", "lowcode.identity.vouched": true,
			"lowcode.credential.hash": "v1:0a", "lowcode.credential.type": "bearer",
			"lowcode.token.id": "jti-1", "lowcode.token.issuer": "https://idp", "lowcode.token.audience": "api", "lowcode.token.client.id": "client",
			"lowcode.token.scopes": []any{"read", "write"}, "lowcode.token.expires_in": 3600,
			"lowcode.actor.chain": []any{"agent", "broker"}, "lowcode.actor.type": "ai_agent",
			"lowcode.client.country": "CH", "lowcode.client.as.number": 4200000000,
			"lowcode.api.id": "crm", "lowcode.api.operation.id": "listContacts", "lowcode.data.retention_class": "short",
			"lowcode.request.rows": 250, "lowcode.request.cost.currency": "EUR",
		},
		{"lowcode.token.scopes": []any{}, "lowcode.actor.chain": []any{"agent", 1}, "lowcode.token.expires_in": -5, "lowcode.request.rows": 1.5},
	} {
		s := spans.AppendEmpty()
		s.SetKind(ptrace.SpanKindServer)
		s.SetSpanID(pcommon.SpanID{byte(i + 1)})
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		require.NoError(t, s.Attributes().FromRaw(attrs))
	}
	record, err := NewEncoder(NewResources()).Traces(td, now)
	require.NoError(t, err)
	conn := stored(t, record)
	report := func(span int) string {
		return row(t, conn, fmt.Sprintf(`SELECT toString((workflow_run_id, vouched, credential_hash, credential_type, token_id, token_issuer, token_audience, token_client_id, token_scopes,
			token_expires_in, actor_chain, actor_type, client_country, client_as, api_id, operation_id, retention_class, rows, cost_currency))
			FROM action_reports WHERE startsWith(span_id, char(%d))`, span))
	}
	require.Equal(t, `('',0,'','','','',[],'',[],0,[],'','',0,'','','',0,'')`, report(1))
	require.Equal(t, `('run-7',1,'v1:0a','bearer','jti-1','https://idp',['api'],'client',['read','write'],`+
		`3600,['agent','broker'],'ai_agent','CH',4200000000,'crm','listContacts','short',250,'EUR')`, report(2))
	require.Equal(t, `('',0,'','','','',[],'',[],0,['agent'],'','',0,'','','',1,'')`, report(3))
	require.Equal(t, `["read","write"]`, row(t, conn, "SELECT attributes_json['lowcode.token.scopes'] FROM spans WHERE startsWith(span_id, char(2))"))
}

func TestALogRecordIsStoredWithEverythingItHolds(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Hour)
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "crm")
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName("scope")
	r := sl.LogRecords().AppendEmpty()
	r.SetTimestamp(pcommon.NewTimestampFromTime(now))
	r.SetObservedTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Second)))
	r.SetTraceID(pcommon.TraceID{1})
	r.SetSpanID(pcommon.SpanID{2})
	r.SetFlags(1)
	r.SetSeverityNumber(plog.SeverityNumberWarn)
	r.SetSeverityText("WARN")
	r.SetEventName("lowcode.finding")
	r.Body().SetStr("text body")
	r.Attributes().PutStr("lowcode.connector.id", "crm-sync")
	r.SetDroppedAttributesCount(2)
	structured := sl.LogRecords().AppendEmpty()
	structured.SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	structured.Body().SetEmptyMap().PutInt("n", 1)
	sl.LogRecords().AppendEmpty().Body().SetInt(42)

	record, err := NewEncoder(NewResources()).Logs(ld, now)
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, "1 13 WARN lowcode.finding crm scope crm-sync 2 1000",
		row(t, conn, `SELECT concat(toString(flags), ' ', toString(severity_number), ' ', severity_text, ' ', event_name, ' ', service_name, ' ', scope_name, ' ', connector_id, ' ',
			toString(dropped_attributes_count), ' ', toString(dateDiff('millisecond', timestamp, observed_timestamp))) FROM logs WHERE body = 'text body'`))
	require.Equal(t, `{"n":1}`, row(t, conn, "SELECT body_json FROM logs WHERE body_json != '' AND timestamp = observed_timestamp"))
	require.Equal(t, "42", row(t, conn, "SELECT body FROM logs WHERE body = '42'"))
}

func TestAClampedTimeIsMarked(t *testing.T) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	spans.AppendEmpty().SetStartTimestamp(1 << 63)
	spans.AppendEmpty()
	record, err := NewEncoder(NewResources()).Traces(td, time.Now())
	require.NoError(t, err)
	conn := stored(t, record)
	require.Equal(t, "2", row(t, conn, "SELECT toString(count()) FROM spans WHERE attributes_bool['lowcode.time.clamped']"))
	require.Equal(t, "2100-01-01", row(t, conn, "SELECT toString(toDate(max(timestamp))) FROM spans"))
}
