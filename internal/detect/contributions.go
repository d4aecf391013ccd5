package detect

import "slices"

// Contribution is one endpoint's part of what was observed, beside its usual part.
type Contribution struct {
	Endpoint string
	Observed float64 // in the measure's unit
	Expected float64
	New      bool // never called before the window
}

// Contributions says which endpoints made up a candidate, largest excess first.
func (e *Evaluator) Contributions(rule *Rule, c Candidate, most int) []Contribution {
	entity := &e.history.Entities[c.Entity]
	from, to := e.span(rule, entity, (c.To-1)/slotsPerDay)
	var all []Contribution
	for i := range entity.Endpoints {
		ep := &entity.Endpoints[i]
		isNew := ep.First >= c.From
		if rule.Family == Endpoints && !slices.Contains(c.New, i) {
			continue
		}
		calls, bytes := ep.Within(c.From, c.To)
		if calls <= 0 {
			continue
		}
		part := Contribution{Endpoint: ep.Name, Observed: calls, New: isNew}
		if rule.Measure == BytesOut {
			part.Observed = bytes
		}
		part.Expected = ep.expected(entity.Calendar, rule.Measure, c.From, c.To, from, min(to, c.From))
		all = append(all, part)
	}
	slices.SortStableFunc(all, func(a, b Contribution) int {
		switch over, other := a.Observed-a.Expected, b.Observed-b.Expected; {
		case over > other:
			return -1
		case over < other:
			return 1
		}
		return 0
	})
	return all[:min(most, len(all))]
}

// expected is what the endpoint usually amounts to in the slots of [first, last),
// by the baseline's hours [from, to).
func (ep *Endpoint) expected(cal *Calendar, measure string, first, last, from, to int) float64 {
	var sums, hours [slotCount]float64
	for h := from; h < to; h++ {
		hours[cal.slot[h]]++
	}
	at, _ := slices.BinarySearch(ep.Hours, int32(from))
	for ; at < len(ep.Hours) && int(ep.Hours[at]) < to; at++ {
		amount := float64(ep.Calls[at])
		if measure == BytesOut {
			amount = float64(ep.Bytes[at])
		}
		sums[cal.slot[ep.Hours[at]]] += amount
	}
	total := 0.0
	for h := first; h < last; h++ {
		if s := cal.slot[h]; hours[s] > 0 {
			total += sums[s] / hours[s]
		}
	}
	return total
}

// Learning counts the entities that are too young for a rule at an hour.
func (e *Evaluator) Learning(rule *Rule, at int) (learning, ready int) {
	for i := range e.history.Entities {
		if e.ready(rule, &e.history.Entities[i], (at-1)/slotsPerDay*slotsPerDay) {
			ready++
		} else {
			learning++
		}
	}
	return learning, ready
}
