package detect

import (
	"math"
	"time"
)

// Evaluator evaluates rules over one History. It keeps profiles and thresholds
// of the days it has seen; it is not safe for concurrent use.
type Evaluator struct {
	history *History
	exclude Exclude
	builder profileBuilder
	fleets  map[fleetKey]*fleetDay
}

// Exclude says whether an hour of an entity is left out of the calibration: it
// belongs to an episode that is too recent to be called normal. May be nil.
type Exclude func(entity, hour int) bool

type fleetKey struct {
	family, measure  string
	window, lookback time.Duration
	day              int
	minAbs, minRatio float64
	budget           float64
}

// fleetDay is what was known about all entities at the start of one UTC day.
type fleetDay struct {
	dispersion float64     // of counts, fleet-wide
	intensity  intensity   // of what is new, fleet-wide
	baselines  []*baseline // by entity; nil while it is learning
	threshold  Threshold
}

// baseline is what is usual for one entity under one rule.
type baseline struct {
	profile  *Profile   // volume
	drift    *drift     // volume over more than an hour; nil when too short
	activity *activity  // hours
	busy     [2]float64 // bytes: a busy hour without its largest five minutes, by kind of day
	from, to int        // hours it rests on
}

// NewEvaluator evaluates over h.
func NewEvaluator(h *History, exclude Exclude) *Evaluator {
	if exclude == nil {
		exclude = func(int, int) bool { return false }
	}
	return &Evaluator{history: h, exclude: exclude, fleets: map[fleetKey]*fleetDay{}}
}

// Threshold is the calibrated threshold of a rule on the UTC day of an hour.
func (e *Evaluator) Threshold(rule *Rule, at int) Threshold {
	return e.fleet(rule, (at-1)/slotsPerDay).threshold
}

// Evaluate scores every entity in the window that ends at hour at (exclusive).
// Baselines and thresholds rest on what was before the window's UTC day. It
// returns the candidates worth a look, strength ≥ keepOpen, in order of entity.
func (e *Evaluator) Evaluate(rule *Rule, at int) []Candidate {
	if at < 1 || at > e.history.Hours {
		return nil
	}
	fleet := e.fleet(rule, (at-1)/slotsPerDay)
	var found []Candidate
	for i := range e.history.Entities {
		if fleet.baselines[i] == nil {
			continue
		}
		c, ok := e.score(rule, fleet, fleet.baselines[i], i, at)
		if !ok {
			continue
		}
		t := fleet.threshold.Of(i)
		c.Entity = i
		c.Strength = min(c.Strength, effect(rule, c.Ratio, t))
		if c.Strength >= keepOpen {
			found = append(found, c)
		}
	}
	return found
}

// effect puts a ratio on the scale of strength: 1 at the threshold. Ratios of
// amounts are compared by their logarithms, evidence as it is.
func effect(rule *Rule, ratio, threshold float64) float64 {
	if rule.Family == Volume && (rule.counts() || rule.hours() > 1) {
		return math.Log(ratio) / math.Log(threshold)
	}
	return ratio / threshold
}

// score is the evidence about one entity, before the threshold.
func (e *Evaluator) score(rule *Rule, f *fleetDay, b *baseline, i, at int) (Candidate, bool) {
	entity := &e.history.Entities[i]
	switch {
	case rule.Family == Endpoints:
		from := max(0, at-rule.hours())
		if !e.ready(rule, entity, from) {
			return Candidate{}, false
		}
		return noveltyAt(entity, from, at, from/slotsPerDay, f.intensity, rule)
	case rule.Family == Hours:
		return hoursAt(entity.Requests, entity.Calendar, b.activity, at-1, f.intensity, rule)
	case rule.hours() == 1:
		return volumeAt(entity, b, at-1, rule)
	case b.drift != nil:
		return b.drift.at(entity.Measure(rule.Measure), entity.Calendar, at, rule)
	}
	return Candidate{}, false
}

// ready says whether the entity has enough history before an hour, and was active
// within the lookback.
func (e *Evaluator) ready(rule *Rule, entity *Entity, before int) bool {
	if before-entity.First < int(rule.MinHistory/time.Hour) {
		return false
	}
	for h, oldest := before-1, max(0, before-int(rule.Lookback/time.Hour)); h >= oldest; h-- {
		if entity.Requests[h] > 0 {
			return true
		}
	}
	return false
}

// span is the part of the history a baseline rests on.
func (e *Evaluator) span(rule *Rule, entity *Entity, day int) (from, to int) {
	to = day * slotsPerDay
	return max(entity.First, to-int(rule.Lookback/time.Hour), 0), to
}
