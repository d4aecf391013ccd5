package detect

import (
	"math"
	"slices"
)

// Endpoints: calls an endpoint for the first time.
//
// Whether that is news depends on how often the entity does so. Days count, not
// requests: a run that repeats a call a thousand times is one incidence. The rate
// of new endpoints a day is λ = max((Q₁+a)/(T+b), (new₁₄+a)/(14+b)), where Q₁ are
// the endpoints used on exactly one day of T (Good's and Turing's estimate of the
// unseen, by days) and a, b say that an entity without any news for long has few
// to expect. The number of new ones on a day is then negative binomial with size
// min(max(Q₁, new₁₄)+½, 4), and p = P(N ≥ n): a connector that keeps growing is
// quiet, one that never did is not.
//
// How it is used counts too: the calls of its busiest hour against the entity's
// usual hour, as a lognormal over all new endpoints of the fleet in the last days. A
// flow that was extended starts gently; a new endpoint that at once makes up most of
// an hour's traffic does not. Both probabilities are multiplied.

const (
	noveltyDays  = 14
	noveltyPrior = 0.02 // a: news expected in b days of an entity that had none
	noveltySpan  = 6.0  // b

	newcomerShare = 0.07 // of a usual hour, where a fleet has shown no new endpoints
	newcomerSoft  = 5.0  // calls
)

// newcomers are the shares of a usual hour that the endpoints which came in
// [from, to) reached on their first day.
func (v *view) newcomers(from, to int, exclude Exclude) []sized {
	var all []sized
	for j := range v.Endpoints {
		first := v.Endpoints[j].First
		if first < from || first >= to || first < v.First+startingDays*slotsPerDay || exclude(v.Entity, v.time(first)) {
			continue
		}
		all = append(all, sized{first, math.Log(v.firstShare(j, first-first%slotsPerDay+slotsPerDay))})
	}
	return all
}

// firstShare is the calls of a new endpoint in its busiest hour before to, by those
// of a usual active hour of the two weeks before it came.
func (e *Entity) firstShare(endpoint, to int) float64 {
	ep := &e.Endpoints[endpoint]
	return ep.busiest(math.MinInt32, to) / e.typicalHour(ep.First)
}

// typicalHour is the calls of a usual active hour of the two weeks before an hour. A
// few are added, so that little says little.
func (e *Entity) typicalHour(before int) float64 {
	sum, active := 0.0, 1.0
	first, _ := slices.BinarySearch(e.Hours, int32(max(e.First, before-noveltyDays*slotsPerDay, 0)))
	for i := first; i < len(e.Hours) && int(e.Hours[i]) < before; i++ {
		if e.Requests[i] > 0 {
			sum += float64(e.Requests[i])
			active++
		}
	}
	return sum/active + newcomerSoft
}

// noveltyAt scores the new endpoints of the window [from, to) given the incidence
// before UTC day day. The effect (Ratio) is 1 − log10 p.
func noveltyAt(e *Entity, from, to, day int, usual intensity, rule *Rule) (Candidate, bool) {
	c := Candidate{From: to, To: to}
	calls, share := 0.0, 0.0
	for i := range e.Endpoints {
		if first := e.Endpoints[i].First; first >= from && first < to && !e.Calendar.expects(first, UnusualEndpoints) {
			c.New = append(c.New, i)
			c.From = min(c.From, first)
			n, _ := e.Endpoints[i].Within(first, to)
			calls += n
			share = max(share, e.firstShare(i, to))
		}
	}
	if len(c.New) == 0 {
		return c, false
	}
	rate, size, days := noveltyRate(e, day, rule)
	c.Observed, c.Expected, c.Days, c.Buckets = float64(len(c.New)), rate*float64(to-from)/slotsPerDay, days, int(days)
	c.LogP = NegBinomLogTail(c.Observed, rate, size) + usual.logTail(share)
	c.Ratio = 1 - c.LogP/math.Ln10
	c.Strength = calls / rule.MinAbsolute
	return c, true
}

// noveltyRate is the expected number of new endpoints a day.
func noveltyRate(e *Entity, day int, rule *Rule) (rate, size, days float64) {
	first := e.First / slotsPerDay // rounds toward 0, no matter: older than any lookback
	days = float64(min(max(1, day-first), rule.lookbackDays()))
	once, recent := 0.0, 0.0
	for i := range e.Endpoints {
		ep := &e.Endpoints[i]
		firstDay := ep.First / slotsPerDay
		if ep.First >= day*slotsPerDay {
			continue
		}
		if ep.daysBefore(day-rule.lookbackDays(), day) == 1 {
			once++
		}
		// What came in its first days is the entity's beginning, no news.
		if firstDay >= day-noveltyDays && firstDay >= first+startingDays {
			recent++
		}
	}
	span := min(noveltyDays, max(1, days-startingDays))
	rate = max((once+noveltyPrior)/(days+noveltySpan), (recent+noveltyPrior)/(span+noveltySpan))
	return rate, min(max(once, recent)+0.5, 4), days
}

// startingDays is how long a new entity shows its usual endpoints for the first time.
const startingDays = 7
