package detect

import (
	"math"
	"slices"
)

// Excess: how unusual is it for this entity to exceed what its slots usually hold?
//
// Entities differ: for a heartbeat twice the usual never happens, for a person's tool
// every week. So the ratio of observed to usual is not compared between entities, its
// rarity is. The tail of the entity's own past ratios over windows of the same length
// is exponential in their logarithm, a power law in the ratio itself, as Hill's
// estimator has it: P(X > x) = s·exp(−(x−u)/ξ) beyond the quantile u that s of them
// exceed. ξ is shrunk to what an entity may be expected to have, more so as
// overlapping windows say the same.
//
// However steady an entity was, now and then it is changed: more users, another
// schedule, a resynchronisation. That has a tail of its own, the same for all, which
// is added: c·exp(−x/ξ₀).

const (
	excessShare  = 0.1   // s
	excessXi     = 0.2   // of one hour where little is known; longer windows wander less
	excessWeight = 4.0   // and the independent exceedances that stand for it
	excessLeast  = 0.03  // smallest ξ
	excessCut    = 4.0   // times the median exceedance: one incident makes no tail
	changeShare  = 0.004 // c
	changeXi     = 0.2   // ξ₀
	lastingXi    = 0.15  // the same of windows beyond two hours
	peakSoft     = 0.3   // of the busiest hour
	spreadPart   = 0.6   // of the ln ratio that must be left without the largest hours
	excessYoung  = 20    // fewer active windows than this say little about u
)

// excess is the tail of the ln ratios of windows of some hours.
type excess struct {
	hours  int
	bases  *[slotCount]float64 // what a window that ends in a slot usually holds
	u, xi  float64
	spread float64 // season.spread, once it was asked for
}

// windows are the lengths that a rule looks at.
func (r *Rule) windows() []int {
	switch h := r.hours(); {
	case r.open():
		return []int{1}
	case h == 1:
		return []int{1, 2}
	default:
		return []int{max(2, h/4), max(2, h/2), h}
	}
}

// bases are what windows of some hours that end in each slot usually hold. For an
// hour or two it is the slots' yardsticks, so that a shifted clock is no excess. For
// longer ones it is the largest such window of the entity's day, as a batch that
// slips by some hours is none either.
func (p *season) bases(hours int) *[slotCount]float64 {
	var all [slotCount]float64
	if hours <= 2 {
		for s := range all {
			before, _ := neighbours(s)
			all[s] = p.yardstick(s) + float64(hours-1)*p.yardstick(before)
		}
		return &all
	}
	largest := 0.0
	for kind := 0; kind < slotCount; kind += slotsPerDay {
		sum := 0.0
		for i := range slotsPerDay + hours {
			sum += p.slots[kind+i%slotsPerDay].shrunk
			if i >= hours {
				sum -= p.slots[kind+(i-hours)%slotsPerDay].shrunk
			}
			largest = max(largest, sum)
		}
	}
	for s := range all {
		all[s] = largest
	}
	return &all
}

// logExcess is the ln of an amount of some hours over what is usual, small ones
// softened: by the rule's minimum, and single hours by a part of the entity's
// busiest, as hours in which it does little differ most.
func (r *Rule) logExcess(hours int, observed, usual, peak float64) float64 {
	soft := r.soft(hours, peak)
	return math.Log((observed + soft) / (usual + soft))
}

func (r *Rule) soft(hours int, peak float64) float64 {
	if hours > 2 {
		return r.MinAbsolute / 4
	}
	return r.MinAbsolute/4 + peakSoft*peak
}

// excess over windows of so many hours in [from, to).
func (v *view) excess(p *season, series []float64, hours, from, to int, rule *Rule) excess {
	bases := p.bases(hours)
	logs := v.builder.scratch[:0]
	observed := 0.0
	for h := from; h < to; h++ {
		observed += series[h]
		if before := h - hours; before >= from {
			observed -= series[before]
		}
		if h-from+1 >= hours && observed > 0.5 && !v.Calendar.masked(h) {
			logs = append(logs, rule.logExcess(hours, observed, bases[v.Calendar.slot[h]], p.peak))
		}
	}
	v.builder.scratch = logs
	x := tailOf(logs, hours)
	x.bases = bases
	return x
}

// tailOf the ln ratios, which it reorders.
func tailOf(logs []float64, hours int) excess {
	prior := excessXi / math.Cbrt(float64(hours))
	x := excess{hours: hours, xi: 2 * prior}
	n := len(logs)
	if n < excessYoung {
		return x
	}
	u := quantileOf(logs, 1-excessShare)
	x.u = max(u, 0)
	beyond := logs[:0:0]
	for _, l := range logs {
		if l > x.u {
			beyond = append(beyond, l-x.u)
		}
	}
	sum, k := 0.0, float64(len(beyond))/float64(hours)
	if cut := excessCut * quantileOf(beyond, 0.5); len(beyond) > 0 {
		for _, b := range beyond {
			sum += min(b, cut)
		}
		sum /= float64(len(beyond))
	}
	x.xi = max((k*sum+excessWeight*prior)/(k+excessWeight), excessLeast)
	return x
}

// evidence is −log10 P of a ln ratio.
func (x excess) evidence(log float64) float64 {
	own := excessShare * math.Exp(-max(log-x.u, 0)/x.xi)
	change := changeXi
	if x.hours > 2 {
		change = lastingXi
	}
	return -math.Log10(own + changeShare*math.Exp(-max(log, 0)/change))
}

// excessAt scores the windows that end at hour at: the strongest of them. The effect
// is the evidence.
func excessAt(v *view, b *baseline, at int, rule *Rule) (Candidate, bool) {
	series, best := v.series(rule.series()), Candidate{}
	for i := range b.excesses {
		if c := b.excesses[i].at(v, b, series, at, rule); c.Strength > 0 && (best.Strength < 1 && c.Strength > best.Strength || c.Strength >= 1 && c.Ratio > best.Ratio) {
			best = c
		}
	}
	return best, best.Strength >= keepOpen
}

// at scores one window.
func (x *excess) at(v *view, b *baseline, series []float64, at int, rule *Rule) Candidate {
	c := Candidate{From: at - x.hours, To: at, Days: b.season.days, Buckets: b.season.hours}
	if c.From < 0 {
		return c
	}
	for _, y := range series[c.From:at] {
		c.Observed += y
	}
	usual := x.bases[v.Calendar.slot[at-1]]
	log := rule.logExcess(x.hours, c.Observed, usual, b.season.peak)
	c.Strength = min((c.Observed-usual)/rule.MinAbsolute, log/math.Log(rule.MinRatio))
	if c.Strength < keepOpen {
		return c
	}
	c.Ratio, c.LogP = x.evidence(log), -x.evidence(log)*math.Ln10
	for h := c.From; h < at; h++ {
		slot := int(v.Calendar.slot[h])
		lower, upper := b.season.rangeOf(slot)
		c.Expected += b.season.slots[slot].shrunk
		c.Lower, c.Upper = c.Lower+lower, c.Upper+upper
	}
	switch {
	case x.hours > 2: // what comes in a few hours is no drip
		if x.spread == 0 {
			x.spread = b.season.spread(x.hours)
		}
		spread := rule.logExcess(x.hours, without(series[c.From:at], x.hours/4), x.spread, 0)
		c.Strength = min(c.Strength, spread/(spreadPart*math.Log(rule.MinRatio)))
	case x.hours == 1 && rule.kind() == countKind:
		c.LogP = NegBinomLogTail(c.Observed, max(c.Expected, 1e-3), b.season.slots[v.Calendar.slot[at-1]].size())
		c.Strength = min(c.Strength, c.LogP/countLogP)
	}
	return c
}

// without is the sum of amounts without the largest n of them.
func without(amounts []float64, n int) float64 {
	sorted := slices.Sorted(slices.Values(amounts))
	sum := 0.0
	for _, a := range sorted[:max(0, len(sorted)-n)] {
		sum += a
	}
	return sum
}

// spread is without, of the largest window of so many hours that the entity's day
// usually has.
func (p *season) spread(hours int) float64 {
	most, window := 0.0, make([]float64, hours)
	for kind := 0; kind < slotCount; kind += slotsPerDay {
		for first := range slotsPerDay {
			for i := range window {
				window[i] = p.slots[kind+(first+i)%slotsPerDay].shrunk
			}
			most = max(most, without(window, hours/4))
		}
	}
	return most
}
