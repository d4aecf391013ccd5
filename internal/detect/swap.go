package detect

import (
	"math"
	"slices"
)

// Swap: under one identity the behaviour of another, as when a credential was stolen
// or mixed up.
//
// The behaviour of a day is the hours in which something was called, how the calls
// spread over the endpoints, and how many they are. Its surprise under a profile is
// minus the ln of its likelihood: Bernoulli for the hours, multinomial for the
// endpoints (weighed as swapCalls calls at most, as calls come in runs), and a
// Student-t for the ln of the number. A swap surprises under the entity's own
// profile more than its own days did, and does not under that of a peer. The effect
// is the smaller of the two differences, in nats.

const (
	swapCalls   = 20.0
	swapHours   = 0.5 // weight of an hour: hours follow from each other
	swapSpread  = 0.5 // σ of the ln of the number of calls of a day
	swapSoft    = 5.0 // calls
	swapRarest  = 0.02
	unknownCall = 0.002 // share of calls of an endpoint that a profile does not know
	swapDays    = 7     // fewer days say nothing about how days differ
)

// behaviour is what one entity did in a window, with the hours relative to a history.
type behaviour struct {
	from, to  int
	active    []bool // by hour from from
	lost      []bool // without telemetry; nil: none
	endpoints []endpointShare
	total     float64
}

type endpointShare struct {
	hash  uint32
	share float64
}

// behaviour of the hours [from, to).
func (e *Entity) behaviour(from, to int) *behaviour {
	b := &behaviour{from: from, to: to, active: make([]bool, to-from)}
	first, _ := slices.BinarySearch(e.Hours, int32(from))
	for i := first; i < len(e.Hours) && int(e.Hours[i]) < to; i++ {
		b.active[int(e.Hours[i])-from] = e.Requests[i] >= activeFloor
	}
	for i := range e.Endpoints {
		if calls, _ := e.Endpoints[i].Within(from, to); calls > 0 {
			b.endpoints = append(b.endpoints, endpointShare{hash(e.Endpoints[i].Name), calls})
			b.total += calls
		}
	}
	for i := range b.endpoints {
		b.endpoints[i].share /= b.total
	}
	return b
}

// surprise of a behaviour under a profile whose entity lives by a calendar.
func (p *Profile) surprise(b *behaviour, u *usual, cal *Calendar) float64 {
	hours, expected := 0.0, 0.0
	for i, active := range b.active {
		if !active && b.lost != nil && b.lost[i] {
			continue // it may have been
		}
		slot := cal.slot[b.from+i]
		rate := min(max(float64(p.rates[slot])/math.MaxUint8, swapRarest), 1-swapRarest)
		if active {
			hours -= math.Log(rate)
		} else {
			hours -= math.Log1p(-rate)
		}
		expected += expand(u.shrunk[slot])
	}
	calls := 0.0
	for _, e := range b.endpoints {
		share := unknownCall
		if i, ok := p.find(e.hash); ok {
			share = max(share, float64(p.endpoints[i].share))
		}
		calls += e.share * math.Log(e.share/share)
	}
	x := math.Log((b.total+swapSoft)/(expected+swapSoft)) / swapSpread
	return swapHours*hours + min(b.total, swapCalls)*max(calls, 0) + 2.5*math.Log1p(x*x/4)
}

// surprises is how much the entity's own days surprise: the 90th percentile.
func (p *Profile) surprises(v *view, u *usual, from, to int) float32 {
	var own []float64
	for start := to - slotsPerDay; start >= from; start -= slotsPerDay {
		if b := v.behaviour(start, start+slotsPerDay); b.total > 0 {
			own = append(own, p.surprise(b, u, v.Calendar))
		}
	}
	if len(own) < swapDays {
		return math.MaxFloat32
	}
	return float32(quantileOf(own, 0.9))
}

// swaps scores the entities of recent against their peers in it.
func (m *Model) swaps(rule *Rule, recent *History, at int) []Candidate {
	from := at - rule.hours()
	if from < 0 {
		return nil
	}
	strange := map[string][]*stranger{}
	var all []*stranger
	var p Profile
	for i := range recent.Entities {
		e := &recent.Entities[i]
		data := m.profiles[e.Key()]
		if data == nil {
			continue
		}
		data.into(&p)
		if s := p.stranger(rule, e, recent, at); s != nil {
			s.Entity = i
			strange[e.Peer] = append(strange[e.Peer], s)
			all = append(all, s)
		}
	}
	delete(strange, "") // without a group
	if len(strange) > 0 {
		m.compare(rule, recent, strange)
	}
	var found []Candidate
	for _, s := range all {
		if c, ok := s.judged(rule); ok {
			found = append(found, c)
		}
	}
	return found
}

// stranger is an entity that behaves less like itself than usual.
type stranger struct {
	Candidate
	behaviour *behaviour
	likest    float64 // the least surprise under a peer's profile
}

// stranger is nil for an entity that behaves as it does. Observed and Expected are
// the surprises under its own profile and at most usual.
func (p *Profile) stranger(rule *Rule, e *Entity, recent *History, at int) *stranger {
	if p.calm == math.MaxFloat32 || e.Calendar.expects(at-1, rule.unusual()) {
		return nil
	}
	u := p.usualOf(rule)
	if u == nil {
		return nil
	}
	from := at - rule.hours()
	b := e.behaviour(from, at)
	if b.total < rule.MinAbsolute {
		return nil
	}
	for i := range b.active {
		if recent.lost(e.Tenant, from+i) {
			if b.lost == nil {
				b.lost = make([]bool, len(b.active))
			}
			b.lost[i] = true
		}
	}
	s := &stranger{Candidate: Candidate{From: from, To: at, Direction: Up}, behaviour: b, likest: math.Inf(1)}
	s.Observed, s.Expected = p.surprise(b, u, e.Calendar), float64(p.calm)
	if s.Observed-s.Expected < rule.limits().Floor*keepOpen {
		return nil
	}
	return s
}

// compare finds the peer in recent that each is most like.
func (m *Model) compare(rule *Rule, recent *History, strange map[string][]*stranger) {
	var p Profile
	for i := range recent.Entities {
		other := &recent.Entities[i]
		group := strange[other.Peer]
		if len(group) == 0 {
			continue
		}
		data := m.profiles[other.Key()]
		if data == nil {
			continue
		}
		data.into(&p)
		u := p.usualOf(rule)
		if u == nil {
			continue
		}
		for _, s := range group {
			if s.Entity == i {
				continue
			}
			if d := p.surprise(s.behaviour, u, other.Calendar); d < s.likest {
				s.likest, s.Like = d, other.ID
			}
		}
	}
}

func (s *stranger) judged(rule *Rule) (Candidate, bool) {
	c, threshold := s.Candidate, rule.limits().Floor
	c.Ratio = min(c.Observed-c.Expected, c.Observed-s.likest)
	c.LogP = -c.Ratio
	c.P = math.Exp(-max(c.Ratio, 0))
	c.Strength = c.Ratio / threshold
	return c, c.Strength >= keepOpen
}
