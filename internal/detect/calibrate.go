package detect

import (
	"math"
	"slices"
)

// Threshold is what the size of an effect is compared with.
type Threshold struct {
	Fleet float64 // for every entity
	// Replayed is how many episodes of the replay reach Fleet, and Allowed how
	// many the budget lets through.
	Replayed int
	Allowed  float64
	Tail     Tail // of the fleet's effects
	Margin   float64
}

// Of returns the threshold of an entity that reached the effect own in the
// replayed days; 0 = none.
func (t *Threshold) Of(own float64) float64 { return max(t.Fleet, own*t.Margin) }

// Tail is a power law: P(X > x) = Share·(x/Anchor)^(−1/Xi) for x ≥ Anchor.
type Tail struct{ Anchor, Share, Xi float64 }

// P is how often x is exceeded; no more than Share below the anchor.
func (t Tail) P(x float64) float64 {
	if t.Anchor <= 0 || t.Xi <= 0 {
		return 1
	}
	return min(1, t.Share*math.Pow(max(x, t.Anchor)/t.Anchor, -1/t.Xi))
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
	t := Threshold{Allowed: allowed, Margin: limits.Margin}
	var tops []float64
	for _, days := range peaks {
		if len(days) > 0 {
			tops = append(tops, slices.Max(days))
		}
	}
	slices.Sort(tops)
	slices.Reverse(tops)
	t.Tail = hillTail(tops, len(peaks))
	t.Fleet = min(max(limits.Floor, hillQuantile(tops, t.Tail, allowed, max(limits.Beyond, beyond))), limits.Ceiling)
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
	hillXi   = 0.5 // largest ξ: heavier is an incident, not a fleet
	beyond   = 1.1 // how far to extrapolate past the largest effect seen, where Limits do not say
)

// hillTail fits the sorted (descending) tops of a fleet of n; zero if they are few.
func hillTail(tops []float64, n int) Tail {
	if len(tops) < hillFew {
		return Tail{}
	}
	body := tops[1:]
	k := min(hillMost, len(body)-1)
	anchor, xi := body[k], 0.0
	if anchor <= 0 {
		return Tail{}
	}
	for _, x := range body[:k] {
		xi += math.Log(x / anchor)
	}
	return Tail{Anchor: anchor, Share: float64(k) / float64(n), Xi: min(xi/float64(k), hillXi)}
}

// hillQuantile is the x that allowed of the sorted (descending) values exceed.
func hillQuantile(tops []float64, tail Tail, allowed, beyond float64) float64 {
	if tail.Anchor <= 0 {
		return 0
	}
	k := min(hillMost, len(tops)-2)
	if allowed >= float64(k) {
		return justAbove(tops[min(int(allowed), len(tops)-1)])
	}
	most := tops[1] * beyond // where the budget is less than one episode, beyond what was seen is enough
	switch {
	case allowed >= 2:
		most = justAbove(tops[int(allowed)]) // what was seen keeps the budget: no fit may ask for more
	case allowed > 1: // between the two, so that an entity more or less changes little
		most *= math.Pow(justAbove(tops[2])/most, allowed-1)
	}
	return min(tail.Anchor*math.Pow(float64(k)/max(allowed, 1e-3), tail.Xi), most)
}

// justAbove is the next effect that a profile can hold. Evidence of counts comes in few
// values: a threshold at one that many share would let all of them through.
func justAbove(x float64) float64 { return float64(math.Nextafter32(float32(x), math.MaxFloat32)) }
