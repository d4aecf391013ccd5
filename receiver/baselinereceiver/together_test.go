package baselinereceiver

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/simulate"
)

// summaries of all findings, by connector; their evidence can be shown.
func (b *bench) summaries() map[string]string {
	b.t.Helper()
	found := map[string]string{}
	for _, f := range b.findings() {
		require.NotContains(b.t, found, f.ConnectorID, f.Summary)
		found[f.ConnectorID] = f.Summary
		rows, err := b.conn.Query(b.t.Context(), f.EvidenceSQL)
		require.NoError(b.t, err, f.EvidenceSQL)
		require.NoError(b.t, rows.Close())
	}
	return found
}

func TestAnAPIThatFailsForAllIsOneFinding(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("error-rate")
	b.steady(simEnd.Add(6 * time.Hour))
	for i := range 15 {
		b.hour(fmt.Sprintf("steady-%d", i), simEnd, usualRoute, 1200, 600)
	}
	b.hour("steady-7", simEnd.Add(3*time.Hour), usualRoute, 1200, 600) // on its own
	b.pass(b.runner(&manualClock{now: simEnd.Add(6*time.Hour + 5*time.Minute)}))
	found := b.summaries()
	require.Len(t, found, 2)
	require.Equal(t, "/contacts failed for 15 of 20 connectors that called it between 14:00 and 15:00 on Wed 17 Jun (UTC): 38% of their calls, usually 0.0%. It is the API, or the way to it, and no single connector.", found[""])
	require.Contains(t, found["steady-7"], "failed in")
}

func TestAnEndpointThatManyPeersTakeUpIsOneFinding(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("new-endpoint")
	b.steady(simEnd.Add(6 * time.Hour))
	for i := range 7 {
		b.hour(fmt.Sprintf("steady-%d", i), simEnd, "/contacts/v2", 1200, 0)
	}
	b.hour("steady-9", simEnd, "/admin/keys", 1200, 0)
	b.pass(b.runner(&manualClock{now: simEnd.Add(3*time.Hour + 5*time.Minute)}))
	found := b.summaries()
	require.Len(t, found, 2)
	require.Contains(t, found["steady-9"], "GET /admin/keys")
	require.Regexp(t, `^7 connectors called GET /contacts/v2 for the first time \(8,400 calls\) between 14:00 and 15:00 on Wed 17 Jun \(UTC\), of 20 like them`, found[""])
}
