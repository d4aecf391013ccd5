package detect

import (
	"math"
	"slices"
)

// fleet builds, once a day, what a rule needs: a baseline of each entity and the
// calibrated threshold.
func (e *Evaluator) fleet(rule *Rule, day int) *fleetDay {
	key := fleetKey{rule.Family, rule.Measure, rule.Window, rule.Lookback, day, rule.MinAbsolute, rule.MinRatio, rule.Budget}
	if known := e.fleets[key]; known != nil {
		return known
	}
	f := e.baselines(rule, day)
	f.threshold = e.calibrate(rule, day, f)
	e.fleets[key] = f
	return f
}

// defaultDispersion is 1/k before a fleet has shown its own.
const defaultDispersion = 0.1

func (e *Evaluator) baselines(rule *Rule, day int) *fleetDay {
	f := &fleetDay{dispersion: defaultDispersion, baselines: make([]*baseline, len(e.history.Entities))}
	switch rule.Family {
	case Volume:
		f.dispersion = e.fleetDispersion(rule, day)
	case Endpoints:
		f.intensity = newIntensity(e.newcomers(day), newcomerShare)
	}
	e.each(rule, day, func(i int, entity *Entity, from, to int) {
		f.baselines[i] = e.baseline(rule, entity, from, to, f)
	})
	if rule.Family == Hours {
		f.intensity = newIntensity(e.strays(day, f.baselines), strayShare)
	}
	return f
}

// baseline summarises [from, to) of one entity.
func (e *Evaluator) baseline(rule *Rule, entity *Entity, from, to int, f *fleetDay) *baseline {
	b := &baseline{from: from, to: to}
	switch rule.Family {
	case Endpoints: // its incidence is in the history
	case Hours:
		b.activity = buildActivity(entity.Requests, entity.Calendar, from, to)
	default:
		series := entity.Measure(rule.Measure)
		b.profile = e.builder.build(series, entity.Calendar, from, to, f.dispersion)
		if rule.Measure == BytesOut {
			b.busy = e.builder.busy(entity, from, to)
		}
		if rule.hours() > 1 {
			b.drift = newDrift(b.profile, series, entity.Calendar, from, to, rule)
		}
	}
	return b
}

// each calls do for the entities that have enough history before the day.
func (e *Evaluator) each(rule *Rule, day int, do func(i int, entity *Entity, from, to int)) {
	for i := range e.history.Entities {
		entity := &e.history.Entities[i]
		from, to := e.span(rule, entity, day)
		if e.ready(rule, entity, to) {
			do(i, entity, from, to)
		}
	}
}

// fleetDispersion is the median 1/k of the entities that are busy enough to show one.
func (e *Evaluator) fleetDispersion(rule *Rule, day int) float64 {
	var all []float64
	e.each(rule, day, func(_ int, entity *Entity, from, to int) {
		p := e.builder.build(entity.Measure(rule.Measure), entity.Calendar, from, to, defaultDispersion)
		if p.peak >= 1 {
			all = append(all, p.ownDispersion(defaultDispersion))
		}
	})
	if len(all) == 0 {
		return defaultDispersion
	}
	slices.Sort(all)
	return median(all)
}

// calibrate replays the days before day as if each were live, collecting by entity
// the largest effect of each day that passed the gates.
func (e *Evaluator) calibrate(rule *Rule, day int, f *fleetDay) Threshold {
	peaks := make([][]float64, len(e.history.Entities))
	entityDays := 0
	for i := range e.history.Entities {
		for d := max(0, day-ReplayDays); d < day; d++ {
			peak, ok := e.replayDay(rule, i, d, f)
			if ok {
				entityDays++
			}
			if peak > 0 {
				peaks[i] = append(peaks[i], peak)
			}
		}
	}
	return Calibrate(peaks, rule.limits(), rule.Budget*float64(entityDays)/1000)
}

// replayDay returns the largest effect of an entity on one UTC day, 0 if nothing
// passed the gates, and whether the entity was old enough to be judged.
func (e *Evaluator) replayDay(rule *Rule, i, day int, f *fleetDay) (peak float64, ready bool) {
	entity := &e.history.Entities[i]
	from, to := e.span(rule, entity, day)
	if !e.ready(rule, entity, to) {
		return 0, false
	}
	known := e.baseline(rule, entity, from, to, f)
	last := min((day+1)*slotsPerDay, e.history.Hours)
	first := to + 1
	if rule.Family == Endpoints {
		first = last // its window is the day
	}
	for at := first; at <= last; at++ {
		if e.exclude(i, at-1) {
			continue
		}
		c, ok := e.score(rule, f, known, i, at)
		if !ok || c.Strength < 1 {
			continue
		}
		peak = math.Max(peak, c.Ratio)
	}
	return peak, true
}
