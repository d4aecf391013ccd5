package scenarios

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// small is a fleet that is quick to make.
func small(t *testing.T, seed uint64, benign bool) *Scenario {
	t.Helper()
	s, err := New(Options{Seed: seed, Connectors: 100, History: 28, Benign: benign})
	require.NoError(t, err)
	return s
}

func calls(x *Series, from, to int, suits func(*Cell) bool) (n float64) {
	for i := range x.Cells {
		if h := int(x.Cells[i].Hour); h >= from && h < to && suits(&x.Cells[i]) {
			n += float64(x.Cells[i].Calls)
		}
	}
	return n
}

func every(*Cell) bool { return true }

func (s *Scenario) hour(t time.Time) int { return int(t.Sub(s.Start) / time.Hour) }

func TestTheSameSeedMakesTheSameTraffic(t *testing.T) {
	a, b, other := small(t, 7, false), small(t, 7, false), small(t, 8, false)
	require.Equal(t, a.Incidents, b.Incidents)
	for i := range 20 {
		require.Equal(t, a.Series(i), b.Series(i))
	}
	require.NotEqual(t, a.Series(0), other.Series(0))
}

func TestIncidentsLeaveTheOthersAsTheyWere(t *testing.T) {
	with, without := small(t, 7, false), small(t, 7, true)
	hit := map[int]bool{}
	for _, in := range with.Incidents {
		hit[in.Connector] = true
	}
	require.NotEmpty(t, hit)
	for i := range with.Connectors {
		if !hit[i] {
			require.Equal(t, without.Series(i), with.Series(i), with.Connectors[i].ID)
		}
	}
}

func TestALargerFleetBeginsWithTheSmallerOne(t *testing.T) {
	large, err := New(Options{Seed: 7, Connectors: 120, History: 28, Benign: true})
	require.NoError(t, err)
	require.Equal(t, small(t, 7, true).Series(42), large.Series(42))
}

func TestIncidentsDoWhatTheySay(t *testing.T) {
	s, benign := small(t, 1001, false), small(t, 1001, true)
	seen := map[IncidentKind]bool{}
	for _, in := range s.Incidents {
		seen[in.Kind] = true
		now, before := s.Series(in.Connector), benign.Series(in.Connector)
		from, to := s.hour(in.Start), s.hour(in.End.Add(time.Hour-1))
		added := calls(now, from, to, every) - calls(before, from, to, every)
		switch in.Kind {
		case Silence:
			require.Zero(t, calls(now, from, to, every), in.Kind)
			require.NotZero(t, calls(before, from, to, every), in.Kind)
		case Swap:
			require.InDelta(t, calls(benign.Series(in.With), from, to, every), calls(now, from, to, every), 0, in.Kind)
		case Drip, FaintDrip:
			usual := 0.0
			for h := from; h < to; h++ {
				usual += s.Connectors[in.Connector].expected(h)
			}
			require.InEpsilon(t, (in.Factor-1)*usual, added, 0.35, in.Kind)
		case Poisoning:
			require.Greater(t, added, 100.0, in.Kind)
		case Enumeration:
			found := 0.0
			for i := range now.Cells {
				if h := int(now.Cells[i].Hour); h >= from && h < to {
					found += float64(now.Cells[i].Refused)
				}
			}
			require.Greater(t, found, 0.4*float64(in.Calls), in.Kind)
		default:
			require.GreaterOrEqual(t, added, float64(in.Calls), in.Kind)
		}
		if in.Kind == NewEndpoint {
			called := func(c *Cell) bool { return s.Endpoint(c.Endpoint) == in.Endpoint }
			require.Zero(t, calls(now, 0, from, called))
			require.InDelta(t, in.Calls, calls(now, from, to, called), 0)
		}
	}
	for _, kind := range IncidentKinds() {
		require.True(t, seen[kind], kind)
	}
}

func TestNothingIsSeenInAnOutage(t *testing.T) {
	s := small(t, 7, false)
	require.Len(t, s.Outages, 3)
	for i, c := range s.Connectors {
		x := s.Series(i)
		for _, o := range s.Outages {
			if o.Tenant == "" || o.Tenant == c.Tenant {
				require.Zero(t, calls(x, s.hour(o.From), s.hour(o.To), every), c.ID)
			}
		}
	}
}

// TestNoCountModelFits holds what the processes are for: hours of people and of
// events spread far more than a Poisson count, and the largest answers are not of
// a lognormal's size.
func TestNoCountModelFits(t *testing.T) {
	s := small(t, 7, true)
	for i, c := range s.Connectors {
		if c.Kind != Office && c.Kind != Webhook || c.daily < 150 {
			continue
		}
		x := s.Series(i)
		sum, squares, hours := 0.0, 0.0, 0.0
		for h := c.since; h < c.until; h++ {
			if e := c.expected(h); e >= 8 {
				d := calls(x, h, h+1, every) - e
				squares += d * d
				sum += e
				hours++
			}
		}
		if hours > 100 {
			require.Greater(t, squares/sum, 2.0, "%s: variance over mean", c.ID)
		}
	}
}

func TestFiveSeedsInARowSeeAllWeeksAndBothClockChanges(t *testing.T) {
	names, offsets := map[string]bool{}, map[int]bool{}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for seed := uint64(1001); seed <= 1005; seed++ {
		s := small(t, seed, true)
		names[s.Week.Name] = true
		_, before := s.From.In(berlin).Zone()
		_, after := s.End.In(berlin).Zone()
		require.Equal(t, s.Week.Clocks, before != after, s.Week.Name)
		offsets[after-before] = true
	}
	require.Len(t, names, 5)
	require.Equal(t, map[int]bool{0: true, 3600: true, -3600: true}, offsets)
}

func TestOptionsThatMakeNoScenarioAreRefused(t *testing.T) {
	_, err := New(Options{Connectors: 3, History: 2, Days: 1})
	require.ErrorContains(t, err, "connectors: 3 is too few: at least 50")
	require.ErrorContains(t, err, "history: 2 days are too few: at least 28")
	require.ErrorContains(t, err, "days: 1 is too few: at least 7")
}
