package detect

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Families.
const (
	Volume    = "volume"
	Hours     = "hours"
	Endpoints = "endpoints"
	Swap      = "swap"
)

// Directions.
const (
	Up   = "up"
	Down = "down"
	Both = "both"
)

// Rule is what a family needs to know to evaluate.
type Rule struct {
	Family      string
	Measure     string
	Direction   string        // volume only; "" is Up
	Window      time.Duration // 15m, 1h or 24h
	Lookback    time.Duration
	MinHistory  time.Duration // younger entities are learning and do not alert
	MinAbsolute float64       // volume: in the measure's unit; else requests
	MinRatio    float64       // volume: times what is usual, or below one part in it; hours: of a usual active hour
	Budget      float64       // alerts per 1000 entities and day
}

// sides are the rules that a rule of direction Both stands for; else the rule itself.
func (r *Rule) sides() []*Rule {
	if r.Direction != Both || r.Family != Volume {
		return []*Rule{r}
	}
	up, down := *r, *r
	up.Direction, down.Direction = Up, Down
	return []*Rule{&up, &down}
}

// sidesOf several rules.
func sidesOf(rules []*Rule) []*Rule {
	var all []*Rule
	for _, r := range rules {
		all = append(all, r.sides()...)
	}
	return all
}

// open says whether the rule looks at the hour that is still running.
func (r *Rule) open() bool { return r.Window < time.Hour }

// Recent says that the rule needs no more than the last 25 hours of all entities:
// give them to Model.Evaluate, not the histories of suspects.
func (r *Rule) Recent() bool { return r.kind() == swapKind }

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

// kind is how a rule is decided.
type kind uint8

const (
	countKind       kind = iota // volume.go
	answersKind                 // answers.go: bytes by endpoint
	amountKind                  // amount.go
	driftKind                   // drift.go: windows of many hours
	growthKind                  // growth.go: of weeks
	silenceKind                 // silence.go
	failureKind                 // errors.go
	hoursKind                   // hours.go
	newsKind                    // novelty.go
	rareKind                    // rare.go
	mixKind                     // mix.go
	unlistedKind                // rare.go
	enumerationKind             // enumeration.go
	swapKind                    // swap.go
)

var endpointKinds = map[string]kind{
	NewEndpoints: newsKind, RareEndpoints: rareKind, EndpointMix: mixKind, UnlistedEndpoints: unlistedKind, Enumeration: enumerationKind,
}

func (r *Rule) kind() kind {
	switch {
	case r.Family == Hours:
		return hoursKind
	case r.Family == Swap:
		return swapKind
	case r.Family == Endpoints:
		return endpointKinds[r.Measure]
	case r.Grows():
		return growthKind
	case r.Direction == Down:
		return silenceKind
	case r.Measure == ErrorRate:
		return failureKind
	case r.Measure == BytesOut && r.hours() == 1 && !r.open():
		return answersKind
	case r.hours() > 2:
		return driftKind
	case r.Measure == Requests || r.Measure == Errors || r.Measure == Rows || r.Measure == Users:
		return countKind
	}
	return amountKind
}

// unusual is what the rule looks for.
func (r *Rule) unusual() Unusual {
	switch r.kind() {
	case hoursKind:
		return UnusualHours
	case newsKind, rareKind, mixKind, unlistedKind, enumerationKind, swapKind:
		return UnusualEndpoints
	case silenceKind:
		return UnusualSilence
	}
	if r.Measure == Errors || r.Measure == ErrorRate {
		return UnusualErrors
	}
	return UnusualVolume
}

// series is what the volume family looks at, hour by hour.
func (r *Rule) series() string {
	switch {
	case r.Family != Volume:
		return Requests
	case r.open() && r.Measure == Requests:
		return topRequests
	case r.open() && r.Measure == BytesOut:
		return topBytes
	}
	return r.Measure
}

// Measures that no rule names: those of the hour's largest five minutes, and the bytes
// outside of them.
const (
	topRequests = "top_requests"
	topBytes    = "top_bytes"
	spreadBytes = "spread_bytes"
)

// seriesNames are numbered in stored profiles: new ones go to the end.
var seriesNames = [...]string{Requests, Errors, ErrorRate, BytesIn, BytesOut, Rows, Cost, Users, Latency, topRequests, topBytes, spreadBytes}

func seriesIndex(measure string) int { return max(0, slices.Index(seriesNames[:], measure)) }

// ratios says whether effects are ratios of amounts; else they are evidence.
func (r *Rule) ratios() bool {
	switch r.kind() {
	case failureKind, enumerationKind, growthKind:
		return true
	}
	return false
}

// id names what a rule was calibrated for. Where the scale of evidence changed, what was
// stored before does not count.
func (r *Rule) id() uint32 {
	switch r.kind() {
	case answersKind:
		return hash(fmt.Sprint(*r), answersScale)
	case countKind:
		if r.parts() {
			return hash(fmt.Sprint(*r), partsScale)
		}
	case driftKind:
		return hash(fmt.Sprint(*r), driftScale)
	}
	return hash(fmt.Sprint(*r))
}

// Limits bound what calibration may choose.
type Limits struct {
	Floor   float64 // what even a quiet fleet must exceed
	Ceiling float64 // what always counts, whatever the fleet did
	Margin  float64 // how far an entity must exceed what it did itself in the replayed days
	Beyond  float64 // how far past the largest effect seen a threshold may lie; 0 = a little
}

func (r *Rule) limits() Limits {
	switch r.kind() {
	case hoursKind: // −log10 p
		return Limits{Floor: 3.6, Ceiling: 6, Margin: 1.02}
	case silenceKind: // −log10 p
		return Limits{Floor: 3.2, Ceiling: 8, Margin: 1.1}
	case newsKind: // 1 − log10 p; what an entity did before is in its rate of news
		return Limits{Floor: 5.3, Ceiling: 7, Margin: 0}
	case rareKind:
		return Limits{Floor: 4, Ceiling: 6, Margin: 1.1}
	case mixKind: // −log10 p
		return Limits{Floor: 9, Ceiling: 40, Margin: 1.25}
	case unlistedKind: // a list is no question of statistics
		return Limits{Floor: 1, Ceiling: 1, Margin: 0}
	case swapKind: // nats; there is no replay
		return Limits{Floor: 10, Ceiling: 10, Margin: 0}
	case answersKind: // −log10 p of two tests
		return Limits{Floor: 5, Ceiling: 12, Margin: 1.02}
	case countKind, amountKind: // −log10 p, of requests mostly of one endpoint
		if r.parts() {
			return Limits{Floor: 4.5, Ceiling: 14, Margin: 1.02}
		}
		return Limits{Floor: 3.3, Ceiling: 8, Margin: 1.2}
	case driftKind: // log10 of a ratio of likelihoods
		return Limits{Floor: 1.1, Ceiling: 3.5, Margin: 1.0}
	case growthKind: // times; there is no replay
		steady := math.Pow(r.MinRatio, growthSteady)
		return Limits{Floor: steady, Ceiling: steady, Margin: 1.1}
	default: // times what is usual
		return Limits{Floor: r.MinRatio, Ceiling: 100 * r.MinRatio, Margin: 1.25, Beyond: 1.4}
	}
}
