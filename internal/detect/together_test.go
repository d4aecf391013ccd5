package detect

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnOutageIsNoSilenceOfThoseItConcerns: whoever stays away after an outage is told by
// what it misses then; who was silent before goes on being so.
func TestAnOutageIsNoSilenceOfThoseItConcerns(t *testing.T) {
	rule := ruleOf(Volume, Requests, time.Hour, 20, 10)
	rule.Direction = Down
	h := steady(12)
	stop := func(entity, from, to int) {
		for hour := from; hour < to; hour++ {
			h.Entities[entity].Requests[hour] = 0
		}
	}
	for i := range h.Entities {
		stop(i, at(30, 10), at(30, 13)) // the outage
	}
	stop(3, at(30, 7), at(30, 14))  // silent before
	stop(5, at(30, 13), at(30, 17)) // silent after
	require.Equal(t, []string{"d"}, loud(h, rule, at(30, 10)))
	require.Equal(t, []string{"d"}, loud(h, rule, at(30, 12)), "it goes on, for no other")
	first := 0
	for end := at(30, 13); end <= at(30, 17) && first == 0; end++ {
		if slices.Contains(loud(h, rule, end), "f") {
			first = end
		}
	}
	alone := steady(12)
	for hour := at(30, 13); hour < at(30, 17); hour++ {
		alone.Entities[5].Requests[hour] = 0
	}
	own := 0
	for end := at(30, 13); end <= at(30, 17) && own == 0; end++ {
		if slices.Contains(loud(alone, rule, end), "f") {
			own = end
		}
	}
	require.NotZero(t, own)
	require.Equal(t, own, first, "as soon as without an outage, no sooner")
}

func TestAnOutageThatIsReplayedLiftsNoThreshold(t *testing.T) {
	rule := ruleOf(Volume, Requests, time.Hour, 20, 10)
	rule.Direction = Down
	h := steady(12)
	lost := Lost{}
	lost.Add("t", monday.Add(time.Duration(at(25, 10))*time.Hour), monday.Add(time.Duration(at(25, 16))*time.Hour))
	for i := range h.Entities {
		for hour := at(25, 10); hour < at(25, 16); hour++ {
			h.Entities[i].Requests[hour] = 0
		}
	}
	effects := func(opts Options) (all []float64) {
		b := NewBuilder([]*Rule{rule}, monday.AddDate(0, 0, 30), nil, opts)
		b.Survey(h)
		b.Add(h)
		b.Model().Each(func(_ Key, p *Profile) {
			for _, k := range p.peaks {
				all = append(all, float64(k.effect))
			}
		})
		return all
	}
	require.Len(t, effects(Options{}), 12)
	require.Empty(t, effects(Options{Lost: lost}))
}

func TestLostHoursAreThoseOfATenantOrOfAll(t *testing.T) {
	lost := Lost{}
	lost.Add("t", monday.Add(30*time.Minute), monday.Add(2*time.Hour))
	lost.Add("", monday.Add(5*time.Hour), monday.Add(6*time.Hour))
	f := func(tenant string, hour int, want bool) {
		t.Helper()
		require.Equal(t, want, lost.At(tenant, monday.Add(time.Duration(hour)*time.Hour+59*time.Minute)))
	}
	f("t", 0, true)
	f("t", 1, true)
	f("t", 2, false)
	f("u", 1, false)
	f("u", 5, true)
	require.False(t, Lost(nil).At("t", monday))
}

// TestAnAPIThatFailsForAllIsNoConnectorsFault: what its peers see as well is the API's; one
// that fails while they do not is told, and so is one that fails though the API works.
func TestAnAPIThatFailsForAllIsNoConnectorsFault(t *testing.T) {
	rule := ruleOf(Volume, ErrorRate, time.Hour, 10, 3)
	h := steady(12)
	for i := range h.Entities {
		if i >= 8 {
			h.Entities[i].Peer = "crm deals"
		}
	}
	fail := func(hour int, entities ...int) {
		for _, i := range entities {
			h.Entities[i].Errors[hour] = 30 // of 60
		}
	}
	fail(at(30, 10), 0, 1, 2, 3, 4, 5) // six of eight
	fail(at(30, 10), 9)                // of another API
	fail(at(30, 12), 0, 1, 2)          // three of eight
	require.Equal(t, []string{"j"}, loud(h, rule, at(30, 11)))
	require.Equal(t, []string{"a", "b", "c"}, loud(h, rule, at(30, 13)))

	m := modelOf(h, 30, rule)
	_, failing := m.Alike(h, at(30, 9), at(30, 13))
	require.Len(t, failing, 1)
	require.Equal(t, Failing{API: "crm", Hour: at(30, 10), Connectors: 8, Rising: 6}, Failing{API: failing[0].API, Hour: failing[0].Hour, Connectors: failing[0].Connectors, Rising: failing[0].Rising})
	require.InDelta(t, 180.0/480, failing[0].Share, 0.01)
	require.InDelta(t, 0.01, failing[0].Usual, 0.005)
}

func TestAnAPIThatFailsForOneTenantIsThatTenants(t *testing.T) {
	h := steady(18)
	for i := range h.Entities {
		if i >= 6 {
			h.Entities[i].Tenant = "u"
		}
	}
	rule := ruleOf(Volume, ErrorRate, time.Hour, 10, 3)
	for i := range 6 {
		h.Entities[i].Errors[at(30, 10)] = 30
	}
	require.Empty(t, loud(h, rule, at(30, 11)))
	_, failing := modelOf(h, 30, rule).Alike(h, at(30, 10), at(30, 11))
	require.Len(t, failing, 1)
	require.Equal(t, "t", failing[0].Tenant)
}

// TestWhatManyPeersTakeUpAtOnceIsOnePieceOfNews: those who call something else besides, and
// those of another group, are told on their own.
func TestWhatManyPeersTakeUpAtOnceIsOnePieceOfNews(t *testing.T) {
	rule := ruleOf(Endpoints, NewEndpoints, 24*time.Hour, 5, 1)
	h := steady(20)
	h.Entities[9].Peer = "erp"
	for _, i := range []int{2, 3, 4, 5, 6, 9} {
		h.Entities[i].use("GET /contacts/v2", at(30, 10), 60)
	}
	h.Entities[3].use("GET /admin", at(30, 10), 60)
	require.Equal(t, []string{"d", "j"}, loud(h, rule, at(30, 11)))

	m := modelOf(h, 30, rule)
	single, uptakes := m.Together(rule, h, m.Evaluate(rule, h, at(30, 11)))
	require.Len(t, single, 2)
	require.Len(t, uptakes, 1)
	u := uptakes[0]
	require.Greater(t, u.Strength, 1.0)
	u.Strength = 0
	require.Equal(t, Uptake{Peer: "crm", Endpoint: "GET /contacts/v2", Entities: 5, Peers: 19, Calls: 300, From: at(30, 10), To: at(30, 11)}, u)

	h.Entities[6].Endpoints = h.Entities[6].Endpoints[:2] // four of them
	require.Equal(t, []string{"c", "d", "e", "f", "j"}, loud(h, rule, at(30, 11)))
}

// swapped are one's endpoints before an hour, and another's from then on.
// TestHoursWithoutTelemetryAreNoOthersBehaviour: what an outage took is no surprise.
func TestHoursWithoutTelemetryAreNoOthersBehaviour(t *testing.T) {
	rule := ruleOf(Swap, Likeness, 24*time.Hour, 20, 2)
	h := steady(12)
	for i := range h.Entities {
		for hour := at(30, 10); hour < at(30, 13); hour++ {
			h.Entities[i].Requests[hour] = 0
		}
	}
	m := modelOf(h, 30, rule)
	e := &h.Entities[3]
	p, b := m.profile(e.Key()), e.behaviour(at(30, 0), at(31, 0))
	surprise := p.surprise(b, p.usualOf(rule), e.Calendar)
	b.lost = make([]bool, len(b.active))
	b.lost[10], b.lost[11], b.lost[12] = true, true, true
	require.Less(t, p.surprise(b, p.usualOf(rule), e.Calendar), surprise-3*swapHours*3)
}
