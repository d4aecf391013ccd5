package detect

import "math"

// Bytes: did an endpoint answer far more, again and again?
//
// The bytes of an hour are a sum of few answers of very different sizes, so that an
// unusual sum is most often one large download. Somebody who reads out what there is
// leaves two other traces at once: for an hour or two the entity answers much outside
// its largest five minutes, and it does so by far more calls of one endpoint. Each has
// its own rarity for this entity, the tail of its own past (excess.go), over the last two
// hours. What is calibrated is the sum of both, x = −log10 p₁ − log10 p₂, Fisher's
// statistic of combined tests (R. A. Fisher, Statistical Methods for Research Workers,
// 1925) in decimal logarithms; its fleet-wide tail comes from the replay, as the two are
// not independent.
//
// Who does more of everything, in a resynchronisation or in a busy hour, calls that
// endpoint more as well. By as much as the calls of all others exceed what is usual, those
// of the endpoint are taken for less.
//
// A single huge answer has neither trace. Its evidence is that of the whole sum, for
// which much more is asked.

const (
	answersScale = 3 // of evidence; the first was one of sizes, the second took all calls of an endpoint for its own
	answersHours = 2
	singleShare  = 0.7 // of the evidence, where one answer may explain the sum
)

// part is the rule for a part of what the entity does: smaller amounts are large there.
func (r *Rule) part() *Rule {
	p := *r
	p.MinAbsolute *= partLeast
	return &p
}

// callsOf is the rule for calls of an endpoint, where the rule itself is about bytes.
func (r *Rule) callsOf() *Rule {
	p := *r
	p.MinAbsolute = partCalls
	return &p
}

// answersAt scores the bytes of the hour before at.
func answersAt(v *view, b *baseline, at int, rule *Rule) (Candidate, bool) {
	p, h := b.season, at-1
	slot := int(v.Calendar.slot[h])
	y, base := v.series(BytesOut)[h], p.yardstick(slot)
	soft := rule.MinAbsolute / 4 // small amounts must not make large ratios
	log := math.Log((y + soft) / (base + soft))
	c := Candidate{
		Observed: y, Expected: p.slots[slot].shrunk, From: h, To: at, Days: p.days, Buckets: p.hours,
		Strength: min((y-base)/rule.MinAbsolute, log/math.Log(rule.MinRatio)),
	}
	if p.hours == 0 || c.Strength < keepOpen || at < answersHours {
		return c, false
	}
	c.Lower, c.Upper = p.rangeOf(slot)
	c.Ratio = v.answersEvidence(b, at, rule)
	c.LogP = -c.Ratio * math.Ln10
	return c, true
}

// answersEvidence is Fisher's statistic of the window that ends at hour at. What it rests
// on is built when it is first asked for: few hours are large enough.
func (v *view) answersEvidence(b *baseline, at int, rule *Rule) float64 {
	if b.spread == nil {
		b.excesses = v.excessesOf(b.season, b.from, b.to, rule)
		spread := v.season(spreadBytes, b.from, b.to, defaultDispersion)
		b.spread = &baseline{season: spread, excesses: []excess{v.excess(spread, v.series(spreadBytes), answersHours, b.from, b.to, rule.part())}}
	}
	single := 0.0
	for i := range b.excesses {
		_, _, log := b.excesses[i].log(v, b.season, v.series(BytesOut), at, rule)
		single = max(single, b.excesses[i].evidence(log))
	}
	_, _, log := b.spread.excesses[0].log(v, b.spread.season, v.series(spreadBytes), at, rule.part())
	both := b.spread.excesses[0].evidence(log)
	if k := v.largestPart(at-answersHours, at, b.from, b.to, Endpoint.bytesOf); k >= 0 {
		p := v.partOf(k, b.from, b.to, rule.callsOf())
		log := p.log(v, at, answersHours) - max(0, v.othersOf(k, b, at, answersHours))
		both += p.excesses[answersHours-1].evidence(log)
	}
	return max(both, singleShare*single)
}
