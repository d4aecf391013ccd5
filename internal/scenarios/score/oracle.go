package score

import (
	"math"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
)

const (
	oracleSample = 150 // connectors that show how far days differ
	oracleSoft   = 10  // requests added to both sides of a ratio
	oracleDays   = 10  // fewer say nothing
	// OracleRate is how many false alerts a day in 1000 connectors the oracle's
	// thresholds let through, for each kind of incident.
	OracleRate = 1.0
)

// question is how the oracle looks at the 24 hours from an hour on: the ln of
// observed over expected, and whether there was enough to expect.
type question struct {
	look   func(f *Fleet, connector int, requests []float64, from int) (ratio float64, ok bool)
	factor float64 // of an incident, in what is looked at
}

// What the oracle is asked: a drip is in the sum of its day; a burst of an hour in
// the largest two hours of its.
var questions = map[scenarios.IncidentKind]question{
	scenarios.Burst6:    {peakRatio, 3.5},
	scenarios.Burst10:   {peakRatio, 5.5},
	scenarios.Drip:      {dayRatio, 2.5},
	scenarios.FaintDrip: {dayRatio, 1.3},
}

// Oracle says which incidents somebody could find by the hourly requests who knew
// each connector's true expected rate in every hour (level, growth and calendar
// included), how far its days differ from it, and how large the incident would be;
// and who may be wrong about OracleRate of a thousand connectors a day. The test is
// the likelihood ratio (Neyman and Pearson), of Student's t with 4 degrees of
// freedom. It looks at nothing but these sums, and once a day: a detector that sees which
// endpoint is called may find more. Of work at hours without any see idle. The result has the indexes of the incidents it was asked about.
func Oracle(f *Fleet) map[int]bool {
	o := oracle{fleet: f, sample: map[int][]float64{}, thresholds: map[scenarios.IncidentKind]float64{}}
	o.draw()
	found := map[int]bool{}
	for k := range f.Incidents {
		in := &f.Incidents[k]
		if q, ok := questions[in.Kind]; ok {
			found[k] = o.finds(in, q)
		} else if in.Kind == scenarios.OffHours {
			found[k] = o.idle(in)
		}
	}
	return found
}

// idleNear is how many hours of the day around an incident's are like it.
const idleNear = 2

// idle says whether somebody could tell work at hours at which none is to be expected:
// in as many days as there are of the connector, its history and another run of its
// processes, it never did half to twice as much in two such hours at about that time of
// the day.
// Who did so once in these four months does so more often than OracleRate of a thousand
// connectors a day.
func (o *oracle) idle(in *scenarios.Incident) bool {
	f, i := o.fleet, in.Connector
	at := int(in.Start.Sub(f.Start) / time.Hour)
	before := hourly(f, i)[:24*f.Options.History]
	for _, run := range [][]float64{before, f.Replica(i)} {
		for h := 1; h < len(run); h++ {
			near := (h-at+24*len(run)+idleNear)%24 <= 2*idleNear
			done, calls := run[h-1]+run[h], float64(in.Calls)
			if near && f.Expected(i, h-1)+f.Expected(i, h) == 0 && done >= calls/2 && done <= calls*2 {
				return false
			}
		}
	}
	return true
}

type oracle struct {
	fleet      *Fleet
	sample     map[int][]float64 // benign requests by hour, by connector
	thresholds map[scenarios.IncidentKind]float64
}

func (o *oracle) draw() {
	hit := map[int]bool{}
	for _, in := range o.fleet.Incidents {
		hit[in.Connector] = true
	}
	for i := range o.fleet.Connectors {
		if len(o.sample) < oracleSample && !hit[i] && o.fleet.Suits(i, scenarios.Burst6) {
			o.sample[i] = o.fleet.Replica(i)
		}
	}
}

func (o *oracle) finds(in *scenarios.Incident, q question) bool {
	f := o.fleet
	usual := o.days(in.Connector, f.Replica(in.Connector), q)
	if len(usual) == 0 {
		return false
	}
	from := int(in.Start.Sub(f.Start) / time.Hour)
	if in.End.Sub(in.Start) < 24*time.Hour {
		from -= from % 24
	}
	day := usual[0]
	day.ratio, _ = q.look(f, in.Connector, hourly(f, in.Connector), from)
	return day.likelihood(q.factor) > o.threshold(in.Kind, q)
}

func (o *oracle) threshold(kind scenarios.IncidentKind, q question) float64 {
	if t, known := o.thresholds[kind]; known {
		return t
	}
	all := []float64{math.Inf(1)}
	for i, requests := range o.sample {
		for _, d := range o.days(i, requests, q) {
			all = append(all, d.likelihood(q.factor))
		}
	}
	slices.Sort(all)
	o.thresholds[kind] = all[int(float64(len(all)-1)*(1-OracleRate/1000))]
	return o.thresholds[kind]
}

// oracleDay is one day's ratio, beside mean and standard deviation of its
// connector's.
type oracleDay struct{ ratio, mean, sigma float64 }

// likelihood is the ln of how much likelier the day is with an incident than without.
func (d oracleDay) likelihood(factor float64) float64 {
	density := func(z float64) float64 { return -2.5 * math.Log1p(z*z/4) }
	return density((d.ratio-d.mean-math.Log(factor))/d.sigma) - density((d.ratio-d.mean)/d.sigma)
}

// days are those on which there was enough to expect.
func (o *oracle) days(connector int, requests []float64, q question) []oracleDay {
	mean, squares := 0.0, 0.0
	var days []oracleDay
	for from := 0; from+24 <= len(requests); from += 24 {
		if r, ok := q.look(o.fleet, connector, requests, from); ok {
			days = append(days, oracleDay{ratio: r})
			mean += r
			squares += r * r
		}
	}
	n := float64(len(days))
	if n < oracleDays {
		return nil
	}
	mean /= n
	sigma := math.Sqrt(max(squares/n-mean*mean, 1e-4))
	for k := range days {
		days[k].mean, days[k].sigma = mean, sigma
	}
	return days
}

func dayRatio(f *Fleet, connector int, requests []float64, from int) (ratio float64, ok bool) {
	const least = 150
	return f.ratio(connector, requests, from, from+24, least)
}

func peakRatio(f *Fleet, connector int, requests []float64, from int) (ratio float64, ok bool) {
	const least = 30
	for h := from; h < min(from+24, len(requests)-1); h++ {
		if r, enough := f.ratio(connector, requests, h, h+2, least); enough {
			ratio, ok = max(ratio, r), true
		}
	}
	return ratio, ok
}

// ratio is the ln of observed over expected in [from, to).
func (f *Fleet) ratio(connector int, requests []float64, from, to int, least float64) (ratio float64, ok bool) {
	observed, expected := 0.0, 0.0
	for h := from; h < to; h++ {
		observed += requests[h]
		expected += f.Expected(connector, h)
	}
	return math.Log((observed + oracleSoft) / (expected + oracleSoft)), expected >= least
}

func hourly(f *Fleet, i int) []float64 {
	requests := make([]float64, f.Hours())
	e := &f.History.Entities[i]
	for k, h := range e.Hours {
		requests[h] = float64(e.Requests[k])
	}
	return requests
}
