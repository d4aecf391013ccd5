package detect

import "math"

// Parts: is it one endpoint that makes the entity do more?
//
// A loop, a retry that never ends or somebody who reads out a list repeats one thing
// above all. The sum over all endpoints of a restless entity hides it: sessions and
// cascades make its hours differ by far more than any one endpoint's do. So what counts is
// the endpoint with the largest excess, held to the tail of its own past (excess.go); the
// sum counts for less, for those who do more of many things at once.

const (
	partsScale = 1    // of evidence; before, the sum counted as much as an endpoint
	wholeShare = 0.7  // of the evidence of the sum
	partLeast  = 0.6  // of the rule's minimum: what softens the ratios of a part
	partCalls  = 30.0 // the same of calls, where the rule is about bytes
	othersSoft = 25.0 // calls, of all other endpoints
)

// part is how often an endpoint is usually called in windows of an hour and of two.
type part struct {
	endpoint *Endpoint
	rule     *Rule
	season   *season
	excesses []excess
}

type partKey struct {
	endpoint, from, to int
	least              float64
	others             bool // all but the endpoint
}

// partOf endpoint k in [from, to), built once a look.
func (v *view) partOf(k, from, to int, rule *Rule) *part {
	key := partKey{endpoint: k, from: from, to: to, least: rule.MinAbsolute}
	if p := v.parts[key]; p != nil {
		return p
	}
	ep := &v.Endpoints[k]
	series := v.scratchCalls()
	first, last := ep.within(from, to)
	for i := first; i < last; i++ {
		series[ep.Hours[i]] = min(float64(ep.Calls[i]), largest)
	}
	p := &part{endpoint: ep, rule: rule, season: v.builder.build(series, v.Calendar, from, to, defaultDispersion)}
	for _, hours := range rule.windows() {
		p.excesses = append(p.excesses, v.excess(p.season, series, hours, from, to, rule))
	}
	v.parts[key] = p
	return p
}

// log is the ln ratio of the calls of the window of so many hours that ends at hour at to
// what such windows usually hold.
func (p *part) log(v *view, at, hours int) float64 {
	calls, _ := p.endpoint.Within(at-hours, at)
	return p.rule.logExcess(calls, p.excesses[hours-1].bases[v.Calendar.slot[at-1]], p.season.peak)
}

// othersOf is the same of all endpoints but k.
func (v *view) othersOf(k int, b *baseline, at, hours int) float64 {
	key := partKey{endpoint: k, from: b.from, to: b.to, others: true}
	p := v.parts[key]
	if p == nil {
		series := v.scratchCalls()
		copy(series, v.series(Requests))
		ep := &v.Endpoints[k]
		first, last := ep.within(b.from, b.to)
		for i := first; i < last; i++ {
			series[ep.Hours[i]] = max(0, series[ep.Hours[i]]-float64(ep.Calls[i]))
		}
		p = &part{endpoint: ep, season: v.builder.build(series, v.Calendar, b.from, b.to, defaultDispersion)}
		v.parts[key] = p
	}
	calls, _ := p.endpoint.Within(at-hours, at)
	calls = -calls
	for _, y := range v.series(Requests)[at-hours : at] {
		calls += y
	}
	return math.Log((max(0, calls) + othersSoft) / (p.season.bases(hours)[v.Calendar.slot[at-1]] + othersSoft))
}

// scratchCalls is room for the calls of all hours, valid until the next call.
func (v *view) scratchCalls() []float64 {
	if cap(v.calls) < v.hours {
		v.calls = make([]float64, v.hours)
	}
	clear(v.calls[:v.hours])
	return v.calls[:v.hours]
}

func (ep Endpoint) callsOf(from, to int) float64 { calls, _ := ep.Within(from, to); return calls }
func (ep Endpoint) bytesOf(from, to int) float64 { _, bytes := ep.Within(from, to); return bytes }

// largestPart is the endpoint of which [first, last) holds most more than the hours
// [from, to) do on average; −1 if there is none.
func (v *view) largestPart(first, last, from, to int, amount func(ep Endpoint, from, to int) float64) int {
	most, largest := 0.0, -1
	share := float64(last-first) / float64(max(to-from, 1))
	for k := range v.Endpoints {
		now := amount(v.Endpoints[k], first, last)
		if now <= most {
			continue
		}
		if more := now - share*amount(v.Endpoints[k], from, to); more > most {
			most, largest = more, k
		}
	}
	return largest
}
