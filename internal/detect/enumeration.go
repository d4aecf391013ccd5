package detect

import (
	"math"
	"slices"
)

// Enumeration: many different objects asked for one after another on one endpoint,
// many calls that find nothing, or many different endpoints. Each is a count of an
// hour: significant by a negative binomial of the entity's active hours, large
// against the busiest twentieth of them.

const callDispersion = 0.3 // 1/k of tries where little is known

// attempts is how many tries an active hour usually has: objects of an endpoint,
// refused calls of an endpoint, or endpoints.
type attempts struct {
	endpoint         int // −1: endpoints
	figures          []float32
	mean, dispersion float64
	large            float64
	hours            int
}

// attempts of the hours [from, to).
func (v *view) attempts(from, to int) []attempts {
	var all []attempts
	routes := make([]float64, max(0, to-from))
	for i := range v.Endpoints {
		ep := &v.Endpoints[i]
		first, last := ep.within(from, to)
		for _, h := range ep.Hours[first:last] {
			routes[int(h)-from]++
		}
		for _, figures := range [][]float32{ep.IDs, ep.Errors} {
			if len(figures) == 0 {
				continue
			}
			usual := v.builder.spread[:0]
			for _, n := range figures[min(first, len(figures)):min(last, len(figures))] {
				usual = append(usual, float64(n))
			}
			v.builder.spread = usual
			all = append(all, newAttempts(i, figures, usual))
		}
	}
	routes = slices.DeleteFunc(routes, func(n float64) bool { return n == 0 })
	return append(all, newAttempts(-1, nil, routes))
}

// newAttempts summarises the usual counts, which it reorders.
func newAttempts(endpoint int, figures []float32, usual []float64) attempts {
	a := attempts{endpoint: endpoint, figures: figures, hours: len(usual)}
	n, squares := float64(len(usual)), 0.0
	for _, x := range usual {
		a.mean += x / max(n, 1)
	}
	for _, x := range usual {
		squares += (x - a.mean) * (x - a.mean)
	}
	own := 0.0
	if n > 1 && a.mean > 0 {
		own = max(0, (squares/(n-1)-a.mean)/(a.mean*a.mean))
	}
	a.dispersion = max((n*own+dispersionWeight*callDispersion)/(n+dispersionWeight), defaultDispersion)
	a.large = quantileOf(usual, 0.95)
	return a
}

// enumerationAt scores the window [from, to). The effect is the count over the usual
// large one, small ones softened.
func enumerationAt(v *view, b *baseline, from, to int, rule *Rule) (Candidate, bool) {
	best, soft := Candidate{}, rule.MinAbsolute/4
	for _, a := range b.attempts {
		count := v.most(&a, from, to)
		if count-a.large < rule.MinAbsolute*keepOpen {
			continue
		}
		c := Candidate{
			From: from, To: to, Observed: count, Expected: a.mean, Upper: a.large, Ratio: (count + soft) / (a.large + soft),
			Days: float64(b.to-b.from) / slotsPerDay, Buckets: a.hours,
			LogP: NegBinomLogTail(count, max(a.mean, 0.5), 1/a.dispersion),
		}
		c.Strength = min((count-a.large)/rule.MinAbsolute, math.Log(c.Ratio)/math.Log(rule.MinRatio), c.LogP/countLogP)
		if a.endpoint >= 0 {
			c.New = []int{a.endpoint}
		}
		if c.Strength > best.Strength || c.Strength == best.Strength && c.Ratio > best.Ratio {
			best = c
		}
	}
	return best, best.Strength >= keepOpen
}

// most is the largest hour of the window [from, to).
func (v *view) most(a *attempts, from, to int) float64 {
	most := 0.0
	if a.endpoint >= 0 {
		first, last := v.Endpoints[a.endpoint].within(from, to)
		for _, n := range a.figures[min(first, len(a.figures)):min(last, len(a.figures))] {
			most = max(most, float64(n))
		}
		return most
	}
	for hour := from; hour < to; hour++ {
		n := 0.0
		for i := range v.Endpoints {
			if first, last := v.Endpoints[i].within(hour, hour+1); last > first {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
