package recompute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/recompute"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

// client, edge, server and gatewayLog write a report of trace 1.
func client(service string, span byte, at, length time.Duration) report {
	return report{source: "client", service: service, trace: 1, span: span, at: at, length: length}
}

func server(service string, span, parent byte, at, length time.Duration) report {
	return report{source: "server", service: service, trace: 1, span: span, parent: parent, at: at, length: length}
}

func edge(span, parent byte, at, length time.Duration) report {
	r := server("gateway", span, parent, at, length)
	r.source = "edge"
	return r
}

func gatewayLog(span, parent byte, at, length time.Duration) report {
	r := server("kong", span, parent, at, length)
	r.source = "gateway_log"
	return r
}

func (r report) by(connector, status string) report { r.conn, r.status = connector, status; return r }

func TestWhichReportIsTheAction(t *testing.T) {
	cases := []struct {
		name    string
		reports []report
		want    []string
	}{
		{
			"a client span alone is a call",
			[]report{client("sdk", 1, 0, 9*ms)},
			[]string{"client sdk 1 - unattributed"},
		},
		{
			"the edge wins over all other reports of the same call",
			[]report{client("sdk", 1, 0, 9*ms), gatewayLog(3, 1, 2*ms, 5*ms), edge(2, 1, 1*ms, 8*ms)},
			[]string{"edge gateway 2 - unattributed"},
		},
		{
			"a gateway log wins over server and client",
			[]report{client("sdk", 1, 0, 9*ms), gatewayLog(3, 1, 2*ms, 5*ms), server("kong", 2, 1, 1*ms, 8*ms)},
			[]string{"gateway_log kong 3 - unattributed"},
		},
		{
			"behind an edge everything is inside",
			[]report{
				client("sdk", 1, 0, 9*ms), edge(2, 1, 1*ms, 8*ms), client("gateway", 3, 2*ms, 6*ms),
				server("crm", 4, 3, 3*ms, 4*ms), client("crm", 5, 4*ms, 1*ms), server("billing", 6, 5, 4*ms, 1*ms),
			},
			[]string{"edge gateway 2 - unattributed"},
		},
		{
			"a backend that goes on after the edge gave up is still behind it",
			[]report{edge(2, 1, 0, 5*ms), client("gateway", 3, 1*ms, 4*ms), server("crm", 4, 3, 2*ms, 20*ms)},
			[]string{"edge gateway 2 - unattributed"},
		},
		{
			"without edges a server below another one is a hop",
			[]report{
				client("sdk", 1, 0, 9*ms), server("gateway", 2, 1, 1*ms, 8*ms), client("gateway", 3, 2*ms, 6*ms),
				server("crm", 4, 3, 3*ms, 4*ms), client("crm", 5, 4*ms, 1*ms), server("billing", 6, 5, 4*ms, 1*ms),
			},
			[]string{"server gateway 2 - unattributed"},
		},
		{
			"a missing client span between two servers does not make two calls",
			[]report{server("gateway", 2, 1, 0, 9*ms), server("crm", 4, 3, 1*ms, 5*ms)},
			[]string{"server gateway 2 - unattributed"},
		},
		{
			"two servers that report the same instants are one call",
			[]report{server("gateway", 2, 1, 0, 5*ms), server("crm", 4, 3, 0, 5*ms)},
			[]string{"server gateway 2 - unattributed"},
		},
		{
			"calls of an SDK that overlap at different services are calls of their own",
			[]report{
				client("sdk", 1, 0, 9*ms), server("crm", 2, 1, 1*ms, 8*ms),
				client("sdk", 3, 2*ms, 4*ms), server("billing", 4, 3, 3*ms, 2*ms),
			},
			[]string{"server crm 2 - unattributed", "server billing 4 - unattributed"},
		},
		{
			"a platform's own client span is no call",
			[]report{server("gateway", 2, 1, 0, 9*ms), client("gateway", 3, 1*ms, 5*ms)},
			[]string{"server gateway 2 - unattributed"},
		},
		{
			"spans of one service under the same caller's span are calls of their own",
			[]report{edge(2, 1, 0, 5*ms), edge(3, 1, 10*ms, 5*ms), edge(4, 1, 20*ms, 5*ms), gatewayLog(5, 1, 1*ms, 3*ms)},
			[]string{"edge gateway 2 - unattributed", "edge gateway 3 - unattributed", "edge gateway 4 - unattributed"},
		},
		{
			"a span that was sent twice is one call",
			[]report{edge(2, 1, 0, 5*ms), edge(2, 1, 0, 5*ms), edge(2, 1, 0, 5*ms)},
			[]string{"edge gateway 2 - unattributed"},
		},
		{
			"without a trace the gateway's request id names the call",
			[]report{
				{source: "gateway_log", service: "kong", request: "a"},
				{source: "gateway_log", service: "kong", request: "b", at: ms},
				{source: "gateway_log", service: "kong", request: "a"},
			},
			[]string{"gateway_log kong 0 - unattributed", "gateway_log kong 0 - unattributed"},
		},
		{
			"an unattributed best report takes the identity of another, as inherited",
			[]report{client("sdk", 1, 0, 9*ms).by("crm-sync", "claimed"), edge(2, 1, 1*ms, 5*ms)},
			[]string{"edge gateway 2 crm-sync inherited"},
		},
		{
			"a verified identity of another report stays verified",
			[]report{gatewayLog(3, 1, 0, 9*ms).by("crm-sync", "verified"), edge(2, 1, 1*ms, 5*ms)},
			[]string{"edge gateway 2 crm-sync verified"},
		},
		{
			"an attributed best report keeps its own identity",
			[]report{client("sdk", 1, 0, 9*ms).by("other", "verified"), edge(2, 1, 1*ms, 5*ms).by("crm-sync", "claimed")},
			[]string{"edge gateway 2 crm-sync claimed"},
		},
		{
			"the same trace id hours later is another story",
			[]report{edge(2, 1, 0, 5*ms), server("crm", 4, 3, 3*time.Hour, 5*ms)},
			[]string{"edge gateway 2 - unattributed", "server crm 4 - unattributed"},
		},
		{
			"a long trace is followed as far as it is connected",
			[]report{edge(2, 1, 0, 5*ms), server("crm", 4, 3, 14*time.Minute, 5*ms), server("crm", 5, 6, 28*time.Minute, 5*ms)},
			[]string{"edge gateway 2 - unattributed"},
		},
	}
	conn := database(t)
	var all []report
	longest := 0
	for i, c := range cases {
		for j := range c.reports {
			c.reports[j].trace *= byte(i + 1) // the case is the trace; 0 stays 0
		}
		all = append(all, c.reports...)
		longest = max(longest, len(c.reports))
	}
	check := func(when string) {
		found := actionsByTrace(t, conn)
		for i, c := range cases {
			trace := byte(i + 1)
			if c.reports[0].trace == 0 {
				trace = 0
			}
			require.Equal(t, c.want, found[trace], "%s, when reports come %s", c.name, when)
		}
	}

	deliver(t, conn, all...)
	settle(t, conn)
	check("together")

	clearAll(t, conn)
	// The last first: each has to correct what was decided before it.
	for i := range longest {
		var late []report
		for _, c := range cases {
			if j := len(c.reports) - 1 - i; j >= 0 {
				late = append(late, c.reports[j])
			}
		}
		deliver(t, conn, late...)
		settle(t, conn)
	}
	check("one at a time")
}

func TestAnAgentsTraceOfFiftyCallsIsFiftyActions(t *testing.T) {
	conn := database(t)
	var reports []report
	for i := range byte(50) {
		at := time.Duration(i) * 100 * ms
		reports = append(reports, client("agent", 10+i, at, 50*ms), edge(100+i, 10+i, at+ms, 40*ms).by("agent", "verified"))
	}
	deliver(t, conn, reports...)
	settle(t, conn)
	require.EqualValues(t, 50, count(t, conn, "SELECT count() FROM actions FINAL WHERE live AND connector_id = 'agent'"))
}

func TestALateEdgeMovesTheRollupsAndLeavesZeroes(t *testing.T) {
	conn := database(t)
	backend := server("crm", 4, 3, 4*time.Minute, 5*ms)
	backend.route, backend.bytes, backend.user = "/contacts", 100, "ada"
	deliver(t, conn, backend)
	settle(t, conn)
	require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM connector_5m FINAL WHERE route = '/contacts'"))
	require.EqualValues(t, 1, count(t, conn, "SELECT uniqCombined64Merge(12)(users) FROM connector_hours FINAL"))

	late := edge(2, 1, 6*time.Minute, 5*ms).by("crm-sync", "verified")
	late.route, late.bytes = "/contacts/{id}", 7
	deliver(t, conn, late)
	settle(t, conn)
	require.Equal(t, []string{"edge gateway 2 crm-sync verified"}, actions(t, conn))
	const rollup = `SELECT concat(toString(%s), ' ', route, ' ', toString(actions), ' ', toString(bytes_out), ' ', toString(latency_histogram)) FROM %s FINAL ORDER BY 1`
	require.Equal(t, []string{
		at(0) + " /contacts 0 0 {}",
		at(5*time.Minute) + " /contacts/{id} 1 7 {89:1}",
	}, lines(t, conn, sprintf(rollup, "bucket", "connector_5m")))
	require.Equal(t, []string{
		at(0) + " /contacts 0 0 {}",
		at(0) + " /contacts/{id} 1 7 {89:1}",
	}, lines(t, conn, sprintf(rollup, "hour", "connector_hours")))
	require.Zero(t, count(t, conn, "SELECT uniqCombined64Merge(12)(users) FROM connector_hours FINAL"))
}

func TestRollupsCountWhatASampledSpanStandsFor(t *testing.T) {
	conn := database(t)
	sampled := edge(2, 1, 0, 5*ms)
	sampled.adjusted, sampled.bytes, sampled.failed = 4, 10, true
	dry := edge(3, 4, time.Minute, 5*ms)
	dry.dryRun = true
	deliver(t, conn, sampled, dry)
	settle(t, conn)
	require.Equal(t, []string{"1 4 4 40"},
		lines(t, conn, "SELECT concat(toString(actions), ' ', toString(adjusted_count), ' ', toString(errors), ' ', toString(bytes_out)) FROM connector_hours FINAL"))
	require.Len(t, actions(t, conn), 2)
}

func TestPendingCountsWhatIsNotRolledUp(t *testing.T) {
	conn := database(t)
	pending, err := recompute.Pending(t.Context(), conn)
	require.NoError(t, err)
	require.Zero(t, pending)
	deliver(t, conn, edge(2, 1, 0, 5*ms))
	deliver(t, conn, edge(3, 4, 0, 5*ms))
	pending, err = recompute.Pending(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, 2, pending)

	result, err := recompute.New(conn).Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, recompute.Result{Segments: 2, Reports: 2, Buckets: 1}, result)
	pending, err = recompute.Pending(t.Context(), conn)
	require.NoError(t, err)
	require.Zero(t, pending)
	require.Zero(t, count(t, conn, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'recompute_%%' AND name != 'recompute_queue'"))
}
