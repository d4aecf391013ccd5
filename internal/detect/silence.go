package detect

import "math"

// Silence: nothing, or next to nothing, from one that always runs.
//
// Only the slots count in which the entity is active on nine days of ten. How often
// it still missed such an hour is pooled over its slots, and each slot adds what is
// its own; the first missed hour has that probability, each further one ρ, as what
// stopped likely stays stopped: p = min π · ρ^(m−1). What it was expected to do in
// the meantime must reach the rule's minimum. Hours in between in which it need not be
// active say nothing, but the silence goes on in them: it is told once.

const (
	alwaysRate   = 0.9  // of the days: such a slot is always used
	missWeight   = 10.0 // of the entity's pooled rate, in days
	silenceRho   = 0.4  // ρ
	silenceHours = 48   // looked back at most
	lostHours    = 24   // of which it is known whether telemetry failed: what is recent always holds them
)

// missed is how often the entity misses an hour of a slot that it always uses.
func (a *activity) missed(slot int) float64 {
	own := 1 - min(a.rate[slot], 1)
	days := a.days[slot]
	return (days*own + missWeight*a.miss) / (days + missWeight)
}

// silenceAt scores the run of silent hours that ends with h. The effect (Ratio) is
// −log10 p.
func silenceAt(v *view, b *baseline, h int, rule *Rule) (Candidate, bool) {
	series, slots := v.series(rule.series()), v.Calendar.slot
	c := Candidate{Direction: Down, From: h, To: h + 1, Days: b.season.days, Buckets: b.season.hours}
	hours, rarest := 0.0, 1.0
	for i := h; i > h-silenceHours && i >= b.from && !v.Calendar.expects(i, UnusualSilence); i-- {
		if i > h-lostHours && series[i] == 0 && v.wasLost(i) {
			continue
		}
		s := slots[i]
		usual := b.season.slots[s].shrunk
		if b.activity.rate[s] >= alwaysRate && usual > 0 {
			if series[i]*rule.MinRatio > usual {
				break
			}
			hours++
			rarest = min(rarest, b.activity.missed(int(s)))
			c.From = i
		} else if series[i] > 0 {
			break
		}
		c.Observed += series[i]
		c.Expected += usual
	}
	if hours == 0 {
		return c, false
	}
	c.Lower, c.Upper = b.season.rangeOf(int(slots[h]))
	c.LogP = math.Log(rarest) + (hours-1)*math.Log(silenceRho)
	c.Ratio = max(1, -c.LogP/math.Ln10)
	c.Strength = (c.Expected - c.Observed) / rule.MinAbsolute
	return c, c.Strength > 0
}
