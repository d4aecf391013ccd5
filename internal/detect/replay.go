package detect

import (
	"math"
	"time"
)

// baseline is what is usual for one entity under one rule.
type baseline struct {
	season   *season    // volume, swap
	excesses []excess   // volume, by length of the window
	drifts   []drift    // the same of many hours
	activity *activity  // hours, silence, swap
	spread   *baseline  // bytes: the same without each hour's largest five minutes
	failures *failures  // error rate
	mix      *mix       // nil when too short
	attempts []attempts // enumeration
	from, to int        // hours it rests on
}

// baseline summarises [from, to).
func (v *view) baseline(rule *Rule, from, to int, f *Fleet) *baseline {
	b := &baseline{from: from, to: to}
	kind := rule.kind()
	switch kind {
	case hoursKind, silenceKind, swapKind:
		b.activity = v.activity(from, to)
	case failureKind:
		b.failures = v.failures(from, to)
	case mixKind:
		b.mix = v.mix(from, to)
	case enumerationKind:
		b.attempts = v.attempts(from, to)
	}
	switch kind {
	case countKind, answersKind, amountKind, driftKind, silenceKind, swapKind:
		b.season = v.season(rule.series(), from, to, f.Dispersion)
	}
	switch kind {
	case driftKind:
		b.drifts = v.drifts(b.season, v.series(rule.series()), from, to, rule)
	case countKind, amountKind:
		b.excesses = v.excessesOf(b.season, from, to, rule)
	}
	return b
}

// excessesOf windows of all lengths of the rule.
func (v *view) excessesOf(p *season, from, to int, rule *Rule) (all []excess) {
	for _, hours := range rule.windows() {
		all = append(all, v.excess(p, v.series(rule.series()), hours, from, to, rule))
	}
	return all
}

// score is the evidence about the window that ends at hour at, before the
// threshold.
func (v *view) score(rule *Rule, f *Fleet, b *baseline, at int) (Candidate, bool) {
	if v.Calendar.expects(at-1, rule.unusual()) {
		return Candidate{}, false
	}
	c, ok := Candidate{}, false
	switch rule.kind() {
	case countKind, amountKind:
		c, ok = excessAt(v, b, at, rule)
	case driftKind:
		c, ok = driftAt(v, b, at, rule)
	case answersKind:
		c, ok = answersAt(v, b, at, rule)
	case growthKind:
		c, ok = growthAt(v, b.to, rule)
	case silenceKind:
		c, ok = silenceAt(v, b, at-1, rule)
	case failureKind:
		c, ok = failuresAt(v, b.failures, at, rule)
	case hoursKind:
		c, ok = hoursAt(v.series(Requests), v.Calendar, b.activity, at-1, f.intensity, rule)
	case mixKind:
		c, ok = mixAt(v, b.mix, at, rule)
	case swapKind: // needs its peers: Model.swaps
	default:
		c, ok = v.scoreEndpoints(rule, f, b, at)
	}
	if c.Direction == "" {
		c.Direction = Up
	}
	return c, ok
}

// scoreEndpoints is score for what single endpoints say.
func (v *view) scoreEndpoints(rule *Rule, f *Fleet, b *baseline, at int) (Candidate, bool) {
	from := max(0, at-rule.hours())
	switch rule.kind() {
	case unlistedKind:
		return unlistedAt(v, from, at, rule)
	case enumerationKind:
		return enumerationAt(v, b, from, at, rule)
	}
	if !v.ready(rule, from) {
		return Candidate{}, false
	}
	if rule.kind() == rareKind {
		return rareAt(v, from, at, f.intensity, rule)
	}
	return noveltyAt(v.Entity, from, at, from/slotsPerDay, f.intensity, rule)
}

// ready says whether the entity has enough history before an hour, and was active
// within the lookback.
func (v *view) ready(rule *Rule, before int) bool {
	if before-v.First < int(rule.MinHistory/time.Hour) {
		return false
	}
	oldest := max(0, before-int(rule.Lookback/time.Hour))
	return v.lastActive(oldest, before) >= oldest
}

// span is the part of the history that the baseline of a day rests on.
func (v *view) span(rule *Rule, day int) (from, to int) {
	to = day * slotsPerDay
	return max(v.First, to-int(rule.Lookback/time.Hour), 0), to
}

// tally adds what the entity says of the fleet: of its days [since, day).
func (v *view) tally(t *tally, rule *Rule, b *baseline, since, day int, exclude Exclude) {
	from, to := max(0, since*slotsPerDay), day*slotsPerDay
	var logs []sized
	switch rule.kind() {
	case countKind:
		if b.season.peak >= 1 {
			t.dispersions = append(t.dispersions, b.season.ownDispersion(defaultDispersion))
		}
	case hoursKind:
		logs = v.strays(b.activity, max(from, b.from), to, exclude)
	case newsKind, rareKind:
		logs = v.newcomers(from, to, exclude)
	}
	for _, l := range logs {
		d := v.dayNumber(l.hour)
		t.cases = append(t.cases, Case{Day: d, Pick: hash(v.Tenant, v.ID, l.hour), Log: l.log})
	}
}

// replayDay returns the largest effects of one UTC day that passed the gates, 0 if
// none did: of the hours that count, and of those that are excluded.
func (v *view) replayDay(rule *Rule, f *Fleet, day int, exclude Exclude) (peak, withheld float64, ready bool) {
	from, to := v.span(rule, day)
	if !v.ready(rule, to) {
		return 0, 0, false
	}
	last := min((day+1)*slotsPerDay, v.hours)
	first := to + 1
	switch rule.kind() {
	case newsKind, rareKind, mixKind:
		first = last // its window is the day
	case unlistedKind, swapKind, growthKind:
		return 0, 0, true // nothing to calibrate
	}
	known := v.baseline(rule, from, to, f)
	for at := first; at <= last; at++ {
		c, ok := v.score(rule, f, known, at)
		if !ok || c.Strength < 1 {
			continue
		}
		if v.excluded(exclude, c.From, at) {
			withheld = math.Max(withheld, c.Ratio)
		} else {
			peak = math.Max(peak, c.Ratio)
		}
	}
	return peak, withheld, true
}

// excluded says whether any hour of [from, to) is.
func (v *view) excluded(exclude Exclude, from, to int) bool {
	for h := from; h < to; h++ {
		if exclude(v.Entity, v.time(h)) {
			return true
		}
	}
	return false
}
