package series

import "math"

const (
	// firstJudged is how many points only teach the model: until then a usual
	// error is hardly known, and sizes would be wild.
	firstJudged = 20
	// shortPoints, noisePoints and, without a season, longPoints are what
	// errors are smoothed over: what lasts is found though each point is usual.
	// With a season, the long one is a quarter of a cycle.
	shortPoints = 12
	noisePoints = 24
	longPoints  = 48
	// loudest bounds what one point adds to a smoothed error.
	loudest = 10
	// rangeUnit is the least remarkable distance outside of what was seen, as a
	// share of its range.
	rangeUnit = 0.05
)

// measures are the sizes of what can be unusual about a point.
type measures [6]float64

const (
	nextStep   = iota // error of the next step, in usual ones
	inSeason          // error of season and level, in usual ones
	shortError        // the same, smoothed
	longError         // the same, smoothed for longer
	outside           // distance outside of all that was seen, in ranges
	noise             // size of the errors of the next step, smoothed
)

// judge compares the points of a series with those before.
type judge struct {
	model       model
	tails       [len(measures{})]tail
	errors      tail // of the next step, for bounds
	short, long average
	noise       average
	least, most float64 // of all values
	points      int
}

func newJudge(period int) *judge {
	long := float64(longPoints)
	if period > 0 {
		long = max(2*shortPoints, float64(period)/4)
	}
	j := &judge{
		model: newModel(period),
		short: average{points: shortPoints},
		long:  average{points: long},
		noise: average{points: noisePoints},
	}
	j.tails[nextStep].unit = 1
	j.tails[inSeason].unit = 1
	j.tails[shortError].unit = 1 / math.Sqrt(shortPoints)
	j.tails[longError].unit = 1 / math.Sqrt(long)
	j.tails[outside].unit = rangeUnit
	j.tails[noise].unit = 1
	return j
}

// add judges a point, then learns it.
func (j *judge) add(index int, value float64) (Point, float64) {
	if j.points == 0 {
		j.least, j.most = value, value
		j.model.level.value = value
	}
	f := j.model.forecast(index)
	m := j.measure(value, f)
	evidence := j.evidence(m)
	least := leastScale * math.Abs(value)
	step := j.model.step.of(least)
	j.errors.refresh()
	reach := step * j.errors.edge
	if j.points >= firstJudged {
		for i := range m {
			j.tails[i].add(m[i])
		}
		j.errors.add(math.Abs(value-f.next) / step)
	}
	j.least, j.most = min(j.least, value), max(j.most, value)
	j.model.learn(index, value, f)
	j.points++
	return Point{Expected: f.next, Lower: f.next - reach, Upper: f.next + reach}, evidence
}

func (j *judge) measure(value float64, f forecast) measures {
	least := leastScale * math.Abs(value)
	place, step := j.model.place.of(least), j.model.step.of(least)
	off := (value - min(max(value, f.low), f.high)) / place
	var m measures
	// What the season's neighbours explain is no error of the next step either.
	m[nextStep] = min(math.Abs(value-f.next), math.Abs(off)*place+math.Abs(f.next-f.usual)) / step
	m[inSeason] = math.Abs(off)
	bounded := min(loudest, max(-loudest, off))
	j.short.smooth(bounded)
	j.long.smooth(bounded)
	j.noise.smooth(min(loudest, m[nextStep]))
	m[shortError] = math.Abs(j.short.value)
	m[longError] = math.Abs(j.long.value)
	m[noise] = j.noise.value
	if width := j.most - j.least; width > 0 && j.points > warmUp {
		m[outside] = max(0, value-j.most, j.least-value) / width
	}
	return m
}

// evidence is −log10 of the harmonic mean of the probabilities.
func (j *judge) evidence(m measures) float64 {
	var sum float64
	for i, size := range m {
		sum += 1 / max(j.tails[i].probability(size), 1e-300)
	}
	return max(0, math.Log10(sum/float64(len(m))))
}

// smooth is add for an average that begins at zero.
func (a *average) smooth(v float64) { a.value += (v - a.value) / a.points }
