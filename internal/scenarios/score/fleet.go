package score

import (
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/scenarios"
	"github.com/weir-otel/weir/internal/simulate"
)

// Fleet is a scenario in the form that detectors read. Entities are in the order
// of the scenario's connectors; those that never did anything have no hours.
type Fleet struct {
	*scenarios.Scenario
	History    *detect.History
	Minutes    [][]scenarios.Bucket // of the evaluated days, by connector
	Fives      [][]scenarios.Bucket
	Happenings [][]scenarios.Happening // by connector

	calendars map[[2]string]*detect.Calendar
}

// NewFleet makes the traffic of a scenario.
func NewFleet(opts scenarios.Options) (*Fleet, error) {
	s, err := scenarios.New(opts)
	if err != nil {
		return nil, err
	}
	n := len(s.Connectors)
	f := &Fleet{
		Scenario: s, History: &detect.History{Start: s.Start, Hours: s.Hours(), Entities: make([]detect.Entity, n)},
		Minutes: make([][]scenarios.Bucket, n), Fives: make([][]scenarios.Bucket, n),
		Happenings: make([][]scenarios.Happening, n), calendars: map[[2]string]*detect.Calendar{},
	}
	for _, h := range s.Happenings {
		if h.Connector >= 0 {
			f.Happenings[h.Connector] = append(f.Happenings[h.Connector], h)
		}
	}
	for i := range s.Connectors {
		if err := f.add(i); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *Fleet) add(i int) error {
	c, x := f.Connectors[i], f.Series(i)
	f.Minutes[i], f.Fives[i] = x.Minutes, x.Fives
	f.Happenings[i] = append(f.Happenings[i], x.Happenings...)
	calendar, err := f.calendar(i)
	if err != nil {
		return err
	}
	e := &f.History.Entities[i]
	*e = detect.Entity{Tenant: c.Tenant, ID: c.ID, Name: c.ID, Peer: c.Group(), Calendar: calendar, First: f.Hours()}
	fillHours(e, x)
	f.fillEndpoints(e, x)
	fillTops(e, x)
	return nil
}

// calendar is what the catalog knows: the zone, the holidays, what was declared.
func (f *Fleet) calendar(i int) (*detect.Calendar, error) {
	c := f.Connectors[i]
	key := [2]string{c.Zone, c.Region}
	declared := slices.ContainsFunc(f.Happenings[i], func(h scenarios.Happening) bool { return h.Declared })
	if known := f.calendars[key]; known != nil && !declared {
		return known, nil
	}
	loc, err := time.LoadLocation(c.Zone) // "" is UTC
	if err != nil {
		return nil, fmt.Errorf("cannot tell the time of %s: %w", c.ID, err)
	}
	calendar := detect.NewCalendar(loc, f.Start, f.Hours())
	calendar.DayOff(func(noon time.Time) bool { return simulate.IsHoliday(c.Region, noon.Year(), noon.Month(), noon.Day()) })
	if !declared {
		f.calendars[key] = calendar
		return calendar, nil
	}
	for _, h := range f.Happenings[i] {
		if h.Declared {
			calendar.Expect(h.From, h.To, unusual[h.Change])
		}
	}
	return calendar, nil
}

// unusual is what people expect of what they declare.
var unusual = map[scenarios.Change]detect.Unusual{
	scenarios.Deploy:   detect.UnusualSilence | detect.UnusualErrors | detect.UnusualEndpoints,
	scenarios.NewStep:  detect.UnusualEndpoints,
	scenarios.MonthEnd: detect.UnusualVolume | detect.UnusualHours,
}

// fillHours sums the cells by hour.
func fillHours(e *detect.Entity, x *scenarios.Series) {
	n := len(x.Hours)
	e.Hours = make([]int32, n)
	e.Requests, e.Errors, e.BytesIn, e.BytesOut = make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	e.Users, e.Latency = make([]float32, n), make([]float32, n)
	cell := 0
	for k, h := range x.Hours {
		e.Hours[k], e.Users[k], e.Latency[k] = h.Hour, float32(h.Users), h.P95
		for ; cell < len(x.Cells) && x.Cells[cell].Hour == h.Hour; cell++ {
			c := &x.Cells[cell]
			e.Requests[k] += c.Calls
			e.Errors[k] += c.Errors
			e.BytesIn[k] += c.In
			e.BytesOut[k] += c.Out
		}
	}
	if n > 0 {
		e.First = int(e.Hours[0])
	}
}

func (f *Fleet) fillEndpoints(e *detect.Entity, x *scenarios.Series) {
	index := map[uint16]int{}
	for i := range x.Cells {
		c := &x.Cells[i]
		k, ok := index[c.Endpoint]
		if !ok {
			k = len(e.Endpoints)
			index[c.Endpoint] = k
			e.Endpoints = append(e.Endpoints, detect.Endpoint{Name: f.Endpoint(c.Endpoint), First: int(c.Hour)})
		}
		ep := &e.Endpoints[k]
		ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, c.Hour), append(ep.Calls, c.Calls), append(ep.Bytes, c.Out)
		ep.Errors = append(ep.Errors, c.Refused)
	}
}

// fillTops finds the largest five minutes of each hour.
func fillTops(e *detect.Entity, x *scenarios.Series) {
	e.TopRequests, e.TopBytes = make([]float32, len(e.Hours)), make([]float32, len(e.Hours))
	k := 0
	for _, b := range x.Fives {
		for e.Hours[k] < b.At/12 {
			k++
		}
		e.TopRequests[k], e.TopBytes[k] = max(e.TopRequests[k], b.Calls), max(e.TopBytes[k], b.Out)
	}
}
