package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// motley is a fleet of any habits: few endpoints or many, of every day or hardly
// ever used, some of a peer group, some young; on day 30, half of the fleet does
// something else.
func motley(seed uint64, entities int) *History {
	h := &History{Start: monday, Hours: 31 * 24}
	zone := time.FixedZone("half an hour off", 19800)
	for i := range entities {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		e := Entity{Tenant: "t", ID: fmt.Sprint("c", i), Calendar: NewCalendar(zone, monday, h.Hours)}
		if r.IntN(2) == 0 {
			e.Peer = fmt.Sprint("peers ", r.IntN(3))
		}
		if r.IntN(4) == 0 {
			off := monday.AddDate(0, 0, 15+r.IntN(14))
			e.Calendar.Expect(off, off.AddDate(0, 0, 1), Unusual(1+r.IntN(int(AnyUnusual))))
		}
		first, busy, odd := r.IntN(2)*r.IntN(20), 1+r.IntN(6), r.IntN(2) == 0
		for k := range 1 + r.IntN(9)*r.IntN(9) {
			e.Endpoints = append(e.Endpoints, Endpoint{Name: fmt.Sprint("GET /", k)})
			e.Endpoints[k].live(r, first, busy, odd)
		}
		e.SumEndpoints()
		for k := range e.Endpoints {
			if ep := &e.Endpoints[k]; len(ep.Hours) > 0 {
				ep.First = int(ep.Hours[0])
			}
		}
		if len(e.Hours) > 0 {
			e.First = int(e.Hours[0])
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}

// live calls an endpoint from day first on, on the days and as much as chance says.
func (ep *Endpoint) live(r *rand.Rand, first, busy int, odd bool) {
	often, amount := []float64{0, 0.02, 0.06, 0.3, 1, 1}[r.IntN(6)], 1+r.IntN(1+r.IntN(60))
	for day := first; day < 31; day++ {
		p, n := often, amount
		if odd && day >= 29 && r.IntN(4) == 0 {
			p, n = 1, 1+r.IntN(200)
		}
		if r.Float64() >= p {
			continue
		}
		for range busy {
			hour := int32(day*24 + r.IntN(24))
			if last := len(ep.Hours) - 1; last < 0 || ep.Hours[last] < hour {
				calls := float32(1 + r.IntN(2*n))
				ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, hour), append(ep.Calls, calls), append(ep.Bytes, calls)
			}
		}
	}
}

// stored is a model as it is read again.
func stored(t *testing.T, m *Model, rules ...*Rule) *Model {
	t.Helper()
	again := NewModel(rules, m.Day, m.Fleets(), m.opts)
	m.Each(func(key Key, p *Profile) {
		data, err := p.MarshalBinary()
		require.NoError(t, err)
		var read Profile
		require.NoError(t, read.UnmarshalBinary(data))
		again.Put(key, &read)
	})
	return again
}

func TestTheScreenOfEndpointsLosesNothing(t *testing.T) {
	of := func(measure string, lookback time.Duration) *Rule {
		rule := ruleOf(Endpoints, measure, 24*time.Hour, 8, 1)
		rule.Lookback = lookback
		return rule
	}
	rules := []*Rule{of(RareEndpoints, 4*week), of(EndpointMix, 4*week), of(RareEndpoints, 2*week), of(EndpointMix, 2*week), of(RareEndpoints, 5*week)}
	judged, passed, found := make([]int, len(rules)), make([]int, len(rules)), make([]int, len(rules))
	many := 0 // found of entities with more endpoints than a profile keeps shares of
	for seed := range uint64(4) {
		h := motley(seed, 60)
		m := stored(t, modelOf(h, 30, rules...), rules...)
		recent := until(h, 29, 31)
		for k, rule := range rules {
			for hour := 1; hour <= 24; hour++ {
				screened := m.Screen(rule, recent, at(1, hour))
				for _, c := range m.Evaluate(rule, h, at(30, hour)) {
					if u := m.profile(h.Entities[c.Entity].Key()).mixOf(rule); rule.Measure == EndpointMix && u.rest[0] > 0 {
						many++
					}
					require.Contains(t, screened, c.Entity, "%s of %s at %d: %+v", rule.Measure, rule.Lookback, hour, c)
					found[k]++
				}
				judged[k] += len(h.Entities)
				passed[k] += len(screened)
			}
		}
	}
	for k, rule := range rules {
		t.Logf("%s of %s: %d judged, %d passed, %d reach strength ½", rule.Measure, rule.Lookback, judged[k], passed[k], found[k])
		require.Greater(t, found[k], 50)
	}
	require.Greater(t, many, 50)
}

func TestOrdinaryConnectorsPassNoScreenOfEndpoints(t *testing.T) {
	day := monday.AddDate(0, 0, 56)
	rules := []*Rule{ruleOf(Endpoints, RareEndpoints, 24*time.Hour, 5, 1), ruleOf(Endpoints, EndpointMix, 24*time.Hour, 50, 1)}
	b := NewBuilder(rules, day, nil, Options{})
	h := crowd(0, 200, b.From(), int(day.AddDate(0, 0, 1).Sub(b.From())/time.Hour))
	b.Survey(h)
	b.Add(h)
	m := b.Model()
	for _, rule := range rules {
		for at := h.Hours - 23; at <= h.Hours; at++ {
			require.LessOrEqual(t, len(m.Screen(rule, h, at)), 10, rule.Measure)
		}
	}
}

func TestTheScreenOfEnumerationPassesWhatHasEnoughTries(t *testing.T) {
	rule := ruleOf(Endpoints, Enumeration, time.Hour, 50, 4)
	h := office(6, time.UTC)
	m := modelOf(h, 30, rule)
	hour := at(30, 10)
	recent := until(h, 29, 31)
	tries := func(i int, of func(*Endpoint) *[]float32, n float32) {
		ep := &recent.Entities[i].Endpoints[0]
		figures := make([]float32, len(ep.Hours))
		k, ok := slices.BinarySearch(ep.Hours, int32(hour-29*24))
		require.True(t, ok)
		figures[k] = n
		*of(ep) = figures
	}
	tries(0, func(ep *Endpoint) *[]float32 { return &ep.Errors }, 24)
	tries(1, func(ep *Endpoint) *[]float32 { return &ep.Errors }, 25)
	tries(2, func(ep *Endpoint) *[]float32 { return &ep.IDs }, 25)
	for i := range 25 {
		e := &recent.Entities[3]
		e.Endpoints = append(e.Endpoints, Endpoint{Name: fmt.Sprint("GET /", i), Hours: []int32{int32(hour - 29*24)}, Calls: []float32{1}, Bytes: []float32{1}})
	}
	require.Equal(t, []int{1, 2, 3}, m.Screen(rule, recent, hour-29*24+1))
	require.Empty(t, m.Screen(rule, recent, hour-29*24+2))
}
