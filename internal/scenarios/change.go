package scenarios

import (
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// Change is a kind of benign happening.
type Change string

// What happens to connectors without being an incident.
const (
	Arrival      Change = "new connector"
	Retirement   Change = "retired"
	LevelChange  Change = "level change"
	Reschedule   Change = "schedule change"
	Deploy       Change = "deploy"
	NewStep      Change = "new step"
	Resync       Change = "resynchronisation"
	PastIncident Change = "incident in the history"
	Overtime     Change = "overtime"
	ErrorStorm   Change = "error storm"
	Slip         Change = "late run"
	APITrouble   Change = "API failing"
	NoTelemetry  Change = "telemetry outage"
	MonthEnd     Change = "month end"
	Growth       Change = "growth"
	MixedClocks  Change = "clock unlike the catalog's"
)

// Happening is something benign that may look unusual.
type Happening struct {
	Change    Change
	Of        string // the tenant or API, where it is the fleet's
	Connector int    // index; -1 = the fleet
	From, To  time.Time
	Declared  bool // somebody told the detector: a deploy marker, a maintenance window, a declared event
}

func (s *Scenario) note(change Change, connector, from, to int, declared bool) {
	s.Happenings = append(s.Happenings, Happening{
		Change: change, Connector: connector, From: s.Time(from), To: s.Time(min(to, s.Hours())), Declared: declared,
	})
}

// noteFleet is note for a whole tenant or API; of "" is everything.
func (s *Scenario) noteFleet(change Change, of string, from, to int) {
	s.note(change, -1, from, to, false)
	s.Happenings[len(s.Happenings)-1].Of = of
}

// changes plans how a connector develops.
func (s *Scenario) changes(c *Connector) {
	r := s.draw(forHabits, uint64(c.index), 2)
	n := s.Hours()
	always := c.Kind == Heartbeat || c.Kind == Poller
	if r.Chance(0.08) {
		c.since = int(r.Between(0.08, 0.97) * float64(n))
		s.note(Arrival, c.index, c.since, n, false)
	}
	if r.Chance(0.03) && !always {
		c.until = int(r.Between(0.5, 1) * float64(n))
		s.note(Retirement, c.index, c.until, n, false)
	}
	s.relevel(r, c)
	s.reschedule(r, c)
	s.deploys(r, c)
	s.evolve(r, c)
	if c.Kind == Campaign {
		for h := 0; h < n; {
			h += int(24 * r.Pareto(1.5, 1.2, 20))
			lasting := int(24 * r.Pareto(1, 1.3, 12))
			c.on = append(c.on, span{h, h + lasting})
			h += lasting
		}
	}
	if c.weekly > 1.05 {
		s.note(Growth, c.index, 0, n, false)
	}
	if c.closing > 1 {
		s.noteClosing(c, r.Chance(0.5))
	}
	if c.byUTC || c.Zone == "" {
		s.note(MixedClocks, c.index, 0, n, false)
	}
}

// noteClosing notes the closing days of a connector that does more on them.
func (s *Scenario) noteClosing(c *Connector, declared bool) {
	for h := 0; h < s.Hours(); h++ {
		if !c.clock.closing[h] {
			continue
		}
		from := h
		for h < s.Hours() && c.clock.closing[h] {
			h++
		}
		s.note(MonthEnd, c.index, from, h, declared)
	}
}

// relevel changes how much it does, for good: a new customer, a smaller page.
func (s *Scenario) relevel(r draw.Source, c *Connector) {
	if !r.Chance(0.1) || c.Kind == Heartbeat {
		return
	}
	at := int(r.Between(0.1, 1) * float64(s.Hours()))
	most := 3.0
	if at > s.evaluated()-3*24 { // anything more could be told from a drip by nobody
		most = 1.7
	}
	c.levels = append(c.levels, level{at, r.Spread(1/most, most)})
	s.note(LevelChange, c.index, at, at+14*24, false)
}

func (s *Scenario) reschedule(r draw.Source, c *Connector) {
	if !r.Chance(0.05) || c.Kind != Nightly && c.Kind != Office {
		return
	}
	at := int(r.Between(0.1, 1) * float64(s.Hours()))
	by := float64(r.IntN(4) + 1)
	if c.Kind == Office {
		by = 1
	}
	c.moves = append(c.moves, level{at, by})
	s.note(Reschedule, c.index, at, at+14*24, false)
}

// deploys happen every ten days or so to connectors that somebody works on. Some
// add a step, and not all are told.
func (s *Scenario) deploys(r draw.Source, c *Connector) {
	n := s.Hours()
	if r.Chance(0.4) {
		for h := int(240 * r.ExpFloat64()); h < n; h += 24 + int(240*r.ExpFloat64()) {
			c.stops = append(c.stops, h)
			s.note(Deploy, c.index, h, h+2, r.Chance(0.7))
		}
	}
	if r.Chance(0.2) && c.Kind != Sparse && c.Kind != Heartbeat {
		h := int(r.Between(0.05, 1) * float64(n))
		offered := s.api(c.API).ops
		if r.Chance(0.3) {
			offered = s.anything()
		}
		if s.use(r, c, offered, r.Spread(0.05, 0.6), span{h, n}) {
			s.note(NewStep, c.index, h, h+48, r.Chance(0.6))
		}
	}
}

// evolve gives some connectors new endpoints all the time.
func (s *Scenario) evolve(r draw.Source, c *Connector) {
	if !r.Chance(0.1) || c.Kind == Sparse || c.Kind == Heartbeat {
		return
	}
	c.evolving = true
	every := r.Between(48, 140)
	for h := every * r.ExpFloat64(); h < float64(s.Hours()); h += every * r.Between(0.3, 1.7) {
		if s.use(r, c, s.anything(), r.Spread(0.02, 0.3), span{int(h), s.Hours()}) {
			s.note(NewStep, c.index, int(h), int(h)+48, false)
		}
	}
}

func (s *Scenario) api(name string) *api {
	for i := range s.apis {
		if s.apis[i].name == name {
			return &s.apis[i]
		}
	}
	return &s.apis[0]
}

// failures plans the hours in which an API fails for all.
func (s *Scenario) failures() {
	r := s.draw(forTrouble)
	for _, a := range s.apis {
		for h := int(800 * r.ExpFloat64()); h < s.Hours(); h += 24 + int(400*r.ExpFloat64()) {
			lasting := 1 + r.IntN(2)
			s.trouble[a.name] = append(s.trouble[a.name], span{h, h + lasting})
			s.noteFleet(APITrouble, a.name, h, h+lasting+1)
		}
	}
}

// Outage is a time in which no telemetry came: of one tenant, or of all.
type Outage struct {
	Tenant   string // "" = all
	From, To time.Time
}

// loseTelemetry plans an outage of one tenant on the third evaluated day and one
// of all on the fifth, and one of all in the history.
func (s *Scenario) loseTelemetry() {
	r := s.draw(forOutage)
	add := func(tenant string, day, lasting int) {
		from := 24*day + 7 + r.IntN(12)
		s.Outages = append(s.Outages, Outage{Tenant: tenant, From: s.Time(from), To: s.Time(from + lasting)})
		s.noteFleet(NoTelemetry, tenant, from, from+lasting+1)
	}
	add("", s.History/2, 2)
	add(tenants[r.IntN(len(tenants))].name, s.History+2, 3+r.IntN(2))
	add("", s.History+4, 2+r.IntN(2))
}

// lost says whether what a tenant did in an hour was not seen.
func (s *Scenario) lost(tenant string, h int) bool {
	t := s.Time(h)
	for _, o := range s.Outages {
		if (o.Tenant == "" || o.Tenant == tenant) && !t.Before(o.From) && t.Before(o.To) {
			return true
		}
	}
	return false
}
