package detect

// Parts: is it one endpoint that makes the entity do more?
//
// A loop, a retry that never ends or somebody who reads out a list repeats one thing
// above all. The sum over all endpoints of a restless entity hides it: sessions and
// cascades make its hours differ by far more than any one endpoint's do. So the endpoint
// with the largest excess is held to the tail of its own past as well (excess.go), and
// the stronger evidence counts. The replay makes up for looking twice.

const (
	partLeast = 0.6  // of the rule's minimum: what softens the ratios of a part
	partCalls = 30.0 // the same of calls, where the rule is about bytes
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
}

// partOf endpoint k in [from, to), built once a look.
func (v *view) partOf(k, from, to int, rule *Rule) *part {
	key := partKey{k, from, to, rule.MinAbsolute}
	if p := v.parts[key]; p != nil {
		return p
	}
	ep := &v.Endpoints[k]
	if cap(v.calls) < v.hours {
		v.calls = make([]float64, v.hours)
	}
	series := v.calls[:v.hours]
	clear(series)
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

// evidence that the endpoint is called more than it ever is, in the window of so many
// hours that ends at hour at.
func (p *part) evidence(v *view, at, hours int) float64 {
	x := &p.excesses[hours-1]
	calls, _ := p.endpoint.Within(at-hours, at)
	return x.evidence(p.rule.logExcess(calls, x.bases[v.Calendar.slot[at-1]], p.season.peak))
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
