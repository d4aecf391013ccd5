package backtest

import (
	"math"
	"time"
)

// Factors of the threshold for which findings are counted: 1 is the rule as it
// is, 2 asks for twice the evidence.
var Factors = [...]float64{1, 1.25, 1.5, 2, 3}

// Result is what one rule would have found.
type Result struct {
	Rule     string    `json:"rule"`
	Family   string    `json:"family"`
	Windows  int       `json:"windows"`  // evaluated
	Findings int       `json:"findings"` // episodes that began
	PerDay   float64   `json:"findings_per_day"`
	Budget   float64   `json:"budget_per_day"` // for the connectors that were active
	Days     []Day     `json:"days"`
	Factors  []Outcome `json:"thresholds"`
	Error    string    `json:"error,omitempty"` // why it could not be evaluated
}

// Day is how many episodes began on a UTC day.
type Day struct {
	Day      string `json:"day"` // 2026-03-03
	Findings int    `json:"findings"`
}

// Outcome is what a threshold of so many times the rule's own would have found.
type Outcome struct {
	Factor   float64 `json:"factor"`
	Findings int     `json:"findings"`
	PerDay   float64 `json:"findings_per_day"`
}

// Over says whether the rule would have found more than people agreed to read,
// by more than chance: two standard deviations of a Poisson count.
func (r *Result) Over(days float64) bool {
	expected := r.Budget * days
	return float64(r.Findings) > expected+2*math.Sqrt(math.Max(expected, 1))
}

// observation is the strength of one thing at one tick.
type observation struct {
	key      string
	strength float64 // 1 = at the threshold
}

// leave is the share of the threshold below which an episode ends.
const leave = 0.7

// episodes counts what begins at one factor of the threshold.
type episodes struct {
	factor        float64
	fire, resolve int
	open          map[string]*standing
	began         int
	perDay        map[string]int
}

type standing struct {
	above, calm int
	firing      bool
}

func newEpisodes(factor float64, fire, resolve int) *episodes {
	return &episodes{factor: factor, fire: fire, resolve: resolve, open: map[string]*standing{}, perDay: map[string]int{}}
}

// step takes in all that was observed at a tick.
func (e *episodes) step(tick time.Time, observed []observation) {
	seen := map[string]float64{}
	for _, o := range observed {
		seen[o.key] = math.Max(seen[o.key], o.strength)
	}
	for key, strength := range seen {
		if strength >= e.factor && e.open[key] == nil {
			e.open[key] = &standing{}
		}
	}
	for key, s := range e.open {
		switch strength := seen[key]; {
		case strength >= e.factor:
			s.above, s.calm = s.above+1, 0
		case strength >= leave*e.factor && s.firing:
			s.calm = 0
		default:
			s.above, s.calm = 0, s.calm+1
		}
		if !s.firing && s.above >= e.fire {
			s.firing = true
			e.began++
			e.perDay[tick.UTC().Format(time.DateOnly)]++
		}
		if !s.firing && s.above == 0 || s.calm >= e.resolve {
			delete(e.open, key)
		}
	}
}
