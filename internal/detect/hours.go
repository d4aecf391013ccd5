package detect

import "math"

// Hours: active at an hour of the local week at which it never is.
//
// Incidence, not counts: on what share of its days was the entity active in the
// slot? The share is smoothed over the neighbouring hours (½, 1, ½, around the
// clock), and shrunk to a small rate that grows with how restless the entity is,
// so that "never in 20 days" is neither impossible nor likely. Several quiet hours
// within six count together: p ≈ 6 · min π · ρ^(m−1), as somebody who works at an
// unusual hour likely still does in the next. A weekend hour that is a working hour
// on other days is less unusual than one at night. How much was done counts as well,
// against the entity's usual active hour (see intensity).
//
// Some hours are far from all work: more than six hours after the last usual one and two
// before the next, on working days and weekends alike. (Usual is an hour that holds on
// average a twelfth of a typical active one, none counting as more than one.) No late
// run, overtime or early start reaches them, so that the smoothing and its priors have
// nothing to say there, and a call or two that the entity makes in some nights must not
// excuse a hundred; nor must a batch of thousands that was repeated at noon. What is asked
// instead is on how many days d it did about as much in far hours, half of it to twice:
// p = (d + α·q) / (T + α) of its T active days, q one in 400. How much it was counts by a
// heavy tail, P(size ≥ y) = min/y above the rule's minimum.

const (
	hoursRho   = 0.7 // chance that an unusual hour is followed by another
	strayShare = 0.3 // of a usual active hour, where a fleet has shown no stray ones

	hoursWindow = 6
	quietRate   = 0.1 // slots used on fewer days than this are quiet
	activeFloor = 1.0 // requests that make an hour active
	hoursAlpha  = 4.0 // weight of the prior rate, in days
	quietPrior  = 1.0 / 400

	lateReach   = 6 // hours after a usual one that may be late work
	earlyReach  = 2 // and before
	usualPart   = 1.0 / 12
	farRate     = 0.09 // at most: a far hour is a quiet one, however often it sees a call
	settled     = 0.8  // of the calls in usual hours, none counting as more than a typical one: else there is no far hour
	aboutAsMuch = 2.0  // times more or less
)

// activity is how often an entity is active, by slot.
type activity struct {
	rate    [slotCount]float64
	typical float64 // mean count of its active hours
	seen    int
	quietly float64 // share of quiet hours that were active anyway
	days    [slotCount]float64
	miss    float64 // share of the hours that are always active that were not
	far     [slotsPerDay]bool
	farDays []float64 // calls in far hours, of the days that had any
	worked  float64   // days with any call at all
}

func buildActivity(series []float64, cal *Calendar, from, to int) *activity {
	a := &activity{seen: to - from}
	var active, total [slotCount]float64
	sum, busy := 0.0, 0.0
	for h := from; h < to; h++ {
		if cal.special(h) {
			continue
		}
		s := cal.slot[h]
		total[s]++
		if series[h] >= activeFloor {
			active[s]++
			busy++
			sum += series[h]
		}
	}
	a.typical = sum / max(busy, 1)
	for s := range a.rate {
		before, after := neighbours(s)
		k := active[s] + 0.5*active[before] + 0.5*active[after]
		n := total[s] + 0.5*total[before] + 0.5*total[after]
		a.rate[s] = k / math.Max(n, 1)
	}
	a.settle(active, total)
	a.distances(series, cal, from, to, total)
	for s := range a.rate {
		if a.far[s%slotsPerDay] {
			a.rate[s] = min(a.rate[s], farRate)
		}
	}
	a.days = total
	missed, always := 0.5, 1.0
	for s, rate := range a.rate {
		if rate >= alwaysRate {
			missed += total[s] - active[s]
			always += total[s]
		}
	}
	a.miss = missed / always
	return a
}

// settle shrinks the rates: to the entity's rate of being active in slots that are
// otherwise quiet, itself shrunk to one in 400 (a quiet hour is used once a
// fortnight or so by an entity that has some).
func (a *activity) settle(active, total [slotCount]float64) {
	stray, quiet := 1.0, 1/quietPrior
	for s := range a.rate {
		if a.rate[s] < quietRate {
			stray += active[s]
			quiet += total[s]
		}
	}
	a.quietly = stray / quiet
	smoothed := a.rate
	for s := range a.rate {
		prior := max(a.quietly, spill(&smoothed, s), a.carry(active, total, s/slotsPerDay)*smoothed[otherDay(s)])
		n := 2 * total[s] // what the smoothing made of it
		a.rate[s] = (n*smoothed[s] + hoursAlpha*prior) / (n + hoursAlpha)
	}
}

// distances finds the hours far from all work, and what was done in them.
func (a *activity) distances(series []float64, cal *Calendar, from, to int, total [slotCount]float64) {
	var held [slotCount]float64
	all := 0.0
	for h := from; h < to; h++ {
		if !cal.special(h) && series[h] >= activeFloor {
			held[cal.slot[h]] += min(series[h]/a.typical, 1)
			all += min(series[h], a.typical)
		}
	}
	usual := func(slot int) bool { // on both kinds of day together: one late run is much of eight days
		both := held[slot] + held[otherDay(slot)]
		return both > 0 && both >= usualPart*(total[slot]+total[otherDay(slot)])
	}
	for hour := range slotsPerDay {
		a.far[hour] = true
		for d := -lateReach; d <= earlyReach; d++ {
			a.far[hour] = a.far[hour] && !usual((hour+d+slotsPerDay)%slotsPerDay)
		}
	}
	inside := 0.0
	day, days := int32(math.MinInt32), []float64(nil)
	for h := from; h < to; h++ {
		if cal.special(h) || series[h] < activeFloor {
			continue
		}
		slot := int(cal.slot[h])
		if usual(slot) {
			inside += min(series[h], a.typical)
		}
		if cal.day[h] != day {
			day, days = cal.day[h], append(days, 0)
		}
		if a.far[slot%slotsPerDay] {
			days[len(days)-1] += series[h]
		}
	}
	a.worked = float64(len(days))
	if inside < settled*all {
		a.far = [slotsPerDay]bool{}
		return
	}
	for _, calls := range days {
		if calls > 0 {
			a.farDays = append(a.farDays, calls)
		}
	}
}

// strange is ln of how rare it is that the entity makes so many calls in far hours.
func (a *activity) strange(calls, least float64) float64 {
	days := hoursAlpha * quietPrior
	for _, c := range a.farDays {
		if c >= calls/aboutAsMuch && c <= calls*aboutAsMuch {
			days++
		}
	}
	return math.Log(days/(a.worked+hoursAlpha)) - math.Log(max(calls/max(least, 1), 1))
}

// How often work runs into an hour that is so many hours after, or before, one at
// which it is usual: late runs, overtime, early starts.
var (
	spillAfter  = [...]float64{0.15, 0.08, 0.05, 0.03, 0.02, 0.015}
	spillBefore = [...]float64{0.1, 0.03, 0.01}
)

// spill is how often a slot is used because work ran into it.
func spill(rate *[slotCount]float64, s int) float64 {
	most, after, before := 0.0, s, s
	for _, share := range spillAfter {
		after, _ = neighbours(after)
		most = max(most, share*rate[after])
	}
	for _, share := range spillBefore {
		_, before = neighbours(before)
		most = max(most, share*rate[before])
	}
	return most
}

// carry is how much of the other kind of day's activity is to be expected on a
// kind of day: a worked Saturday is likelier at eleven than at three.
func (a *activity) carry(active, total [slotCount]float64, kind int) float64 {
	here, there := 1.0, 1.0
	for s := range slotsPerDay {
		at := kind*slotsPerDay + s
		here += active[at] / max(total[at], 1)
		there += active[otherDay(at)] / max(total[otherDay(at)], 1)
	}
	return min(here/there, 1)
}

// hoursAt scores the six hours that end with h. The effect (Ratio) is −log10 p.
func hoursAt(series []float64, cal *Calendar, a *activity, h int, usual intensity, rule *Rule) (Candidate, bool) {
	c := Candidate{From: h, To: h + 1, Buckets: a.seen, Days: float64(a.seen) / slotsPerDay}
	if series[h] < activeFloor || a.rate[cal.slot[h]] >= quietRate {
		return c, false
	}
	m, rarest, largest, far := 0.0, 1.0, 0.0, 0.0
	for i := max(0, h-hoursWindow+1); i <= h; i++ {
		rate := a.rate[cal.slot[i]]
		if series[i] < activeFloor || rate >= quietRate || cal.expects(i, UnusualHours) {
			continue
		}
		m++
		rarest = min(rarest, rate)
		largest = max(largest, series[i])
		c.Observed += series[i]
		c.Expected += rate * a.typical
		c.From = min(c.From, i)
		if a.far[cal.slot[i]%slotsPerDay] {
			far += series[i]
		}
	}
	logP := math.Log(hoursWindow*rarest) + (m-1)*math.Log(hoursRho)
	c.LogP = min(0, logP+usual.logTail(largest/max(a.typical, 1)))
	if a.far[cal.slot[h]%slotsPerDay] {
		c.LogP = a.strange(far, rule.MinAbsolute) + (m-1)*math.Log(hoursRho)
	}
	c.Ratio = max(1, -c.LogP/math.Ln10)
	c.Strength = min(c.Observed/rule.MinAbsolute, share(c.Observed, a.typical*rule.MinRatio))
	return c, c.Strength > 0
}

func share(part, whole float64) float64 {
	if whole <= 0 {
		return math.MaxFloat64
	}
	return part / whole
}

// sized is the ln of the size of something that was done in an hour.
type sized struct {
	hour int
	log  float64
}

// strays are the sizes of what an entity did in quiet hours of [from, to), in usual
// active hours.
func (v *view) strays(a *activity, from, to int, exclude Exclude) []sized {
	var all []sized
	for i, h := range v.Hours {
		y, hour := float64(v.Requests[i]), int(h)
		if hour < from || hour >= to || y < activeFloor || v.Calendar.special(hour) || a.rate[v.Calendar.slot[hour]] >= quietRate || exclude(v.Entity, v.time(hour)) {
			continue
		}
		all = append(all, sized{hour, math.Log(y / max(a.typical, 1))})
	}
	return all
}
