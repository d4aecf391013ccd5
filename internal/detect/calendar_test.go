package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// expecting gives an entity its own calendar, in which something is expected of hours.
func expecting(e *Entity, what Unusual, from, to int) {
	e.Calendar = e.Calendar.clone()
	e.Calendar.Expect(monday.Add(time.Duration(from)*time.Hour), monday.Add(time.Duration(to)*time.Hour), what)
}

// TestOnlyWhatIsExpectedIsNotJudged: what somebody announces hides no incident of another
// kind.
func TestOnlyWhatIsExpectedIsNotJudged(t *testing.T) {
	f := func(name string, own Unusual, rule *Rule, fleet func() *History, happen func(e *Entity)) {
		t.Helper()
		const entity = 3
		hour := at(30, 3)
		found := func(what Unusual) bool {
			h := fleet()
			happen(&h.Entities[entity])
			expecting(&h.Entities[entity], what, hour, hour+1)
			m := modelOf(h, 30, rule)
			judge := m.Evaluate
			if rule.open() {
				judge = m.Burst
			}
			for _, c := range judge(rule, h, hour+1) {
				if c.Entity == entity && c.Strength >= 1 {
					return true
				}
			}
			return false
		}
		require.True(t, found(AnyUnusual&^own), name)
		require.False(t, found(own), name)
		require.False(t, found(AnyUnusual), name)
	}
	around := func() *History { return steady(12) }
	day := func() *History { return office(12, time.UTC) }
	hour := at(30, 3)
	silent := ruleOf(Volume, Requests, time.Hour, 20, 10)
	silent.Direction = Down
	f("burst", UnusualVolume, ruleOf(Volume, Requests, time.Hour, 50, 2.5), around, func(e *Entity) { e.Requests[hour] = 900 })
	f("burst of the running hour", UnusualVolume, ruleOf(Volume, Requests, 15*time.Minute, 20, 3), around, func(e *Entity) { e.TopRequests[hour] = 60 })
	f("silence", UnusualSilence, silent, around, func(e *Entity) { e.Requests[hour] = 0 })
	f("failing", UnusualErrors, ruleOf(Volume, ErrorRate, time.Hour, 10, 3), around, func(e *Entity) { e.Errors[hour] = 30 })
	f("night", UnusualHours, hoursRule(), day, func(e *Entity) { e.Requests[hour] = 60 })
	f("new endpoint", UnusualEndpoints, endpointsRule(), day, func(e *Entity) { e.use("GET /admin", hour, 30) })
}

func TestAnEndpointOfADeploymentIsNoNewsAfterIt(t *testing.T) {
	h := office(12, time.UTC)
	e := &h.Entities[3]
	e.use("GET /admin", at(30, 10), 30)
	require.Equal(t, []string{"d"}, loud(h, endpointsRule(), at(30, 14)))
	expecting(e, UnusualEndpoints, at(30, 9), at(30, 11))
	require.Empty(t, loud(h, endpointsRule(), at(30, 14)))
	e.use("GET /users", at(30, 11), 30)
	require.Equal(t, []string{"d"}, loud(h, endpointsRule(), at(30, 14)))
}

func TestAnExpectedBatchIsNoDripAfterIt(t *testing.T) {
	batch := func(events bool) float64 {
		h := steady(12)
		e := &h.Entities[3]
		times(e, 2.5, at(30, 2), at(30, 12))
		if events {
			expecting(e, UnusualVolume, at(30, 2), at(30, 12))
		}
		_, strength := strongest(h, dripRule(), at(30, 14))
		return strength
	}
	require.Greater(t, batch(false), 1.0)
	require.Less(t, batch(true), 1.0)
}

func TestTheEndOfAnExpectedBatchIsNoBurst(t *testing.T) {
	h := steady(12)
	e := &h.Entities[3]
	e.Requests[at(30, 10)] = 900
	require.Equal(t, []string{"d"}, loud(h, ruleOf(Volume, Requests, time.Hour, 50, 2.5), at(30, 12))) // of two hours
	expecting(e, UnusualVolume, at(30, 9), at(30, 11))
	require.Empty(t, loud(h, ruleOf(Volume, Requests, time.Hour, 50, 2.5), at(30, 12)))
}
