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

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const testDays = 35

// office is a fleet that works from 8 to 18 on weekdays, Poisson around 20 an hour.
func office(entities int, loc *time.Location) *History {
	h := &History{Start: monday, Hours: testDays * 24}
	cal := NewCalendar(loc, monday, h.Hours)
	for i := range entities {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		e := Entity{Tenant: "t", ID: string(rune('a' + i)), Calendar: cal, Requests: make([]float32, h.Hours), BytesOut: make([]float32, h.Hours)}
		for hour := range h.Hours { // every hour is held, so that a test can change any
			e.Hours = append(e.Hours, int32(hour))
		}
		ep := Endpoint{Name: "GET /contacts"}
		for hour := range h.Hours {
			if s := cal.slot[hour]; s < 8 || s >= 18 {
				continue
			}
			n := poisson(r, 20)
			e.Requests[hour], e.BytesOut[hour] = float32(n), float32(n*1000)
			ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, float32(n)), append(ep.Bytes, float32(n*1000))
		}
		ep.First = int(ep.Hours[0])
		e.First = ep.First
		e.Endpoints = []Endpoint{ep}
		h.Entities = append(h.Entities, e)
	}
	return h
}

func poisson(r *rand.Rand, mean float64) float64 {
	n, left := 0.0, r.Float64()-math.Exp(-mean)
	for left > 0 {
		n++
		left -= math.Exp(-mean + n*math.Log(mean) - lgamma(n+1))
	}
	return n
}

func at(day, hour int) int { return day*24 + hour }

var week = 7 * 24 * time.Hour

func volumeRule() *Rule {
	return &Rule{Family: Volume, Measure: Requests, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 50, MinRatio: 4, Budget: 0.2}
}

func hoursRule() *Rule {
	return &Rule{Family: Hours, Measure: "active_hours", Window: time.Hour, Lookback: 4 * week, MinHistory: 2 * week, MinAbsolute: 10, MinRatio: 0.2, Budget: 0.2}
}

func endpointsRule() *Rule {
	return &Rule{Family: Endpoints, Measure: "new_endpoints", Window: 24 * time.Hour, Lookback: 4 * week, MinHistory: 2 * week, MinAbsolute: 5, Budget: 0.5}
}

func strongest(h *History, rule *Rule, at int) (entity int, strength float64) {
	for _, c := range NewEvaluator(h, nil).Evaluate(rule, at) {
		if c.Strength > strength {
			entity, strength = c.Entity, c.Strength
		}
	}
	return entity, strength
}

// burst makes so many calls of an hour in which there are some, of the first endpoint.
func (e *Entity) burst(hour int, calls float32) {
	ep := &e.Endpoints[0]
	k, _ := slices.BinarySearch(ep.Hours, int32(hour))
	e.Requests[hour] += calls - ep.Calls[k]
	ep.Calls[k] = calls
}

func TestABurstIsFoundAndItsNeighboursAreNot(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].burst(at(30, 10), 220) // a Wednesday
	found := NewEvaluator(h, nil).Evaluate(volumeRule(), at(30, 11))
	require.Len(t, found, 1)
	require.Equal(t, 3, found[0].Entity)
	require.Greater(t, found[0].Strength, 1.3)
	require.InDelta(t, 20, found[0].Expected, 3)
	require.Less(t, found[0].Upper, 35.0)
	require.Less(t, found[0].LogP, -15.0)
}

func TestSmallOrUsualVolumesAreQuiet(t *testing.T) {
	f := func(what string, entity, hour int, requests float64) {
		t.Helper()
		h := office(20, time.UTC)
		h.Entities[entity].Requests[hour] = float32(requests)
		_, strength := strongest(h, volumeRule(), hour+1)
		require.Less(t, strength, 1.0, what)
	}
	f("twice as much", 1, at(30, 10), 40)
	f("large ratio, few calls", 1, at(30, 2), 30)
	f("a worked Saturday is no burst", 1, at(33, 10), 25)
	f("an hour early", 1, at(30, 7), 25)
}

func TestAnEntityIsHeldToItsOwnBursts(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].burst(at(25, 10), 220) // nobody called it an incident for days
	h.Entities[3].burst(at(30, 10), 220)
	h.Entities[4].burst(at(30, 10), 220)
	_, strength := strongest(h, volumeRule(), at(30, 11))
	require.Greater(t, strength, 1.0) // another's burst still is one: entity 4
	for _, c := range NewEvaluator(h, nil).Evaluate(volumeRule(), at(30, 11)) {
		if c.Entity == 3 {
			require.Less(t, c.Strength, 1.0)
		}
	}
}

func TestRecentEpisodesDoNotBlind(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].burst(at(28, 10), 220)
	h.Entities[3].burst(at(30, 10), 220)
	ev := NewEvaluator(h, func(e *Entity, hour time.Time) bool {
		return e.ID == "d" && hour.Equal(monday.Add(time.Duration(at(28, 10))*time.Hour))
	})
	found := ev.Evaluate(volumeRule(), at(30, 11))
	require.Len(t, found, 1)
	require.Greater(t, found[0].Strength, 1.0)
}

func TestWorkAtNightIsUnusualInTheEntitysOwnZone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	f := func(loc *time.Location, hour int, requests, least, most float64) {
		t.Helper()
		h := office(20, loc)
		h.Entities[2].Requests[hour] = float32(requests)
		_, strength := strongest(h, hoursRule(), hour+1)
		require.GreaterOrEqual(t, strength, least)
		require.LessOrEqual(t, strength, most)
	}
	f(time.UTC, at(30, 3), 60, 1, 10)
	f(tokyo, at(29, 18), 60, 1, 10) // 03:00 in Tokyo
	f(tokyo, at(30, 3), 25, 0, 0.9) // noon in Tokyo
	f(time.UTC, at(30, 3), 4, 0, 0.9)
	f(time.UTC, at(30, 18), 25, 0, 0.9) // stayed an hour longer
}

// use adds an endpoint that is called n times in an hour.
func (e *Entity) use(name string, hour int, n float32) {
	e.Endpoints = append(e.Endpoints, Endpoint{Name: name, First: hour, Hours: []int32{int32(hour)}, Calls: []float32{n}, Bytes: []float32{n * 1000}})
}

func TestANewEndpointIsNewsWhereThereNeverIsAny(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[5].use("GET /admin", at(30, 10), 30)
	h.Entities[6].use("GET /contacts/{id}", at(30, 10), 2) // too few calls to care
	for day := 8; day < 30; day += 2 {                     // always growing
		h.Entities[7].use("GET /objects/"+string(rune('a'+day)), at(day, 9), 3)
	}
	h.Entities[7].use("GET /objects/last", at(30, 10), 3)
	found := NewEvaluator(h, nil).Evaluate(endpointsRule(), at(30, 11))
	var loud []int
	for _, c := range found {
		if c.Strength >= 1 {
			loud = append(loud, c.Entity)
			require.Equal(t, at(30, 10), c.From)
		}
	}
	require.Equal(t, []int{5}, loud)
}

func TestBytesByManyAnswersAreFoundAndOneLargeAnswerIsNot(t *testing.T) {
	rule := &Rule{Family: Volume, Measure: BytesOut, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 1e5, MinRatio: 4, Budget: 0.2}
	f := func(calls float32, bytes, top, least, most float64) {
		t.Helper()
		h := office(20, time.UTC)
		e := &h.Entities[4]
		hour := at(30, 10)
		for i, seen := range e.Endpoints[0].Hours {
			if int(seen) == hour {
				e.Endpoints[0].Calls[i], e.Endpoints[0].Bytes[i] = calls, float32(bytes)
			}
		}
		e.TopBytes = make([]float32, h.Hours)
		e.Requests[hour], e.BytesOut[hour], e.TopBytes[hour] = calls, float32(bytes), float32(top)
		_, strength := strongest(h, rule, hour+1)
		require.GreaterOrEqual(t, strength, least)
		require.LessOrEqual(t, strength, most)
	}
	f(180, 180_000, 20_000, 1, 10) // nine times the calls
	f(40, 400_000, 40_000, 1, 10)  // ten times the size
	f(21, 220_000, 202_000, 0, 0.9)
	f(20, 30_000, 2_000, 0, 0.9)
}

func TestADripIsFoundOverADay(t *testing.T) {
	rule := &Rule{Family: Volume, Measure: Requests, Window: 24 * time.Hour, Lookback: 4 * week, MinHistory: 2 * week, MinAbsolute: 100, MinRatio: 2, Budget: 0.2}
	h := office(20, time.UTC)
	for hour := range 24 {
		h.Entities[8].Requests[at(30, hour)] *= 2.5
	}
	entity, strength := strongest(h, rule, at(30, 24))
	require.Equal(t, 8, entity)
	require.Greater(t, strength, 1.0)
	_, strength = strongest(office(20, time.UTC), rule, at(30, 24))
	require.Less(t, strength, 1.0)
	_, hourly := strongest(h, volumeRule(), at(30, 12))
	require.Less(t, hourly, 1.0)
}

func TestTheOrderOfEntitiesDoesNotMatter(t *testing.T) {
	h := office(20, time.UTC)
	h.Entities[3].Requests[at(30, 10)] = 220
	h.Entities[5].use("GET /admin", at(30, 10), 30)
	turned := &History{Start: h.Start, Hours: h.Hours, Entities: slices.Clone(h.Entities)}
	slices.Reverse(turned.Entities)
	for _, rule := range []*Rule{volumeRule(), hoursRule(), endpointsRule()} {
		a, b := NewEvaluator(h, nil).Evaluate(rule, at(30, 11)), NewEvaluator(turned, nil).Evaluate(rule, at(30, 11))
		slices.Reverse(b)
		require.Len(t, b, len(a))
		for i := range a {
			b[i].Entity = a[i].Entity
			require.Equal(t, a[i], b[i])
		}
	}
}

func TestWhatComesLaterDoesNotMatter(t *testing.T) {
	h, later := office(20, time.UTC), office(20, time.UTC)
	for i := range later.Entities {
		for hour := at(30, 11); hour < later.Hours; hour++ {
			later.Entities[i].Requests[hour] *= 30
		}
	}
	h.Entities[3].Requests[at(30, 10)], later.Entities[3].Requests[at(30, 10)] = 220, 220
	for _, rule := range []*Rule{volumeRule(), hoursRule(), endpointsRule()} {
		require.Equal(t, NewEvaluator(h, nil).Evaluate(rule, at(30, 11)), NewEvaluator(later, nil).Evaluate(rule, at(30, 11)))
	}
}

func TestYoungEntitiesAreLearnedFirst(t *testing.T) {
	h := office(20, time.UTC)
	young := &h.Entities[3]
	clear(young.Requests[:at(26, 0)])
	young.First = at(26, 0)
	young.Requests[at(30, 10)] = 220
	_, strength := strongest(h, volumeRule(), at(30, 11))
	require.Zero(t, strength)
	learning, ready := NewEvaluator(h, nil).Learning(volumeRule(), at(30, 11))
	require.Equal(t, []int{1, 19}, []int{learning, ready})
}

func TestTailsAreUniformUnderTheNull(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	const n = 20000
	for _, mean := range []float64{5, 50, 500} {
		below := 0
		for range n {
			if NegBinomLogTail(poisson(r, mean), mean, 1e12) <= math.Log(0.1) {
				below++
			}
		}
		require.InDelta(t, 0.1, float64(below)/n, 0.045) // counts are discrete: at most 0.1
		require.LessOrEqual(t, float64(below)/n, 0.107)
	}
}

func TestMoreIsNeverLessUnusual(t *testing.T) {
	h := office(6, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(0, 2000).Draw(t, "requests")
		hour := at(30, rapid.IntRange(0, 23).Draw(t, "hour"))
		before := h.Entities[0].Requests[hour]
		defer func() { h.Entities[0].Requests[hour] = before }()
		h.Entities[0].Requests[hour] = float32(n)
		_, a := strongest(h, volumeRule(), hour+1)
		h.Entities[0].Requests[hour] = float32(n*1.2 + 1)
		_, b := strongest(h, volumeRule(), hour+1)
		require.GreaterOrEqual(t, b, a-1e-9)
	})
}
