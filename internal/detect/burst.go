package detect

import (
	"math"
	"time"
)

// Burst scores the hour before at, which may still be running, by rules of a 15-minute
// window: the largest five minutes so far (TopRequests, TopBytes of recent) against
// those that the hour usually has. What is still to come can only add to it, so that
// it proves a burst, never a silence. Nothing but recent is needed; candidates have
// indexes of its entities.
func (m *Model) Burst(rule *Rule, recent *History, at int) []Candidate {
	f := m.fleet(rule)
	if f == nil || at < 1 || at > recent.Hours {
		return nil
	}
	var found []Candidate
	for _, i := range m.Screen(rule, recent, at) {
		e := &recent.Entities[i]
		if c, ok := m.burst(rule, f, e, m.profile(e.Key()), at); ok {
			c.Entity = i
			found = append(found, c)
		}
	}
	return found
}

// burst is excess.at by a profile.
func (m *Model) burst(rule *Rule, f *Fleet, e *Entity, p *Profile, at int) (Candidate, bool) {
	if e.Calendar.expects(at-1, rule.unusual()) {
		return Candidate{}, false
	}
	u, slot := p.usualOf(rule), e.Calendar.slot[at-1]
	y, base := e.At(e.figures(rule.series()), at-1), expand(u.mean[slot])
	c := Candidate{
		Direction: Up, Observed: y, Expected: expand(u.shrunk[slot]), Upper: base, From: at - 1, To: at,
		Days: float64(u.lookback), Buckets: int(u.lookback) * slotsPerDay,
	}
	log := rule.logExcess(y, base, expand(u.peak))
	if x, ok := p.tailOf(f.Rule, 0); ok {
		c.Ratio = x.evidence(log)
	}
	c.Strength = min((y-base)/rule.MinAbsolute, log/math.Log(rule.MinRatio), effect(rule, c.Ratio, m.threshold(rule, f, e, p)))
	c.LogP = -c.Ratio * math.Ln10
	c.P = f.Threshold.Tail.P(c.Ratio)
	return c, c.Strength >= keepOpen
}

// State of an entity under a rule.
type State string

// States. A stale entity is not judged because it did nothing for the lookback.
const (
	Learning State = "learning"
	Ready    State = "ready"
	Stale    State = "stale"
)

// State of an entity under a rule at a time.
func (m *Model) State(rule *Rule, key Key, at time.Time) State {
	p, hour := m.profiles[key], int32(at.Unix()/3600)
	switch {
	case p == nil || hour-p.first() < int32(rule.MinHistory/time.Hour):
		return Learning
	case hour-p.last() > int32(rule.Lookback/time.Hour):
		return Stale
	}
	return Ready
}
