package detect

import (
	"slices"
	"time"
)

// view is one entity at a time, its figures spread out hour by hour in scratch
// space. It is not safe for concurrent use; each goroutine has its own.
type view struct {
	*Entity
	start     time.Time // of the history
	hours     int
	own       Entity                   // with what is known of older times
	known     *Profile                 // nil: none
	peers     *peerGroup               // nil: none
	incidents func(Key) [][2]time.Time // may be nil
	lost      Lost                     // of the model
	gone      Lost                     // of the history at hand
	alike     Alike                    // the same
	today     time.Time                // only what was before is left out
	builder   seasonBuilder
	spreads   [len(seriesNames)][]float64 // by measure
	filled    [len(seriesNames)]bool
	seasons   map[seasonKey]*season
	acts      map[seasonKey]*activity
	parts     map[partKey]*part
	calls     []float64 // scratch of partOf
}

type seasonKey struct {
	measure  string
	from, to int
}

func newView(opts Options, today time.Time) *view {
	return &view{incidents: opts.Incidents, lost: opts.Lost, today: today, seasons: map[seasonKey]*season{}, acts: map[seasonKey]*activity{}, parts: map[partKey]*part{}}
}

// look turns the view to an entity of a history. What its profile, if there is
// one, knows of the time before the history is believed.
func (v *view) look(e *Entity, h *History, known *Profile) {
	v.Entity, v.known, v.start, v.hours, v.peers, v.gone, v.alike = e, known, h.Start, h.Hours, nil, h.Lost, h.Alike
	clear(v.filled[:])
	clear(v.seasons)
	clear(v.acts)
	clear(v.parts)
	v.own = *e
	v.leaveOut()
	if known == nil {
		return
	}
	v.own.Endpoints = append(v.own.Endpoints[:0:0], e.Endpoints...)
	v.Entity = &v.own
	v.own.First = min(e.First, v.hour(known.first))
	for i := range v.own.Endpoints {
		ep := &v.own.Endpoints[i]
		if first, ok := known.firstCall(ep.Name); ok {
			ep.First = min(ep.First, v.hour(first))
		}
	}
}

// leaveOut takes the entity's confirmed incidents out of its calendar.
func (v *view) leaveOut() {
	if v.incidents == nil {
		return
	}
	all := v.incidents(v.Key())
	if len(all) == 0 {
		return
	}
	v.own.Calendar = v.Calendar.clone()
	for _, in := range all {
		if to := minTime(in[1], v.today); in[0].Before(to) {
			v.own.Calendar.Expect(in[0], to, AnyUnusual)
		}
	}
	v.Entity = &v.own
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// incidentOn says whether a confirmed incident touches a UTC day.
func (v *view) incidentOn(day int64) bool {
	if v.incidents == nil {
		return false
	}
	start := time.Unix(day*86400, 0)
	return slices.ContainsFunc(v.incidents(v.Key()), func(in [2]time.Time) bool {
		return in[0].Before(start.AddDate(0, 0, 1)) && in[1].After(start)
	})
}

// peerShare is the share of the entity's peers that call an endpoint.
func (v *view) peerShare(endpoint string) float64 {
	return v.peers.share(hash(endpoint))
}

// wasLost says whether there was no telemetry in an hour.
func (v *view) wasLost(hour int) bool {
	return (len(v.lost) > 0 || len(v.gone) > 0) && (v.lost.At(v.Tenant, v.time(hour)) || v.gone.At(v.Tenant, v.time(hour)))
}

// hour of the history that an hour since 1970 is, and back.
func (v *view) hour(unixHour int32) int { return int(int64(unixHour) - v.start.Unix()/3600) }

func (v *view) unixHour(hour int) int32 { return int32(v.start.Unix()/3600 + int64(hour)) }

func (v *view) time(hour int) time.Time { return v.start.Add(time.Duration(hour) * time.Hour) }

func (v *view) dayNumber(hour int) int64 { return dayNumber(v.time(hour)) }

// largest amount that is believed.
const largest = 1e15

// series is a measure hour by hour, valid until the next look. A measure that is
// not held is zero.
func (v *view) series(measure string) []float64 {
	at := seriesIndex(measure)
	if v.filled[at] {
		return v.spreads[at]
	}
	out := slices.Grow(v.spreads[at][:0], v.hours)[:v.hours]
	clear(out)
	for i, value := range v.figures(measure) {
		if h := v.Hours[i]; h >= 0 && int(h) < v.hours && value > 0 {
			out[h] = min(float64(value), largest)
		}
	}
	if measure == spreadBytes {
		v.withoutTops(out)
	}
	v.spreads[at], v.filled[at] = out, true
	return out
}

// withoutTops takes the largest five minutes out of the bytes of each hour.
func (v *view) withoutTops(bytes []float64) {
	for i, top := range v.TopBytes {
		if h := v.Hours[i]; h >= 0 && int(h) < v.hours {
			bytes[h] = max(0, bytes[h]-float64(top))
		}
	}
}

// figures of a measure, or of one in the hour's largest five minutes.
func (e *Entity) figures(measure string) []float32 {
	switch measure {
	case topRequests:
		return e.TopRequests
	case topBytes:
		return e.TopBytes
	case spreadBytes: // less the former
		return e.BytesOut
	}
	return e.Figures(measure)
}

// season of a measure in [from, to), built once a look. The fleet's dispersion is
// that of the first who asks.
func (v *view) season(measure string, from, to int, fleetDispersion float64) *season {
	key := seasonKey{measure, from, to}
	if v.seasons[key] == nil {
		v.seasons[key] = v.builder.build(v.series(measure), v.Calendar, from, to, fleetDispersion)
	}
	return v.seasons[key]
}

// activity in [from, to), built once a look.
func (v *view) activity(from, to int) *activity {
	key := seasonKey{ActiveHours, from, to}
	if v.acts[key] == nil {
		v.acts[key] = buildActivity(v.series(Requests), v.Calendar, from, to)
	}
	return v.acts[key]
}

// SumEndpoints fills Hours, Requests and BytesOut from the endpoints.
func (e *Entity) SumEndpoints() {
	e.Hours = e.Hours[:0]
	for i := range e.Endpoints {
		e.Hours = append(e.Hours, e.Endpoints[i].Hours...)
	}
	slices.Sort(e.Hours)
	e.Hours = slices.Compact(e.Hours)
	e.Requests, e.BytesOut = make([]float32, len(e.Hours)), make([]float32, len(e.Hours))
	for i := range e.Endpoints {
		ep := &e.Endpoints[i]
		at := 0
		for k, h := range ep.Hours {
			for e.Hours[at] < h {
				at++
			}
			e.Requests[at] += ep.Calls[k]
			e.BytesOut[at] += ep.Bytes[k]
		}
	}
}
