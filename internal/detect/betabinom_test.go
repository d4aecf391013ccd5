package detect

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// exactBetaBinom sums the tail in rationals for whole a and b:
// P(j) = C(n,j) · a⁽ʲ⁾ b⁽ⁿ⁻ʲ⁾ / (a+b)⁽ⁿ⁾ with rising factorials.
func exactBetaBinom(e, n, a, b int64) float64 {
	rising := func(x, k int64) *big.Int {
		out := big.NewInt(1)
		for i := range k {
			out.Mul(out, big.NewInt(x+i))
		}
		return out
	}
	sum := new(big.Int)
	for j := e; j <= n; j++ {
		term := new(big.Int).Binomial(n, j)
		sum.Add(sum, term.Mul(term.Mul(term, rising(a, j)), rising(b, n-j)))
	}
	tail, _ := new(big.Rat).SetFrac(sum, rising(a+b, n)).Float64()
	return tail
}

func TestBetaBinomTailMatchesExactSums(t *testing.T) {
	f := func(e, n, a, b int64) {
		t.Helper()
		got := BetaBinomLogTail(float64(e), float64(n), float64(a)/float64(a+b), float64(a+b))
		want := exactBetaBinom(e, n, a, b)
		require.InEpsilon(t, want, math.Exp(got), 1e-9, "e=%d n=%d a=%d b=%d", e, n, a, b)
	}
	f(1, 10, 1, 1) // uniform: 10/11
	f(8, 10, 2, 30)
	f(30, 40, 1, 50)
	f(3, 200, 2, 98)
	f(90, 200, 5, 95)
	f(200, 200, 3, 7)
	f(500, 2000, 4, 40)
}

func TestBetaBinomTailOfHugeCountsIsThatOfTheShare(t *testing.T) {
	f := func(e, n, mean, precision, want float64) {
		t.Helper()
		require.InEpsilon(t, want, math.Exp(BetaBinomLogTail(e, n, mean, precision)), 1e-3)
	}
	f(0.75e9, 1e9, 0.5, 2, 0.25)    // Beta(1,1) is uniform
	f(0.2e12, 1e12, 0.25, 4, 0.512) // Beta(1,3): (1−x)³
	require.InDelta(t, 0.5, math.Exp(BetaBinomLogTail(5e11, 1e12, 0.5, 1e12)), 0.01)
	near := BetaBinomLogTail(3100, 1e6, 0.003, 5000) // on both sides of the change of method
	require.InDelta(t, near, BetaBinomLogTail(3100.0031, 1e6+1, 0.003, 5000), 0.01)
}

func TestBetaBinomTailIsSafeAndFalls(t *testing.T) {
	require.Zero(t, BetaBinomLogTail(0, 10, 0.1, 10))
	require.Zero(t, BetaBinomLogTail(math.NaN(), 10, 0.1, 10))
	rapid.Check(t, func(t *rapid.T) {
		n := math.Ceil(math.Pow(10, rapid.Float64Range(0, 12).Draw(t, "log n")))
		mean := math.Pow(10, rapid.Float64Range(-9, -0.01).Draw(t, "log mean"))
		precision := math.Pow(10, rapid.Float64Range(-2, 9).Draw(t, "log precision"))
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		a := BetaBinomLogTail(n*share, n, mean, precision)
		b := BetaBinomLogTail(min(n, math.Ceil(n*share*1.2)+1), n, mean, precision)
		require.False(t, math.IsNaN(a))
		require.LessOrEqual(t, a, 0.0)
		require.LessOrEqual(t, b, a+0.03*math.Abs(a)+1e-6) // the limit of huge counts is no better near one success
	})
}
