package detect

import "time"

// Families.
const (
	Volume    = "volume"
	Hours     = "hours"
	Endpoints = "endpoints"
)

// Rule is what a family needs to know to evaluate.
type Rule struct {
	Family      string
	Measure     string
	Window      time.Duration // 1h or 24h
	Lookback    time.Duration
	MinHistory  time.Duration // younger entities are learning and do not alert
	MinAbsolute float64       // volume: in the measure's unit; hours and endpoints: requests
	MinRatio    float64       // volume: times what is usual; hours: of a usual active hour
	Budget      float64       // alerts per 1000 entities and day
}

// hours is the window in hours, at least one.
func (r *Rule) hours() int { return max(1, int(r.Window/time.Hour)) }

// lookbackDays is the lookback in days.
func (r *Rule) lookbackDays() int { return int(r.Lookback / (24 * time.Hour)) }

// ReplayDays of history are replayed to calibrate a rule: a history must reach
// that far beyond the lookback.
const ReplayDays = 14

// keepOpen is the strength below which a candidate is of no interest: an open
// episode ends there, so weaker ones need not be reported.
const keepOpen = 0.5

// counts says whether the measure is a number of events.
func (r *Rule) counts() bool { return r.Measure == Requests || r.Measure == Errors }

// Limits bound what calibration may choose.
type Limits struct {
	Floor   float64 // what even a quiet fleet must exceed
	Ceiling float64 // what always counts, whatever the fleet did
	Margin  float64 // how far an entity must exceed what it did itself in the replayed days
}

func (r *Rule) limits() Limits {
	switch {
	case r.Family == Hours: // −log10 p
		return Limits{Floor: 3.1, Ceiling: 6, Margin: 1.25}
	case r.Family == Endpoints: // 1 − log10 p; what an entity did before is in its rate of news
		return Limits{Floor: 4.4, Ceiling: 4.6, Margin: 0}
	case r.hours() == 1 && !r.counts(): // answersEvidence
		return Limits{Floor: 1, Ceiling: 3, Margin: 1.25}
	default: // times what is usual
		return Limits{Floor: r.MinRatio, Ceiling: 100 * r.MinRatio, Margin: 1.25}
	}
}
