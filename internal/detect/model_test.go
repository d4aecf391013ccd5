package detect

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// until is the part of a history before a day, as it was known then.
func until(h *History, from, to int) *History {
	part := &History{Start: h.Start.AddDate(0, 0, from), Hours: (to - from) * 24}
	cut := func(hours []int32) (first, last int) {
		first, _ = slices.BinarySearch(hours, int32(from*24))
		last, _ = slices.BinarySearch(hours, int32(to*24))
		return first, last
	}
	moved := func(hours []int32) []int32 {
		out := slices.Clone(hours)
		for i := range out {
			out[i] -= int32(from * 24)
		}
		return out
	}
	for _, e := range h.Entities {
		first, last := cut(e.Hours)
		x := Entity{Tenant: e.Tenant, ID: e.ID, Calendar: NewCalendar(e.Calendar.Location, part.Start, part.Hours), First: e.First - from*24, Hours: moved(e.Hours[first:last])}
		x.Requests, x.BytesOut = e.Requests[first:last], e.BytesOut[first:last]
		if e.Calendar.expected != nil {
			x.Calendar.expected = slices.Clone(e.Calendar.expected[from*24 : to*24])
		}
		for _, ep := range e.Endpoints {
			if first, last := cut(ep.Hours); first < last {
				hours := moved(ep.Hours[first:last])
				x.Endpoints = append(x.Endpoints, Endpoint{Name: ep.Name, First: int(hours[0]), Hours: hours, Calls: ep.Calls[first:last], Bytes: ep.Bytes[first:last]})
			}
		}
		part.Entities = append(part.Entities, x)
	}
	return part
}

func TestAModelOfChunksOnTopOfYesterdaysIsTheOneOfAllAtOnce(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].Requests[at(20, 10)] = 220
	h.Entities[5].use("GET /old", at(9, 9), 9)
	rules := []*Rule{volumeRule(), hoursRule(), endpointsRule()}
	cold := modelOf(h, 30, rules...)

	first := NewBuilder(rules, monday.AddDate(0, 0, 29), nil, Options{})
	first.Survey(h)
	first.Add(h)
	second := NewBuilder(rules, monday.AddDate(0, 0, 30), first.Model(), Options{})
	require.Equal(t, monday.AddDate(0, 0, 1), second.From())
	recent := until(h, 1, 30) // what is older than the lookback is only in yesterday's model
	for i := 0; i < len(recent.Entities); i += 7 {
		second.Add(&History{Start: recent.Start, Hours: recent.Hours, Entities: recent.Entities[i:min(i+7, len(recent.Entities))]})
	}
	warm := second.Model()
	for _, rule := range rules {
		require.InDelta(t, cold.Threshold(rule).Fleet, warm.Threshold(rule).Fleet, 1e-9)
	}
	cold.Each(func(key Key, p *Profile) {
		require.Equal(t, p.endpoints, warm.profile(key).endpoints)
		require.Equal(t, p.usual, warm.profile(key).usual)
		require.ElementsMatch(t, p.peaks, warm.profile(key).peaks)
		require.Equal(t, p.first, warm.profile(key).first)
	})
}

func TestAStoredModelEvaluatesAsTheOneItWas(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].Requests[at(30, 10)] = 220
	rules := []*Rule{volumeRule(), hoursRule(), endpointsRule()}
	m := modelOf(h, 30, rules...)
	again := stored(t, m, rules...)
	for _, rule := range rules {
		require.Equal(t, m.Evaluate(rule, h, at(30, 11)), again.Evaluate(rule, h, at(30, 11)))
	}
}

func TestTheScreenLosesNothing(t *testing.T) {
	h := office(8, time.UTC)
	rules := []*Rule{
		volumeRule(), hoursRule(), endpointsRule(), ruleOf(Volume, BytesOut, time.Hour, 1e4, 2), ruleOf(Volume, Requests, 24*time.Hour, 30, 1.3),
	}
	m := modelOf(h, 30, rules...)
	rapid.Check(t, func(t *rapid.T) {
		i, hour := rapid.IntRange(0, 7).Draw(t, "entity"), at(30, rapid.IntRange(0, 23).Draw(t, "hour"))
		e, n := &h.Entities[i], float32(rapid.IntRange(0, 400).Draw(t, "requests"))
		requests, bytes := e.Requests[hour], e.BytesOut[hour]
		defer func() { e.Requests[hour], e.BytesOut[hour] = requests, bytes }()
		e.Requests[hour], e.BytesOut[hour] = n, n*1000
		for _, rule := range rules {
			screened := m.Screen(rule, h, hour+1)
			for _, c := range m.Evaluate(rule, h, hour+1) {
				require.Contains(t, screened, c.Entity)
			}
		}
	})
}

func TestStatesAreLearningReadyAndStale(t *testing.T) {
	h := office(2, time.UTC)
	m := modelOf(h, 30, volumeRule())
	key := h.Entities[0].Key()
	require.Equal(t, Ready, m.State(volumeRule(), key, monday.AddDate(0, 0, 30)))
	require.Equal(t, Stale, m.State(volumeRule(), key, monday.AddDate(0, 0, 70)))
	require.Equal(t, Learning, m.State(volumeRule(), key, monday.AddDate(0, 0, 3)))
	require.Equal(t, Learning, m.State(volumeRule(), Key{ID: "unknown"}, monday.AddDate(0, 0, 30)))
}

func TestWhatAPersonCalledBenignNeedsMoreToAlert(t *testing.T) {
	f := func(rule *Rule, h *History, hour int) {
		t.Helper()
		m := modelOf(h, 30, rule)
		before := m.Evaluate(rule, h, hour)[0]
		require.Equal(t, "d", h.Entities[before.Entity].ID)
		require.Greater(t, before.Strength, 1.0)
		m.opts.Benign = func(_ *Rule, e *Entity) float64 {
			if e.ID == "d" {
				return before.Ratio
			}
			return 0
		}
		require.Less(t, m.Evaluate(rule, h, hour)[0].Strength, 1.0)
	}
	h := office(20, time.UTC)
	h.Entities[3].burst(at(30, 10), 220)
	f(volumeRule(), h, at(30, 11))
	drip := steady(12)
	times(&drip.Entities[3], 2.5, at(30, 2), at(31, 2))
	f(dripRule(), drip, at(30, 14))
}

func TestOwnTailsAreUniformUnderTheNull(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const n, fresh = 2000, 40000
	logs := make([]float64, n)
	for i := range logs {
		logs[i] = r.ExpFloat64() * 0.25
	}
	x := tailOf(logs, 1)
	for _, p := range []float64{0.05, 0.01, 0.005} {
		above := 0
		for range fresh {
			if x.evidence(r.ExpFloat64()*0.25) >= -math.Log10(p+changeShare*math.Exp(-x.reaching(-math.Log10(p))/changeXi)) {
				above++
			}
		}
		require.InEpsilon(t, p, float64(above)/fresh, 0.35, "p = %g", p)
	}
}

func TestEvidenceGrowsWithTheAmountAndStaysFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := excess{share: rapid.Float64Range(1e-5, excessShare).Draw(t, "share"), u: rapid.Float64Range(0, 3).Draw(t, "u"), xi: rapid.Float64Range(excessLeast, 2).Draw(t, "xi")}
		log := rapid.Float64Range(-30, 30).Draw(t, "log")
		require.GreaterOrEqual(t, x.evidence(log+0.1), x.evidence(log))
		require.False(t, math.IsNaN(x.evidence(log)) || math.IsInf(x.evidence(log), 0))
	})
}

func TestCountsUpToAMillionMillionAreSafe(t *testing.T) {
	for _, n := range []float32{0, 1, 1e3, 1e6, 1e9, 1e12} {
		h := office(6, time.UTC)
		for hour := range h.Hours {
			h.Entities[2].Requests[hour] *= n
		}
		h.Entities[2].Requests[at(30, 10)] = 50 * max(n, 1) * 20
		for _, rule := range []*Rule{volumeRule(), hoursRule(), endpointsRule(), ruleOf(Volume, Requests, 24*time.Hour, 60, 1.7)} {
			for _, c := range NewEvaluator(h, nil).Evaluate(rule, at(30, 11)) {
				for _, x := range []float64{c.Strength, c.LogP, c.Ratio, c.Expected, c.P} {
					require.False(t, math.IsNaN(x) || math.IsInf(x, 0), "%g: %+v", n, c)
				}
			}
		}
	}
}

// reaching is the least ln ratio whose evidence reaches a threshold.
func (x excess) reaching(threshold float64) float64 {
	low, high := 0.0, 40.0
	for range 50 {
		if mid := (low + high) / 2; x.evidence(mid) < threshold {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// TestOneThatNeverDiffersNeedsLessToBeTold: what ties at its largest says that little
// exceeds it, as much as there are windows to say so.
func TestOneThatNeverDiffersNeedsLessToBeTold(t *testing.T) {
	same := func(n int) excess { return tailOf(slices.Repeat([]float64{0.2}, n), 1) }
	differing := make([]float64, 1000)
	for i := range differing {
		differing[i] = -0.2 * math.Log1p(-(float64(i)+0.5)/1000)
	}
	const log = 1.0
	require.Greater(t, same(1000).evidence(log), tailOf(differing, 1).evidence(log)+1)
	require.Greater(t, same(1000).evidence(log), same(100).evidence(log))
	require.InDelta(t, excessShare, tailOf(differing, 1).share, 0.002, "without ties it is what the quantile says")
}
