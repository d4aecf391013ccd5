package detect

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// steady is a fleet that calls 60 times an hour around the clock, half of it each of
// two endpoints; one call in a hundred fails.
func steady(entities int) *History {
	h := &History{Start: monday, Hours: testDays * 24}
	cal := NewCalendar(time.UTC, monday, h.Hours)
	for i := range entities {
		e := Entity{Tenant: "t", ID: string(rune('a' + i)), Peer: "crm", Calendar: cal}
		for _, name := range []string{"GET /contacts", "GET /deals"} {
			ep := Endpoint{Name: name}
			for hour := range h.Hours {
				ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, float32(28+(hour*7+i)%5)), append(ep.Bytes, 30_000)
				ep.IDs = append(ep.IDs, 3)
			}
			e.Endpoints = append(e.Endpoints, ep)
		}
		e.SumEndpoints()
		e.Errors, e.TopRequests = make([]float32, h.Hours), make([]float32, h.Hours)
		for hour := range h.Hours {
			e.Errors[hour], e.TopRequests[hour] = float32(hour%2), 6
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}

func ruleOf(family, measure string, window time.Duration, absolute, ratio float64) *Rule {
	return &Rule{Family: family, Measure: measure, Window: window, Lookback: 4 * week, MinHistory: 2 * week, MinAbsolute: absolute, MinRatio: ratio, Budget: 0.2}
}

// loud are the IDs of the entities at or above the threshold.
func loud(h *History, rule *Rule, at int) []string {
	var ids []string
	for _, c := range NewEvaluator(h, nil).Evaluate(rule, at) {
		if c.Strength >= 1 {
			ids = append(ids, h.Entities[c.Entity].ID)
		}
	}
	return ids
}

func TestSilenceOfOneThatAlwaysRunsIsFound(t *testing.T) {
	rule := ruleOf(Volume, Requests, time.Hour, 20, 10)
	rule.Direction = Down
	h := steady(12)
	for hour := at(30, 9); hour < at(30, 12); hour++ {
		h.Entities[4].Requests[hour] = 0
	}
	require.Equal(t, []string{"e"}, loud(h, rule, at(30, 12)))
	require.Empty(t, loud(h, rule, at(30, 9)))
	both := *rule
	both.Direction, both.MinRatio = Both, 2.5
	h.Entities[7].Requests[at(30, 11)] = 900
	require.Equal(t, []string{"e", "h"}, loud(h, &both, at(30, 12)))
	night := office(12, time.UTC) // silent every night
	require.Empty(t, loud(night, rule, at(30, 5)))
}

func TestASilenceGoesOnInHoursInWhichNothingIsToBeExpected(t *testing.T) {
	rule := ruleOf(Volume, Requests, time.Hour, 20, 10)
	rule.Direction = Down
	h := office(12, time.UTC)
	e := &h.Entities[4]
	for hour := at(30, 0); hour < at(31, 0); hour++ {
		e.Requests[hour] = 0
	}
	evening := loud(h, rule, at(30, 17))
	require.Equal(t, []string{"e"}, evening)
	require.Equal(t, evening, loud(h, rule, at(30, 22)))
	m := modelOf(h, 30, rule)
	require.Equal(t, []Key{e.Key()}, m.Silent(h, at(30, 22), nil))
	require.Empty(t, m.Silent(h, at(29, 22), nil))
	e.Requests[at(30, 20)] = 1
	require.Empty(t, loud(h, rule, at(30, 22)))
	require.Empty(t, m.Silent(h, at(30, 22), nil))
}

func TestMostFallingSilentAtOnceIsOneOutage(t *testing.T) {
	h := steady(12)
	h.Entities[11].Tenant = "other"
	for i := range 11 {
		h.Entities[i].Requests[at(30, 10)], h.Entities[i].Requests[at(30, 11)] = 0, 0
	}
	m := modelOf(h, 30, hoursRule())
	require.Equal(t, []Outage{{From: at(30, 10), To: at(30, 12), Silent: 11, Usual: 12}}, m.Outages(h, at(30, 12), nil))
	require.Empty(t, m.Outages(h, at(30, 10), nil))
	require.Len(t, m.Silent(h, at(30, 12), nil), 11)

	gone := &History{Start: h.Start, Hours: h.Hours, Entities: h.Entities[11:]} // the others are not even listed
	calendars := func(Key) *Calendar { return h.Entities[0].Calendar }
	require.Equal(t, 11, m.Outages(gone, at(30, 12), calendars)[0].Silent)
}

func TestARunningHourProvesABurst(t *testing.T) {
	h := steady(12)
	rule := ruleOf(Volume, Requests, 15*time.Minute, 20, 3)
	m := modelOf(h, 30, rule)
	require.Empty(t, m.Burst(rule, h, at(30, 11)))
	h.Entities[3].TopRequests[at(30, 10)] = 60
	found := m.Burst(rule, h, at(30, 11))
	require.Len(t, found, 1)
	require.Equal(t, 3, found[0].Entity)
	require.Greater(t, found[0].Strength, 1.0)
}

// TestAHeartbeatsBurstIsEvidenceInItsFirstMinutes: three times the calls of any five minutes
// of a month is more than five decades of evidence, of one whose minutes were all alike; of
// one whose minutes differ, the same is little.
func TestAHeartbeatsBurstIsEvidenceInItsFirstMinutes(t *testing.T) {
	h := steady(12)
	rule := ruleOf(Volume, Requests, 15*time.Minute, 6, 2)
	for hour := range h.Hours {
		u := (float64((hour*7919)%1000) + 0.5) / 1000
		h.Entities[4].TopRequests[hour] = float32(4 * math.Pow(u, -1/1.5)) // Pareto
	}
	m := modelOf(h, 30, rule)
	evidence := func(entity int, calls float32) float64 {
		h.Entities[entity].TopRequests[at(30, 10)] = calls
		for _, c := range m.Burst(rule, h, at(30, 11)) {
			if c.Entity == entity {
				return c.Ratio
			}
		}
		return 0
	}
	require.Greater(t, evidence(3, 18), 4.5)
	require.Greater(t, evidence(3, 22), 5.0)
	require.Less(t, evidence(4, 18), evidence(3, 18)-0.5)
	require.GreaterOrEqual(t, evidence(4, 60), evidence(4, 30))
}

func TestMoreCallsFailingIsFound(t *testing.T) {
	rule := ruleOf(Volume, ErrorRate, time.Hour, 10, 3)
	h := steady(12)
	h.Entities[2].Errors[at(30, 10)] = 30
	h.Entities[5].Errors[at(30, 10)] = 4 // of 60
	require.Equal(t, []string{"c"}, loud(h, rule, at(30, 11)))
	c := NewEvaluator(h, nil).Evaluate(rule, at(30, 11))[0]
	require.InDelta(t, 0.5, c.Observed, 0.03)
	require.InDelta(t, 0.01, c.Expected, 0.01)
}

func TestAShiftOfTheMixIsFoundAndItsContributorsRanked(t *testing.T) {
	rule := ruleOf(Endpoints, EndpointMix, 24*time.Hour, 50, 1)
	h := steady(12)
	e := &h.Entities[6]
	for hour := at(30, 0); hour < at(30, 24); hour++ {
		e.Endpoints[0].Calls[hour], e.Endpoints[1].Calls[hour] = 3, 57
	}
	require.Equal(t, []string{"g"}, loud(h, rule, at(30, 24)))
	ev := NewEvaluator(h, nil)
	parts := ev.Contributions(rule, ev.Evaluate(rule, at(30, 24))[0], 2)
	require.Equal(t, "GET /deals", parts[0].Endpoint)
}

func TestARareEndpointIsFoundUnlessPeersUseIt(t *testing.T) {
	rule := ruleOf(Endpoints, RareEndpoints, 24*time.Hour, 10, 1)
	h := steady(12)
	h.Entities[1].use("GET /audit", at(3, 5), 2)
	ep := &h.Entities[1].Endpoints[2]
	ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(at(30, 4))), append(ep.Calls, 200), append(ep.Bytes, 0)
	require.Equal(t, []string{"b"}, loud(h, rule, at(30, 24)))
	for i := range h.Entities {
		if i != 1 {
			h.Entities[i].use("GET /audit", at(10, 5), 5)
		}
	}
	require.Empty(t, loud(h, rule, at(30, 24)))
}

func TestAnEndpointThatIsNotAllowedIsFound(t *testing.T) {
	rule := ruleOf(Endpoints, UnlistedEndpoints, time.Hour, 1, 1)
	h := steady(12)
	h.Entities[1].Allowed = []string{"GET /contacts", "GET /deals"}
	h.Entities[2].Allowed = []string{"GET /c*"}
	h.Entities[3].Allowed = []string{}
	require.Equal(t, []string{"c", "d"}, loud(h, rule, at(30, 11)))
}

func TestAskingForManyObjectsIsFound(t *testing.T) {
	rule := ruleOf(Endpoints, Enumeration, time.Hour, 20, 3)
	h := steady(12)
	h.Entities[7].Endpoints[0].IDs[at(30, 10)] = 55 // of 58 calls
	require.Equal(t, []string{"h"}, loud(h, rule, at(30, 11)))
	h = steady(12)
	for i := range 40 {
		h.Entities[8].use("GET /.env"+string(rune('a'+i)), at(30, 10), 1)
	}
	require.Equal(t, []string{"i"}, loud(h, rule, at(30, 11)))
}

func TestTheBehaviourOfAPeerIsFound(t *testing.T) {
	rule := ruleOf(Swap, Likeness, 24*time.Hour, 20, 1)
	h, day := steady(6), office(6, time.UTC)
	for i := range day.Entities {
		e := &day.Entities[i]
		e.ID, e.Peer, e.Errors, e.TopRequests = "office-"+e.ID, "crm", make([]float32, h.Hours), make([]float32, h.Hours)
		h.Entities = append(h.Entities, *e)
	}
	require.Empty(t, loud(h, rule, at(30, 24)))
	thief, victim := &h.Entities[2], &h.Entities[8]
	for hour := at(29, 0); hour < at(31, 0); hour++ {
		thief.Requests[hour], victim.Requests[hour] = victim.Requests[hour], thief.Requests[hour]
	}
	thief.Endpoints, victim.Endpoints = swapped(thief.Endpoints, victim.Endpoints, at(30, 0)), swapped(victim.Endpoints, thief.Endpoints, at(30, 0))
	require.Equal(t, []string{"c", "office-c"}, loud(h, rule, at(30, 24)))
}

func swapped(one, other []Endpoint, hour int) []Endpoint {
	part := func(eps []Endpoint, keep func(h int) bool) []Endpoint {
		var all []Endpoint
		for _, ep := range eps {
			x := Endpoint{Name: ep.Name, First: ep.First}
			for k, h := range ep.Hours {
				if keep(int(h)) {
					x.Hours, x.Calls, x.Bytes = append(x.Hours, h), append(x.Calls, ep.Calls[k]), append(x.Bytes, ep.Bytes[k])
				}
			}
			all = append(all, x)
		}
		return all
	}
	return append(part(one, func(h int) bool { return h < hour }), part(other, func(h int) bool { return h >= hour })...)
}

func TestExpectedHoursAreNeitherJudgedNorLearned(t *testing.T) {
	rule := ruleOf(Volume, Requests, time.Hour, 50, 2.5)
	h := steady(12)
	h.Entities[3].Requests[at(30, 10)] = 900
	require.Equal(t, []string{"d"}, loud(h, rule, at(30, 11)))
	cal := NewCalendar(time.UTC, monday, h.Hours)
	cal.Expect(monday.Add(time.Duration(at(30, 10))*time.Hour), monday.Add(time.Duration(at(30, 11))*time.Hour), AnyUnusual)
	h.Entities[3].Calendar = cal
	require.Empty(t, loud(h, rule, at(30, 11)))
}

func TestAHolidayIsADayOfTheWeekend(t *testing.T) {
	cal := NewCalendar(time.UTC, monday, 72)
	cal.DayOff(func(noon time.Time) bool { return noon.Day() == 3 })
	require.Equal(t, []uint8{23, 24, 47, 0}, []uint8{cal.slot[23], cal.slot[24], cal.slot[47], cal.slot[48]})
}

func TestAConfirmedIncidentLeavesTheBaseline(t *testing.T) {
	rule := ruleOf(Volume, Requests, 24*time.Hour, 60, 1.7)
	h := steady(12)
	e := &h.Entities[3]
	for hour := at(22, 0); hour < at(29, 0); hour++ {
		e.Requests[hour] *= 4
	}
	usual := func(opts Options) float64 {
		b := NewBuilder([]*Rule{rule}, monday.AddDate(0, 0, 30), nil, opts)
		b.Survey(h)
		b.Add(h)
		return expand(b.Model().profile(e.Key()).usual[0].shrunk[10])
	}
	incident := func(key Key) [][2]time.Time {
		if key.ID != "d" {
			return nil
		}
		return [][2]time.Time{{monday.AddDate(0, 0, 22), monday.AddDate(0, 0, 29)}}
	}
	require.Greater(t, usual(Options{}), 80.0)
	require.InDelta(t, 60, usual(Options{Incidents: incident}), 3)
}

// nightly adds calls at three in the night of some days.
func nightly(e *Entity, calls float32, days ...int) {
	for _, day := range days {
		e.Requests[at(day, 3)] += calls
	}
}

func TestAFewCallsInSomeNightsDoNotExcuseMany(t *testing.T) {
	h := office(20, time.UTC)
	nightly(&h.Entities[3], 2, 9, 14, 18, 23)
	nightly(&h.Entities[3], 60, 30)
	entity, strength := strongest(h, hoursRule(), at(30, 4))
	require.Equal(t, 3, entity)
	require.Greater(t, strength, 1.0)
}

func TestALargeBatchThatWasRepeatedInSomeNightsDoesNotExcuseLittle(t *testing.T) {
	h := office(20, time.UTC)
	for i, day := range []int{4, 9, 14, 18} {
		h.Entities[3].Requests[at(day, 23+i)] += 900
	}
	nightly(&h.Entities[3], 60, 30)
	entity, strength := strongest(h, hoursRule(), at(30, 4))
	require.Equal(t, 3, entity)
	require.Greater(t, strength, 1.0)
	h.Entities[3].Requests[at(30, 3)] = 900 // as it did before
	_, strength = strongest(h, hoursRule(), at(30, 4))
	require.Less(t, strength, 1.0)
}

func TestWhoWorksAtAnyHourNowAndThenIsNotTold(t *testing.T) {
	h := office(20, time.UTC)
	for i, day := range []int{5, 9, 14, 18} {
		h.Entities[3].Requests[at(day, 23+i)] += 80
	}
	nightly(&h.Entities[3], 60, 30)
	_, strength := strongest(h, hoursRule(), at(30, 4))
	require.Less(t, strength, 1.0)
}

func TestHoursFarFromWorkBeginSixHoursAfterItAndEndTwoBefore(t *testing.T) {
	h := office(1, time.UTC)
	v := newView(Options{}, monday)
	v.look(&h.Entities[0], h, nil)
	far := v.activity(0, at(28, 0)).far
	for hour := range slotsPerDay {
		require.Equal(t, hour < 6, far[hour], hour) // it works from 8 to 18
	}
}
