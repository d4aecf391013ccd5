package rows

import (
	"math"
	"strconv"
	"strings"
)

// maxAdjustedCount bounds what one sampled span may stand for, so that a sender
// cannot move a rollup at will. Samplers keep one of a million at the least.
const maxAdjustedCount = 1e6

// adjustedCounts says how many calls a sampled span stands for, from its
// tracestate. Consecutive spans mostly carry the same one.
type adjustedCounts struct {
	state string
	count float64
}

// of takes the count from the span's tracestate, else from the attributes that
// samplers write: sampling.threshold (the Collector's probabilistic sampler, a
// threshold as in the tracestate) and sampling.probability (0 to 1).
func (a *adjustedCounts) of(state string, f *facts) float64 {
	if state != "" {
		if state != a.state {
			a.state, a.count = strings.Clone(state), adjustedCount(state)
		}
		if a.count != 0 {
			return a.count
		}
	}
	if f.seen&(1<<samplingThreshold|1<<samplingProbability) == 0 {
		return 1
	}
	if n := fromThreshold(f.textOf(samplingThreshold)); n != 0 {
		return n
	}
	if probability, ok := f.number(samplingProbability); ok && probability > 0 && probability <= 1 {
		return bounded(1 / probability)
	}
	return 1
}

// adjustedCount reads the vendor ot of a tracestate; 0 = it says nothing.
//
// "ot=th:c" is the rejection threshold of consistent probability sampling: 0xc
// of 0x10, so a quarter of the spans is kept and each stands for 4. "ot=p:2" is
// its forerunner: 2 to the power of p.
// See https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
func adjustedCount(state string) (count float64) {
	for member := range strings.SplitSeq(state, ",") {
		vendor, fields, ok := strings.Cut(strings.TrimSpace(member), "=")
		if !ok || vendor != "ot" {
			continue
		}
		for field := range strings.SplitSeq(fields, ";") {
			if th, ok := strings.CutPrefix(field, "th:"); ok {
				return fromThreshold(th)
			}
			if p, ok := strings.CutPrefix(field, "p:"); ok {
				count = fromPower(p)
			}
		}
	}
	return count
}

// bounded also rounds to multiples of 2^-16: sums of such numbers are exact, and
// so the same in whatever order they are added up.
func bounded(n float64) float64 {
	const steps = 1 << 16
	return math.Round(min(n, maxAdjustedCount)*steps) / steps
}

// maxThresholdDigits is 56 bits.
const maxThresholdDigits = 14

// fromThreshold is 0 where there is no valid threshold.
func fromThreshold(th string) float64 {
	if th == "" || len(th) > maxThresholdDigits {
		return 0
	}
	threshold, err := strconv.ParseUint(th, 16, 64)
	if err != nil {
		return 0
	}
	threshold <<= 4 * (maxThresholdDigits - len(th))
	const all = 1 << 56
	return bounded(float64(all) / float64(all-threshold))
}

// maxPower is the highest p; 63 says that the count is not known.
const maxPower = 62

// fromPower is 0 where there is no valid power.
func fromPower(p string) float64 {
	power, err := strconv.ParseUint(p, 10, 8)
	if err != nil || power > maxPower {
		return 0
	}
	return bounded(math.Exp2(float64(power)))
}
