package ruletest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/queryrule"
)

// bytesPerCall is the size of answers that a series does not give.
const bytesPerCall = 1000

// check says what is wrong in a series.
func (s *Series) check() error {
	if s.Connector == "" || s.Endpoint == "" || s.Requests == "" {
		return errors.New("expected connector, endpoint and requests")
	}
	if s.Times < 0 || s.Times > 1000 {
		return fmt.Errorf("times is %d, expected 1 to 1000", s.Times)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil {
		return fmt.Errorf("time_zone is %q, expected an IANA name", s.TimeZone)
	}
	hours := -1
	for _, of := range s.figures() {
		values, err := parseSeries(of.text)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", of.name, err)
		case of.text == "":
		case hours >= 0 && len(values) != hours:
			return fmt.Errorf("%s has %d hours, expected %d as requests", of.name, len(values), hours)
		case hours < 0:
			hours = len(values)
		}
	}
	return nil
}

type figure struct{ name, text string }

func (s *Series) figures() []figure {
	return []figure{
		{"requests", s.Requests},
		{"errors", s.Errors},
		{"bytes_out", s.BytesOut},
		{"cost", s.Cost},
		{"users", s.Users},
		{"latency", s.Latency},
		{"ids", s.IDs},
	}
}

// statistics evaluates the test's rule over a fleet of its series.
func (t *Test) statistics() []queryrule.Row {
	h := t.history()
	rule := t.Rule.Detect()
	evaluator := detect.NewEvaluator(h, nil)
	var found []queryrule.Row
	for _, c := range evaluator.Evaluate(rule, int(t.At.Sub(h.Start)/time.Hour)) {
		if c.Strength < 1 {
			continue
		}
		e := &h.Entities[c.Entity]
		r := queryrule.Row{TenantID: e.Tenant, ConnectorID: e.ID, Observed: c.Observed, Expected: c.Expected}
		if parts := evaluator.Contributions(rule, c, 1); len(parts) > 0 {
			r.Endpoint = parts[0].Endpoint
		}
		found = append(found, r)
	}
	return found
}

// history has the series of one connector as one entity; they end at the
// test's time.
func (t *Test) history() *detect.History {
	longest := 0
	for i := range t.series {
		values, _ := parseSeries(t.series[i].Requests) // checked when it was read
		longest = max(longest, len(values))
	}
	end := t.At.Truncate(time.Hour)
	start := end.Add(-time.Duration(longest) * time.Hour).Truncate(24 * time.Hour)
	b := &fleet{history: &detect.History{Start: start, Hours: int(end.Sub(start) / time.Hour)}, at: map[detect.Key]int{}, calendars: map[string]*detect.Calendar{}}
	for i := range t.series {
		for n := range max(1, t.series[i].Times) {
			b.add(&t.series[i], n)
		}
	}
	return b.history
}

// fleet collects series into a history.
type fleet struct {
	history   *detect.History
	at        map[detect.Key]int
	calendars map[string]*detect.Calendar
}

func (f *fleet) add(s *Series, n int) {
	e := f.entity(s, strings.ReplaceAll(s.Connector, "{i}", strconv.Itoa(n)))
	ep := detect.Endpoint{Name: s.Endpoint, First: math.MaxInt}
	columns := map[string][]float32{}
	for _, of := range s.figures() {
		columns[of.name], _ = parseSeries(of.text) // checked when it was read
	}
	offset := f.history.Hours - len(columns["requests"])
	for i, calls := range columns["requests"] {
		if calls == 0 {
			continue
		}
		ep.First = min(ep.First, offset+i)
		ep.Hours, ep.Calls = append(ep.Hours, int32(offset+i)), append(ep.Calls, calls)
		ep.Bytes = append(ep.Bytes, valueAt(columns["bytes_out"], i, bytesPerCall*calls))
		ep.Errors, ep.IDs = append(ep.Errors, valueAt(columns["errors"], i, 0)), append(ep.IDs, valueAt(columns["ids"], i, 0))
	}
	if len(ep.Hours) == 0 {
		return
	}
	e.Endpoints = append(e.Endpoints, ep)
	e.First = min(e.First, ep.First)
	e.SumEndpoints()
	sum(e, columns, offset)
}

// sum gives the entity the figures that endpoints do not have; those of several
// series are those of the last that gives them.
func sum(e *detect.Entity, columns map[string][]float32, offset int) {
	of := func(name string, otherwise func(i int) float32) []float32 {
		figures := make([]float32, len(e.Hours))
		for i, hour := range e.Hours {
			figures[i] = otherwise(i)
			if at := int(hour) - offset; at >= 0 && at < len(columns[name]) {
				figures[i] = columns[name][at]
			}
		}
		return figures
	}
	none := func(int) float32 { return 0 }
	e.Errors, e.Cost, e.Users, e.Latency = of("errors", none), of("cost", none), of("users", none), of("latency", none)
	// An hour's busiest five minutes have a sixth of it, twice their share.
	e.TopRequests = of("", func(i int) float32 { return e.Requests[i] / 6 })
	e.TopBytes = of("", func(i int) float32 { return e.BytesOut[i] / 6 })
}

func (f *fleet) entity(s *Series, connector string) *detect.Entity {
	tenant := s.Tenant
	if tenant == "" {
		tenant = "acme"
	}
	key := detect.Key{Tenant: tenant, ID: connector}
	i, known := f.at[key]
	if !known {
		i = len(f.history.Entities)
		f.at[key] = i
		f.history.Entities = append(f.history.Entities, detect.Entity{
			Tenant: tenant, ID: connector, Name: connector, Peer: s.Peer, Calendar: f.calendar(s.TimeZone), First: math.MaxInt,
		})
	}
	return &f.history.Entities[i]
}

func (f *fleet) calendar(zone string) *detect.Calendar {
	if f.calendars[zone] == nil {
		location, err := time.LoadLocation(zone)
		if err != nil { // checked when it was read
			location = time.UTC
		}
		f.calendars[zone] = detect.NewCalendar(location, f.history.Start, f.history.Hours)
	}
	return f.calendars[zone]
}

func valueAt(values []float32, i int, otherwise float32) float32 {
	if i < len(values) {
		return values[i]
	}
	return otherwise
}
