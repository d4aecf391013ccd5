package scenarios

import (
	"errors"
	"fmt"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// Options choose a scenario. The zero value of a field means its default.
type Options struct {
	Seed       uint64
	Connectors int  // default 1000, at least 50
	History    int  // days before the evaluated ones, default 56
	Days       int  // evaluated days, default 7
	Benign     bool // no incidents
}

const (
	minConnectors = 50
	minHistory    = 28
	minDays       = 7
)

func (o Options) withDefaults() (Options, error) {
	if o.Connectors == 0 {
		o.Connectors = 1000
	}
	if o.History == 0 {
		o.History = 56
	}
	if o.Days == 0 {
		o.Days = minDays
	}
	var errs []error
	if o.Connectors < minConnectors {
		errs = append(errs, fmt.Errorf("connectors: %d is too few: at least %d", o.Connectors, minConnectors))
	}
	if o.History < minHistory {
		errs = append(errs, fmt.Errorf("history: %d days are too few: at least %d", o.History, minHistory))
	}
	if o.Days < minDays {
		errs = append(errs, fmt.Errorf("days: %d is too few: at least %d", o.Days, minDays))
	}
	return o, errors.Join(errs...)
}

// Week is when a scenario is evaluated.
type Week struct {
	Name   string
	Clocks bool // clocks change in it
	From   time.Time
}

// weeks are taken in turn by the seeds: five seeds in a row see them all. The
// clocks change on the third day, far from a month's end, so that four working
// days follow.
var weeks = [...]Week{
	{Name: "September", From: time.Date(2026, 9, 9, 0, 0, 0, 0, time.UTC)},
	{Name: "June", From: time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC)},
	{Name: "clocks forward (Europe)", Clocks: true, From: time.Date(2029, 3, 23, 0, 0, 0, 0, time.UTC)},
	{Name: "clocks back (Europe)", Clocks: true, From: time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC)},
	{Name: "month end, holidays", From: time.Date(2026, 4, 28, 0, 0, 0, 0, time.UTC)},
}

// Scenario is a fleet with its history. It is read-only once made; Series may be
// called from several goroutines.
type Scenario struct {
	Options
	Week       Week
	Start      time.Time // of the history, a UTC midnight
	From       time.Time // of the evaluated days
	End        time.Time
	Connectors []*Connector
	Incidents  []Incident
	Outages    []Outage
	Happenings []Happening

	clocks    map[string]*clock
	catalogue []endpoint // all endpoints of the fleet
	names     map[string]uint16
	apis      []api
	trouble   map[string][]span // by API, hours in which it fails
}

// span is [from, to) in hours of the scenario.
type span struct{ from, to int }

func (s span) has(h int) bool { return h >= s.from && h < s.to }

// New plans the fleet and what happens to it.
func New(opts Options) (*Scenario, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	week := weeks[opts.Seed%uint64(len(weeks))]
	s := &Scenario{
		Options: opts, Week: week, From: week.From,
		Start:  week.From.AddDate(0, 0, -opts.History),
		End:    week.From.AddDate(0, 0, opts.Days),
		clocks: map[string]*clock{}, names: map[string]uint16{}, trouble: map[string][]span{},
	}
	s.offer()
	s.failures()
	if err := s.plan(); err != nil {
		return nil, err
	}
	s.loseTelemetry()
	if !opts.Benign {
		s.chooseIncidents()
	}
	return s, nil
}

// Hours is the length of the scenario.
func (s *Scenario) Hours() int { return 24 * (s.History + s.Days) }

// evaluated is the first evaluated hour.
func (s *Scenario) evaluated() int { return 24 * s.History }

// Time is the start of an hour.
func (s *Scenario) Time(hour int) time.Time { return s.Start.Add(time.Duration(hour) * time.Hour) }

// Purposes of random streams.
const (
	forFleet uint64 = iota + 101
	forPlan
	forHabits
	forDays
	forTenantDays
	forTraffic
	forTrouble
	forOutage
	forChoice
	forIncident
)

func (s *Scenario) draw(parts ...uint64) draw.Source {
	return draw.New(append([]uint64{s.Seed}, parts...)...)
}
