package score

import (
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
)

const (
	plainSoon   = 3 * time.Minute
	plainFactor = 1.25
)

// plain says whether a burst stands out at once: within its first three minutes, the
// running five minutes hold a quarter more than any five minutes of its connector
// held in the history. Of others nobody can tell so soon: sessions of Pareto length
// look the same.
func (f *Fleet) plain(in *scenarios.Incident) bool {
	if in.Kind != scenarios.Burst6 && in.Kind != scenarios.Burst10 {
		return false
	}
	before, most := int32(f.From.Sub(f.Start)/(5*time.Minute)), float32(0)
	for _, b := range f.Fives[in.Connector] {
		if b.At < before {
			most = max(most, b.Calls)
		}
	}
	five := f.running(in.Connector)
	first := int(in.Start.Sub(f.Start)/time.Minute) + 1
	requests, _ := five.largest(first+lookedBack, first+int(plainSoon/time.Minute)-1)
	return requests > plainFactor*most
}
