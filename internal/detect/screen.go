package detect

import (
	"math"
	"slices"
	"time"
)

// Screen returns the indexes of the entities of recent that may reach strength ½
// in the window that ends at hour at: all that do, and some that do not. recent is
// what the fleet did lately, at least the last 25 hours; nothing else is needed.
func (m *Model) Screen(rule *Rule, recent *History, at int) []int {
	return m.Screens([]Look{{rule, at}}, recent)[0]
}

// Look is a rule at the window that ends at an hour.
type Look struct {
	Rule *Rule
	At   int
}

// Screens are the outcomes of Screen for several looks, with one reading of the
// profiles.
func (m *Model) Screens(looks []Look, recent *History) [][]int {
	screens := make([][]screen, len(looks))
	for k, look := range looks {
		for _, side := range look.Rule.sides() {
			if f := m.fleet(side); f != nil {
				screens[k] = append(screens[k], screen{m: m, rule: side, fleet: f, recent: recent, at: look.At})
			}
		}
	}
	suspects := make([][]int, len(looks))
	var p Profile
	for i := range recent.Entities {
		e := &recent.Entities[i]
		known := (*Profile)(nil)
		if data := m.profiles[e.Key()]; data != nil {
			data.into(&p)
			known = &p
		}
		for k := range screens {
			if slices.ContainsFunc(screens[k], func(s screen) bool { return s.suspects(e, known) }) {
				suspects[k] = append(suspects[k], i)
			}
		}
	}
	return suspects
}

// Tops says whether the rule looks at the largest five minutes of hours.
func (r *Rule) Tops() bool { return r.kind() == answersKind || r.open() }

type screen struct {
	m      *Model
	rule   *Rule
	fleet  *Fleet
	recent *History
	at     int
}

// slack allows for the rounding of profiles.
const slack = 0.995

func (s *screen) suspects(e *Entity, p *Profile) bool {
	if s.rule.newcomer(p) {
		_, ok := s.m.newcomerAt(s.rule, s.fleet, e, s.at)
		return ok
	}
	if p == nil {
		return false
	}
	if s.recent.Start.Add(time.Duration(s.at)*time.Hour).Unix()/3600-int64(p.first) < int64(s.rule.MinHistory/time.Hour) {
		return false
	}
	switch s.rule.kind() {
	case swapKind:
		return s.at >= s.rule.hours() && p.stranger(s.rule, e, s.recent, s.at) != nil
	case newsKind:
		return s.news(e, p)
	case hoursKind:
		return s.strays(e, p)
	case silenceKind:
		return s.silent(e, p)
	case failureKind:
		return s.sum(e, Errors) >= s.rule.MinAbsolute*keepOpen
	case rareKind:
		return s.rarely(e, p)
	case mixKind:
		return s.shifts(e, p)
	case unlistedKind:
		return e.Allowed != nil && s.sum(e, Requests) >= s.rule.MinAbsolute*keepOpen
	case enumerationKind:
		return s.enumerates(e)
	case answersKind:
		return s.more(e, p)
	case driftKind:
		return s.drifts(e, p)
	case growthKind:
		return s.growing(e, p)
	}
	return s.exceeds(e, p)
}

// sum of a measure over the window.
func (s *screen) sum(e *Entity, measure string) float64 {
	total := 0.0
	for h := max(0, s.at-s.rule.hours()); h < s.at; h++ {
		total += e.At(e.figures(measure), h)
	}
	return total
}

// exceeds says whether an amount is so much larger than usual that it may matter.
func (s *screen) exceeds(e *Entity, p *Profile) bool {
	u, id, figures := p.usualOf(s.rule), s.fleet.Rule, e.figures(s.rule.series())
	if u == nil {
		return false
	}
	least, threshold := keepOpen*math.Log(s.rule.MinRatio), 0.0
	for _, x := range p.tails {
		hours := max(int(x.hours), 1)
		if x.rule != id || s.at < hours {
			continue
		}
		y := 0.0
		for h := s.at - hours; h < s.at; h++ {
			y += e.At(figures, h)
		}
		base := slack * u.base(&x, int(e.Calendar.slot[s.at-1]))
		log := s.rule.logExcess(y, base, slack*expand(u.peak))
		if y-base < s.rule.MinAbsolute*keepOpen || log < least {
			continue
		}
		if s.rule.parts() && y-base >= s.rule.MinAbsolute*slack && log >= least/keepOpen*slack {
			return true // one of its endpoints may tell
		}
		if threshold == 0 {
			threshold = s.m.threshold(s.rule, s.fleet, e, p)
		}
		if x.excess().evidence(log) >= keepOpen*threshold*slack {
			return true
		}
	}
	return false
}

// base is what a window that ends in a slot usually holds (season.bases).
func (u *usual) base(x *tail, slot int) float64 {
	if x.hours <= 1 {
		return expand(u.mean[slot])
	}
	before, _ := neighbours(slot)
	return expand(u.mean[slot]) + expand(u.mean[before])
}

// silent says whether an hour is missing that it never misses, or nothing has been done
// since one was.
func (s *screen) silent(e *Entity, p *Profile) bool {
	u, figures := p.usualOf(s.rule), e.figures(s.rule.series())
	if u == nil {
		return false
	}
	missing := func(hour int) bool {
		return e.At(figures, hour)*s.rule.MinRatio*slack <= expand(u.shrunk[e.Calendar.slot[hour]])
	}
	lost := func(hour int) bool { return s.recent.lost(e.Tenant, hour) }
	if p.always(e.Calendar.slot[s.at-1]) && !lost(s.at-1) {
		return missing(s.at - 1)
	}
	busy := func(hour int) bool { return !p.always(e.Calendar.slot[hour]) && e.At(figures, hour) > 0 }
	since, silent := silentSince(e.Calendar, s.at-1, p.always, busy, lost)
	return silent && missing(since)
}

// more says whether an amount is so much larger than usual that it may matter.
func (s *screen) more(e *Entity, p *Profile) bool {
	u := p.usualOf(s.rule)
	if u == nil {
		return false
	}
	y, base := e.At(e.figures(s.rule.series()), s.at-1), expand(u.mean[e.Calendar.slot[s.at-1]])
	soft := s.rule.MinAbsolute / 4
	least := math.Pow(s.rule.MinRatio, keepOpen)
	return y-base*slack >= s.rule.MinAbsolute*keepOpen && (y+soft) >= least*slack*(base*slack+soft)
}

// strays says whether it was active at a quiet hour.
func (s *screen) strays(e *Entity, p *Profile) bool {
	h := s.at - 1
	return e.At(e.Requests, h) >= activeFloor && float64(p.rates[e.Calendar.slot[h]])/math.MaxUint8 < quietRate
}

// enumerates says whether an hour of the window has so many tries that they may
// matter, however few are usual: objects or refusals of an endpoint, or endpoints.
func (s *screen) enumerates(e *Entity) bool {
	from, least := max(0, s.at-s.rule.hours()), s.rule.MinAbsolute*keepOpen
	for i := range e.Endpoints {
		ep := &e.Endpoints[i]
		first, last := ep.within(from, s.at)
		for _, figures := range [][]float32{ep.IDs, ep.Errors} {
			for _, n := range figures[min(first, len(figures)):min(last, len(figures))] {
				if float64(n) >= least {
					return true
				}
			}
		}
	}
	if float64(len(e.Endpoints)) < least {
		return false
	}
	for hour := from; hour < s.at; hour++ {
		n := 0.0
		for i := range e.Endpoints {
			if first, last := e.Endpoints[i].within(hour, hour+1); last > first {
				n++
			}
		}
		if n >= least {
			return true
		}
	}
	return false
}

// news says whether it called an endpoint that it never did before.
func (s *screen) news(e *Entity, p *Profile) bool {
	from := max(0, s.at-s.rule.hours())
	for i := range e.Endpoints {
		ep := &e.Endpoints[i]
		if ep.First >= s.at || len(ep.Hours) == 0 || ep.First+s.rule.hours() < 0 {
			continue
		}
		if first, ok := p.firstCall(ep.Name); !ok || int(int64(first)-s.recent.Start.Unix()/3600) >= from {
			if calls, _ := ep.Within(from, s.at); calls > 0 {
				return true
			}
		}
	}
	return false
}
