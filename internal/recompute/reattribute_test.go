package recompute_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// judge names a report for what the catalog says of it now.
func (r report) judge(connector, status string) recompute.Reattribution {
	return recompute.Reattribution{
		Bucket: noon.Add(r.at).Truncate(5 * time.Minute), TraceID: r.traceID(), SpanID: id8(r.span),
		Revision: "r2", Tenant: "acme", Connector: connector, ConnectorName: connector + " name", Platform: "make",
		Environment: "production", Status: status, Method: "header", Confidence: 0.5,
	}
}

// judge reattributes; minute is when.
func judge(t *testing.T, conn driver.Conn, minute int, judged ...recompute.Reattribution) (segments []string) {
	t.Helper()
	segments, err := recompute.Reattribute(t.Context(), conn, noon.Add(time.Duration(minute)*time.Minute), judged)
	require.NoError(t, err)
	return segments
}

func TestANewCatalogChangesOldActionsAndRollups(t *testing.T) {
	conn := database(t)
	entry := edge(2, 1, 0, 5*ms)
	other := edge(3, 4, 6*time.Minute, 5*ms).by("billing", "verified")
	other.trace = 2
	deliver(t, conn, client("sdk", 1, 0, 9*ms), entry, other)
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 - unattributed", "edge gateway 3 billing verified"}, actions(t, conn))

	segments := judge(t, conn, 1, entry.judge("crm-sync", "claimed"))
	unfinished, err := recompute.Unfinished(t.Context(), conn, segments)
	require.NoError(t, err)
	require.Equal(t, 1, unfinished)
	settle(t, conn)
	unfinished, err = recompute.Unfinished(t.Context(), conn, segments)
	require.NoError(t, err)
	require.Zero(t, unfinished)
	want := []string{"edge gateway 2 crm-sync claimed", "edge gateway 3 billing verified"}
	require.Equal(t, want, actions(t, conn))
	const rollup = "SELECT concat(connector_id, ' ', platform_name, ' ', environment, ' ', toString(actions)) FROM %s FINAL WHERE actions > 0 ORDER BY 1"
	require.Equal(t, []string{"billing   1", "crm-sync make production 1"}, lines(t, conn, sprintf(rollup, "connector_5m")))
	require.Equal(t, []string{"billing   1", "crm-sync make production 1"}, lines(t, conn, sprintf(rollup, "connector_hours")))
	require.Equal(t, []string{"crm-sync name r2 header"}, lines(t, conn,
		"SELECT concat(connector_name, ' ', catalog_revision, ' ', identity_method) FROM actions FINAL WHERE connector_id = 'crm-sync'"))

	before := outcome(t, conn)
	judge(t, conn, 2, entry.judge("crm-sync", "claimed"))
	settle(t, conn)
	require.Equal(t, before, outcome(t, conn), "twice is once")

	judge(t, conn, 3, entry.judge("invoices", "claimed"))
	judge(t, conn, 1, entry.judge("billing", "claimed"))
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 invoices claimed", "edge gateway 3 billing verified"}, actions(t, conn), "the newest counts")
}

// What the catalog says of one report reaches the call's best report, and a
// report that is delivered again stays as it was judged.
func TestAReattributionCountsWheneverItsReportArrives(t *testing.T) {
	conn := database(t)
	sdk, entry := client("sdk", 1, 0, 9*ms), edge(2, 1, 1*ms, 5*ms)
	judge(t, conn, 4, sdk.judge("crm-sync", "claimed"))
	settle(t, conn)
	deliver(t, conn, entry)
	settle(t, conn)
	deliver(t, conn, sdk)
	settle(t, conn)
	want := []string{"edge gateway 2 crm-sync inherited"}
	require.Equal(t, want, actions(t, conn))
	deliver(t, conn, sdk, entry)
	settle(t, conn)
	require.Equal(t, want, actions(t, conn))
}

func TestAReattributionCanTakeAConnectorAway(t *testing.T) {
	conn := database(t)
	entry := edge(2, 1, 0, 5*ms).by("crm-sync", "claimed")
	deliver(t, conn, entry)
	settle(t, conn)
	judged := entry.judge("", "unattributed")
	judged.Reason = "unknown_key"
	judge(t, conn, 5, judged)
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 - unattributed"}, actions(t, conn))
	require.Equal(t, []string{"unknown_key 1"}, lines(t, conn, "SELECT concat(unattributed_reason, ' ', toString(calls)) FROM identity_coverage"))
	require.Zero(t, count(t, conn, "SELECT count() FROM trace_identity"))
}

func TestReattributingNothingQueuesNothing(t *testing.T) {
	conn := database(t)
	require.Empty(t, judge(t, conn, 1))
	require.Empty(t, judge(t, conn, 1, report{source: "gateway_log"}.judge("crm-sync", "claimed")), "a report without ids could be any")
	pending, err := recompute.Pending(t.Context(), conn)
	require.NoError(t, err)
	require.Zero(t, pending)
}
