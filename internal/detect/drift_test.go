package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func dripRule() *Rule { return ruleOf(Volume, Requests, 24*time.Hour, 60, 1.7) }

// TestDriftEvidenceIsSeldomMisleading: a ratio of likelihoods of k is reached at most once
// in k times where there is no drip, also by entities of which only a few weeks are known;
// where there is one it is reached.
func TestDriftEvidenceIsSeldomMisleading(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	const n = 40000
	reached := func(k, more float64) (share float64) {
		for range n {
			departs := make([]float64, 25)
			for i := range departs {
				departs[i] = math.Abs(driftDay * r.NormFloat64())
			}
			if driftOf(departs, 24, 24).evidence(dripRule(), more+driftDay*r.NormFloat64()) >= math.Log10(k) {
				share += 1.0 / n
			}
		}
		return share
	}
	for _, k := range []float64{3, 10, 100} {
		require.LessOrEqual(t, reached(k, 0), 1/k, "k = %g", k)
	}
	require.Positive(t, reached(3, 0))
	require.GreaterOrEqual(t, reached(10, math.Log(2.5)), 0.95)
}

func TestTheSameDayIsWeakerEvidenceWhereDaysDiffer(t *testing.T) {
	before := math.Inf(1)
	for _, sigma := range []float64{0.1, 0.2, 0.4, 0.8} {
		d := drift{hours: 24, sigma: sigma, freedom: 30}
		require.Less(t, d.evidence(dripRule(), math.Log(2.5)), before)
		before = d.evidence(dripRule(), math.Log(2.5))
		require.Zero(t, d.evidence(dripRule(), math.Log(1.2)))
	}
}

func TestALargerDriftIsNoWeakerEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drift{
			hours: rapid.SampledFrom([]int{6, 12, 24}).Draw(t, "hours"), level: rapid.Float64Range(-1, 1).Draw(t, "level"),
			sigma: rapid.Float64Range(0.01, 2).Draw(t, "sigma"), freedom: float64(rapid.IntRange(2, 100).Draw(t, "freedom")),
		}
		amounts := rapid.SliceOfN(rapid.Float64Range(0, 1e6), d.hours, d.hours).Draw(t, "amounts")
		usual := rapid.SliceOfN(rapid.Float64Range(0, 1e5), slotCount, slotCount).Draw(t, "usual")
		slots := make([]uint8, d.hours)
		for i := range slots {
			slots[i] = uint8(i)
		}
		look := func() (strength, evidence float64) {
			observed := without(amounts, 0)
			most, log := d.excessOf(dripRule(), amounts, slots, func(s int) float64 { return usual[s] })
			spread := d.spreadOf(dripRule(), amounts, slots, func(s int) float64 { return usual[s] })
			return d.strength(dripRule(), observed-most, log, spread), d.evidence(dripRule(), min(log, spread))
		}
		before, rare := look()
		amounts[rapid.IntRange(0, d.hours-1).Draw(t, "hour")] += rapid.Float64Range(0, 1e6).Draw(t, "more")
		after, rarer := look()
		require.GreaterOrEqual(t, after, before-1e-9)
		require.GreaterOrEqual(t, rarer, rare-1e-9)
		require.False(t, math.IsNaN(rarer) || math.IsInf(rarer, 0))
	})
}

// times multiplies what an entity did in [from, to).
func times(e *Entity, factor float32, from, to int) {
	for hour := from; hour < to; hour++ {
		e.Requests[hour] *= factor
	}
}

func TestADripOfASteadyConnectorIsFoundWithinHours(t *testing.T) {
	h := steady(12)
	times(&h.Entities[3], 2.5, at(30, 2), at(31, 2))
	entity, strength := strongest(h, dripRule(), at(30, 8))
	require.Equal(t, 3, entity)
	require.Greater(t, strength, 1.0)
	_, strength = strongest(h, dripRule(), at(30, 2))
	require.Less(t, strength, 1.0)
}

func TestAFewLargeHoursAreNoDrip(t *testing.T) {
	h := steady(12)
	times(&h.Entities[3], 8, at(30, 10), at(30, 13))
	_, strength := strongest(h, dripRule(), at(30, 24))
	require.Less(t, strength, 1.0)
}

func TestALargerBatchIsNoDrip(t *testing.T) {
	h := steady(12)
	for i := range h.Entities {
		for hour := range h.Hours {
			if hour%24 < 2 || hour%24 > 6 {
				h.Entities[i].Requests[hour] = 0
			}
		}
	}
	times(&h.Entities[3], 4, at(30, 0), at(31, 0))
	_, strength := strongest(h, dripRule(), at(30, 12))
	require.Zero(t, strength)
}

func TestALevelThatChangedAWeekAgoIsUsual(t *testing.T) {
	h := steady(12)
	times(&h.Entities[3], 2.5, at(23, 0), h.Hours)
	_, strength := strongest(h, dripRule(), at(30, 24))
	require.Less(t, strength, 1.0)
}

func TestTheScreenLosesNoDrip(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	rule, short := dripRule(), ruleOf(Volume, Requests, 12*time.Hour, 30, 1.3)
	found := 0
	for range 4 {
		h := office(30, time.UTC)
		for i := range h.Entities {
			times(&h.Entities[i], float32(1+3*r.Float64()), at(30, r.IntN(20)), at(31, 0))
			if first := at(30, r.IntN(20)); i%3 == 0 {
				expecting(&h.Entities[i], UnusualVolume, first, first+1+r.IntN(6))
			}
		}
		m := stored(t, modelOf(h, 30, rule, short), rule, short)
		recent := until(h, 29, 31)
		for _, rule := range []*Rule{rule, short} {
			for hour := 1; hour <= 24; hour++ {
				screened := m.Screen(rule, recent, at(1, hour))
				for _, c := range m.Evaluate(rule, h, at(30, hour)) {
					require.Contains(t, screened, c.Entity)
					found++
				}
			}
		}
	}
	require.Greater(t, found, 100)
}
