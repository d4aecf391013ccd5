package detect

import (
	"math"
	"slices"
	"time"
)

// Growth: slow poisoning. What rises a little every week is never far from its last
// four weeks, which rise with it. So weeks are compared with weeks that lie further
// back than any baseline.
//
// The level of a week is the ln of a typical busy day: the mean of the third to the
// second largest of its seven, so that weekends, a day without telemetry and one bad
// day count for nothing. Three things must hold over growthWeeks of them:
//
//   - effect: the last week has min_effect more calls than the first, absolutely (by
//     day) and as a ratio R;
//   - it goes on: without the largest of the steps from week to week the rise is still
//     R^growthSteady. A new customer, or a job that was moved here, is one step;
//   - it is even: around the straight line through the levels their standard deviation
//     is at most growthScatter. What goes up and down by itself happens to be up.
//
// The effect that counts is the second. There is no replay: six weeks are one
// observation, and the two weeks before say nothing that these do not.

const (
	growthWeeks   = 6
	growthDays    = 7 * growthWeeks
	growthSoft    = 10.0 // calls a day: little says little
	growthSteady  = 0.64
	growthScatter = 0.15
	growthWindow  = 7 * 24 * time.Hour
)

// Grows says whether the rule compares weeks: growth, or slow poisoning.
func (r *Rule) Grows() bool {
	return r.Family == Volume && r.Measure == Requests && r.Direction != Down && r.Window == growthWindow
}

// growth of an entity over the weeks that end with the day a profile is of.
type growth struct {
	more    float64 // calls a day in the last week beyond the first
	rise    float64 // ln of their ratio
	steady  float64 // the rise without its largest step
	scatter float64
	first   float64 // calls in the first week
	last    float64 // and in the last
}

// growth is not ok for one that is younger, or of which less is known.
func (p *Profile) growth(today int64) (g growth, ok bool) {
	if len(p.days) < growthDays || int64(p.first) > (today-growthDays)*slotsPerDay {
		return g, false
	}
	var levels [growthWeeks]float64
	for w := range levels {
		var week [7]float64
		sum := 0.0
		for d := range week {
			week[d] = float64(p.days[7*w+d])
			sum += week[d]
		}
		slices.Sort(week[:])
		typical := (week[3] + week[4] + week[5]) / 3
		levels[w] = math.Log(typical + growthSoft)
		switch w {
		case 0:
			g.first, g.more = sum, -typical
		case growthWeeks - 1:
			g.last, g.more = sum, g.more+typical
		}
	}
	largest := 0.0
	for w := range growthWeeks - 1 {
		largest = max(largest, levels[w+1]-levels[w])
	}
	g.rise = levels[growthWeeks-1] - levels[0]
	g.steady, g.scatter = g.rise-largest, scatterOf(levels[:])
	return g, true
}

// scatterOf is the standard deviation of values around the line of least squares
// through them, two degrees of freedom less.
func scatterOf(values []float64) float64 {
	n, mean := float64(len(values)), 0.0
	for _, v := range values {
		mean += v / n
	}
	center, xx, xy, yy := (n-1)/2, 0.0, 0.0, 0.0
	for i, v := range values {
		dx, dy := float64(i)-center, v-mean
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	return math.Sqrt(max(0, yy-xy*xy/xx) / (n - 2))
}

// strength by size and evenness alone.
func (g growth) strength(rule *Rule) float64 {
	return min(g.more/rule.MinAbsolute, g.rise/math.Log(rule.MinRatio), growthScatter/max(g.scatter, 1e-9))
}

// growthAt scores the weeks before an hour, a midnight: the end of what the profile
// knows. The effect is the rise without its largest step, as a ratio.
func growthAt(v *view, today int, rule *Rule) (Candidate, bool) {
	c := Candidate{From: today - 7*slotsPerDay, To: today, Days: growthDays, Buckets: growthDays}
	g, ok := v.known.growth(v.dayNumber(today))
	if !ok || c.From < 0 {
		return c, false
	}
	c.Observed, c.Expected, c.Lower, c.Upper = g.last, g.first, g.first, g.first
	c.Ratio, c.Strength = math.Exp(max(g.steady, 0)), g.strength(rule)
	c.LogP = -g.steady
	return c, c.Strength >= keepOpen
}

// growing says whether an entity's weeks may matter.
func (s *screen) growing(e *Entity, p *Profile) bool {
	g, ok := p.growth(dayNumber(s.m.Day))
	return ok && g.strength(s.rule) >= keepOpen*slack &&
		g.steady >= keepOpen*slack*math.Log(s.m.threshold(s.rule, s.fleet, e, p))
}

// rememberDays keeps the requests of the last days before today, oldest first: those
// that the history does not reach are taken from the profile before, that ended ago
// days earlier. What is not known is left out at the beginning.
func (p *Profile) rememberDays(v *view, before *Profile, ago, today int) {
	held := min(today, growthDays) // days that the history has
	if before != nil {
		if end := len(before.days) - max(0, held-ago); end > 0 && held >= ago {
			p.days = append(p.days, before.days[max(0, end-(growthDays-held)):end]...)
		}
	}
	var sums [growthDays]float64
	for i, h := range v.Hours {
		if d := int(h)/slotsPerDay - (today - held); h >= 0 && d >= 0 && d < held {
			sums[d] += float64(v.Requests[i])
		}
	}
	for _, sum := range sums[:held] {
		p.days = append(p.days, uint64(math.Round(min(sum, largest))))
	}
}
