package detect

import (
	"math"
	"slices"
)

// intensity says how strongly a fleet does what it does for the first time: calls
// of a new endpoint on its first day against a usual day, calls in a quiet hour
// against a usual active hour. It is a lognormal, by median and MAD of the fleet's
// cases of the last days, shrunk to a prior while there are few.
//
// That something is new is one piece of evidence, that it is large another; the
// two probabilities are multiplied.
type intensity struct{ mean, sigma float64 }

const (
	intensityWeight = 5.0  // of the prior, in cases
	intensitySpread = 0.8  // smallest σ
	intensityLeast  = 1e-3 // smallest factor on p: the size alone proves nothing
)

// newIntensity fits the logs of shares; prior is the share where a fleet has shown nothing.
func newIntensity(logs []float64, prior float64) intensity {
	slices.Sort(logs)
	center, n := median(logs), float64(len(logs))
	spread := madScale * mad(logs, center)
	return intensity{
		mean:  (n*center + intensityWeight*math.Log(prior)) / (n + intensityWeight),
		sigma: max((n*spread+intensityWeight)/(n+intensityWeight), intensitySpread),
	}
}

// logTail is ln P(share ≥ s), no less than ln intensityLeast.
func (f intensity) logTail(share float64) float64 {
	z := (math.Log(share) - f.mean) / f.sigma
	return math.Log(max(0.5*math.Erfc(z/math.Sqrt2), intensityLeast))
}
