package detect

import (
	"cmp"
	"math"
	"slices"
)

// usualMix is a mix as a profile keeps it: the mixKept endpoints with the largest
// shares, and the rest as one. A screen by it is exact for an entity without a rest,
// else it assumes the worst of it.
type usualMix struct {
	lookback uint8 // days
	over     float32
	rest     [2]float32 // by kind of day: the share of the others; 0 = none
	parts    []mixPart  // by hash
}

type mixPart struct {
	hash  uint32
	share [2]float32 // by kind of day
}

const (
	mixKept = 32
	mixNear = 1e-4 // calls: closer to mixPooled than this, rounding decides
)

// keep is the form of a mix of these endpoints that a profile keeps.
func (m *mix) keep(endpoints []Endpoint, rule *Rule) usualMix {
	u := usualMix{lookback: uint8(rule.lookbackDays()), over: float32(m.over)}
	for i := range endpoints {
		part := mixPart{hash: hash(endpoints[i].Name)}
		for k := range part.share {
			part.share[k] = float32(m.usual[k][i] / m.total[k])
		}
		if max(part.share[0], part.share[1]) > 0 {
			u.parts = append(u.parts, part)
		}
	}
	slices.SortFunc(u.parts, func(a, b mixPart) int {
		return cmp.Or(cmp.Compare(max(b.share[0], b.share[1]), max(a.share[0], a.share[1])), cmp.Compare(a.hash, b.hash))
	})
	for _, part := range u.parts[min(mixKept, len(u.parts)):] {
		u.rest[0] += part.share[0]
		u.rest[1] += part.share[1]
	}
	u.parts = slices.Clip(u.parts[:min(mixKept, len(u.parts))])
	slices.SortFunc(u.parts, func(a, b mixPart) int { return cmp.Compare(a.hash, b.hash) })
	return u
}

func (p *Profile) mixOf(rule *Rule) *usualMix {
	for i := range p.mixes {
		if int(p.mixes[i].lookback) == rule.lookbackDays() {
			return &p.mixes[i]
		}
	}
	return nil
}

// shifts says whether calls spread so differently from usual that it may matter
// (mixAt).
func (s *screen) shifts(e *Entity, p *Profile) bool {
	from := s.at - s.rule.hours()
	if from < 0 { // recent does not reach as far as the window
		return s.sum(e, Requests) >= s.rule.MinAbsolute*keepOpen
	}
	u := p.mixOf(s.rule)
	if u == nil {
		return false
	}
	d := u.spread(e, from, s.at)
	if d.total <= 0 || d.total < s.rule.MinAbsolute*slack {
		return false
	}
	x := u.against(&d, int(e.Calendar.slot[(from+s.at)/2])/slotsPerDay)
	if x.jsd < mixLeast*keepOpen*slack || x.moved < s.rule.MinAbsolute*keepOpen*slack {
		return false
	}
	evidence := max(1, -chiSquareLogTail(x.g/float64(u.over), x.df)/math.Ln10)
	return x.unsure || evidence >= keepOpen*slack*s.m.threshold(s.rule, s.fleet, e, p)
}

// spreadCalls are the calls of a window over the parts of a usual mix.
type spreadCalls struct {
	parts         [mixKept]float64
	others, total float64
}

func (u *usualMix) spread(e *Entity, from, to int) spreadCalls {
	var d spreadCalls
	for i := range e.Endpoints {
		calls, _ := e.Endpoints[i].Within(from, to)
		if calls <= 0 {
			continue
		}
		d.total += calls
		at, ok := slices.BinarySearchFunc(u.parts, hash(e.Endpoints[i].Name), func(part mixPart, h uint32) int { return cmp.Compare(part.hash, h) })
		if ok && at < mixKept {
			d.parts[at] += calls
		} else {
			d.others += calls
		}
	}
	return d
}

// mixShift bounds what mix.against says: g, jsd and moved are no smaller, df no
// larger.
type mixShift struct {
	g, df, jsd, moved float64
	unsure            bool
}

// against is mix.against. Of the rest it assumes that nothing of it was called, and
// that what was called instead was expected no more than a pooled row may be.
func (u *usualMix) against(d *spreadCalls, kind int) mixShift {
	rest := float64(u.rest[kind])
	x := mixShift{jsd: (d.others/d.total + rest) / 2, moved: d.others}
	pooledO, pooledE, rows := d.others, 0.0, 0.0
	for i := range u.parts[:min(mixKept, len(u.parts))] {
		o, share := d.parts[i], float64(u.parts[i].share[kind])
		x.jsd += 0.5 * (divergence(o/d.total, share) + divergence(share, o/d.total))
		e := share * d.total
		x.moved += max(0, o-e)
		x.unsure = x.unsure || math.Abs(e-mixPooled) < mixNear
		if e >= mixPooled {
			x.g += 2 * term(o, e)
			rows++
		} else {
			pooledO, pooledE = pooledO+o, pooledE+e
		}
	}
	least := max(pooledE, 0.5)
	if rest > 0 {
		least = min(least, mixPooled)
	}
	if pooledO > 0 || pooledE > 0 || rest > 0 {
		x.g += 2 * term(pooledO, least)
		rows++
	}
	x.df = max(rows-1, 1)
	return x
}
