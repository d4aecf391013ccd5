package score

import (
	"slices"
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
	p := f.peak(in.Connector)
	first := f.minute(in.Start)
	requests, _ := p.five.largest(first+lookedBack, first+int(plainSoon/time.Minute)-1)
	return requests > plainFactor*p.most
}

// minute is the one after which something that begins at a time can first be seen.
func (f *Fleet) minute(at time.Time) int { return int(at.Sub(f.Start)/time.Minute) + 1 }

// peak is the most that a connector did in any five minutes of the history, beside the
// running five minutes of the evaluated days.
type peak struct {
	most float32
	five running
}

func (f *Fleet) peak(connector int) peak {
	p, before := peak{five: f.running(connector)}, int32(f.From.Sub(f.Start)/(5*time.Minute))
	for _, b := range f.Fives[connector] {
		if b.At < before {
			p.most = max(p.most, b.Calls)
		}
	}
	return p
}

// promptSoft is added to both sides of a ratio of calls in five minutes.
const promptSoft = 5

// exceeded is by how many times the running five minutes that end in the minutes
// [from, to] exceed the most of the history.
func (p peak) exceeded(from, to int) float64 {
	requests, _ := p.five.largest(from+lookedBack, to)
	return float64(requests+promptSoft) / float64(p.most+promptSoft)
}

// Prompt says which bursts ×10 somebody could tell within three minutes who knew by what
// process each connector works, its largest five minutes, and how far connectors of that
// process exceed theirs in this week without an incident; and who may be wrong about
// OracleRate of a thousand connectors a day.
func Prompt(f *Fleet) map[int]bool {
	hit := map[int]bool{}
	for _, in := range f.Incidents {
		hit[in.Connector] = true
	}
	first := 60 * 24 * f.Options.History
	all := map[scenarios.Kind][]float64{}
	for i, c := range f.Connectors {
		if hit[i] {
			continue
		}
		p := f.peak(i)
		for from := first; from < first+60*24*f.Days; from += 60 * 24 {
			all[c.Kind] = append(all[c.Kind], p.exceeded(from+1, from+60*24))
		}
	}
	least := map[scenarios.Kind]float64{}
	for kind, ratios := range all {
		slices.Sort(ratios)
		least[kind] = ratios[int(float64(len(ratios)-1)*(1-OracleRate/1000))]
	}
	found := map[int]bool{}
	for k := range f.Incidents {
		in := &f.Incidents[k]
		if begin := f.minute(in.Start); in.Kind == scenarios.Burst10 {
			found[k] = f.peak(in.Connector).exceeded(begin, begin+int(plainSoon/time.Minute)-1) > least[f.Connectors[in.Connector].Kind]
		}
	}
	return found
}
