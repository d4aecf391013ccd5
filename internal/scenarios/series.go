package scenarios

import (
	"math/bits"
	"slices"
)

// Series is what one connector did, as the rollups hold it: only what is not zero,
// in order of time.
type Series struct {
	Cells   []Cell   // by endpoint and hour
	Hours   []Hour   // by hour
	Fives   []Bucket // by 5 minutes
	Minutes []Bucket // by minute, of the evaluated days only
	// Happenings of this connector that came about with its calls.
	Happenings []Happening
}

// Cell is one endpoint in one hour.
type Cell struct {
	Hour     int32
	Endpoint uint16 // see Scenario.Endpoint
	Calls    float32
	Errors   float32 // 4xx and 5xx
	Refused  float32 // of which 4xx
	Out      float32 // bytes answered
	In       float32 // bytes sent
}

// Hour is what cannot be summed up from cells.
type Hour struct {
	Hour  int32
	Users int32   // distinct
	P95   float32 // of the durations, in milliseconds
}

// Bucket is a stretch of 5 minutes or of one.
type Bucket struct {
	At     int32 // index from the scenario's start
	Calls  float32
	Errors float32
	Out    float32
}

// Endpoint is the name of an endpoint, "GET /orders/{id}".
func (s *Scenario) Endpoint(index uint16) string { return s.catalogue[index].name }

// Series makes up what connector i did, incidents and outages included.
func (s *Scenario) Series(i int) *Series {
	c := s.Connectors[i]
	t := s.traffic(c, 0)
	for k := range s.Incidents {
		if s.Incidents[k].Connector == i {
			s.inject(t, &s.Incidents[k])
		}
	}
	t.events = slices.DeleteFunc(t.events, func(e event) bool { return s.lost(c.Tenant, int(e.at/3600)) })
	slices.SortStableFunc(t.events, func(a, b event) int { return int(a.at) - int(b.at) })
	out := &Series{Happenings: t.notes}
	out.Fives = buckets(t.events, 300)
	first, _ := slices.BinarySearchFunc(t.events, int32(s.evaluated()*3600), func(e event, at int32) int { return int(e.at) - int(at) })
	out.Minutes = buckets(t.events[first:], 60)
	out.hours(t.events)
	return out
}

// buckets sums events, in order of time, by a width in seconds.
func buckets(events []event, width int32) []Bucket {
	var all []Bucket
	for i := range events {
		e := &events[i]
		index := e.at / width
		if n := len(all); n == 0 || all[n-1].At != index {
			all = append(all, Bucket{At: index})
		}
		b := &all[len(all)-1]
		b.Calls++
		b.Out += e.out
		if e.status != succeeded {
			b.Errors++
		}
	}
	return all
}

// hours sums events, in order of time, by hour.
func (s *Series) hours(events []event) {
	var durations []float32
	for first := 0; first < len(events); {
		hour := events[first].at / 3600
		last, start := first, len(s.Cells)
		users := uint64(0)
		durations = durations[:0]
		for ; last < len(events) && events[last].at/3600 == hour; last++ {
			e := &events[last]
			users |= 1 << (e.user % 64)
			durations = append(durations, e.millis)
			s.cell(start, hour, e)
		}
		slices.Sort(durations)
		s.Hours = append(s.Hours, Hour{Hour: hour, Users: int32(bits.OnesCount64(users)), P95: durations[(len(durations)-1)*95/100]})
		first = last
	}
}

// cell adds an event to the hour's cells, which begin at start.
func (s *Series) cell(start int, hour int32, e *event) {
	at := slices.IndexFunc(s.Cells[start:], func(c Cell) bool { return c.Endpoint == e.endpoint })
	if at < 0 {
		at = len(s.Cells) - start
		s.Cells = append(s.Cells, Cell{Hour: hour, Endpoint: e.endpoint})
	}
	c := &s.Cells[start+at]
	c.Calls++
	c.Out += e.out
	c.In += e.in
	switch e.status {
	case missing, refused:
		c.Refused++
		c.Errors++
	case broken:
		c.Errors++
	}
}
