package detect

import (
	"math"
	"strings"
)

// Rare endpoints: called, though hardly ever used.
//
// The share of days on which an endpoint is used is (d + α·q)/(T + α): its own d of
// T days, and the share q of the entity's peers that use it at all. As with new
// endpoints, how strongly it is used counts as well (see intensity).

const (
	rareShare  = 0.05 // of the days: used more often is not rare
	rareWeight = 4.0  // α, in days
	peerShare  = 0.02 // q where there are no peers
)

// rareAt scores the rarest endpoint of the window [from, to) that was known before.
// The effect is 1 − log10 p.
func rareAt(v *view, from, to int, usual intensity, rule *Rule) (Candidate, bool) {
	c := Candidate{From: to, To: to}
	oldest := max(v.First, from-int(rule.Lookback.Hours()), 0)
	days := float64(from-oldest) / slotsPerDay
	known := 0.0
	for i := range v.Endpoints {
		ep := &v.Endpoints[i]
		if ep.First >= from {
			continue
		}
		known++
		calls, _ := ep.Within(from, to)
		if calls <= 0 {
			continue
		}
		q := v.peerShare(ep.Name)
		share := (float64(ep.days(oldest, from)) + rareWeight*q) / (days + rareWeight)
		if share >= rareShare {
			continue
		}
		logP := math.Log(share) + usual.logTail(v.shareOf(i, from, to))
		if len(c.New) == 0 || logP < c.LogP {
			c.LogP, c.Observed, c.Expected, c.New = logP, calls, share, []int{i}
		}
	}
	if len(c.New) == 0 {
		return c, false
	}
	c.From, c.Days, c.Buckets = from, days, int(days)
	c.LogP = min(0, c.LogP+math.Log(known)) // any of them might have been the one
	c.Ratio = 1 - c.LogP/math.Ln10
	c.Strength = c.Observed / rule.MinAbsolute
	return c, true
}

// share is the share of peers that call an endpoint; g may be nil.
func (g *peerGroup) share(endpoint uint32) float64 {
	if g == nil {
		return peerShare
	}
	return max(peerShare, float64(g.calls[endpoint]))
}

// shareOf is the calls of an endpoint in its busiest hour of [from, to), by those of
// a usual active hour of the two weeks before.
func (e *Entity) shareOf(endpoint, from, to int) float64 {
	return e.Endpoints[endpoint].busiest(from, to) / e.typicalHour(from)
}

// unlistedAt are the calls of the window [from, to) that the allow-list of the
// entity does not name. The effect is calls over the rule's minimum.
func unlistedAt(v *view, from, to int, rule *Rule) (Candidate, bool) {
	c := Candidate{From: from, To: to}
	if v.Allowed == nil {
		return c, false
	}
	for i := range v.Endpoints {
		if calls, _ := v.Endpoints[i].Within(from, to); calls > 0 && !v.allows(v.Endpoints[i].Name) {
			c.Observed += calls
			c.New = append(c.New, i)
		}
	}
	c.Ratio = c.Observed / max(rule.MinAbsolute, 1)
	c.Strength = c.Ratio
	return c, c.Observed > 0
}

// allows says whether the allow-list names an endpoint.
func (e *Entity) allows(name string) bool {
	for _, allowed := range e.Allowed {
		prefix, open := strings.CutSuffix(allowed, "*")
		if allowed == name || open && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
