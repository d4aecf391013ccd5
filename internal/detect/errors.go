package detect

import "math"

// Error rate: more of the calls fail than usual.
//
// The errors of an hour are beta-binomial: the rate of a connector wanders. Its mean
// is that of the lookback without the worst fiftieth of the hours, so that a storm
// does not become usual; its precision M follows from the moments of the hours,
// Var(e) = n p q (1 + (n−1)/(M+1)), shrunk to a prior. Both are shrunk to a little
// and to loose where there are few calls. What the connectors of its API have to bear
// together in an hour is to be expected of it as well (alike.go).

const (
	priorErrors    = 0.01 // rate where little is known
	priorCalls     = 50.0 // and the calls that stand for it
	priorSpread    = 0.05 // 1/(M+1)
	spreadWeight   = 12.0 // and the hours that stand for it
	worstHours     = 0.02
	mostErrorRates = 0.95
)

// failures is how often calls of an entity usually fail.
type failures struct {
	rate, precision float64
	high            float64 // 95th percentile of the hours with calls
	hours           int
	days            float64
}

func (v *view) failures(from, to int) *failures {
	var rates []float64
	type hour struct{ e, n float64 }
	var hours []hour
	for i, h := range v.Hours {
		n := float64(v.Requests[i])
		if int(h) < from || int(h) >= to || n < 1 || v.Calendar.special(int(h)) || i >= len(v.Errors) {
			continue
		}
		e := min(float64(v.Errors[i]), n)
		rates = append(rates, e/n)
		hours = append(hours, hour{e, n})
	}
	f := &failures{hours: len(hours), days: float64(to-from) / slotsPerDay}
	cut := quantileOf(rates, 1-worstHours)
	errors, calls := priorErrors*priorCalls, priorCalls
	for _, h := range hours {
		if h.e/h.n <= cut {
			errors, calls = errors+h.e, calls+h.n
		}
	}
	f.rate = min(errors/calls, mostErrorRates)
	f.high = quantileOf(rates, 0.95)
	spread, weight := priorSpread*spreadWeight, spreadWeight
	for _, h := range hours {
		if h.n < 2 || h.e/h.n > cut {
			continue
		}
		d := h.e - h.n*f.rate
		own := (d*d/(h.n*f.rate*(1-f.rate)) - 1) / (h.n - 1)
		w := min(h.n/20, 1)
		spread, weight = spread+w*own, weight+w
	}
	f.precision = 1/min(max(spread/weight, 1e-6), 0.9) - 1
	return f
}

// failuresAt scores the errors of the window that ends at hour at. The effect is
// errors over expected errors, small amounts softened.
func failuresAt(v *view, f *failures, at int, rule *Rule) (Candidate, bool) {
	from := max(0, at-rule.hours())
	c := Candidate{From: from, To: at, Days: f.days, Buckets: f.hours, Upper: f.high}
	errors, calls, usual := 0.0, 0.0, 0.0
	for h := from; h < at; h++ {
		n := v.series(Requests)[h]
		errors += v.series(Errors)[h]
		calls += n
		usual += n * min(f.rate+v.alike.rise(v.Entity, v.time(h)), mostErrorRates)
	}
	if calls <= 0 || f.hours == 0 {
		return c, false
	}
	errors = min(errors, calls)
	soft := rule.MinAbsolute / 4
	c.Observed, c.Expected = errors/calls, usual/calls
	c.Ratio = (errors + soft) / (usual + soft)
	c.Strength = min((errors-usual)/rule.MinAbsolute, math.Log(c.Ratio)/math.Log(rule.MinRatio))
	if c.Strength < keepOpen {
		return c, false
	}
	c.LogP = BetaBinomLogTail(errors, calls, c.Expected, f.precision)
	c.Strength = min(c.Strength, c.LogP/countLogP)
	return c, c.Strength > 0
}
