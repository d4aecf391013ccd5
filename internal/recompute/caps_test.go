package recompute_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// A scanner calls 225 paths once each; the connector's own endpoint is called
// five times, in the same 5 minutes.
func scan() (reports []report) {
	for i := range byte(230) {
		r := edge(1+i, 1+i, time.Duration(i)*ms, 5*ms).by("crm-sync", "verified")
		r.route = "/contacts/{id}"
		if i >= 5 {
			r.route = fmt.Sprintf("/scan-%03d", i)
		}
		reports = append(reports, r)
	}
	return reports
}

func TestEndpointsBeyondTheBusiestAreOther(t *testing.T) {
	conn := database(t)
	// The first come last in the alphabet: the second delivery makes them other.
	all := scan()
	deliver(t, conn, append(all[:5:5], all[80:]...)...)
	settle(t, conn)
	require.EqualValues(t, 151, count(t, conn, "SELECT count() FROM connector_5m FINAL WHERE actions > 0"))
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL WHERE route = '/scan-229'"))

	deliver(t, conn, all[5:80]...)
	result, err := recompute.New(conn).Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, 26, result.Beyond)
	for table := range map[string]struct{}{"connector_5m": {}, "connector_hours": {}} {
		require.EqualValues(t, 201, count(t, conn, "SELECT count() FROM %s FINAL WHERE actions > 0", table))
		require.EqualValues(t, 230, count(t, conn, "SELECT sum(actions) FROM %s FINAL", table), "every call is in it")
		require.EqualValues(t, 5, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE route = '/contacts/{id}'", table), "the busiest is kept")
		require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE route = '/scan-005'", table))
		require.EqualValues(t, 26, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE method = '{other}' AND route = '{other}'", table))
		require.Zero(t, count(t, conn, "SELECT sum(actions) FROM %s FINAL WHERE route = '/scan-229'", table))
	}
	require.EqualValues(t, 230, count(t, conn, "SELECT count() FROM actions FINAL WHERE live AND startsWith(route, '/')"), "actions keep their routes")
}

func TestEnvironmentsAndServicesBeyondTheBusiestAreOther(t *testing.T) {
	conn := database(t)
	reports := scan()
	for i := range reports {
		reports[i].route = "/a"
		reports[i].service = fmt.Sprintf("service-%03d", i)
	}
	deliver(t, conn, reports...)
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE action_reports UPDATE environment = service_name WHERE 1 SETTINGS mutations_sync = 1"))
	settle(t, conn)
	require.EqualValues(t, 21, count(t, conn, "SELECT count() FROM connector_5m FINAL WHERE actions > 0"))
	require.EqualValues(t, 210, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL WHERE environment = '{other}'"))
	require.EqualValues(t, 201, count(t, conn, "SELECT count() FROM coverage_5m FINAL WHERE actions > 0"))
	require.EqualValues(t, 30, count(t, conn, "SELECT sum(actions) FROM coverage_5m FINAL WHERE service_name = '{other}'"))
}
