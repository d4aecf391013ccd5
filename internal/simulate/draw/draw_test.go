package draw_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

func mean(n int, next func() float64) float64 {
	sum := 0.0
	for range n {
		sum += next()
	}
	return sum / float64(n)
}

func TestDrawsHaveTheMeansTheySay(t *testing.T) {
	s := draw.New(1)
	f := func(name string, want float64, next func() float64) {
		t.Helper()
		require.InEpsilon(t, want, mean(200_000, next), 0.02, name)
	}
	f("poisson 3", 3, func() float64 { return float64(s.Poisson(3)) })
	f("poisson 400", 400, func() float64 { return float64(s.Poisson(400)) })
	f("lognormal", 1, func() float64 { return s.Lognormal(0.5) })
	f("gamma", 1, func() float64 { return s.Gamma(2) })
	f("weibull", 1, func() float64 { return s.Weibull(0.5) })
	f("between", 3, func() float64 { return s.Between(2, 4) })
	f("chance", 0.3, func() float64 {
		if s.Chance(0.3) {
			return 1
		}
		return 0
	})
	f("weighted", 1.5, func() float64 { return float64(s.Weighted([]float64{1, 0, 3})) })
}

func TestParetoHasItsTailAndItsCut(t *testing.T) {
	s := draw.New(1)
	beyond, largest := 0, 0.0
	for range 100_000 {
		x := s.Pareto(2, 1.5, 1000)
		require.GreaterOrEqual(t, x, 2.0)
		largest = max(largest, x)
		if x > 20 {
			beyond++
		}
	}
	require.InEpsilon(t, math.Pow(10, -1.5), float64(beyond)/100_000, 0.1)
	require.InDelta(t, 1000, largest, 0)
}

func TestStudentIsHeavierThanNormal(t *testing.T) {
	s := draw.New(1)
	beyond := 0
	for range 100_000 {
		if math.Abs(s.Student()) > 4 {
			beyond++
		}
	}
	require.Greater(t, beyond, 200) // of a normal: 6
}

func TestTheSamePartsDrawTheSame(t *testing.T) {
	a, b, other := draw.New(1, 2), draw.New(3), draw.New(2, 1)
	b.Reseed(1, 2)
	first := a.Uint64()
	require.Equal(t, first, b.Uint64())
	require.NotEqual(t, first, other.Uint64())
}
