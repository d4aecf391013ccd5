package recompute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A run that was interrupted after it buried an action has not said so in the
// queue; the one that repeats it finds nothing to bury any more.
func TestARollupForgetsWhatAnInterruptedRunHasBuried(t *testing.T) {
	conn := database(t)
	deliver(t, conn, client("sdk", 1, 0, 9*ms))
	settle(t, conn)
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL"))
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO actions SELECT * REPLACE (0 AS live, now64(6) AS computed_at) FROM actions FINAL"))
	deliver(t, conn, edge(2, 1, 6*time.Minute, 5*ms)) // of the same call, in another bucket
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 - unattributed"}, actions(t, conn))
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL"))
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL"))
}

// The reports of a day beyond the retention are gone, its rollup is not: what
// arrives late must not replace it.
func TestALateReportDoesNotReplaceARollupThatOutlivesItsReports(t *testing.T) {
	const long = 40 * 24 * time.Hour
	conn := database(t)
	for _, table := range []string{"action_reports", "actions"} {
		require.NoError(t, conn.Exec(t.Context(), "SYSTEM STOP TTL MERGES "+table))
	}
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO connector_5m (bucket, actions, computed_at) VALUES ('"+at(-long)+"', 700, now64(6))"))
	deliver(t, conn, edge(2, 1, -long, 5*ms))
	settle(t, conn)
	require.EqualValues(t, 700, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL"))

	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE action_reports MODIFY TTL toDate(bucket) + INTERVAL 60 DAY SETTINGS materialize_ttl_after_modify = 0"))
	deliver(t, conn, edge(3, 1, -long, 5*ms))
	settle(t, conn)
	require.NotEqualValues(t, 700, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL"), "within the retention it is recomputed")
}

// Hours are written beside their buckets. A run that ended between the two, before
// the clock was set back, leaves an hour that is newer than all of its buckets.
func TestAnHourThatIsNewerThanItsBucketsIsReplaced(t *testing.T) {
	conn := database(t)
	deliver(t, conn, client("sdk", 1, 0, 9*ms))
	settle(t, conn)
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO connector_hours SELECT * REPLACE (700 AS actions, now64(6) + INTERVAL 1 HOUR AS computed_at) FROM connector_hours FINAL"))
	deliver(t, conn, client("sdk", 2, 6*time.Minute, 9*ms))
	settle(t, conn)
	require.EqualValues(t, 2, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL"))
}
