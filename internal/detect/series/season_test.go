package series

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func repeating(n, length int, noise float64) []float64 {
	r := rand.New(rand.NewPCG(5, 6))
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Sin(2*math.Pi*float64(i)/float64(length)) + noise*r.NormFloat64()
	}
	return values
}

func TestPeriodOfADayIsFound(t *testing.T) {
	require.Equal(t, 288, period(repeating(288*4, 288, 0.5), 5*time.Minute))
	require.Equal(t, 24, period(repeating(24*7, 24, 0.5), time.Hour))
}

func TestWeekIsPreferredWhereItExplainsMore(t *testing.T) {
	values := repeating(24*7*5, 24, 0.1)
	for i := range values {
		if i/24%7 >= 5 {
			values[i] *= 0.1
		}
	}
	require.Equal(t, 24*7, period(values, time.Hour))
}

func TestPeriodThatNoCalendarHasIsFound(t *testing.T) {
	require.InDelta(t, 53, period(repeating(1000, 53, 0.3), time.Minute), 1)
	require.InDelta(t, 777, period(repeating(10_000, 777, 0.3), time.Minute), 8)
}

func TestNoiseAndSlowSeriesHaveNoPeriod(t *testing.T) {
	require.Zero(t, period(repeating(2000, 1<<30, 1), time.Minute))
	walk := repeating(2000, 1<<30, 1)
	for i := 1; i < len(walk); i++ {
		walk[i] += 0.98 * walk[i-1]
	}
	require.Zero(t, period(walk, time.Minute))
}
