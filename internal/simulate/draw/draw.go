// Package draw makes random draws that follow from a seed and a purpose, so that
// one part of a simulation can change without changing the others.
package draw

import (
	"math"
	"math/rand/v2"
)

// Source is a deterministic generator that is reseeded for every purpose: what
// one connector does in one hour depends on nothing else.
type Source struct {
	*rand.Rand
	pcg *rand.PCG
}

// New returns a source that is seeded with the parts.
func New(parts ...uint64) Source {
	pcg := rand.NewPCG(0, 0)
	s := Source{Rand: rand.New(pcg), pcg: pcg}
	s.Reseed(parts...)
	return s
}

// Reseed starts the stream that the parts name.
func (s Source) Reseed(parts ...uint64) {
	h := Mix(parts...)
	s.pcg.Seed(h, Mix(h, 0x5eed))
}

// Mix hashes numbers into one (splitmix64's finalizer, chained).
func Mix(parts ...uint64) uint64 {
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

// Poisson is a count of the given mean; from 25 on by its normal approximation.
func (s Source) Poisson(mean float64) int {
	switch {
	case mean <= 0:
		return 0
	case mean < 25:
		limit, product, n := math.Exp(-mean), s.Float64(), 0
		for product > limit {
			product *= s.Float64()
			n++
		}
		return n
	default:
		return max(0, int(math.Round(mean+math.Sqrt(mean)*s.NormFloat64())))
	}
}

// Lognormal has mean 1.
func (s Source) Lognormal(sigma float64) float64 {
	return math.Exp(sigma*s.NormFloat64() - sigma*sigma/2)
}

// Gamma has mean 1 and variance 1/shape (Marsaglia and Tsang; shape ≥ 1).
func (s Source) Gamma(shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-s.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// Pareto is at least least, with P(X > x) = (least/x)^alpha, cut at most.
func (s Source) Pareto(least, alpha, most float64) float64 {
	return min(least*math.Pow(1-s.Float64(), -1/alpha), most)
}

// Student is Student's t with 3 degrees of freedom, scaled to variance 1.
func (s Source) Student() float64 {
	squares := 0.0
	for range 3 {
		z := s.NormFloat64()
		squares += z * z
	}
	return s.NormFloat64() / math.Sqrt(squares)
}

// Weibull has mean 1; a shape below 1 makes events that come in bunches.
func (s Source) Weibull(shape float64) float64 {
	return math.Pow(s.ExpFloat64(), 1/shape) / math.Gamma(1+1/shape)
}

// Between is uniform.
func (s Source) Between(low, high float64) float64 { return low + (high-low)*s.Float64() }

// Spread is uniform on a logarithmic scale.
func (s Source) Spread(low, high float64) float64 {
	return math.Exp(s.Between(math.Log(low), math.Log(high)))
}

// Chance is true with probability p.
func (s Source) Chance(p float64) bool { return s.Float64() < p }

// Weighted picks an index with probability proportional to its weight.
func (s Source) Weighted(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := s.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// Pick takes one at random.
func Pick[T any](s Source, from []T) T { return from[s.IntN(len(from))] }
