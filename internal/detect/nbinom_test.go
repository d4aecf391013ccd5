package detect

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// exactTail sums the negative binomial with whole size in rationals:
// P(Y = j) = C(j+k−1, j) q^j (1−q)^k.
func exactTail(y, k int64, q *big.Rat) float64 {
	one := big.NewRat(1, 1)
	point := one
	for range k {
		point = new(big.Rat).Mul(point, new(big.Rat).Sub(one, q))
	}
	below := new(big.Rat)
	for j := range y {
		below.Add(below, point)
		point = new(big.Rat).Mul(point, new(big.Rat).Mul(q, big.NewRat(j+k, j+1)))
	}
	tail, _ := new(big.Rat).Sub(one, below).Float64()
	return tail
}

func TestNegBinomTailMatchesExactSums(t *testing.T) {
	f := func(y, k, qNum, qDen int64) {
		t.Helper()
		q := big.NewRat(qNum, qDen)
		mean := float64(k) * float64(qNum) / float64(qDen-qNum)
		want := exactTail(y, k, q)
		got := math.Exp(NegBinomLogTail(float64(y), mean, float64(k)))
		require.InEpsilon(t, want, got, 1e-10, "y=%d k=%d q=%s", y, k, q)
	}
	f(1, 1, 1, 2)
	f(5, 1, 1, 2)
	f(40, 3, 1, 2)
	f(200, 3, 9, 10)
	f(3, 3, 9, 10)
	f(120, 50, 1, 3)
	f(10, 50, 1, 3)
	f(300, 7, 1, 5)
}

func TestNegBinomTailMatchesPublishedValues(t *testing.T) {
	f := func(y, mean, size, want, eps float64) {
		t.Helper()
		require.InEpsilon(t, want, NegBinomLogTail(y, mean, size), eps)
	}
	// A Poisson's tail, P(Y ≥ 10 | 3) = 0.00110249, where size is huge.
	f(10, 3, 1e15, math.Log(0.001102488), 1e-6)
	// A geometric's tail is a power: P(Y ≥ y) = q^y.
	f(1000, 1, 1, 1000*math.Log(0.5), 1e-12)
	f(1e6, 9, 1, 1e6*math.Log(0.9), 1e-12)
}

func TestNegBinomTailIsSafeAtTheEdges(t *testing.T) {
	require.Zero(t, NegBinomLogTail(0, 10, 1))
	require.True(t, math.IsInf(NegBinomLogTail(5, 0, 1), -1))
	require.Zero(t, NegBinomLogTail(math.NaN(), 1, 1))
	for _, y := range []float64{1, 1e3, 1e6, 1e9, 1e12} {
		for _, mean := range []float64{1e-9, 1, 1e3, 1e6, 1e9, 1e12} {
			for _, size := range []float64{1e-6, 0.5, 10, 1e6, 1e12} {
				got := NegBinomLogTail(y, mean, size)
				require.False(t, math.IsNaN(got), "y=%g mean=%g size=%g", y, mean, size)
				require.LessOrEqual(t, got, 0.0)
			}
		}
	}
	// Half of the mass is above the mean of a large count.
	require.InDelta(t, 0.5, math.Exp(NegBinomLogTail(1e12, 1e12, 1e12)), 0.01)
}

func TestNegBinomTailFallsAsTheCountGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := math.Pow(10, rapid.Float64Range(-3, 11).Draw(t, "mean"))
		size := math.Pow(10, rapid.Float64Range(-1, 6).Draw(t, "size"))
		y := math.Ceil(mean * rapid.Float64Range(0.1, 20).Draw(t, "y"))
		a, b := NegBinomLogTail(y, mean, size), NegBinomLogTail(math.Ceil(y*1.1)+1, mean, size)
		require.LessOrEqual(t, b, a+1e-6*math.Abs(a)+1e-6)
		require.LessOrEqual(t, NegBinomLogTail(y, mean*1.5, size), 0.0)
	})
}
