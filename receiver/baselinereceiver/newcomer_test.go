package baselinereceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/simulate"
)

func TestANewConnectorIsMeasuredByItsPeers(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("bytes-out-burst")
	b.steady(simEnd.Add(6 * time.Hour))
	b.hour("new-alike", simEnd.Add(time.Hour), usualRoute, 3600, 0)
	b.hour("new-reader", simEnd.Add(2*time.Hour), usualRoute, 24000, 0)
	b.hour("new-alone", simEnd.Add(2*time.Hour), "/ledger", 24000, 0)
	b.pass(b.runner(&manualClock{now: simEnd.Add(4*time.Hour + 5*time.Minute)}))
	found := b.summaries()
	require.Len(t, found, 1)
	require.Regexp(t, `^new-reader read 24 MB between 16:00 and 17:00 on Wed 17 Jun \(UTC\); it has no past of its own, and a connector like it usually reads 1\.2 MB in its busiest hour \(20 peers\)\. 100% went to GET /contacts`, found["new-reader"])
}
