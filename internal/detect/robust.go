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

// smallest is the order statistic k of values, which it reorders (Hoare's quickselect).
func smallest(values []float64, k int) float64 {
	low, high := 0, len(values)-1
	for low < high {
		pivot := values[(low+high)/2]
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return values[k]
		}
	}
	return values[k]
}

// quantileOf an unsorted slice, which it reorders.
func quantileOf(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	at := q * float64(len(values)-1)
	low := int(at)
	below := smallest(values, low)
	if low+1 >= len(values) {
		return below
	}
	return below + (at-float64(low))*(slices.Min(values[low+1:])-below)
}

// mad is the median absolute deviation from the median of a sorted slice. The
// deviations grow from the middle outwards: they are merged, not sorted.
func mad(sorted []float64, med float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	right, _ := slices.BinarySearch(sorted, med)
	left, at := right-1, len(sorted)-1
	deviation, before := 0.0, 0.0
	for range at/2 + 2 {
		before = deviation
		switch {
		case left < 0 && right > at:
			return deviation
		case left < 0 || right <= at && sorted[right]-med <= med-sorted[left]:
			deviation = sorted[right] - med
			right++
		default:
			deviation = med - sorted[left]
			left--
		}
	}
	// What was taken last is the order statistic at/2+1, the one before at/2.
	if at%2 == 0 {
		return before
	}
	return before + 0.5*(deviation-before)
}

// winsorCap is what an amount is cut to before it is averaged, so that one burst
// does not become the baseline: med + 5·max(1.5·MAD, √(med+1)), but no less than
// common, what the entity often does in an hour: a job that runs in one hour of
// three has a median of zero.
func winsorCap(med, deviation, common float64) float64 {
	return max(med+5*max(1.5*deviation, math.Sqrt(med+1)), common)
}
