package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// joined is an office whose last entity came on the morning of day 30 and does as many
// calls in an hour as it is told; the others are its peers, if they are enough.
func joined(peers int, calls float32) *History {
	h := office(peers+1, time.UTC)
	for i := range h.Entities {
		h.Entities[i].Peer = "zapier /contacts"
	}
	e := &h.Entities[peers]
	*e = Entity{Tenant: "t", ID: "new", Peer: e.Peer, Calendar: e.Calendar, First: at(30, 9)}
	ep := Endpoint{Name: "GET /contacts", First: e.First, Hours: []int32{int32(at(30, 9))}, Calls: []float32{calls}, Bytes: []float32{calls * 1000}}
	e.Endpoints = []Endpoint{ep}
	e.SumEndpoints()
	return h
}

func TestANewcomerIsMeasuredByItsPeers(t *testing.T) {
	h := joined(10, 2000)
	found := NewEvaluator(h, nil).Evaluate(volumeRule(), at(30, 10))
	require.Len(t, found, 1)
	c := found[0]
	require.Equal(t, "new", h.Entities[c.Entity].ID)
	require.Greater(t, c.Strength, 1.0)
	require.Equal(t, 10, c.Peers)
	require.InDelta(t, 20, c.Upper, 3)
	require.Less(t, c.Expected, c.Upper)
	require.InDelta(t, 2000, c.Observed, 0)
}

func TestANewcomerAsAnyOtherIsNoNews(t *testing.T) {
	require.Empty(t, loud(joined(10, 100), volumeRule(), at(30, 10)))
}

func TestFewPeersSayNothing(t *testing.T) {
	require.Empty(t, loud(joined(peersLeast-1, 2000), volumeRule(), at(30, 10)))
	h := joined(10, 2000)
	h.Entities[10].Peer = ""
	require.Empty(t, loud(h, volumeRule(), at(30, 10)))
}

func TestAnExpectedNewcomerIsNoNews(t *testing.T) {
	h := joined(10, 2000)
	e := &h.Entities[10]
	e.Calendar = e.Calendar.clone()
	e.Calendar.Expect(monday.AddDate(0, 0, 30), monday.AddDate(0, 0, 31), AnyUnusual)
	require.Empty(t, loud(h, volumeRule(), at(30, 10)))
}

func TestABenignNewcomerNeedsMore(t *testing.T) {
	h := joined(10, 2000)
	before := NewEvaluator(h, nil).Evaluate(volumeRule(), at(30, 10))[0]
	opts := Options{Benign: func(*Rule, *Entity) float64 { return before.Ratio }}
	b := NewBuilder([]*Rule{volumeRule()}, monday.AddDate(0, 0, 30), nil, opts)
	b.Survey(h)
	b.Add(h)
	found := b.Model().Evaluate(volumeRule(), h, at(30, 10))
	require.Len(t, found, 1)
	require.Less(t, found[0].Strength, 1.0)
}

func TestWhoeverHasABaselineIsNotMeasuredByPeers(t *testing.T) {
	h := office(11, time.UTC)
	for i := range h.Entities {
		h.Entities[i].Peer = "zapier /contacts"
	}
	h.Entities[3].Requests[at(30, 10)] = 220
	found := NewEvaluator(h, nil).Evaluate(volumeRule(), at(30, 11))
	require.Len(t, found, 1)
	require.Zero(t, found[0].Peers)
}

func TestOneThatReturnsIsMeasuredByItsPeers(t *testing.T) {
	h := joined(10, 2000)
	h.Entities[10].First = -100 * slotsPerDay
	require.Equal(t, []string{"new"}, loud(h, volumeRule(), at(30, 10)))
}
