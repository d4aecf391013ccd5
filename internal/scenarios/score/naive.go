package score

import (
	"math"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

// The naive detector is what one writes in an afternoon: more than the mean and
// three standard deviations of the same hour of the day, an endpoint never seen, an
// hour of the week never used. It has the same hysteresis as the rules.
const (
	naiveDays     = 28
	naiveSigmas   = 3
	naiveLeast    = 20 // requests more than the mean
	naiveLearning = 14 // days before it speaks of a connector
)

// Naive returns the alerts of the naive detector in the evaluated days.
func Naive(f *Fleet) []Alert {
	var all []Alert
	for i := range f.Connectors {
		n := naive{fleet: f, entity: &f.History.Entities[i], index: i}
		n.slots()
		n.series()
		for k, rule := range []string{naiveVolume, naiveHours, naiveEndpoints} {
			open := newEpisodes(1, 2)
			for at := 24*f.Options.History + 1; at <= f.Hours(); at++ {
				var seen []Alert
				if n.unusual(k, at-1) {
					seen = append(seen, Alert{Rule: rule, Family: rule, Connector: i, Strength: 1, From: f.Time(at - 1), To: f.Time(at)})
				}
				all = append(all, open.step(f.Time(at), seen, func(int) {})...)
			}
		}
	}
	return all
}

const (
	naiveVolume    = "mean + 3σ"
	naiveHours     = "never active"
	naiveEndpoints = "first seen"
)

type naive struct {
	fleet    *Fleet
	entity   *detect.Entity
	index    int
	slot     []int // local hour of working days or weekends
	requests []float64
	first    map[int]bool // hours with an endpoint never seen
}

func (n *naive) slots() {
	loc, err := time.LoadLocation(n.fleet.Connectors[n.index].Zone)
	if err != nil {
		loc = time.UTC
	}
	n.slot = make([]int, n.fleet.Hours())
	for h := range n.slot {
		t := n.fleet.Time(h).In(loc)
		n.slot[h] = t.Hour()
		if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
			n.slot[h] += 24
		}
	}
}

func (n *naive) series() {
	n.requests, n.first = make([]float64, n.fleet.Hours()), map[int]bool{}
	for k, h := range n.entity.Hours {
		n.requests[h] = float64(n.entity.Requests[k])
	}
	for i := range n.entity.Endpoints {
		n.first[n.entity.Endpoints[i].First] = true
	}
}

// unusual says whether the k-th of its questions is answered with yes in hour h.
func (n *naive) unusual(k, h int) bool {
	from := max(n.entity.First, h-24*naiveDays)
	if h-from < 24*naiveLearning || n.requests[h] == 0 {
		return false
	}
	if k == 2 {
		return n.first[h]
	}
	count, sum, squares, active := 0.0, 0.0, 0.0, 0
	for i := from; i < h; i++ {
		if n.slot[i] != n.slot[h] {
			continue
		}
		count++
		sum += n.requests[i]
		squares += n.requests[i] * n.requests[i]
		if n.requests[i] > 0 {
			active++
		}
	}
	if k == 1 {
		return active == 0
	}
	mean := sum / max(count, 1)
	sigma := math.Sqrt(max(0, squares/max(count, 1)-mean*mean))
	return n.requests[h] > max(mean+naiveSigmas*sigma, mean+naiveLeast)
}
