package detect

import (
	"math"
	"math/bits"
	"time"
)

// rarely says whether it called an endpoint that it hardly ever uses (rareAt). The
// profile knows the days of use, and a bound of what a usual hour is; where it does
// not reach as far as the window, all that call enough are suspects.
func (s *screen) rarely(e *Entity, p *Profile) bool {
	day := int(s.m.Day.Sub(s.recent.Start) / time.Hour)
	from := s.at - s.rule.hours()
	if from < 0 || from > day || from <= day-slotsPerDay {
		return s.sum(e, Requests) >= s.rule.MinAbsolute*keepOpen
	}
	least := math.Inf(1)
	for i := range e.Endpoints {
		ep := &e.Endpoints[i]
		calls, _ := ep.Within(from, s.at)
		if calls > 0 && calls >= s.rule.MinAbsolute*keepOpen {
			least = min(least, s.rarity(ep, p, from, day))
		}
	}
	if math.IsInf(least, 1) {
		return false
	}
	logP := least + math.Log(p.familiar(s.unixHour(from), daysMask(s.rule)))
	evidence := 1 - min(0, logP)/math.Ln10
	return evidence >= keepOpen*slack*s.m.threshold(s.rule, s.fleet, e, p)
}

// rarity is the least that ln p of an endpoint in the window from hour from on can
// be; +Inf of one that is new, or used often.
func (s *screen) rarity(ep *Endpoint, p *Profile, from, day int) float64 {
	var known endpoint
	name := hash(ep.Name)
	i, ok := p.find(name)
	if ok {
		known = p.endpoints[i]
	}
	if ep.First >= from && (!ok || known.first >= s.unixHour(from)) {
		return math.Inf(1)
	}
	used := known.used & daysMask(s.rule)
	if calls, _ := ep.Within(from, day); calls > 0 {
		used &^= 1 // what it did yesterday may be part of the window
	}
	days := min(float64(s.unixHour(from)-p.first)/slotsPerDay, float64(s.rule.lookbackDays()))
	share := (float64(bits.OnesCount32(used)) + rareWeight*s.m.peers()[p.peer].share(name)) / (days + rareWeight)
	if share*slack >= rareShare {
		return math.Inf(1)
	}
	return math.Log(share*slack) + s.fleet.intensity.logTail(ep.busiest(from, s.at)/(float64(p.modest)*slack))
}

// unixHour of an hour of recent.
func (s *screen) unixHour(hour int) int32 { return int32(s.recent.Start.Unix()/3600 + int64(hour)) }

// familiar is how many endpoints were first called before an hour and used in the
// days of a mask; at least one.
func (p *Profile) familiar(before int32, days uint32) float64 {
	n := 0
	for _, e := range p.endpoints {
		if e.first < before && e.used&days != 0 {
			n++
		}
	}
	return float64(max(n, 1))
}

// daysMask are the bits of endpoint.used in a rule's lookback.
func daysMask(rule *Rule) uint32 { return uint32(1)<<rule.lookbackDays() - 1 }

// usedDays are the UTC days of [since, day) on which it was used: bit 0 is the last of
// them, bit 31 the earliest that is held.
func (ep *Endpoint) usedDays(since, day int) uint32 {
	used := uint32(0)
	first, last := ep.within(max(since, day-32)*slotsPerDay, day*slotsPerDay)
	for _, h := range ep.Hours[first:last] {
		used |= 1 << (day - 1 - int(h)/slotsPerDay)
	}
	return used
}

// modestHour is the least of the usual active hours (typicalHour) before the hours of
// the day that ends at to.
func (e *Entity) modestHour(to int) float64 {
	least := math.Inf(1)
	for before := to - slotsPerDay + 1; before <= to; before++ {
		least = min(least, e.typicalHour(before))
	}
	return least
}
