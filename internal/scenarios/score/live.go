package score

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

// The hour that is still running is judged every minute by the largest five minutes
// that end within the last ten, whatever the bounds of buckets: as the baseline
// receiver reads them from the actions.
const (
	fiveMinutes = 5
	lookedBack  = 10
)

// running is what one connector did in the running five minutes.
type running struct {
	from            int       // minute of the scenario at which the evaluated days begin
	requests, bytes []float32 // by the minute after the five, from from on
}

func (f *Fleet) running(connector int) running {
	n := 60*24*f.Days + 1
	r := running{from: 60 * 24 * f.Options.History, requests: make([]float32, n), bytes: make([]float32, n)}
	for _, b := range f.Minutes[connector] {
		for end := int(b.At) + 1 - r.from; end <= min(int(b.At)+fiveMinutes-r.from, n-1); end++ {
			r.requests[end] += b.Calls
			r.bytes[end] += b.Out
		}
	}
	return r
}

// largest of the five minutes that end within the ten minutes before a minute, up to
// another.
func (r running) largest(from, to int) (requests, bytes float32) {
	first, last := max(0, from-lookedBack-r.from), min(to-r.from, len(r.requests)-1)
	return slices.Max(r.requests[first : last+1]), slices.Max(r.bytes[first : last+1])
}

// live is the history with the largest running five minutes of each evaluated hour
// in place of the largest bucket.
func live(f *Fleet) *detect.History {
	h := &detect.History{Start: f.Start, Hours: f.Hours(), Entities: slices.Clone(f.History.Entities)}
	for i := range h.Entities {
		e := &h.Entities[i]
		e.TopRequests, e.TopBytes = slices.Clone(e.TopRequests), slices.Clone(e.TopBytes)
		r := f.running(i)
		first, _ := slices.BinarySearch(e.Hours, int32(r.from/60))
		for k := first; k < len(e.Hours); k++ {
			minute := 60 * int(e.Hours[k])
			e.TopRequests[k], e.TopBytes[k] = r.largest(minute+1, minute+60)
		}
	}
	return h
}

// proven is the first minute of the hour before at at which what was done so far
// proves the burst that the whole hour shows.
func (r *run) proven(rule *detect.Rule, connector, at int) time.Time {
	f, e := r.fleet, r.live.Entities[connector]
	position, _ := slices.BinarySearch(e.Hours, int32(at-1))
	e.TopRequests, e.TopBytes = slices.Clone(e.TopRequests), slices.Clone(e.TopBytes)
	small := detect.History{Start: f.Start, Hours: f.Hours(), Entities: []detect.Entity{e}}
	five := f.running(connector)
	for minute := 60*(at-1) + 1; minute < 60*at; minute++ {
		e.TopRequests[position], e.TopBytes[position] = five.largest(minute, minute)
		if found := r.model.Burst(rule, &small, at); len(found) > 0 && found[0].Strength >= enter {
			return f.Start.Add(time.Duration(minute) * time.Minute)
		}
	}
	return f.Time(at)
}
