package rows

import (
	"strconv"
	"strings"
)

// adjustedCounts says how many calls a sampled span stands for, from its
// tracestate. Consecutive spans mostly carry the same one.
type adjustedCounts struct {
	state string
	count float64
}

func (a *adjustedCounts) of(state string) float64 {
	if state == "" {
		return 1
	}
	if state != a.state || a.count == 0 {
		a.state, a.count = strings.Clone(state), adjustedCount(state)
	}
	return a.count
}

// adjustedCount reads the rejection threshold of consistent probability
// sampling: in "ot=th:c" the threshold is 0xc of 0x10, so a quarter of the
// spans is kept and each stands for 4. Without a valid threshold a span stands
// for itself.
// See https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
func adjustedCount(state string) float64 {
	for member := range strings.SplitSeq(state, ",") {
		vendor, fields, ok := strings.Cut(strings.TrimSpace(member), "=")
		if !ok || vendor != "ot" {
			continue
		}
		for field := range strings.SplitSeq(fields, ";") {
			if th, ok := strings.CutPrefix(field, "th:"); ok {
				return fromThreshold(th)
			}
		}
	}
	return 1
}

// maxThresholdDigits is 56 bits.
const maxThresholdDigits = 14

func fromThreshold(th string) float64 {
	if th == "" || len(th) > maxThresholdDigits {
		return 1
	}
	threshold, err := strconv.ParseUint(th, 16, 64)
	if err != nil {
		return 1
	}
	threshold <<= 4 * (maxThresholdDigits - len(th))
	const all = 1 << 56
	return float64(all) / float64(all-threshold)
}
