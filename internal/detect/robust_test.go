package detect

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMADIsTheMedianOfTheDeviations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 50), 1, 30).Draw(t, "values")
		slices.Sort(values)
		med := median(values)
		deviations := make([]float64, len(values))
		for i, v := range values {
			deviations[i] = math.Abs(v - med)
		}
		slices.Sort(deviations)
		require.InDelta(t, median(deviations), mad(values, med), 1e-9)
	})
}

func TestQuantilesNeedNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 50), 1, 60).Draw(t, "values")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		sorted := slices.Sorted(slices.Values(values))
		require.InDelta(t, quantile(sorted, q), quantileOf(values, q), 1e-9)
	})
}
