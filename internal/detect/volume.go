package detect

import "math"

// Volume: more than usual in the last hour. Three things must hold at once, and
// the weakest of them is the strength:
//
//   - effect: at least min_effect more, absolutely and as a ratio;
//   - significance: the count could not be chance, by the negative binomial of
//     the slot; for bytes, one large answer does not explain them (see answers.go);
//   - rarity: the ratio is beyond the calibrated threshold of the fleet, and
//     beyond what the entity itself did in the replayed days.

// countLogP is the significance, as ln p, that a count must have before its size matters.
var countLogP = math.Log(1e-4)

// quietShare of the entity's peak: below it a slot counts as quiet, and what is
// usual there is no yardstick for size.
const quietShare = 0.1

// aside is how much of what is usual an hour earlier or later is usual now: clocks
// shift and jobs start late.
const aside = 0.8

// volumeAt scores one hour of an entity against its baseline.
func volumeAt(v *view, b *baseline, h int, rule *Rule) (Candidate, bool) {
	p := b.season
	slot := int(v.Calendar.slot[h])
	y, s := v.series(rule.series())[h], &p.slots[slot]
	base := p.yardstick(slot)
	if p.hours == 0 || y-base < rule.MinAbsolute*keepOpen {
		return Candidate{}, false
	}
	soft := rule.MinAbsolute / 4 // small amounts must not make large ratios
	ratio := (y + soft) / (base + soft)
	c := Candidate{
		Observed: y, Expected: s.shrunk, Ratio: ratio, From: h, To: h + 1, Days: p.days, Buckets: p.hours,
		Strength: min((y-base)/rule.MinAbsolute, math.Log(ratio)/math.Log(rule.MinRatio)),
	}
	if c.Strength < keepOpen {
		return Candidate{}, false
	}
	c.Lower, c.Upper = p.rangeOf(slot)
	c.LogP, c.Ratio = v.answersEvidence(b, h, rule)
	return c, c.Strength > 0
}

// yardstick is the size that a window is compared with. In a slot in which the
// entity is all but idle it is the other kind of day, else the busiest slot: being
// active at an unusual hour is for the hours family to say.
func (p *season) yardstick(slot int) float64 {
	before, after := neighbours(slot)
	base := max(p.slots[slot].mean, aside*p.slots[before].mean, aside*p.slots[after].mean)
	if base < quietShare*p.peak {
		base = p.near(slot)
	}
	if base < quietShare*p.peak {
		base = p.peak
	}
	return base
}
