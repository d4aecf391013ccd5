package simulate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// IncidentKind is what happens to a connector.
type IncidentKind string

// The kinds of incidents.
const (
	Exfiltration IncidentKind = "exfiltration" // response bytes ×8 and more, by many export calls
	Burst        IncidentKind = "burst"        // requests ×10 for an hour
	OffHours     IncidentKind = "off_hours"    // an office-hours connector works at 03:00 local
	NewEndpoint  IncidentKind = "new_endpoint" // a sensitive endpoint it never used
)

var incidentKinds = []IncidentKind{Exfiltration, Burst, OffHours, NewEndpoint}

// Incident is one injected anomaly, with the ground truth about it.
type Incident struct {
	Kind          IncidentKind `json:"kind"`
	Connector     string       `json:"connector"`
	ConnectorName string       `json:"connector_name"`
	Tenant        string       `json:"tenant"`
	Start         time.Time    `json:"start"`
	End           time.Time    `json:"end"`
	Family        string       `json:"family"`   // of the rules that should find it: volume, hours or endpoints
	Endpoint      string       `json:"endpoint"` // what is called; "" = the connector's usual endpoints
	Calls         int          `json:"calls"`    // added
	Story         string       `json:"story"`

	connector *Connector
	endpoint  *Endpoint
	factor    float64 // bytes or requests of the window against what is expected
	perCall   float64 // bytes a call gives out, for exfiltration
}

// Incidents happen in closed hours of the last day, with some time before and
// after, so that a detector which catches up over 24 hours meets them whole.
const (
	incidentsFrom  = 22 * time.Hour
	incidentsUntil = time.Hour
)

// busy is how many calls an hour usually has when it gets a burst.
const busy = 16

// chooseIncidents picks a connector and a window for each, all on different
// connectors. A kind that no connector suits (a tiny plan) is left out.
func (s *Simulation) chooseIncidents() {
	r := draw.New(s.opts.Seed, forIncident)
	taken := map[*Connector]bool{}
	hours := s.incidentHours()
	for _, kind := range incidentKinds {
		for range s.opts.Scenario.Incidents[kind] {
			candidates := s.candidates(kind, taken, hours, busy)
			if len(candidates) == 0 { // a weekend night, or few spans
				candidates = s.candidates(kind, taken, hours, busy/4)
			}
			if len(candidates) == 0 {
				continue
			}
			chosen := draw.Pick(r, candidates)
			taken[chosen.connector] = true
			s.incidents = append(s.incidents, s.describe(r, kind, chosen))
		}
	}
	slices.SortStableFunc(s.incidents, func(a, b Incident) int { return a.Start.Compare(b.Start) })
}

// candidate is a connector and an hour at which an incident would be plain to see.
type candidate struct {
	connector *Connector
	start     time.Time
	expected  float64 // calls in that hour
}

func (s *Simulation) candidates(kind IncidentKind, taken map[*Connector]bool, hours [][]local, least float64) []candidate {
	var all []candidate
	for _, c := range s.connectors {
		established := c.Registered && c.since.Equal(s.start) && !c.bursty
		if taken[c] || !established || !c.suits(kind, least) {
			continue
		}
		all = append(all, c.windows(kind, hours, least)...)
	}
	return all
}

// suits says whether the incident would stand out on a connector of this sort.
func (c *Connector) suits(kind IncidentKind, least float64) bool {
	switch kind {
	case Exfiltration:
		return c.exported() != nil && c.Kind != KindSparse && c.Kind != KindNightly
	case Burst:
		return c.Kind != KindSparse && c.Kind != KindNightly && !c.growing
	case OffHours:
		return c.Kind == KindOffice && c.daily >= 2.5*least
	default:
		return !c.growing && c.Kind != KindSparse && c.Kind != KindNightly && len(c.Endpoints) >= 2
	}
}

// incidentHours are the hours of the last day that an incident may begin in, in
// every zone.
func (s *Simulation) incidentHours() [][]local {
	var all [][]local
	for hour := s.end.Add(-incidentsFrom); hour.Add(2 * time.Hour).Before(s.end.Add(-incidentsUntil)); hour = hour.Add(time.Hour) {
		all = append(all, s.locals(hour))
	}
	return all
}

// windows lists the hours that suit.
func (c *Connector) windows(kind IncidentKind, hours [][]local, least float64) []candidate {
	var all []candidate
	for _, locals := range hours {
		l := locals[c.zone]
		w := candidate{connector: c, start: l.start, expected: c.expected(l)}
		var fits bool
		switch kind {
		case OffHours:
			w.start = l.start.Add(-time.Duration(l.seconds%3600) * time.Second) // 03:00 sharp where the clock is half an hour off
			if l.seconds%3600 != 0 {
				w.start = w.start.Add(time.Hour)
			}
			at := w.start.In(c.location)
			fits = at.Hour() == 3
		case NewEndpoint:
			fits = w.expected >= 2
		default:
			fits = w.expected >= least
		}
		if fits {
			all = append(all, w)
		}
	}
	return all
}

// exported is an endpoint that gives out much at once, if the connector has one.
func (c *Connector) exported() *Endpoint {
	for _, e := range c.Endpoints {
		if e.export && e.from.IsZero() {
			return e
		}
	}
	return nil
}

func (s *Simulation) describe(r draw.Source, kind IncidentKind, w candidate) Incident {
	c := w.connector
	in := Incident{
		Kind: kind, Connector: c.ID, ConnectorName: c.Name, Tenant: c.Tenant, connector: c,
		Start: w.start, End: w.start.Add(time.Hour),
	}
	switch kind {
	case Exfiltration:
		s.describeExfiltration(r, &in, w)
	case Burst:
		in.Family, in.factor = "volume", r.Between(10, 12)
		in.Calls = int(w.expected * (in.factor - 1))
		in.Story = fmt.Sprintf("%.0f times the usual requests for an hour", in.factor)
	case OffHours:
		in.Family = "hours"
		in.Calls = 40 + r.IntN(60)
		in.Story = fmt.Sprintf("%d calls from 03:00 in %s, when it never works", in.Calls, c.TimeZone)
	default:
		op := draw.Pick(r, sensitive)
		in.Family, in.endpoint = "endpoints", newEndpoint(op, "contacts-api")
		in.Endpoint = in.endpoint.String()
		in.Calls = 25 + r.IntN(30)
		in.Story = fmt.Sprintf("%d calls of %s, which it never used", in.Calls, in.Endpoint)
	}
	return in
}

// busiest is how many calls the fullest hour of the week before has.
func (s *Simulation) busiest(c *Connector, before time.Time) float64 {
	most := 0.0
	for hour := before.Add(-7 * 24 * time.Hour); hour.Before(before); hour = hour.Add(time.Hour) {
		most = max(most, c.expected(s.locals(hour)[c.zone]))
	}
	return most
}

// leastStolen is what a thief takes at least, in bytes an hour: many times the
// usual of a connector that hardly reads anything is nothing worth stealing, and
// below min_effect of the rule for it.
const leastStolen = 1_000_000

// describeExfiltration takes what the connector exports anyway, more often and
// with larger answers, over one or two hours.
func (s *Simulation) describeExfiltration(r draw.Source, in *Incident, w candidate) {
	c := in.connector
	in.Family, in.endpoint, in.factor = "volume", c.exported(), r.Between(9, 13)
	in.Endpoint = in.endpoint.String()
	if r.Chance(0.5) {
		in.End = in.Start.Add(2 * time.Hour)
	}
	perCall := 0.0 // expected bytes of a usual call
	for i, e := range c.Endpoints {
		weight := c.cum[i]
		if i > 0 {
			weight -= c.cum[i-1]
		}
		perCall += weight / c.cum[len(c.cum)-1] * e.bytesOut * math.Exp(e.sigma*e.sigma/2)
	}
	lasting := in.End.Sub(in.Start).Hours()
	// Eight times a quiet Sunday hour is within what a Monday has: a thief takes
	// more than the connector's own busy hours do.
	usual := perCall * max(w.expected, 0.75*s.busiest(c, w.start)) * lasting
	total := max(usual*in.factor, leastStolen*lasting)
	in.factor = total / usual
	in.perCall = 4 * in.endpoint.bytesOut
	in.Calls = max(20, int(total/in.perCall))
	in.perCall = total / float64(in.Calls)
	in.Story = fmt.Sprintf("%.0f times the usual bytes, %d calls of %s", in.factor, in.Calls, in.Endpoint)
}
