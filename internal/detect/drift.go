package detect

import (
	"math"
	"slices"
)

// drift is the volume of a window of many hours against what its hours' slots
// usually hold: a slow drip that no single hour shows.
//
// The statistic is the log of observed over expected. Its own history, of windows
// a day apart, says how far days differ; a Student-t with 4 degrees of freedom of
// median and MAD allows for heavy tails.
type drift struct {
	profile *Profile
	center  float64 // usual log ratio
	sigma   float64
	low     float64 // 5 % and 95 % of past log ratios
	high    float64
	windows int
}

// driftLogP is the nominal significance of a drift.
var driftLogP = math.Log(0.005) // 4.6 σ

// minWindows is how many past windows a drift needs to be judged.
const minWindows = 7

func newDrift(p *Profile, series []float64, cal *Calendar, from, to int, rule *Rule) *drift {
	hours := rule.hours()
	d := &drift{profile: p}
	var ratios []float64
	for end := to; end-hours >= from; end -= hours {
		if r, _, expected := p.logRatio(series, cal, end-hours, end, rule); expected > 0 {
			ratios = append(ratios, r)
		}
	}
	d.windows = len(ratios)
	if d.windows < minWindows {
		return nil
	}
	slices.Sort(ratios)
	d.center = median(ratios)
	d.low, d.high = quantile(ratios, 0.05), quantile(ratios, 0.95)
	d.sigma = math.Hypot(max(madScale*mad(ratios, d.center, nil), (d.high-d.center)/1.645), 0.05)
	return d
}

// logRatio is ln(observed/expected) of [from, to), small amounts softened.
func (p *Profile) logRatio(series []float64, cal *Calendar, from, to int, rule *Rule) (ratio, observed, expected float64) {
	for h := from; h < to; h++ {
		observed += series[h]
		expected += p.slots[cal.slot[h]].shrunk
	}
	soft := rule.MinAbsolute / 4
	return math.Log((observed + soft) / (expected + soft)), observed, expected
}

// busierDay is what the hours [from, to) usually hold if each were of the busier
// kind of day.
func (p *Profile) busierDay(cal *Calendar, from, to int) float64 {
	sum := 0.0
	for h := from; h < to; h++ {
		slot := int(cal.slot[h])
		sum += max(p.slots[slot].shrunk, p.slots[otherDay(slot)].shrunk)
	}
	return sum
}

func (d *drift) at(series []float64, cal *Calendar, at int, rule *Rule) (Candidate, bool) {
	hours := rule.hours()
	from := at - hours
	if from < 0 {
		return Candidate{}, false
	}
	r, observed, expected := d.profile.logRatio(series, cal, from, at, rule)
	usual := expected * math.Exp(d.center)
	if observed-usual < rule.MinAbsolute*keepOpen {
		return Candidate{}, false
	}
	c := Candidate{
		Observed: observed, Expected: usual, Lower: expected * math.Exp(d.low), Upper: expected * math.Exp(d.high),
		Ratio: math.Exp(r - d.center), From: from, To: at, Days: d.profile.Days, Buckets: d.profile.Observed,
		LogP: math.Log(studentTail4((r - d.center) / d.sigma)),
	}
	c.Strength = min(c.LogP/driftLogP, (observed-usual)/rule.MinAbsolute, (r-d.center)/math.Log(rule.MinRatio))
	// A weekend on which a working day's job runs is not a drip of its own.
	soft, busier := rule.MinAbsolute/4, d.profile.busierDay(cal, from, at)*math.Exp(d.center)
	c.Strength = min(c.Strength, math.Log((observed+soft)/(busier+soft))/math.Log(1+(rule.MinRatio-1)/2))
	return c, c.Strength > 0
}
