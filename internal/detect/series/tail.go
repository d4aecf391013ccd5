package series

import "math"

// Bins of a tail are spaced evenly in the logarithm, 24 a decade (10 % wide),
// from 1e-4 on; the first holds all that is smaller, zero among it.
const (
	binsPerDecade = 24
	decades       = 14
	bins          = binsPerDecade*decades + 1
	smallestBin   = 1e-4
)

const (
	// priorShape and priorWeight are what is believed of a tail before it is
	// seen, and how many exceedances that belief weighs: between the exponential
	// (0) and the heaviest tail with a variance (½).
	priorShape, priorWeight = 0.2, 20
	heaviest                = 0.5
	// memory bounds how many points count: counts are halved at twice as many,
	// so that the tail follows a series that changes for good.
	memory = 20_000
	// refreshEvery is how many points a fitted tail is used for.
	refreshEvery = 32
)

// tail turns sizes into probabilities of one as large, given those before: by
// their empirical distribution, and beyond its largest, √n of n, by a
// generalised Pareto distribution fitted to their excess by moments (Hosking
// and Wallis 1987, doi:10.1080/00401706.1987.10488243).
type tail struct {
	// unit is the smallest size that can be remarkable, whatever was seen.
	unit   float64
	counts [bins]float64
	total  float64

	threshold float64 // where the Pareto tail begins
	share     float64 // of points above it
	shape     float64 // ξ
	scale     float64 // σ
	edge      float64 // exceeded by one point in a hundred
	stale     int     // points until the tail is fitted again
}

func bin(size float64) int {
	if size <= smallestBin {
		return 0
	}
	return min(bins-1, 1+int(math.Log10(size/smallestBin)*binsPerDecade))
}

// middles are the geometric centers of the bins; the first is zero.
var middles = func() (m [bins]float64) {
	for b := 1; b < bins; b++ {
		m[b] = smallestBin * math.Pow(10, (float64(b)-0.5)/binsPerDecade)
	}
	return m
}()

func (t *tail) add(size float64) {
	t.counts[bin(size)]++
	t.total++
	if t.total >= 2*memory {
		for i := range t.counts {
			t.counts[i] /= 2
		}
		t.total /= 2
	}
}

// probability of a size at least as large.
func (t *tail) probability(size float64) float64 {
	t.refresh()
	if size > t.threshold {
		return t.share * math.Pow(1+t.shape*(size-t.threshold)/t.scale, -1/t.shape)
	}
	if size <= smallestBin {
		return 1
	}
	var above float64
	for _, n := range t.counts[bin(size):] {
		above += n
	}
	return min(1, max((above+0.5)/(t.total+1), t.share))
}

func (t *tail) refresh() {
	if t.stale--; t.stale < 0 {
		t.fit()
		t.stale = refreshEvery
	}
}

// fit finds where the tail begins, and its shape and scale.
func (t *tail) fit() {
	most := max(1, math.Sqrt(t.total))
	above, b := 0.0, bins-1
	for ; b > 0 && above+t.counts[b] <= most && middles[b] >= t.unit; b-- {
		above += t.counts[b]
	}
	t.threshold = max(t.unit, smallestBin*math.Pow(10, float64(b)/binsPerDecade))
	var sum, squares float64
	for b++; b < bins; b++ {
		excess := max(0, middles[b]-t.threshold)
		sum += t.counts[b] * excess
		squares += t.counts[b] * excess * excess
	}
	t.share = (above + 0.5) / (t.total + 1)
	// The prior: exceedances as large as the threshold's own distance from zero
	// over four.
	prior := t.threshold / 4
	mean := (sum + priorWeight*prior) / (above + priorWeight)
	t.shape = priorShape
	if variance := squares/max(above, 1) - (sum/max(above, 1))*(sum/max(above, 1)); variance > 0 {
		own := (1 - (sum/above)*(sum/above)/variance) / 2
		t.shape = (above*min(heaviest, max(0, own)) + priorWeight*priorShape) / (above + priorWeight)
	}
	t.shape = max(t.shape, 0.01)
	t.scale = mean * (1 - t.shape)
	t.edge = t.quantile(1 - certainty)
}

// quantile is the size that a share of points exceeds.
func (t *tail) quantile(share float64) float64 {
	if t.share > share {
		return t.threshold + t.scale/t.shape*(math.Pow(t.share/share, t.shape)-1)
	}
	above, b := 0.0, bins-1
	for ; b > 0 && above+t.counts[b] < share*t.total; b-- {
		above += t.counts[b]
	}
	return middles[b]
}
