package rows

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
	"github.com/weir-otel/weir/internal/lowcode"
)

// logsOf makes a request of log records, each an event name and attributes.
func logsOf(t testing.TB, at time.Time, events ...map[string]any) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "opa")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for _, attributes := range events {
		r := records.AppendEmpty()
		r.SetEventName(attributes["name"].(string))
		delete(attributes, "name")
		r.SetTimestamp(pcommon.NewTimestampFromTime(at))
		require.NoError(t, r.Attributes().FromRaw(attributes))
	}
	return ld
}

// oneEvent maps one log record.
func oneEvent(t *testing.T, attributes map[string]any) audit.Event {
	t.Helper()
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	c := newAuditColumns()
	c.source = "weir-1"
	r := logsOf(t, at, attributes).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	_, err := c.record(r, &resourceRow{serviceName: "opa"}, at.Add(time.Second).UnixNano())
	require.NoError(t, err)
	return c.event
}

func TestAnEventTakesItsColumnsFromAttributesAndKeepsTheRest(t *testing.T) {
	e := oneEvent(t, map[string]any{
		"name": lowcode.EventConfigChanged, "lowcode.event.id": "e1", "lowcode.event.actor": "ada", "lowcode.event.approver": "bob",
		"lowcode.event.subject": "crm", "lowcode.event.object": "scopes", "lowcode.event.old_value": "read", "lowcode.event.new_value": "write",
		"lowcode.event.rationale": "ticket 7", "lowcode.policy.decision": "allow", "lowcode.policy.name": "p", "lowcode.tenant.id": "acme",
		"lowcode.connector.id": "crm-sync", "lowcode.token.id": "j", "lowcode.request.id": "r", "lowcode.identity.vouched": true,
		"user.id": "carol", "list": []any{"a", 1},
	})
	require.Equal(t, []string{"ada", "bob", "crm", "scopes", "read", "write", "ticket 7", "allow", "p", "acme", "crm-sync", "j", "r", "e1", "connector.config.changed", "weir-1", "opa"},
		[]string{e.Actor, e.Approver, e.Subject, e.Object, e.OldValue, e.NewValue, e.Rationale, e.Decision, e.Policy, e.TenantID, e.Connector, e.TokenID, e.RequestID, e.ID, e.Kind, e.Source, e.Reporter})
	require.True(t, e.Vouched)
	require.Equal(t, []audit.Attribute{{Key: "list", Value: `["a",1]`}, {Key: "user.id", Value: "carol"}}, e.Attributes)
}

func TestWhoDidItFollowsFromUserAndClientWhereNothingElseSaysSo(t *testing.T) {
	f := func(attributes map[string]any, actor, subject string) {
		t.Helper()
		attributes["name"] = lowcode.EventTokenGranted
		e := oneEvent(t, attributes)
		require.Equal(t, []string{actor, subject}, []string{e.Actor, e.Subject})
	}
	f(map[string]any{}, "", "")
	f(map[string]any{"user.id": "ada"}, "ada", "ada")
	f(map[string]any{"lowcode.token.client.id": "bot"}, "bot", "")
	f(map[string]any{"user.id": "ada", "lowcode.token.client.id": "bot"}, "ada", "ada")
	f(map[string]any{"user.id": "ada", "lowcode.event.actor": "root", "lowcode.event.subject": "x"}, "root", "x")
}

func TestTheSameEventHasTheSameIdWhenItComesAgain(t *testing.T) {
	granted := func() map[string]any {
		return map[string]any{"name": lowcode.EventTokenGranted, "lowcode.token.id": "j1", "lowcode.token.issuer": "https://idp"}
	}
	require.Equal(t, "jti:https://idp:j1", oneEvent(t, granted()).ID)
	denied := func(why string) map[string]any {
		return map[string]any{"name": lowcode.EventPolicyDenied, "lowcode.token.id": "j1", "reason": why}
	}
	e := oneEvent(t, denied("a"))
	require.Equal(t, "deny", e.Decision)
	require.True(t, strings.HasPrefix(e.ID, "content:"), "the token is not what the event is about")
	require.Equal(t, e.ID, oneEvent(t, denied("a")).ID)
	require.NotEqual(t, e.ID, oneEvent(t, denied("b")).ID)
}

func TestEventsAreStoredAsTheyWereHashedAndNotInLogs(t *testing.T) {
	now := time.Now().UTC()
	ld := logsOf(t, now.Add(-time.Hour),
		map[string]any{"name": lowcode.EventPolicyDenied, "lowcode.event.id": "e1", "a": 1.5, "naïve\xff": "\xfe\x00"},
		map[string]any{"name": "something.else"},
		map[string]any{"name": lowcode.EventQuotaBreached, "lowcode.event.id": "e2"})
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	records.At(0).SetTraceID(pcommon.TraceID{1, 2})
	records.At(0).SetSpanID(pcommon.SpanID{3})
	records.At(0).SetSeverityNumber(plog.SeverityNumberWarn)
	records.At(0).Body().SetStr("denied")
	records.At(2).SetTimestamp(pcommon.Timestamp(1) << 63) // beyond what ClickHouse stores
	e := NewEncoder(NewResources())
	e.Source("weir-1")
	record, err := e.Logs(ld, now)
	require.NoError(t, err)
	digests, err := audit.ParseDigests([][]byte{record.Digests})
	require.NoError(t, err)
	require.Len(t, digests, 2)

	conn := stored(t, record)
	require.Equal(t, "something.else", row(t, conn, "SELECT arrayStringConcat(groupArray(event_name)) FROM logs"))
	trail := verify.Database{Conn: conn}
	days, err := trail.Days(t.Context())
	require.NoError(t, err)
	require.Len(t, days, 1)
	found := map[string]audit.Sum{}
	var hasher audit.Hasher
	require.NoError(t, trail.DayEvents(t.Context(), days[0], func(r *verify.Row) error {
		require.Equal(t, r.Digest, hasher.Digest(r.Salt, &r.Event), r.ID)
		found[r.ID] = r.Digest
		return nil
	}))
	require.Equal(t, map[string]audit.Sum{"e1": digests[0], "e2": digests[1]}, found)
	require.Equal(t, "policy.denied deny opa denied 13 {'a':'1.5','naïve\xff':'\xfe\\0'}",
		row(t, conn, "SELECT concat(kind, ' ', decision, ' ', reporter, ' ', body, ' ', toString(severity), ' ', toString(attributes)) FROM events WHERE event_id = 'e1'"))
	require.Equal(t, "true", row(t, conn, "SELECT attributes['lowcode.time.clamped'] FROM events WHERE event_id = 'e2'"))
}
