package detect

import (
	"slices"
	"time"
)

// Measures. The volume family knows all but the last six.
const (
	Requests  = "requests"
	Errors    = "errors"
	ErrorRate = "error_rate" // errors of requests
	BytesIn   = "bytes_in"
	BytesOut  = "bytes_out"
	Rows      = "rows"
	Cost      = "cost"
	Users     = "users"   // distinct
	Latency   = "latency" // a quantile of the hour

	ActiveHours       = "active_hours"
	NewEndpoints      = "new_endpoints"
	RareEndpoints     = "rare_endpoints"
	EndpointMix       = "endpoint_mix"
	UnlistedEndpoints = "unlisted_endpoints"
	Enumeration       = "enumeration"
	Likeness          = "likeness"
)

// History is what some entities of a fleet did, hour by hour, over one stretch of
// time. Only active hours are held. A large fleet is handed over in several.
type History struct {
	Start    time.Time // of hour 0, UTC
	Hours    int
	Entities []Entity
	// Lost are hours without telemetry, where they are known.
	Lost Lost
	// Alike is what connectors of an API had to bear together, where it is known.
	Alike Alike
}

// Entity is a connector of a tenant, or whatever else a rule watches.
type Entity struct {
	Tenant   string
	ID       string // of the connector
	User     string // only of an entity that is a user
	Endpoint string // only of an entity that is an endpoint
	Name     string // what people call it
	Peer     string // its peer group, e.g. "salesforce contacts"; "" = none
	Calendar *Calendar
	First    int // first hour in which it was seen; below 0 when before the history

	// Hours are those in which it did anything, ascending. The figures are
	// parallel to it; nil is a measure that is not held.
	Hours       []int32
	Requests    []float32
	Errors      []float32
	BytesIn     []float32
	BytesOut    []float32
	Rows        []float32
	Cost        []float32
	Users       []float32
	Latency     []float32
	TopRequests []float32 // requests in the hour's largest five minutes
	TopBytes    []float32 // answered in the hour's largest five minutes

	// Endpoints by name, in any order.
	Endpoints []Endpoint
	// Allowed are the endpoints it may call; nil = any. "GET /a/*" is every
	// endpoint that begins with "GET /a/".
	Allowed []string
}

// Key names an entity.
type Key struct{ Tenant, ID, User, Endpoint string }

// Key of the entity.
func (e *Entity) Key() Key { return Key{e.Tenant, e.ID, e.User, e.Endpoint} }

// Endpoint is when and how much an entity used one operation: parallel slices,
// only the hours with calls, ascending.
type Endpoint struct {
	Name   string // "GET /contacts/{id}"
	First  int    // hour of its first call ever; below 0 when before the history
	Hours  []int32
	Calls  []float32
	Bytes  []float32
	Errors []float32 // calls answered with 4xx; nil = not held
	IDs    []float32 // distinct objects asked for; nil = not held
}

// Figures of a measure, parallel to Hours; nil if it is not held.
func (e *Entity) Figures(measure string) []float32 {
	switch measure {
	case Requests, ErrorRate:
		return e.Requests
	case Errors:
		return e.Errors
	case BytesIn:
		return e.BytesIn
	case BytesOut:
		return e.BytesOut
	case Rows:
		return e.Rows
	case Cost:
		return e.Cost
	case Users:
		return e.Users
	case Latency:
		return e.Latency
	}
	return nil
}

// At is a figure of an hour, 0 where there is none.
func (e *Entity) At(figures []float32, hour int) float64 {
	if i, ok := slices.BinarySearch(e.Hours, int32(hour)); ok && i < len(figures) {
		return float64(figures[i])
	}
	return 0
}

// lastActive is its last hour with requests in [from, to), or from−1.
func (e *Entity) lastActive(from, to int) int {
	i, _ := slices.BinarySearch(e.Hours, int32(to))
	for i--; i >= 0 && int(e.Hours[i]) >= from; i-- {
		if e.Requests[i] > 0 {
			return int(e.Hours[i])
		}
	}
	return from - 1
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

// within are the places of the hours [from, to).
func (ep *Endpoint) within(from, to int) (first, last int) {
	first, _ = slices.BinarySearch(ep.Hours, int32(from))
	n, _ := slices.BinarySearch(ep.Hours[first:], int32(to))
	return first, first + n
}

// busiest is the largest number of calls in one hour of [from, to).
func (ep *Endpoint) busiest(from, to int) float64 {
	most := float32(0)
	first, last := ep.within(from, to)
	for _, calls := range ep.Calls[first:last] {
		most = max(most, calls)
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

// days counts the UTC days of [from, to) on which it was used.
func (ep *Endpoint) days(from, to int) int {
	n, last := 0, -1
	for _, h := range ep.Hours {
		if d := int(h) / slotsPerDay; int(h) >= from && int(h) < to && d != last {
			n, last = n+1, d
		}
	}
	return n
}
