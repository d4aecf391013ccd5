package simulate

import (
	"math"
	"math/rand/v2"
)

// random is a deterministic generator that is reseeded for every purpose: the
// traffic of one connector in one hour depends on nothing else, so that adding a
// connector or an incident leaves the others as they were.
type random struct {
	*rand.Rand
	pcg *rand.PCG
}

func newRandom(parts ...uint64) random {
	pcg := rand.NewPCG(0, 0)
	r := random{Rand: rand.New(pcg), pcg: pcg}
	r.reseed(parts...)
	return r
}

func (r random) reseed(parts ...uint64) {
	h := mix(parts...)
	r.pcg.Seed(h, mix(h, 0x5eed))
}

// mix hashes numbers into one (splitmix64's finalizer, chained).
func mix(parts ...uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h += p * 0xbf58476d1ce4e5b9
		h ^= h >> 30
		h *= 0xbf58476d1ce4e5b9
		h ^= h >> 27
		h *= 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// Purposes of random streams.
const (
	forPlan uint64 = iota + 1
	forConnector
	forConnectorDay
	forTenantDay
	forHour
	forIncident
	forIncidentCalls
	forSecrets
)

// poisson draws a count of the given mean.
func (r random) poisson(mean float64) int {
	switch {
	case mean <= 0:
		return 0
	case mean < 25:
		limit, product, n := math.Exp(-mean), r.Float64(), 0
		for product > limit {
			product *= r.Float64()
			n++
		}
		return n
	default: // the normal approximation is close enough above
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
}

// lognormal has mean 1.
func (r random) lognormal(sigma float64) float64 {
	return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2)
}

// gamma has mean 1 and variance 1/shape (Marsaglia and Tsang; shape ≥ 1).
func (r random) gamma(shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

func (r random) between(low, high float64) float64 { return low + (high-low)*r.Float64() }

func (r random) chance(p float64) bool { return r.Float64() < p }

// weighted picks an index with probability proportional to its weight.
func (r random) weighted(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := r.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func pick[T any](r random, from []T) T { return from[r.IntN(len(from))] }
