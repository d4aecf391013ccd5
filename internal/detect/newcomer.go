package detect

import (
	"math"
	"time"
)

// Newcomers: the volume of one that has no baseline of its own.
//
// Until an entity is old enough for a rule, and after it has done nothing for the whole
// lookback, its peer group stands in: the connectors of the same platform and API. What
// counts is how much they do in the busiest slot of their week. The yardstick is the
// 95th percentile of that over the peers, and a newcomer has to exceed it by
// newcomerTimes the rule's min_effect: the first load of a new connector is larger than
// what comes after it, and a slot's mean is less than its largest hour. A group with
// fewer than peersLeast of a known size says nothing.

const (
	newcomerTimes    = 2.5
	newcomerQuantile = 0.95
)

// peerGroup is what is known of the entities of a peer group together.
type peerGroup struct {
	calls map[uint32]float32 // share of them that calls an endpoint
	peaks map[usualKey]peerPeak
}

type usualKey struct{ series, lookback uint8 }

// peerPeak is what the peers do in their busiest slots.
type peerPeak struct {
	peers         int
	typical, most float64 // the median, and newcomerQuantile
}

// newPeerGroup of entities of which calls is counted; peaks are theirs, compressed.
func newPeerGroup(calls map[uint32]float32, peaks map[usualKey][]float64) *peerGroup {
	g := &peerGroup{calls: calls, peaks: map[usualKey]peerPeak{}}
	for key, all := range peaks {
		if len(all) >= peersLeast {
			g.peaks[key] = peerPeak{len(all), quantileOf(all, 0.5), quantileOf(all, newcomerQuantile)}
		}
	}
	return g
}

// usualKey of a rule in a profile.
func (r *Rule) usualKey() usualKey {
	return usualKey{uint8(seriesIndex(r.series())), uint8(r.lookbackDays())}
}

// newcomer says whether peers stand in for what p does not know; p may be nil.
func (r *Rule) newcomer(p *Profile) bool {
	switch r.kind() {
	case countKind, amountKind, answersKind:
		return r.Window == time.Hour && (p == nil || p.usualOf(r) == nil)
	}
	return false
}

// newcomerAt scores the hour before at of an entity without a baseline.
func (m *Model) newcomerAt(rule *Rule, f *Fleet, e *Entity, at int) (Candidate, bool) {
	g := m.peers()[hash(e.Peer)]
	if g == nil || e.Peer == "" || e.Calendar.expects(at-1, rule.unusual()) {
		return Candidate{}, false
	}
	peak, ok := g.peaks[rule.usualKey()]
	if !ok {
		return Candidate{}, false
	}
	y, soft := e.At(e.figures(rule.series()), at-1), rule.MinAbsolute/4
	times := math.Log((y+soft)/(peak.most+soft)) / math.Log(newcomerTimes*rule.MinRatio)
	c := Candidate{
		Direction: Up, Observed: y, Expected: peak.typical, Lower: peak.typical, Upper: peak.most, From: at - 1, To: at,
		Days: float64(at-1-e.First) / slotsPerDay, Peers: peak.peers,
		LogP: math.Log(1 - newcomerQuantile),
	}
	// On the scale of the others' evidence, so that a verdict means the same of both.
	c.Ratio = f.Threshold.Fleet * max(times, 0)
	c.Strength = min((y-peak.most)/rule.MinAbsolute, effect(rule, c.Ratio, m.threshold(rule, f, e, &Profile{})))
	c.P = f.Threshold.Tail.P(c.Ratio)
	return c, c.Strength >= keepOpen
}
