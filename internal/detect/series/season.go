package series

import (
	"math"
	"slices"
	"time"
)

const (
	// maxHistory is how many values are kept to find a season in, and to learn
	// it from when it is found.
	maxHistory = 1 << 15
	// maxSlots bounds the length of a season in points: a week of minutes.
	maxSlots = 7 * 24 * 60
	// minSlots is the shortest season: what is shorter, AR(1) follows.
	minSlots = 8
	// cycles are needed before a season is believed.
	cycles = 3
	// minFit is the share of variance that a season has to explain, and
	// betterFit by how much more one has to that is longer or less likely.
	minFit    = 0.3
	betterFit = 0.05
	// searchPoints is to how many points a history is thinned for the search of
	// an unknown period.
	searchPoints = 2048
)

// period finds how many points one cycle of the season has; 0 = none. Days and
// weeks come first, for what people and their machines do follows them; another
// period has to explain more.
func period(values []float64, interval time.Duration) int {
	clean := clip(values)
	best, fit := 0, 0.0
	for _, calendar := range []time.Duration{24 * time.Hour, 7 * 24 * time.Hour} {
		if interval <= 0 {
			break
		}
		slots := int((calendar + interval/2) / interval)
		if f := seasonalFit(clean, slots); f > max(minFit, fit+betterFit) {
			best, fit = slots, f
		}
	}
	if other, f := search(clean); f > fit+betterFit {
		return other
	}
	return best
}

// seasonalFit is the share of variance that the value of one cycle before
// explains: its autocorrelation at that lag.
func seasonalFit(values []float64, lag int) float64 {
	if lag < minSlots || lag > maxSlots || lag*cycles > len(values) {
		return 0
	}
	return autocorrelation(values, lag)
}

// autocorrelation of centered values.
func autocorrelation(values []float64, lag int) float64 {
	var product, before, after float64
	for i := lag; i < len(values); i++ {
		a, b := values[i-lag], values[i]
		product += a * b
		before += a * a
		after += b * b
	}
	if before == 0 || after == 0 {
		return 0
	}
	return product / math.Sqrt(before*after)
}

// search looks for a period that no calendar has: the first high peak of the
// autocorrelation after it has been low. A length of 0 is none.
func search(values []float64) (length int, fit float64) {
	thinning := (len(values) + searchPoints - 1) / searchPoints
	thin := make([]float64, 0, searchPoints)
	for i := 0; i+thinning <= len(values); i += thinning {
		var sum float64
		for _, v := range values[i : i+thinning] {
			sum += v
		}
		thin = append(thin, sum)
	}
	best, low := 0, 1.0
	for lag := 2; lag*cycles <= len(thin); lag++ {
		c := autocorrelation(thin, lag)
		low = min(low, c)
		// A peak has to stand out from the valley before it (a slow series is
		// similar to itself at every short lag) and from an earlier peak.
		climbing := c > fit && lag <= best+2
		if c > max(minFit, low+minFit) && (climbing || c > fit+betterFit) {
			best, fit = lag, c
		}
	}
	fit = 0
	for l := (best - 1) * thinning; best > 0 && l <= (best+1)*thinning; l++ {
		if f := seasonalFit(values, l); f > max(minFit, fit) {
			length, fit = l, f
		}
	}
	return length, fit
}

// clip centers values at the median and cuts what is far away, so that one
// spike makes no season and hides none.
func clip(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	center := sorted[len(sorted)/2]
	limit := 2 * max(sorted[len(sorted)*95/100]-center, center-sorted[len(sorted)*5/100])
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = min(limit, max(-limit, v-center))
	}
	return out
}

// season is the usual value of each slot of a cycle.
type season struct {
	slots  []float64
	counts []int32
}

// forgets is how much a new cycle counts once several were seen: the last four
// to five decide.
const forgets = 0.2

func newSeason(length int) *season {
	return &season{slots: make([]float64, length), counts: make([]int32, length)}
}

func (s *season) slot(index int) int { return ((index % len(s.slots)) + len(s.slots)) % len(s.slots) }

// learn takes the value of a point, which is cut to at most limit from what the
// slot has.
func (s *season) learn(index int, value, limit float64) {
	i := s.slot(index)
	if s.counts[i] == 0 {
		s.slots[i] = value
	} else {
		diff := value - s.slots[i]
		if s.counts[i] > 1 {
			diff = min(limit, max(-limit, diff))
		}
		s.slots[i] += diff * max(forgets, 1/float64(s.counts[i]+1))
	}
	s.counts[i]++
}

// expect is the usual value at a point, and the least and greatest of it and
// its neighbours: a job that starts a little early is on time. ok is false
// until the slot was seen twice.
func (s *season) expect(index int) (usual, low, high float64, ok bool) {
	i := s.slot(index)
	if s.counts[i] < 2 {
		return 0, 0, 0, false
	}
	usual = s.slots[i]
	before, after := s.slots[s.slot(i-1)], s.slots[s.slot(i+1)]
	return usual, min(before, usual, after), max(before, usual, after), true
}
