package series_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect/series"
)

const interval = 5 * time.Minute

// scoresOf a series with a point every five minutes.
func scoresOf(values []float64) []float64 {
	return scoreAll(labelled{interval: interval, values: values})
}

func noisy(n int, usual func(i int) float64) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, n)
	for i := range values {
		values[i] = usual(i) + r.NormFloat64()
	}
	return values
}

func flat(int) float64 { return 50 }

// daily is low at night and high by day.
func daily(i int) float64 { return 50 - 30*math.Cos(2*math.Pi*float64(i)/288) }

func TestScoreDependsOnNoLaterPoint(t *testing.T) {
	values := noisy(3000, daily)
	whole := scoresOf(values)
	for _, n := range []int{1, 63, 64, 65, 500, 1700, 2999} {
		require.Equal(t, whole[:n], scoresOf(values[:n]), "first %d points", n)
	}
}

func TestScoreDoesNotDependOnTheUnit(t *testing.T) {
	values := noisy(2000, daily)
	scaled := make([]float64, len(values))
	for i, v := range values {
		scaled[i] = 1024 * v
	}
	require.InDeltaSlice(t, scoresOf(values), scoresOf(scaled), 1e-9)
}

func TestSpikeIsToldAndThePointsBesideItAreNot(t *testing.T) {
	values := noisy(2000, flat)
	values[1500] += 15
	scores := scoresOf(values)
	require.Greater(t, scores[1500], 0.75)
	for i := 1200; i < 1800; i++ {
		if i != 1500 {
			require.Less(t, scores[i], 0.7, i)
		}
	}
}

func TestAnomalyThatLastsIsToldAtItsBeginning(t *testing.T) {
	values := noisy(2000, flat)
	for i := 1500; i < 1600; i++ {
		values[i] += 15
	}
	told := 0
	for _, score := range scoresOf(values)[1500:1600] {
		if score > 0.6 {
			told++
		}
	}
	require.LessOrEqual(t, told, 8)
	require.GreaterOrEqual(t, told, 1)
}

func TestUsualValueAtAnUnusualTimeIsFound(t *testing.T) {
	values := noisy(288*8, daily)
	at := 288*7 + 2 // two points after midnight
	for i := range 6 {
		values[at+i] = 80
	}
	scores := scoresOf(values)
	require.Greater(t, scores[at], 0.75)

	// Positive control: at noon it is as usual.
	require.Less(t, scoresOf(noisy(288*8, daily))[at], 0.5)
}

func TestSlowDriftIsFoundThoughNoPointIsUnusual(t *testing.T) {
	values := noisy(2000, flat)
	for i := 1500; i < 1560; i++ {
		values[i] += 2
	}
	scores := scoresOf(values)[1500:1600]
	highest := 0.0
	for _, score := range scores {
		highest = max(highest, score)
	}
	require.Greater(t, highest, 0.6)
}

func TestConstantSeriesHasNoScoreUntilItChanges(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = 7
	}
	values[900] = 8
	scores := scoresOf(values)
	for i, score := range scores[:900] {
		require.Zero(t, score, i)
	}
	require.Greater(t, scores[900], 0.75)
}

func TestGapIsNoAnomaly(t *testing.T) {
	values := noisy(1000, flat)
	values[700] = math.NaN()
	values[701] = math.Inf(1)
	scores := scoresOf(values)
	require.Zero(t, scores[700])
	require.Zero(t, scores[701])
	require.Less(t, scores[702], 0.6)
}

func TestAnyInputGivesAScoreBetweenZeroAndOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	extremes := []float64{0, 1e308, -1e308, 5e-324, math.NaN(), math.Inf(-1), 1, -1}
	s, at := series.New(), start
	for range 20_000 {
		at = at.Add(time.Duration(r.NormFloat64() * float64(time.Hour)))
		p := s.Add(at, extremes[r.IntN(len(extremes))])
		require.GreaterOrEqual(t, p.Score, 0.0)
		require.LessOrEqual(t, p.Score, 1.0)
		for _, v := range []float64{p.Expected, p.Lower, p.Upper} {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0), p)
		}
	}
}

func TestBoundsHoldNinetyNineOfAHundredPoints(t *testing.T) {
	values := noisy(20_000, daily)
	s, outside := series.New(), 0
	for i, v := range values {
		p := s.Add(start.Add(time.Duration(i)*interval), v)
		if i >= 2000 && (v < p.Lower || v > p.Upper) {
			outside++
		}
	}
	require.InDelta(t, 0.01, float64(outside)/18_000, 0.006)
}

func BenchmarkAdd(b *testing.B) {
	values := noisy(1<<16, daily)
	s, at := series.New(), start
	b.ReportAllocs()
	for i := range b.N {
		at = at.Add(interval)
		s.Add(at, values[i%len(values)])
	}
}
