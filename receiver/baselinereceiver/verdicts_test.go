package baselinereceiver

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
)

func (b *bench) told(connector string) int {
	n := 0
	for _, f := range b.emitted {
		if f.ConnectorID == connector && f.Status == finding.Firing {
			n++
		}
	}
	return n
}

func TestABenignPatternIsNotToldAgainForATime(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("requests-burst")
	tomorrow := simEnd.AddDate(0, 0, 1)
	b.steady(tomorrow.Add(time.Hour))
	for _, connector := range []string{"steady-7", "steady-8", "steady-9"} {
		b.hour(connector, simEnd, usualRoute, 12_000, 0)
		b.hour(connector, tomorrow, usualRoute, 12_000, 0)
	}
	clock := &manualClock{now: simEnd.Add(65 * time.Minute)}
	r := b.runner(clock)
	b.pass(r)
	require.Equal(t, [3]int{1, 1, 1}, [3]int{b.told("steady-7"), b.told("steady-8"), b.told("steady-9")})

	for _, f := range b.findings() {
		j := finding.Judged{Finding: f, Verdict: finding.Benign, Author: "ann", SaidAt: clock.now, Until: clock.now.AddDate(0, 0, 7)}
		switch f.ConnectorID {
		case "steady-8":
			continue
		case "steady-9":
			j.Until = clock.now.Add(time.Hour)
		}
		require.NoError(t, finding.Judge(t.Context(), b.conn, &j))
	}
	b.emitted = nil
	clock.now = tomorrow.Add(65 * time.Minute)
	b.pass(r)
	require.Zero(t, b.told("steady-7"), "it was called benign")
	require.Equal(t, 1, b.told("steady-8"), "nobody called it so")
	require.Equal(t, 1, b.told("steady-9"), "that was long ago")
}

func TestVerdictsLeaveHoursOutAndRaiseThresholds(t *testing.T) {
	v := verdicts{left: map[[2]string][]stretch{}, raised: map[verdictKey][]raisedUntil{}}
	f := finding.Finding{TenantID: "acme", ConnectorID: "c", StartedAt: simEnd, ResolvedAt: simEnd.Add(3 * time.Hour)}
	v.add(&finding.Judged{Finding: f, Verdict: finding.True})
	leaves := func(connector string, hours int) bool {
		return v.leaves(&detect.Entity{Tenant: "acme", ID: connector}, simEnd.Add(time.Duration(hours)*time.Hour))
	}
	require.True(t, leaves("c", 0))
	require.True(t, leaves("c", 2))
	require.False(t, leaves("c", 3))
	require.False(t, leaves("c", -1))
	require.False(t, leaves("other", 0))
	require.Empty(t, v.raised)
}

func TestAnOutageIsOneFinding(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("connector-silent")
	b.steady(simEnd) // and nothing after it
	clock := &manualClock{now: simEnd.Add(3*time.Hour + 5*time.Minute)}
	b.pass(b.runner(clock))
	require.Len(t, b.findings(), 1)
	f := b.findings()[0]
	require.Equal(t, "silent_connectors", f.Measure)
	require.Contains(t, f.Summary, "20 of 20 connectors that always run of the fleet were silent")
	rows, err := b.conn.Query(t.Context(), f.EvidenceSQL)
	require.NoError(t, err, f.EvidenceSQL)
	require.NoError(t, rows.Close())
}

// TestWhatAnOutageTookIsNoSilence: of a connector that comes back an hour after the others,
// one hour is told, not three.
func TestWhatAnOutageTookIsNoSilence(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("connector-silent")
	b.steady(simEnd.Add(6 * time.Hour))
	for i := range 20 {
		for hour := range 2 {
			b.hour(fmt.Sprintf("steady-%d", i), simEnd.Add(time.Duration(hour)*time.Hour), usualRoute, 0, 0)
		}
	}
	b.hour("steady-4", simEnd.Add(2*time.Hour), usualRoute, 0, 0)
	b.pass(b.runner(&manualClock{now: simEnd.Add(6*time.Hour + 5*time.Minute)}))
	found := b.findings()
	require.Len(t, found, 2)
	slices.SortFunc(found, func(x, y finding.Finding) int { return x.WindowStart.Compare(y.WindowStart) })
	require.Equal(t, "silent_connectors", found[0].Measure)
	require.Equal(t, "steady-4", found[1].ConnectorID)
	require.Equal(t, simEnd.Add(2*time.Hour), found[1].WindowStart.UTC())
	require.InDelta(t, 1200, found[1].Expected, 60)
}

func TestOneConnectorThatFallsSilentIsNamed(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	b.use("connector-silent")
	b.steady(simEnd.Add(3 * time.Hour))
	for i := range 3 {
		b.hour("steady-4", simEnd.Add(time.Duration(i)*time.Hour), usualRoute, 0, 0)
	}
	clock := &manualClock{now: simEnd.Add(3*time.Hour + 5*time.Minute)}
	b.pass(b.runner(clock))
	require.Len(t, b.findings(), 1)
	require.Equal(t, "steady-4", b.findings()[0].ConnectorID)
	require.NotContains(t, b.findings()[0].Summary, "made 0 requests")
}
