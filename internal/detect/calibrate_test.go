package detect

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var wide = Limits{Floor: 2, Ceiling: 1000, Margin: 1.25}

// pareto gives every entity one effect of a power law with exponent 4.
func pareto(entities int, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	peaks := make([][]float64, entities)
	for i := range peaks {
		peaks[i] = []float64{math.Pow(r.Float64(), -0.25)}
	}
	return peaks
}

func TestAReplayStaysWithinTheBudget(t *testing.T) {
	for seed := range uint64(10) {
		threshold := Calibrate(pareto(2000, seed), wide, 10)
		require.LessOrEqual(t, threshold.Replayed, 20)
		require.InDelta(t, math.Pow(10.0/2000, -0.25), threshold.Fleet, 1.2)
	}
}

func TestASmallerBudgetIsAHigherThreshold(t *testing.T) {
	peaks := pareto(500, 3)
	last := math.Inf(1)
	for _, allowed := range []float64{0.01, 0.1, 1, 5, 20} {
		threshold := Calibrate(peaks, wide, allowed)
		require.LessOrEqual(t, threshold.Fleet, last)
		last = threshold.Fleet
	}
}

// TestAnEntityMoreChangesNoThresholdByMuch: what a budget of one or two episodes says
// differs by how many entities are ready, a few more or less each day.
func TestAnEntityMoreChangesNoThresholdByMuch(t *testing.T) {
	peaks := slices.Repeat([][]float64{{2}}, 500)
	copy(peaks, slices.Repeat([][]float64{{4}}, 26)) // no power law: a fit lies above
	copy(peaks, [][]float64{{20}, {8}})
	for allowed := 0.9; allowed < 2; allowed += 0.01 {
		now, next := Calibrate(peaks, wide, allowed).Fleet, Calibrate(peaks, wide, allowed+0.01).Fleet
		require.InEpsilon(t, now, next, 0.02, "%.2f", allowed)
	}
}

func TestAQuietFleetHasTheFloor(t *testing.T) {
	threshold := Calibrate(make([][]float64, 100), wide, 0.1)
	require.InDelta(t, 2, threshold.Fleet, 0)
	require.InDelta(t, 2, threshold.Of(0), 0)
}

func TestOneIncidentDoesNotBlindTheFleet(t *testing.T) {
	peaks := pareto(500, 4)
	before := Calibrate(peaks, wide, 1).Fleet
	peaks[9] = []float64{400}
	after := Calibrate(peaks, wide, 1)
	require.InDelta(t, before, after.Fleet, 0.5)
	require.InDelta(t, 500, after.Of(400), 0) // but its own
}

// TestManyThatAlertedDoNotLiftTheThresholdBeyondThem: what alerted counts with little
// more than the threshold, which makes a tail that is no power law.
func TestManyThatAlertedDoNotLiftTheThresholdBeyondThem(t *testing.T) {
	peaks := pareto(500, 5)
	for i := range 20 {
		peaks[i] = []float64{6 * alerted}
	}
	require.LessOrEqual(t, Calibrate(peaks, wide, 5).Fleet, justAbove(6*alerted))
	require.Greater(t, Calibrate(peaks, wide, 5).Fleet, 5.0)
}

// TestEffectsThatManyShareAreNotAllLetThrough: evidence of counts comes in few values.
func TestEffectsThatManyShareAreNotAllLetThrough(t *testing.T) {
	peaks := make([][]float64, 500)
	for i := range 40 {
		peaks[i] = []float64{5.25}
	}
	for i := range 3 {
		peaks[i] = []float64{7}
	}
	require.Equal(t, 3, Calibrate(peaks, wide, 5).Replayed)
}

func TestTheStudentTailMatchesTables(t *testing.T) {
	f := func(x, want float64) {
		t.Helper()
		require.InEpsilon(t, want, studentTail4(x), 2e-3)
	}
	f(0, 0.5)
	f(1.533, 0.1)
	f(2.132, 0.05)
	f(3.747, 0.01)
	f(7.173, 0.001)
	f(-2.132, 0.95)
	require.InEpsilon(t, 3e-20, studentTail4(1e5), 1e-3) // 3/t⁴ for large t
}

func TestScoreIsHalfAtTheThreshold(t *testing.T) {
	require.InDelta(t, 0.5, Score(1), 0)
	require.Zero(t, Score(-1))
	require.Greater(t, Score(9), 0.89)
}

func TestATinyBudgetIsExtrapolatedNoFartherThanItsLimitsAllow(t *testing.T) {
	peaks := pareto(500, 6)
	tops := make([]float64, len(peaks))
	for i := range peaks {
		tops[i] = peaks[i][0]
	}
	slices.Sort(tops)
	second := tops[len(tops)-2]
	require.InDelta(t, second*beyond, Calibrate(peaks, wide, 0.01).Fleet, 1e-9)
	farther := wide
	farther.Beyond = 1.4
	require.InDelta(t, second*1.4, Calibrate(peaks, farther, 0.01).Fleet, 1e-9)
}
