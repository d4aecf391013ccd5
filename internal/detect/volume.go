package detect

import "math"

// Volume: more than usual in the last hour or two. Three things must hold at once, and
// the weakest of them is the strength:
//
//   - effect: at least min_effect more, absolutely and as a ratio;
//   - significance: the count could not be chance, by the negative binomial of
//     the slot; for bytes, one large answer does not explain them (see answers.go);
//   - rarity: the evidence is beyond the calibrated threshold of the fleet, and
//     beyond what the entity itself did in the replayed days.

// countLogP is the significance, as ln p, that a count must have before its size matters.
var countLogP = math.Log(1e-4)

// quietShare of the entity's peak: below it a slot counts as quiet, and what is
// usual there is no yardstick for size.
const quietShare = 0.1

// aside is how much of what is usual an hour earlier or later is usual now: clocks
// shift and jobs start late.
const aside = 0.8

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
