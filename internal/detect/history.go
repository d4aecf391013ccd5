package detect

import (
	"slices"
	"time"
)

// Measures that the volume family knows.
const (
	Requests = "requests"
	BytesOut = "bytes_out"
	BytesIn  = "bytes_in"
	Errors   = "errors"
)

// History is what a fleet did, hour by hour, over one stretch of time.
type History struct {
	Start    time.Time // of hour 0, UTC
	Hours    int
	Entities []Entity
}

// Entity is one connector of a tenant.
type Entity struct {
	Tenant   string
	ID       string
	Name     string
	Calendar *Calendar
	First    int // first hour in which it was seen; below 0 when before the history
	Requests []float64
	Bytes    []float64 // answered to it
	Top      []float64 // of which in the hour's largest 5 minutes
	// Endpoints by name, in any order.
	Endpoints []Endpoint
}

// Endpoint is when and how much an entity used one operation: parallel slices,
// only the hours with calls, ascending.
type Endpoint struct {
	Name  string // "GET /contacts/{id}"
	First int    // hour of its first call ever; below 0 when before the history
	Hours []int32
	Calls []float32
	Bytes []float32
}

// Within sums calls and bytes of the hours [from, to).
func (ep *Endpoint) Within(from, to int) (calls, bytes float64) {
	at, _ := slices.BinarySearch(ep.Hours, int32(from))
	for ; at < len(ep.Hours) && int(ep.Hours[at]) < to; at++ {
		calls += float64(ep.Calls[at])
		bytes += float64(ep.Bytes[at])
	}
	return calls, bytes
}

// busiest is the largest number of calls in one hour before to.
func (ep *Endpoint) busiest(to int) float64 {
	most := float32(0)
	for i, h := range ep.Hours {
		if int(h) >= to {
			break
		}
		most = max(most, ep.Calls[i])
	}
	return float64(most)
}

// daysBefore counts the UTC days before day on which it was used, up to 2. One
// that is older than day since counts as used often.
func (ep *Endpoint) daysBefore(since, day int) int {
	n, last := 0, -1
	if ep.First < since*slotsPerDay {
		return 2
	}
	for _, h := range ep.Hours {
		d := int(h) / slotsPerDay
		if d >= day || n >= 2 {
			break
		}
		if d != last {
			n, last = n+1, d
		}
	}
	return n
}

// Measure returns the hourly series of a measure, nil if it is not held.
func (e *Entity) Measure(name string) []float64 {
	switch name {
	case Requests:
		return e.Requests
	case BytesOut:
		return e.Bytes
	}
	return nil
}

// Candidate is what a family finds unusual about one entity in one window.
type Candidate struct {
	Entity   int     // index in History.Entities
	Strength float64 // 1 = at the threshold
	Observed float64
	Expected float64
	Lower    float64 // usual range
	Upper    float64
	LogP     float64 // ln p
	Ratio    float64 // what was compared with the calibrated threshold
	From     int     // first hour of the window
	To       int     // hour after its last
	Days     float64 // age of the baseline
	Buckets  int     // observations it rests on
	New      []int   // endpoints family: indexes of the new endpoints
}

// Score maps a strength to 0..1: ½ at the threshold, near 1 when far beyond it.
func Score(strength float64) float64 {
	if strength <= 0 {
		return 0
	}
	return strength / (1 + strength)
}
