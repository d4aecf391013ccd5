package series

import (
	"math"
	"slices"
	"time"
)

const (
	// halfEvidence is the evidence of score ½: one in 100, all measures together.
	halfEvidence = 2
	// warmUp is how many points halve the evidence: a past of a few points says
	// little of what is usual.
	warmUp = 100
	// again is by how much evidence has to exceed what was told to be told again
	// at once.
	again = 1.5
	// A told anomaly is half forgotten after a day, but after 30 points at the
	// earliest and 300 at the latest.
	forgetAfter                  = 24 * time.Hour
	forgetEarliest, forgetLatest = 30, 300
	// firstSearch is at how many points a season is looked for first; then
	// each time there are half as many more, or a cycle of what was not seen.
	firstSearch = 64
	// largest is the largest value whose square and sums stay finite.
	largest = 1e100
	// certainty is the share of points that lie between Lower and Upper.
	certainty = 0.99
)

// Point is what the Scorer says of one point.
type Point struct {
	Score    float64 // 0 = as usual; ½ = one in 100; below 1
	Expected float64
	// Lower and Upper hold 99 of 100 points.
	Lower, Upper float64
}

// Scorer scores one series. It is not safe for concurrent use.
type Scorer struct {
	judge    *judge
	period   int
	history  []float64 // one a slot of the grid; gaps hold the value before
	first    int       // index of history[0]
	index    int       // of the newest point on the grid
	points   int
	search   int // at how many points the next search is due
	at       time.Time
	gaps     []time.Duration
	interval time.Duration
	told     float64 // evidence that was told, as far as it is not forgotten
}

// New returns a Scorer for one series.
func New() *Scorer {
	return &Scorer{judge: newJudge(0), search: firstSearch, index: -1}
}

// Add scores the next point. Times need not be even; a time before the last is
// taken for the one after it. A value that is no number is a gap, with score 0.
func (s *Scorer) Add(at time.Time, value float64) Point {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		f := s.judge.model.forecast(s.index + 1)
		return Point{Expected: f.next, Lower: f.next, Upper: f.next}
	}
	value = min(largest, max(-largest, value))
	s.advance(at)
	p, evidence := s.judge.add(s.index, value)
	p.Score = s.tell(evidence)
	s.remember(value)
	if s.points++; s.points >= s.search {
		s.findPeriod()
	}
	return p
}

// advance puts the point on the grid of the usual interval.
func (s *Scorer) advance(at time.Time) {
	steps := 1
	if s.points > 0 {
		gap := at.Sub(s.at)
		if gap <= 0 {
			gap = s.interval
			at = s.at.Add(gap)
		}
		s.learnInterval(gap)
		if s.interval > 0 {
			steps = max(1, int(math.Round(float64(gap)/float64(s.interval))))
		}
	}
	s.at = at
	s.index += min(steps, maxHistory)
}

// learnInterval keeps the median of the first gaps.
func (s *Scorer) learnInterval(gap time.Duration) {
	const enough = 63
	if len(s.gaps) >= enough {
		return
	}
	at, _ := slices.BinarySearch(s.gaps, gap)
	s.gaps = slices.Insert(s.gaps, at, gap)
	s.interval = s.gaps[len(s.gaps)/2]
}

func (s *Scorer) remember(value float64) {
	for len(s.history) > 0 && s.first+len(s.history) < s.index {
		s.history = append(s.history, s.history[len(s.history)-1])
	}
	if len(s.history) == 0 {
		s.first = s.index
	}
	s.history = append(s.history, value)
	if extra := len(s.history) - maxHistory; extra >= maxHistory {
		s.history = slices.Delete(s.history, 0, extra)
		s.first += extra
	}
}

// findPeriod looks for a season. Where there is another one than before, the
// past is judged anew with it: what is usual is known from the past alone.
func (s *Scorer) findPeriod() {
	s.search = s.points + min(s.points/2, maxHistory)
	found := period(s.history, s.interval)
	if found == s.period {
		return
	}
	s.period = found
	s.judge = newJudge(found)
	for i, value := range s.history {
		s.judge.add(s.first+i, value)
	}
}

// tell returns the score of evidence, less what was told before.
func (s *Scorer) tell(evidence float64) float64 {
	evidence *= float64(s.points) / float64(s.points+warmUp)
	s.told *= math.Exp2(-1 / s.forget())
	fresh := evidence
	if evidence < again*s.told {
		fresh = max(0, evidence-s.told)
	}
	s.told = max(s.told, fresh)
	return fresh / (fresh + halfEvidence)
}

// forget is the half-life of what was told, in points.
func (s *Scorer) forget() float64 {
	if s.interval <= 0 {
		return forgetEarliest
	}
	return min(forgetLatest, max(forgetEarliest, float64(forgetAfter)/float64(s.interval)))
}
