package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// restless is steady(12), but one connector has hours of several times its usual, each
// by another of its twenty endpoints.
func restless() (*History, *Entity) {
	h := steady(12)
	e := &h.Entities[3]
	e.Endpoints = make([]Endpoint, 20)
	for k := range e.Endpoints {
		e.Endpoints[k] = Endpoint{Name: string(rune('a' + k)), First: -1000}
	}
	for hour := range h.Hours {
		calls := float32(3)
		if hour%31 == 0 {
			calls = 14
		}
		for k := range e.Endpoints {
			e.Endpoints[k].use(hour, calls)
		}
		e.Requests[hour] = 20 * calls
	}
	return h, e
}

// use adds calls in an hour after all others.
func (ep *Endpoint) use(hour int, calls float32) {
	ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, calls), append(ep.Bytes, 1000*calls)
}

func TestALoopOfOneEndpointIsFoundWhereTheSumIsOftenAsLarge(t *testing.T) {
	rule := &Rule{Family: Volume, Measure: Requests, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 50, MinRatio: 2, Budget: 0.2}
	f := func(spread bool) (int, float64) {
		h, e := restless()
		hour := at(30, 10)
		for k := range e.Endpoints {
			more := float32(0)
			switch {
			case spread:
				more = 25
			case k == 7:
				more = 500
			}
			e.Endpoints[k].Calls[hour] += more
		}
		e.Requests[hour] += 500
		return strongest(h, rule, hour+1)
	}
	entity, loop := f(false)
	require.Equal(t, 3, entity)
	require.Greater(t, loop, 1.0)
	_, all := f(true)
	require.Less(t, all, 1.0)
}

func TestMoreOfManyThingsIsFoundWhereTheSumNeverIsAsLarge(t *testing.T) {
	h := steady(12)
	e, hour := &h.Entities[3], at(30, 10)
	e.Requests[hour] *= 11
	e.Endpoints = make([]Endpoint, 60)
	for k := range e.Endpoints {
		e.Endpoints[k] = Endpoint{Name: string(rune('a' + k)), First: -1000}
		for at := range h.Hours {
			e.Endpoints[k].use(at, e.Requests[at]/60)
		}
	}
	entity, strength := strongest(h, &Rule{Family: Volume, Measure: Requests, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 50, MinRatio: 2, Budget: 0.2}, hour+1)
	require.Equal(t, 3, entity)
	require.Greater(t, strength, 1.0)
}

func TestTheScreenLosesNoLoop(t *testing.T) {
	rule := &Rule{Family: Volume, Measure: Requests, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 50, MinRatio: 2, Budget: 0.2}
	for more := float32(10); more < 600; more += 30 {
		h, e := restless()
		hour := at(30, 10)
		e.Endpoints[7].Calls[hour] += more
		e.Requests[hour] += more
		m := modelOf(h, 30, rule)
		for _, c := range m.Evaluate(rule, h, hour+1) {
			require.Contains(t, m.Screen(rule, h, hour+1), c.Entity, "%v calls more", more)
		}
	}
}

func TestTheLargestPartIsTheOneWithMostMoreThanUsual(t *testing.T) {
	h, e := restless()
	e.Endpoints[4].Calls[at(30, 10)] += 5
	e.Endpoints[9].Calls[at(30, 10)] += 7
	v := newView(Options{}, time.Time{})
	v.look(e, h, nil)
	require.Equal(t, 9, v.largestPart(at(30, 10), at(30, 11), 0, at(30, 0), Endpoint.callsOf))
	require.Equal(t, -1, v.largestPart(h.Hours, h.Hours+1, 0, at(30, 0), Endpoint.callsOf))
}
