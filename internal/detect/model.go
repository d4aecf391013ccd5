package detect

import (
	"sync"
	"time"
)

// Model is what is known of a fleet at the start of a UTC day: for each rule the
// fleet's thresholds, for each entity a compact profile. It is safe for concurrent
// reading.
type Model struct {
	Day      time.Time
	rules    []*Rule
	opts     Options
	fleets   map[uint32]*Fleet
	profiles map[Key]encoded
	scratch  Profile // of PutEncoded
	peers    func() map[uint32]*peerGroup
}

// NewModel puts together what was stored of a model of these rules. Profiles
// follow by Put.
func NewModel(rules []*Rule, day time.Time, fleets []*Fleet, opts Options) *Model {
	rules = sidesOf(rules)
	opts.Lost = nil // of the replay: what is evaluated brings its own
	m := &Model{Day: day, rules: rules, opts: opts, fleets: map[uint32]*Fleet{}, profiles: map[Key]encoded{}}
	m.peers = sync.OnceValue(m.peerGroups)
	for _, f := range fleets {
		for _, rule := range rules {
			if rule.id() == f.Rule {
				f.settle(rule, dayNumber(day))
				m.fleets[f.Rule] = f
			}
		}
	}
	return m
}

// Fleets are what the rules know of the fleet, in the order of the rules.
func (m *Model) Fleets() []*Fleet {
	var all []*Fleet
	for _, rule := range m.rules {
		if f := m.fleet(rule); f != nil {
			all = append(all, f)
		}
	}
	return all
}

// fleet of a rule; of one of direction Both, that of its side Up.
func (m *Model) fleet(rule *Rule) *Fleet { return m.fleets[rule.sides()[0].id()] }

// Threshold of a rule for the fleet.
func (m *Model) Threshold(rule *Rule) Threshold {
	if f := m.fleet(rule); f != nil {
		return f.Threshold
	}
	return Threshold{}
}

// alerted bounds what an effect that alerted adds to the fleet's calibration, in
// thresholds of the time before: that there was an alert counts, and lifts the
// threshold if there were too many; how large it was does not, as an incident is no
// habit of the fleet.
const alerted = 1.02

// peaks of all profiles, by entity, under a rule whose threshold was before (0 = not
// known). Closing days say nothing about others; an entity is held to its own.
func (m *Model) peaks(rule uint32, today int64, before float64) [][]float64 {
	all := make([][]float64, 0, len(m.profiles))
	var held []peak
	for _, data := range m.profiles {
		var days []float64
		held = data.peaks(held[:0])
		for _, k := range held {
			if k.rule != rule || int64(k.day) < today-ReplayDays || closing(int64(k.day)) {
				continue
			}
			effect, withheld := float64(k.effect), float64(k.withheld)
			if before > 0 {
				withheld = min(withheld, before*alerted)
			}
			if int64(k.day) < today-withheldDays {
				effect = max(effect, withheld)
			}
			if effect > 0 {
				days = append(days, effect)
			}
		}
		all = append(all, days)
	}
	return all
}

// peersLeast is how many entities make a peer group.
const peersLeast = 5

// peerGroups by the hash of their name.
func (m *Model) peerGroups() map[uint32]*peerGroup {
	sizes := map[uint32]float32{}
	calls, peaks := map[uint32]map[uint32]float32{}, map[uint32]map[usualKey][]float64{}
	for _, data := range m.profiles {
		if peer := data.peer(); peer != 0 {
			sizes[peer]++
		}
	}
	var p Profile
	for _, data := range m.profiles {
		if sizes[data.peer()] < peersLeast {
			continue
		}
		data.into(&p)
		if calls[p.peer] == nil {
			calls[p.peer], peaks[p.peer] = map[uint32]float32{}, map[usualKey][]float64{}
		}
		for _, e := range p.endpoints {
			calls[p.peer][e.hash] += 1 / sizes[p.peer]
		}
		for i := range p.usual {
			key := usualKey{p.usual[i].series, p.usual[i].lookback}
			peaks[p.peer][key] = append(peaks[p.peer][key], expand(p.usual[i].peak))
		}
	}
	groups := make(map[uint32]*peerGroup, len(calls))
	for peer := range calls {
		groups[peer] = newPeerGroup(calls[peer], peaks[peer])
	}
	return groups
}

// Evaluate scores every entity of a history in the window that ends at hour at
// (exclusive). The history holds the entities that are worth it (Screen), with
// their lookback. It returns the candidates worth a look, strength ≥ ½, in order
// of entity.
func (m *Model) Evaluate(rule *Rule, h *History, at int) []Candidate {
	if at < 1 || at > h.Hours {
		return nil
	}
	if rule.kind() == swapKind {
		return m.swaps(rule, h, at)
	}
	var found []Candidate
	v := newView(m.opts, m.Day)
	for i := range h.Entities {
		for _, side := range rule.sides() {
			if c, ok := m.judge(v, side, h, i, at); ok {
				found = append(found, c)
			}
		}
	}
	return found
}

// judge scores one entity of a history.
func (m *Model) judge(v *view, rule *Rule, h *History, i, at int) (Candidate, bool) {
	f, e := m.fleet(rule), &h.Entities[i]
	known := m.profile(e.Key())
	if f == nil {
		return Candidate{}, false
	}
	if rule.newcomer(known) {
		c, ok := m.newcomerAt(rule, f, e, at)
		c.Entity = i
		return c, ok
	}
	if known == nil {
		return Candidate{}, false
	}
	v.look(e, h, known)
	v.peers = m.peers()[known.peer]
	from, to := v.span(rule, int(m.Day.Sub(h.Start)/(24*time.Hour)))
	if !v.ready(rule, to) {
		return Candidate{}, false
	}
	c, ok := v.score(rule, f, v.baseline(rule, from, to, f), at)
	if !ok {
		return Candidate{}, false
	}
	c.Entity = i
	c.P = f.Threshold.Tail.P(c.Ratio)
	c.Strength = min(c.Strength, effect(rule, c.Ratio, m.threshold(rule, f, e, known)))
	return c, c.Strength >= keepOpen
}

// threshold of one entity: the fleet's, what it did itself, what a person called
// benign.
func (m *Model) threshold(rule *Rule, f *Fleet, e *Entity, p *Profile) float64 {
	today := dayNumber(m.Day)
	own := f.Threshold.Of(p.own(f.Rule, today))
	if m.opts.Benign != nil && f.Threshold.Margin > 0 {
		own = max(own, m.opts.Benign(rule, e)*max(benignMargin, f.Threshold.Margin))
	}
	return own
}

// benignMargin is how many times the effect that somebody judged benign is no news.
const benignMargin = 1.2
