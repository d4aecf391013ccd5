package detect

import (
	"math"
	"slices"
)

// madScale makes the median absolute deviation of a normal sample its σ.
const madScale = 1.4826

// median of a sorted slice; 0 if empty.
func median(sorted []float64) float64 { return quantile(sorted, 0.5) }

// quantile of a sorted slice, linear between order statistics.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// mad is the median absolute deviation; scratch is overwritten.
func mad(sorted []float64, med float64, scratch []float64) float64 {
	scratch = scratch[:0]
	for _, v := range sorted {
		scratch = append(scratch, math.Abs(v-med))
	}
	slices.Sort(scratch)
	return median(scratch)
}

// winsorCap is what an amount is cut to before it is averaged, so that one burst
// does not become the baseline: med + 5·max(1.5·MAD, √(med+1)), but no less than
// common, what the entity often does in an hour: a job that runs in one hour of
// three has a median of zero.
func winsorCap(med, deviation, common float64) float64 {
	return max(med+5*max(1.5*deviation, math.Sqrt(med+1)), common)
}
