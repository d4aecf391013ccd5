package detect

import (
	"math"
	"slices"
)

// Drift: windows of 6, 12 and 24 hours that hold more than they should, though no
// hour of them stands out.
//
// What such a window should hold is the sum of its slots, times the entity's level:
// the median of the last week's days over what their slots foresee, so that growth and
// a change of level are no drift for long. A window an hour earlier or later, and the
// other kind of day, are allowed for.
//
// How far windows of an entity usually depart from that is its own: σ of the ln ratio
// over the lookback, cut at the 98th percentile so that an old incident does not count,
// and shrunk to what an entity may be expected to have, which stands for a few windows.
// A departure follows a predictive Student-t with as many degrees of freedom as there are
// windows that do not overlap.
//
// The evidence is a ratio of likelihoods: how much better the window fits an entity that
// does about a quarter more than the rule's minimum, or whatever is beyond that, than one
// that does as usual. At the same number of false alerts no other test finds more (Neyman and
// Pearson 1933, Philos. Trans. R. Soc. A 231, 289–337): how rare a departure is would ask
// the same of the restless, who seldom show a drip, as of the steady, who always do.
//
// Six hours are looked at four times as often as a day is, and their tail is heavier than
// a t has it: what is as usual weighs more there, which also shares the budget among the
// lengths. A short window tells a drip sooner, a day tells it from what is merely
// restless. However steady an entity was, now and then it is changed; that tail is the
// same for all, and added: c·exp(−x/ξ).
//
// A few hours with much are no drift: what is rated is the smaller of the ratio of the
// window, and that of the window without its largest quarter of hours. A session of a
// person or a cascade of events fills an hour or two, a drip fills them all. What an
// entity that works in batches does is no drift at all: a larger batch is longer.

const (
	driftSoft    = 1.0 / 3 // of the rule's minimum, added to both sides of a ratio
	driftSpread  = 0.6     // of the ln ratio that must be left without the largest hours
	driftWeight  = 4.0     // windows that stand for the prior σ
	driftFreedom = 2.0     // degrees of freedom without any window
	driftCut     = 0.98
	driftChange  = 0.001 // c
	driftXi      = 0.3   // ξ
	driftOften   = 1.2   // exponent of how often short windows are looked at, and of their heavy tail
	driftMore    = 1.25  // of the rule's minimum: what a drip does, give or take driftDay, or more
	driftScale   = 2     // of evidence; the first was one of rarity

	levelDays   = 7   // whose median is the level
	levelReach  = 12  // days back to find them
	levelBusy   = 0.3 // of a usual day: quieter ones say nothing
	levelWeight = 1.0 // of no change of level, in days
)

// driftDay is σ of a day where little is known; shorter windows differ more.
const driftDay = 0.2

// drift is how windows of some hours depart from their slots.
type drift struct {
	hours   int
	level   float64 // ln of what the last days were over their slots
	sigma   float64
	freedom float64 // whole
}

// driftWindows are the lengths that a rule of many hours looks at.
func (r *Rule) driftWindows() []int {
	h := r.hours()
	return slices.Compact([]int{max(3, h/4), max(3, h/2), h})
}

// softened is the ln ratio of two amounts, small ones softened.
func (r *Rule) softened(observed, usual float64) float64 {
	soft := r.MinAbsolute * driftSoft
	return math.Log((observed + soft) / (usual + soft))
}

// drifts of an entity's windows in [from, to); none where they say nothing.
func (v *view) drifts(p *season, series []float64, from, to int, rule *Rule) []drift {
	if p.concentrated() {
		return nil
	}
	observed, usual := v.sums(p, series, from, to)
	ratio := func(hours, end int) float64 {
		return rule.softened(observed[end]-observed[end-hours], usual[end]-usual[end-hours])
	}
	n := to - from
	levels := make([]float64, 0, n/slotsPerDay+1) // at the end of the lookback, a day before, …
	for end := n; end >= 0; end -= slotsPerDay {
		levels = append(levels, levelAt(usual, end, ratio))
	}
	var all []drift
	for _, hours := range rule.driftWindows() {
		step := max(1, hours/6)
		departs := v.builder.scratch[:0]
		for end := max(hours, 3*slotsPerDay); end <= n; end += step {
			if usual[end]-usual[end-hours] < rule.MinAbsolute*driftSoft {
				continue
			}
			if day := (n-end)/slotsPerDay + 1; day < len(levels) {
				departs = append(departs, math.Abs(ratio(hours, end)-levels[day]))
			}
		}
		v.builder.scratch = departs
		d := driftOf(departs, hours, step)
		d.level = levels[0]
		all = append(all, d)
	}
	return all
}

// driftOf windows of some hours, one each step, by how far they depart, which it
// reorders.
func driftOf(departs []float64, hours, step int) drift {
	squares, cut := 0.0, quantileOf(departs, driftCut)
	for _, d := range departs {
		squares += min(d, cut) * min(d, cut)
	}
	windows := float64(len(departs)*step) / float64(hours)
	prior := driftDay * math.Pow(float64(slotsPerDay)/float64(hours), 0.4)
	mean := squares / float64(max(len(departs), 1))
	return drift{
		hours: hours, freedom: math.Round(driftFreedom + windows),
		sigma: math.Sqrt((windows*mean + driftWeight*prior*prior) / (windows + driftWeight)),
	}
}

// sums of what was observed and what the slots foresee, up to each hour of [from, to).
// Hours in which unusual things were expected are in neither. What the slots borrow from
// others is left out here: it would make every idle weekend a departure.
func (v *view) sums(p *season, series []float64, from, to int) (observed, usual []float64) {
	observed, usual = make([]float64, to-from+1), make([]float64, to-from+1)
	for h := from; h < to; h++ {
		i := h - from
		observed[i+1], usual[i+1] = observed[i], usual[i]
		if !v.Calendar.special(h) {
			observed[i+1] += series[h]
			usual[i+1] += p.slots[v.Calendar.slot[h]].mean
		}
	}
	return observed, usual
}

// levelAt is the median ln ratio of the last busy days before an hour.
func levelAt(usual []float64, before int, ratio func(hours, end int) float64) float64 {
	least := levelBusy * usual[len(usual)-1] / float64(len(usual)-1) * slotsPerDay
	var days []float64
	for end := before; end >= slotsPerDay && before-end < levelReach*slotsPerDay && len(days) < levelDays; end -= slotsPerDay {
		if usual[end]-usual[end-slotsPerDay] >= least {
			days = append(days, ratio(slotsPerDay, end))
		}
	}
	slices.Sort(days)
	n := float64(len(days))
	return median(days) * n / (n + levelWeight)
}

// evidence is log10 of how much likelier a ln ratio beyond the level is of a drip than of
// what is usual.
func (d drift) evidence(rule *Rule, log float64) float64 {
	if log <= 0 {
		return 0
	}
	often := math.Sqrt(max(1, float64(slotsPerDay)/float64(d.hours))) // 1 of a day
	often = math.Pow(10, driftOften*(often-1))
	drip := studentShape(max(0, math.Log(driftMore*rule.MinRatio)-log)/max(d.sigma, driftDay), d.freedom)
	usual := studentShape(log/d.sigma, d.freedom) + driftChange*math.Exp(-log/driftXi)
	return max(0, math.Log10(drip/(often*usual)))
}

// foreseen is what slots hold together, at most: as they are, an hour earlier or
// later, or on the other kind of day, whichever is most.
func foreseen(slots []uint8, amount func(slot int) float64) float64 {
	plain, earlier, later, other := 0.0, 0.0, 0.0, 0.0
	for _, s := range slots {
		before, after := neighbours(int(s))
		own := amount(int(s))
		plain += own
		earlier += amount(before)
		later += amount(after)
		other += max(own, amount(otherDay(int(s))))
	}
	return max(plain, earlier, later, other)
}

// excessOf a window with these amounts over these slots: what is usual, and the ln ratio
// to that.
func (d drift) excessOf(rule *Rule, amounts []float64, slots []uint8, amount func(slot int) float64) (usual, log float64) {
	observed := 0.0
	for _, a := range amounts {
		observed += a
	}
	usual = foreseen(slots, amount) * math.Exp(d.level)
	return usual, rule.softened(observed, usual)
}

// spreadOf is the ln ratio without the largest hours.
func (d drift) spreadOf(rule *Rule, amounts []float64, slots []uint8, amount func(slot int) float64) float64 {
	each, largest := make([]float64, len(slots)), d.hours/4
	for i, s := range slots {
		each[i] = amount(int(s))
	}
	return rule.softened(without(amounts, largest), without(each, largest)*math.Exp(d.level))
}

// strength by size alone.
func (d drift) strength(rule *Rule, more, log, spread float64) float64 {
	least := math.Log(rule.MinRatio)
	return min(more/rule.MinAbsolute, log/least, spread/(driftSpread*least))
}

// driftAt scores the windows that end at hour at: the strongest of them. The effect
// is the evidence.
func driftAt(v *view, b *baseline, at int, rule *Rule) (Candidate, bool) {
	series, best := v.series(rule.series()), Candidate{}
	for _, d := range b.drifts {
		if c := d.at(v, b, series, at, rule); stronger(c, best) {
			best = c
		}
	}
	return best, best.Strength >= keepOpen
}

// stronger says whether a window is to be told rather than another: those that pass
// by size are compared by evidence.
func stronger(c, than Candidate) bool {
	return c.Strength > 0 && (than.Strength < 1 && c.Strength > than.Strength || c.Strength >= 1 && c.Ratio > than.Ratio)
}

func (d drift) at(v *view, b *baseline, series []float64, at int, rule *Rule) Candidate {
	c := Candidate{From: at - d.hours, To: at, Days: b.season.days, Buckets: b.season.hours}
	if c.From < 0 {
		return c
	}
	shrunk := func(s int) float64 { return b.season.slots[s].shrunk }
	amounts, slots := v.Calendar.judged(series[c.From:at], c.From, at, rule.unusual())
	usual, log := d.excessOf(rule, amounts, slots, shrunk)
	for _, y := range amounts {
		c.Observed += y
	}
	c.Expected = usual
	if c.Strength = d.strength(rule, c.Observed-usual, log, log); c.Strength < keepOpen {
		return c // most windows: the rest is not worth its time
	}
	for _, s := range slots {
		lower, upper := b.season.rangeOf(int(s))
		c.Lower, c.Upper = c.Lower+lower, c.Upper+upper
	}
	spread := d.spreadOf(rule, amounts, slots, shrunk)
	c.Strength = d.strength(rule, c.Observed-usual, log, spread)
	c.Ratio = d.evidence(rule, min(log, spread))
	c.LogP = -c.Ratio * math.Ln10 // who does as usual reaches a ratio k once in k times, at most (Ville)
	return c
}

// drifts says whether a window of many hours holds so much that it may matter.
func (s *screen) drifts(e *Entity, p *Profile) bool {
	u, longest := p.usualOf(s.rule), min(s.rule.hours(), s.at)
	if u == nil || !slices.ContainsFunc(p.tails, func(x tail) bool { return x.rule == s.fleet.Rule }) {
		return false
	}
	amounts := make([]float64, longest)
	figures, total := e.figures(s.rule.series()), 0.0
	for i, first := 0, s.at-longest; i < longest; i++ {
		amounts[i] = e.At(figures, first+i)
		total += amounts[i]
	}
	if total < s.rule.MinAbsolute*keepOpen {
		return false
	}
	threshold := 0.0
	shrunk := func(slot int) float64 { return expand(u.shrunk[slot]) * slack }
	for i := range p.tails {
		d := p.tails[i].drift()
		if p.tails[i].rule != s.fleet.Rule || s.at < d.hours {
			continue
		}
		within, slots := e.Calendar.judged(amounts[longest-d.hours:], s.at-d.hours, s.at, s.rule.unusual())
		observed := 0.0
		for _, a := range within {
			observed += a
		}
		usual, log := d.excessOf(s.rule, within, slots, shrunk)
		if d.strength(s.rule, observed-usual, log, log) < keepOpen*slack {
			continue
		}
		spread := d.spreadOf(s.rule, within, slots, shrunk)
		if d.strength(s.rule, observed-usual, log, spread) < keepOpen*slack {
			continue
		}
		if threshold == 0 {
			threshold = s.m.threshold(s.rule, s.fleet, e, p)
		}
		if d.evidence(s.rule, min(log, spread)) >= keepOpen*threshold*slack {
			return true
		}
	}
	return false
}

// keep is the form of a drift that a profile keeps.
func (d drift) keep(rule *Rule) tail {
	return tail{rule.id(), uint8(d.hours), uint16(d.freedom), float32(d.level), float32(d.sigma)}
}

// drift that was kept.
func (x tail) drift() drift {
	return drift{hours: int(x.hours), level: float64(x.u), sigma: float64(x.xi), freedom: float64(x.free)}
}
