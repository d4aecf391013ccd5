package detect

import "time"

// Evaluator evaluates rules over one History that holds everything, and builds the
// model of each day itself. It is not safe for concurrent use.
type Evaluator struct {
	history *History
	opts    Options
	models  map[modelKey]*Model
	view    *view
}

type modelKey struct {
	rule uint32
	day  int
}

// NewEvaluator evaluates over h, which starts at a UTC midnight.
func NewEvaluator(h *History, exclude Exclude) *Evaluator {
	return &Evaluator{history: h, opts: Options{Exclude: exclude}, models: map[modelKey]*Model{}, view: newView(Options{}, time.Time{})}
}

// model of the UTC day that the hour before at is of.
func (e *Evaluator) model(rule *Rule, at int) *Model {
	key := modelKey{rule.id(), (at - 1) / slotsPerDay}
	if e.models[key] == nil {
		b := NewBuilder([]*Rule{rule}, e.history.Start.Add(time.Duration(key.day)*24*time.Hour), nil, e.opts)
		b.Survey(e.history)
		b.Add(e.history)
		e.models[key] = b.Model()
	}
	return e.models[key]
}

// Threshold is the calibrated threshold of a rule on the UTC day of an hour.
func (e *Evaluator) Threshold(rule *Rule, at int) Threshold { return e.model(rule, at).Threshold(rule) }

// Evaluate scores every entity in the window that ends at hour at (exclusive).
// Baselines and thresholds rest on what was before the window's UTC day. It
// returns the candidates worth a look, strength ≥ ½, in order of entity.
func (e *Evaluator) Evaluate(rule *Rule, at int) []Candidate {
	if at < 1 || at > e.history.Hours {
		return nil
	}
	m := e.model(rule, at)
	h := *e.history
	if rule.Direction == Down || rule.Direction == Both || rule.kind() == swapKind {
		h.Lost = m.Lost(&h, max(0, at-lostHours), at, nil)
	}
	if rule.kind() == swapKind {
		return m.swaps(rule, &h, at)
	}
	if rule.kind() == failureKind {
		h.Alike, _ = m.Alike(&h, max(0, at-rule.hours()), at)
	}
	var found []Candidate
	for _, i := range m.Screen(rule, &h, at) {
		for _, side := range rule.sides() {
			if c, ok := m.judge(e.view, side, &h, i, at); ok {
				found = append(found, c)
			}
		}
	}
	found, _ = m.Together(rule, &h, found)
	return found
}

// Contributions says which endpoints made up a candidate, largest excess first.
func (e *Evaluator) Contributions(rule *Rule, c Candidate, most int) []Contribution {
	return e.model(rule, c.To).Contributions(rule, e.history, c, most)
}

// Learning counts the entities that are too young for a rule at an hour.
func (e *Evaluator) Learning(rule *Rule, at int) (learning, ready int) {
	for i := range e.history.Entities {
		e.view.look(&e.history.Entities[i], e.history, nil)
		if e.view.ready(rule, (at-1)/slotsPerDay*slotsPerDay) {
			ready++
		} else {
			learning++
		}
	}
	return learning, ready
}
