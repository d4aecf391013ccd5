package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
)

var three = time.Date(2026, 6, 17, 3, 0, 0, 0, time.UTC)

func TestAnIncidentIsFoundByAFindingOfItsFamilyOnItsConnectorAtItsTime(t *testing.T) {
	incident := simulate.Incident{Kind: simulate.OffHours, Connector: "crm-sync", Family: "hours", Start: three, End: three.Add(time.Hour)}
	good := finding.Finding{
		Rule: "off-hours", Family: "hours", ConnectorID: "crm-sync", Status: finding.Resolved,
		WindowStart: three, WindowEnd: three.Add(time.Hour),
	}
	f := func(name string, found bool, change func(*finding.Finding)) {
		t.Helper()
		one := good
		change(&one)
		checks, _ := check([]simulate.Incident{incident}, []finding.Finding{one})
		require.Equal(t, found, checks[0].Found, name)
	}
	f("as it is", true, func(*finding.Finding) {})
	f("still firing", true, func(f *finding.Finding) { f.Status = finding.Firing })
	f("not yet firing", false, func(f *finding.Finding) { f.Status = finding.Pending })
	f("another connector", false, func(f *finding.Finding) { f.ConnectorID = "other" })
	f("another family", false, func(f *finding.Finding) { f.Family = "volume" })
	f("half an hour late", true, func(f *finding.Finding) { f.WindowStart = three.Add(90 * time.Minute) })
	f("hours late", false, func(f *finding.Finding) { f.WindowStart, f.WindowEnd = three.Add(4*time.Hour), three.Add(5*time.Hour) })
	f("the day before", false, func(f *finding.Finding) {
		f.WindowStart, f.WindowEnd = three.Add(-24*time.Hour), three.Add(-23*time.Hour)
	})
}

func TestKindsThatWereNotHiddenAreNamed(t *testing.T) {
	wanted := map[simulate.IncidentKind]int{simulate.Burst: 2, simulate.OffHours: 1}
	require.Empty(t, leftOut(wanted, []simulate.Incident{{Kind: simulate.Burst}, {Kind: simulate.OffHours}, {Kind: simulate.Burst}}))
	require.Equal(t, []string{"burst", "off_hours"}, leftOut(wanted, []simulate.Incident{{Kind: simulate.Burst}}))
	require.Equal(t, 2, wanted[simulate.Burst])
}

func TestFindingsThatNoIncidentExplainsAreMarked(t *testing.T) {
	incident := simulate.Incident{Connector: "a", Family: "volume", Start: three, End: three.Add(time.Hour)}
	_, explained := check([]simulate.Incident{incident}, []finding.Finding{
		{ConnectorID: "a", Family: "hours", WindowStart: three, WindowEnd: three.Add(time.Hour)},
		{ConnectorID: "b", Family: "volume", WindowStart: three, WindowEnd: three.Add(time.Hour)},
	})
	require.Equal(t, []bool{true, false}, explained)
}

func TestRollupsAreComparedWithWhatWasDone(t *testing.T) {
	sim, err := simulate.New(simulate.Options{Seed: 1, Days: 2, Connectors: 12, Spans: 2000, End: three})
	require.NoError(t, err)
	rolledUp := map[string]int{}
	for _, row := range sim.HourlyRollup() {
		rolledUp[row.Connector] += int(row.Requests)
	}
	require.Empty(t, compareActions(sim, rolledUp))
	rolledUp[""]++
	rolledUp["ghost"] = 3
	require.Len(t, compareActions(sim, rolledUp), 2)
}
