package recompute_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

func TestSeveralResolversAtOnceGiveTheSameAsOne(t *testing.T) {
	conn := database(t)
	const resolvers, rounds, calls = 3, 5, 20
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range resolvers {
		wg.Go(func() {
			r := recompute.New(conn)
			for {
				_, err := r.Run(t.Context())
				require.NoError(t, err)
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for round := range byte(rounds) {
		var reports []report
		for call := range byte(calls) {
			r := edge(1+round, 100, time.Duration(call)*time.Minute, 5*ms)
			r.trace = 1 + call
			reports = append(reports, r)
		}
		deliver(t, conn, reports...)
	}
	settle(t, conn)
	close(stop)
	wg.Wait()
	require.EqualValues(t, rounds*calls, count(t, conn, "SELECT count() FROM actions FINAL WHERE live"))
	require.EqualValues(t, rounds*calls, count(t, conn, "SELECT sum(actions) FROM connector_hours FINAL"))
}

func TestALeaseThatNobodyRenewsIsTakenOver(t *testing.T) {
	conn := database(t)
	deliver(t, conn, edge(2, 1, 0, 5*ms))
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE recompute_lease (holder String) ENGINE = Memory COMMENT 'somebody'"))
	result, err := recompute.New(conn).Run(t.Context())
	require.NoError(t, err)
	require.Zero(t, result, "somebody is at work")
	r := recompute.New(conn)
	r.LeaseLasts(time.Second)
	require.Eventually(t, func() bool {
		result, err := r.Run(t.Context())
		return err == nil && result.Segments == 1
	}, 10*time.Second, 50*time.Millisecond)
}

// A holder that stalled for longer than its lease must not end its successor's.
func TestAStalledHolderLeavesItsSuccessorTheLease(t *testing.T) {
	conn := database(t)
	r := recompute.New(conn)
	r.LeaseLasts(time.Hour) // it does not notice by itself
	release, held, err := r.Lease(t.Context())
	require.NoError(t, err)
	require.True(t, held)
	require.NoError(t, conn.Exec(t.Context(), "DROP TABLE recompute_lease"))
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE recompute_lease (holder String) ENGINE = Memory COMMENT 'successor'"))
	require.ErrorContains(t, release(), "another collector has taken over")
	require.EqualValues(t, 1, count(t, conn, "SELECT count() FROM system.tables WHERE name = 'recompute_lease' AND comment = 'successor'"))
}

// Whatever a holder does that was stalled while another took over changes
// nothing, and what it was doing is left to the other.
func TestAStaleHolderWritesNothing(t *testing.T) {
	conn := database(t)
	deliver(t, conn, edge(2, 1, 0, 5*ms))
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE recompute_lease (holder String) ENGINE = Memory COMMENT 'successor'"))
	_, err := recompute.New(conn).Work(t.Context())
	require.NoError(t, err)
	for _, table := range []string{"actions", "trace_connectors", "connector_5m", "connector_hours", "coverage_5m"} {
		require.Zero(t, count(t, conn, "SELECT count() FROM %s", table), table)
	}
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO recompute_queue SELECT * REPLACE ('resolved' AS state, buckets AS touched, 2 AS version) FROM recompute_queue"))
	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO actions (bucket, live, computed_at) VALUES ('"+at(0)+"', 1, now64(6))"))
	_, err = recompute.New(conn).Work(t.Context())
	require.NoError(t, err)
	for _, table := range []string{"connector_5m", "connector_hours", "coverage_5m"} {
		require.Zero(t, count(t, conn, "SELECT count() FROM %s", table), table)
	}
	pending, err := recompute.Pending(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, 1, pending)
}

func TestWorkTablesOfACrashedHolderAreDropped(t *testing.T) {
	conn := database(t)
	left := "recompute_reports_0123456789abcdef"
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE "+left+" (row UInt64) ENGINE = Memory"))
	deliver(t, conn, edge(2, 1, 0, 5*ms))
	settle(t, conn)
	require.Zero(t, count(t, conn, "SELECT count() FROM system.tables WHERE database = 'weir' AND name LIKE 'recompute%%\\_0123%%'"))
	require.EqualValues(t, 1, count(t, conn, "SELECT count() FROM actions FINAL WHERE live"))
}
