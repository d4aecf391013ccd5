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
// exceed. Where amounts tie, as those of a heartbeat do, fewer exceed u than s; what then
// counts is how many did, (m+1)/(n+1/s) of n windows (peaks over a threshold, S. Coles, An
// Introduction to Statistical Modeling of Extreme Values, 2001, 4.3; one more is added for
// what was not seen yet). ξ is shrunk to what an entity may be expected to have, more so as
// overlapping windows say the same. What may be expected is itself shrunk to what the usual
// windows show, (u−median)/ln(½/s), which is ξ where the whole upper half is exponential: of
// one whose windows are all alike, many windows say what a few exceedances cannot.
//
// However steady an entity was, now and then it is changed: more users, another
// schedule, a resynchronisation. That has a tail of its own, the same for all, which
// is added: c·exp(−x/ξ₀). The hour that is still running is held to the tail of its
// largest five minutes farther out, as cascades of events have lighter tails than a power
// law there, and to fewer changes: twelve of them were seen each hour.

const (
	excessShare  = 0.1    // s
	excessXi     = 0.2    // of one hour where little is known; two wander less
	excessWeight = 4.0    // and the independent exceedances that stand for it
	excessLeast  = 0.03   // smallest ξ
	excessCut    = 4.0    // times the median exceedance: one incident makes no tail
	changeShare  = 0.004  // c
	changeXi     = 0.2    // ξ₀
	openShare    = 0.03   // s of the five minutes of an hour that is still running
	openChange   = 0.0005 // and c
	peakSoft     = 0.3    // of the busiest hour
	excessYoung  = 20     // fewer active windows than this say little about u
)

// excess is the tail of the ln ratios of windows of some hours.
type excess struct {
	hours int                 // 0: five minutes
	bases *[slotCount]float64 // what a window that ends in a slot usually holds
	share float64             // of the windows that exceed u
	u, xi float64
}

// span is the hours that the window touches.
func (x *excess) span() int { return max(x.hours, 1) }

// tails are s and c.
func (x *excess) tails() (own, change float64) {
	if x.hours == 0 {
		return openShare, openChange
	}
	return excessShare, changeShare
}

// windows are the lengths that a rule looks at.
func (r *Rule) windows() []int {
	if r.open() {
		return []int{0}
	}
	return []int{1, 2}
}

// bases are what windows of an hour or two that end in each slot usually hold: the
// slots' yardsticks, so that a shifted clock is no excess.
func (p *season) bases(hours int) *[slotCount]float64 {
	var all [slotCount]float64
	for s := range all {
		before, _ := neighbours(s)
		all[s] = p.yardstick(s) + float64(hours-1)*p.yardstick(before)
	}
	return &all
}

// logExcess is the ln of an amount of some hours over what is usual, small ones
// softened: by the rule's minimum, and by a part of the entity's busiest hour, as hours
// in which it does little differ most.
func (r *Rule) logExcess(observed, usual, peak float64) float64 {
	soft := r.MinAbsolute/4 + peakSoft*peak
	return math.Log((observed + soft) / (usual + soft))
}

// excess over windows of so many hours in [from, to).
func (v *view) excess(p *season, series []float64, length, from, to int, rule *Rule) excess {
	hours := max(length, 1)
	bases := p.bases(hours)
	logs := v.builder.scratch[:0]
	observed := 0.0
	for h := from; h < to; h++ {
		observed += series[h]
		if before := h - hours; before >= from {
			observed -= series[before]
		}
		if h-from+1 >= hours && observed > 0.5 && !v.Calendar.special(h) {
			logs = append(logs, rule.logExcess(observed, bases[v.Calendar.slot[h]], p.peak))
		}
	}
	v.builder.scratch = logs
	x := tailOf(logs, length)
	x.bases = bases
	return x
}

// tailOf the ln ratios, which it reorders.
func tailOf(logs []float64, hours int) excess {
	x := excess{hours: hours}
	x.share, _ = x.tails()
	span, prior := float64(x.span()), excessXi/math.Cbrt(float64(x.span()))
	x.xi = 2 * prior
	n := len(logs)
	if n < excessYoung {
		return x
	}
	share := x.share
	u := quantileOf(logs, 1-share)
	x.u = max(u, 0)
	shown := (u - quantileOf(logs, 0.5)) / math.Log(0.5/share)
	prior = shrunk(shown, share*float64(n)/span, prior)
	beyond := logs[:0:0]
	for _, l := range logs {
		if l > x.u {
			beyond = append(beyond, l-x.u)
		}
	}
	x.share = min(share, (float64(len(beyond))+1)/(float64(n)+1/share))
	sum, k := 0.0, float64(len(beyond))/span
	if cut := excessCut * quantileOf(beyond, 0.5); len(beyond) > 0 {
		for _, b := range beyond {
			sum += min(b, cut)
		}
		sum /= float64(len(beyond))
	}
	x.xi = max(shrunk(sum, k, prior), excessLeast)
	return x
}

// shrunk is what k independent observations say on average, shrunk to what is expected.
func shrunk(mean, k, expected float64) float64 {
	return (k*mean + excessWeight*expected) / (k + excessWeight)
}

// evidence is −log10 P of a ln ratio.
func (x excess) evidence(log float64) float64 {
	_, change := x.tails()
	own := x.share * math.Exp(-max(log-x.u, 0)/x.xi)
	return -math.Log10(own + change*math.Exp(-max(log, 0)/changeXi))
}

// excessAt scores the windows that end at hour at: the strongest of them. The effect
// is the evidence.
func excessAt(v *view, b *baseline, at int, rule *Rule) (Candidate, bool) {
	series, best := v.series(rule.series()), Candidate{}
	for i := range b.excesses {
		if c := b.excesses[i].at(v, b, series, at, rule); stronger(c, best) {
			best = c
		}
	}
	return best, best.Strength >= keepOpen
}

// log is what the window that ends at hour at holds, what it usually does, and the ln
// ratio of the two.
func (x *excess) log(v *view, p *season, series []float64, at int, rule *Rule) (observed, usual, log float64) {
	for _, y := range series[max(0, at-x.span()):at] {
		observed += y
	}
	usual = x.bases[v.Calendar.slot[at-1]]
	return observed, usual, rule.logExcess(observed, usual, p.peak)
}

// at scores one window.
func (x *excess) at(v *view, b *baseline, series []float64, at int, rule *Rule) Candidate {
	c := Candidate{From: at - x.span(), To: at, Days: b.season.days, Buckets: b.season.hours}
	if c.From < 0 || v.Calendar.expects(c.From, rule.unusual()) {
		return c
	}
	observed, usual, log := x.log(v, b.season, series, at, rule)
	c.Observed = observed
	c.Strength = min((observed-usual)/rule.MinAbsolute, log/math.Log(rule.MinRatio))
	if c.Strength < keepOpen {
		return c
	}
	for h := c.From; h < at; h++ {
		slot := int(v.Calendar.slot[h])
		lower, upper := b.season.rangeOf(slot)
		c.Expected += b.season.slots[slot].shrunk
		c.Lower, c.Upper = c.Lower+lower, c.Upper+upper
	}
	c.Ratio = x.evidence(log)
	if rule.parts() {
		c.Ratio *= wholeShare
		if c.Strength >= 1 {
			c.Ratio = max(c.Ratio, x.partEvidence(v, b, at, rule))
		}
	}
	c.LogP = -c.Ratio * math.Ln10
	if x.hours == 1 && rule.kind() == countKind && !rule.parts() {
		c.LogP = NegBinomLogTail(observed, max(c.Expected, 1e-3), b.season.slots[v.Calendar.slot[at-1]].size())
		c.Strength = min(c.Strength, c.LogP/countLogP)
	}
	return c
}

// partEvidence is that of the endpoint with the largest excess.
func (x *excess) partEvidence(v *view, b *baseline, at int, rule *Rule) float64 {
	k := v.largestPart(at-x.hours, at, b.from, b.to, Endpoint.callsOf)
	if k < 0 {
		return 0
	}
	p := v.partOf(k, b.from, b.to, rule.part())
	return p.excesses[x.hours-1].evidence(p.log(v, at, x.hours))
}

// parts says whether single endpoints are looked at as well: what they count is requests.
func (r *Rule) parts() bool { return r.kind() == countKind && r.Measure == Requests && !r.open() }

// without is the sum of amounts without the largest n of them.
func without(amounts []float64, n int) float64 {
	sorted := slices.Sorted(slices.Values(amounts))
	sum := 0.0
	for _, a := range sorted[:max(0, len(sorted)-n)] {
		sum += a
	}
	return sum
}
