package simulate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIncidentsFitEveryWeekdayAndHour tries the ends of a week in steps that
// meet all weekdays and hours: the demo may run at any time.
func TestIncidentsFitEveryWeekdayAndHour(t *testing.T) {
	for step := range 28 {
		end := testEnd.Add(time.Duration(step) * 7 * time.Hour)
		s := newSimulation(t, func(o *Options) { o.Seed, o.End, o.Spans = uint64(step), end, 1_000_000 })
		byKind := map[IncidentKind]int{}
		connectors := map[string]bool{}
		for _, in := range s.Incidents() {
			byKind[in.Kind]++
			require.False(t, connectors[in.Connector], "two incidents on %s", in.Connector)
			connectors[in.Connector] = true
			require.False(t, in.Start.Before(s.End().Add(-22*time.Hour)), "%s at %s, end %s", in.Kind, in.Start, end)
			require.False(t, in.End.After(s.End().Add(-time.Hour)), "%s at %s, end %s", in.Kind, in.Start, end)
		}
		require.Equal(t, s.opts.Scenario.Incidents, byKind, "end %s", end)
	}
}

func TestOffHoursIncidentsAreAtNightOfAConnectorThatNeverWorksThen(t *testing.T) {
	s := newSimulation(t, nil)
	in := incidentOf(t, s, OffHours)
	at := in.Start.In(in.connector.location)
	require.Equal(t, 3, at.Hour())
	require.Zero(t, at.Minute())
	found := 0
	for c := range s.Calls() {
		if c.Connector == in.connector && c.Time.In(in.connector.location).Hour() == 3 {
			require.Equal(t, OffHours, s.Incidents()[c.Incident].Kind)
			found++
		}
	}
	require.Equal(t, in.Calls, found)
}

func TestBurstIsTenTimesTheUsual(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Spans = 1_000_000 })
	in := incidentOf(t, s, Burst)
	usual, burst := 0, 0
	for c := range s.Calls() {
		if c.Connector != in.connector || c.Time.Before(in.Start) || !c.Time.Before(in.End) {
			continue
		}
		if c.Incident < 0 {
			usual++
		} else {
			burst++
		}
	}
	require.Equal(t, in.Calls, burst)
	require.Greater(t, burst, 4*usual)
}

func TestExfiltrationGivesOutManyTimesTheUsualBytes(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Spans = 1_000_000 })
	in := incidentOf(t, s, Exfiltration)
	var usual, taken uint64
	for c := range s.Calls() {
		if c.Connector != in.connector || c.Time.Before(in.Start) || !c.Time.Before(in.End) {
			continue
		}
		if c.Incident < 0 {
			usual += c.BytesOut
		} else {
			require.Equal(t, in.Endpoint, c.Endpoint.String())
			taken += c.BytesOut
		}
	}
	require.Greater(t, taken, 3*usual)
}

func TestNewEndpointWasNeverUsedBefore(t *testing.T) {
	s := newSimulation(t, nil)
	in := incidentOf(t, s, NewEndpoint)
	found := 0
	for c := range s.Calls() {
		if c.Connector == in.connector && c.Endpoint.String() == in.Endpoint {
			require.Equal(t, NewEndpoint, s.Incidents()[c.Incident].Kind)
			found++
		}
	}
	require.Equal(t, in.Calls, found)
	require.GreaterOrEqual(t, found, 20)
}

func incidentOf(t *testing.T, s *Simulation, kind IncidentKind) *Incident {
	t.Helper()
	for i := range s.incidents {
		if s.incidents[i].Kind == kind {
			return &s.incidents[i]
		}
	}
	require.Fail(t, "no incident", "of kind %s", kind)
	return nil
}
