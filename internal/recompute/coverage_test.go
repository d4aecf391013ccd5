package recompute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCoverageCountsCallsByIdentityAndTraceContext(t *testing.T) {
	conn := database(t)
	of := func(trace byte, r report) report { r.trace = trace; return r }
	sampled := of(5, edge(2, 9, time.Minute, 5*ms))
	sampled.adjusted = 10
	deliver(
		t, conn,
		of(1, client("sdk", 1, 0, 9*ms)), of(1, edge(2, 1, 0, 5*ms).by("crm-sync", "verified")), // complete
		of(2, edge(2, 0, 0, 5*ms)),               // root
		of(3, edge(2, 9, 0, 5*ms)),               // broken
		of(4, client("sdk", 1, time.Hour, 9*ms)), // an hour later
		sampled,                                  // broken too
		report{source: "edge", service: "gateway", request: "r"}, // no trace at all
	)
	settle(t, conn)
	want := []string{
		at(0) + " acme gateway unattributed  broken 11",
		at(0) + " acme gateway unattributed  none 1",
		at(0) + " acme gateway unattributed  root 1",
		at(0) + " acme gateway verified  complete 1",
		at(time.Hour) + " acme sdk unattributed  complete 1",
	}
	coverage := `SELECT concat(toString(hour), ' ', tenant_id, ' ', service_name, ' ', identity_status, ' ', unattributed_reason, ' ', toString(trace_context), ' ', toString(calls))
		FROM identity_coverage ORDER BY 1`
	require.Equal(t, want, lines(t, conn, coverage))

	deliver(t, conn, of(3, client("sdk", 9, 0, 9*ms))) // the caller reports late
	settle(t, conn)
	want[0] = at(0) + " acme gateway unattributed  broken 10"
	want = append([]string{want[0], at(0) + " acme gateway unattributed  complete 1"}, want[1:]...)
	require.Equal(t, want, lines(t, conn, coverage))
}

func TestSpansThatCameBeforeTheirEntryGetTheTracesConnector(t *testing.T) {
	conn := database(t)
	of := func(trace byte, r report) report { r.trace = trace; return r }
	named := edge(2, 1, 0, 5*ms).by("crm-sync", "verified")
	named.user = "ada"
	deliver(
		t, conn,
		of(1, named),
		of(2, edge(2, 1, 0, 5*ms).by("crm-sync", "verified")), of(2, edge(4, 3, time.Minute, 5*ms).by("billing", "verified")),
		of(3, edge(2, 1, 0, 5*ms)),
		of(5, edge(2, 1, 0, 5*ms).by("crm-sync", "verified")), of(5, edge(4, 3, time.Minute, 5*ms).by("billing", "claimed")),
	)
	settle(t, conn)
	identity := `SELECT concat(toString(reinterpretAsUInt8(substring(trace_id, 1, 1))), ' ', toString(connectors), ' ', tenant_id, ' ', connector_id, ' ', user_id) FROM trace_identity ORDER BY 1`
	require.Equal(t, []string{"1 1 acme crm-sync ada", "2 2   ", "5 1 acme crm-sync "}, lines(t, conn, identity))

	require.NoError(t, conn.Exec(t.Context(), `INSERT INTO spans (timestamp, trace_id, span_id, name, tenant_id, connector_id, identity_status)
		SELECT toDateTime64('`+at(0)+`', 9, 'UTC'), toFixedString(concat(char(trace), unhex('0000000000000000000000000000ee')), 16), 'span', name, tenant, connector, if(connector = '', 'unattributed', 'claimed')
		FROM values('trace UInt8, name String, tenant String, connector String',
			(1, 'early', '', ''), (1, 'early, of the tenant', 'acme', ''), (1, 'of another tenant', 'other', ''), (1, 'own', 'acme', 'billing'),
			(2, 'of two connectors', 'acme', ''), (3, 'of none', 'acme', ''), (4, 'not reported', 'acme', ''))`))
	require.Equal(t, []string{
		"early, of the tenant: 1 acme crm-sync inherited",
		"early: 1 acme crm-sync inherited",
		"not reported: 0 acme  unattributed",
		"of another tenant: 0 other  unattributed",
		"of none: 0 acme  unattributed",
		"of two connectors: 0 acme  unattributed",
		"own: 0 acme billing claimed",
	}, lines(t, conn, "SELECT concat(name, ': ', toString(lent), ' ', tenant_id, ' ', connector_id, ' ', identity_status) FROM span_identity ORDER BY 1"))

	// A better report takes the second connector out of the trace.
	judge(t, conn, 1, of(2, edge(4, 3, time.Minute, 5*ms)).judge("crm-sync", "claimed"))
	settle(t, conn)
	require.Equal(t, []string{"1 1 acme crm-sync ada", "2 1 acme crm-sync ", "5 1 acme crm-sync "}, lines(t, conn, identity))
}
