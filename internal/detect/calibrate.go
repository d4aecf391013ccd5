package detect

import (
	"math"
	"slices"
)

// Threshold is what the size of an effect is compared with.
type Threshold struct {
	Fleet  float64   // for every entity
	Own    []float64 // by entity: what it did itself in the replay; 0 if nothing
	margin float64
	// Replayed is how many episodes of the replay reach Fleet, and Allowed how
	// many the budget lets through.
	Replayed int
	Allowed  float64
}

// Of returns the threshold of one entity.
func (t *Threshold) Of(entity int) float64 {
	if own := t.Own[entity]; own > 0 {
		return max(t.Fleet, own*t.margin)
	}
	return t.Fleet
}

// Calibrate sets the fleet's threshold so that a replay would have stayed within
// the alert budget. peaks holds, by entity, the largest effect (a ratio, > 1) of
// each of its replayed days on which one passed the gates. allowed is the number
// of episodes that the budget lets through in that time; it may be below 1.
//
// The tail of the effects is a power law: Hill's estimator (B. M. Hill, 1975) on
// the largest of them, P(X > x) = (k/n)(x/x₍k₎)^(−1/ξ), is cut at allowed, which
// also extrapolates beyond what was seen when the budget is below one episode.
// Each entity counts once, with its largest, and the very largest does not count:
// one incident in the history must not blind the fleet. The entity itself is held
// to its own maximum anyway.
func Calibrate(peaks [][]float64, limits Limits, allowed float64) Threshold {
	t := Threshold{Own: make([]float64, len(peaks)), Allowed: allowed, margin: limits.Margin}
	var tops []float64
	for i, days := range peaks {
		for _, x := range days {
			t.Own[i] = max(t.Own[i], x)
		}
		if t.Own[i] > 0 {
			tops = append(tops, t.Own[i])
		}
	}
	slices.Sort(tops)
	slices.Reverse(tops)
	t.Fleet = min(max(limits.Floor, hillQuantile(tops, allowed)), limits.Ceiling)
	for _, days := range peaks {
		for _, x := range days {
			if x >= t.Fleet {
				t.Replayed++
			}
		}
	}
	return t
}

const (
	hillFew  = 5   // fewer effects than this say nothing about a tail
	hillMost = 25  // effects that shape it
	hillTail = 0.5 // largest ξ: heavier is an incident, not a fleet
	beyond   = 1.1 // how far to extrapolate past the largest effect seen
)

// hillQuantile is the x that allowed of the sorted (descending) values exceed.
func hillQuantile(tops []float64, allowed float64) float64 {
	if len(tops) < hillFew {
		return 0
	}
	body := tops[1:]
	k := min(hillMost, len(body)-1)
	anchor, xi := body[k], 0.0
	if anchor <= 0 {
		return 0
	}
	for _, x := range body[:k] {
		xi += math.Log(x / anchor)
	}
	xi = min(xi/float64(k), hillTail)
	if allowed >= float64(k) {
		return tops[min(int(allowed), len(tops)-1)]
	}
	// Where the budget is less than one episode, beyond what was seen is enough.
	return min(anchor*math.Pow(float64(k)/max(allowed, 1e-3), xi), body[0]*beyond)
}
