package detect

import (
	"cmp"
	"slices"
	"time"
)

// Contribution is one endpoint's part of what was observed, beside its usual part.
type Contribution struct {
	Endpoint string
	Observed float64 // in the measure's unit
	Expected float64
	New      bool // never called before the window
}

// Contributions says which endpoints made up a candidate of a history, largest
// excess first.
func (m *Model) Contributions(rule *Rule, h *History, c Candidate, most int) []Contribution {
	v := newView(m.opts, m.Day)
	v.look(&h.Entities[c.Entity], h, m.profile(h.Entities[c.Entity].Key()))
	entity := v.Entity
	from, to := v.span(rule, int(m.Day.Sub(h.Start)/(24*time.Hour)))
	var all []Contribution
	for i := range entity.Endpoints {
		ep := &entity.Endpoints[i]
		isNew := ep.First >= c.From
		if len(c.New) > 0 && !slices.Contains(c.New, i) {
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
	weight := func(p Contribution) float64 { return p.Observed - p.Expected }
	if rule.kind() == mixKind {
		even(all)
		weight = func(p Contribution) float64 { return term(p.Observed, max(p.Expected, 0.5)) }
	}
	slices.SortStableFunc(all, func(a, b Contribution) int { return cmp.Compare(weight(b), weight(a)) })
	return all[:min(most, len(all))]
}

// even scales what was expected to the sum of what was observed: a mix is about shares.
func even(parts []Contribution) {
	observed, expected := 0.0, 0.0
	for _, p := range parts {
		observed, expected = observed+p.Observed, expected+p.Expected
	}
	for i := range parts {
		parts[i].Expected *= observed / max(expected, 1e-9)
	}
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
