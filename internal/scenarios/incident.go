package scenarios

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// IncidentKind is what happens to a connector.
type IncidentKind string

// The kinds of incidents.
const (
	Burst6       IncidentKind = "burst ×6"      // of requests, for an hour or so
	Burst10      IncidentKind = "burst ×10"     // the same, larger
	Exfiltration IncidentKind = "exfiltration"  // answers ×8, by an endpoint it uses anyway
	Drip         IncidentKind = "drip ×2.5"     // of requests, over 24 hours, in its usual pattern
	FaintDrip    IncidentKind = "drip ×1.3"     // the same, all but hidden
	OffHours     IncidentKind = "off hours"     // work at hours at which it never works
	NewEndpoint  IncidentKind = "new endpoint"  // one it never called
	Enumeration  IncidentKind = "enumeration"   // of ids, mostly missing, or of paths
	Silence      IncidentKind = "silence"       // of one that always runs
	Poisoning    IncidentKind = "poisoning"     // growth ×4 over five weeks, to be taken for normal
	Swap         IncidentKind = "identity swap" // another's behaviour under its identity
)

// IncidentKinds lists them in the order of the table.
func IncidentKinds() []IncidentKind {
	return []IncidentKind{Burst6, Burst10, Exfiltration, Drip, FaintDrip, OffHours, NewEndpoint, Enumeration, Silence, Poisoning, Swap}
}

// Incident is one injected anomaly, with the truth about it.
type Incident struct {
	Kind      IncidentKind
	Connector int // index
	Start     time.Time
	End       time.Time
	Factor    float64 // of what is usual
	Endpoint  string  // "" = its usual ones
	Calls     int     // added; 0 where it follows from Factor
	With      int     // Swap: whose behaviour it is

	endpoint uint16
	size     float64 // of answers, against usual ones
	missing  float64 // share of calls
	paths    []uint16
}

const (
	perThousand = 12   // incidents of a kind in a thousand connectors
	swapped     = 0.05 // share of connectors
)

// chooser picks connectors and times, each connector once.
type chooser struct {
	*Scenario
	r     draw.Source
	order []int
	taken map[int]bool
}

func (s *Scenario) chooseIncidents() {
	r := s.draw(forChoice)
	ch := &chooser{Scenario: s, r: r, order: r.Perm(len(s.Connectors)), taken: map[int]bool{}}
	ch.swaps()
	each := max(1, perThousand*len(s.Connectors)/1000)
	for _, kind := range IncidentKinds() {
		if kind == Swap {
			continue
		}
		left := each
		for _, i := range ch.order {
			if left == 0 {
				break
			}
			c := s.Connectors[i]
			if ch.taken[i] || !c.established(s) || !c.suits(kind) {
				continue
			}
			if in, ok := ch.incident(kind, c); ok {
				ch.taken[i] = true
				s.Incidents = append(s.Incidents, in)
				left--
			}
		}
	}
	slices.SortStableFunc(s.Incidents, func(a, b Incident) int { return a.Start.Compare(b.Start) })
}

// established connectors have four weeks of history and stay.
func (c *Connector) established(s *Scenario) bool {
	return c.since <= s.evaluated()-28*24 && c.until == s.Hours()
}

// suits says whether the incident would be one for a connector of this sort: night
// work of a connector that works at night is none.
func (c *Connector) suits(kind IncidentKind) bool {
	people, steady := c.Kind == Office, c.Kind == Webhook || c.Kind == Poller
	switch kind {
	case Burst6, Burst10:
		return people || steady || c.Kind == Heartbeat
	case Exfiltration:
		return people || steady || c.Kind == Agent
	case Drip, FaintDrip:
		return people || steady || c.Kind == Heartbeat || c.Kind == Agent
	case OffHours:
		return people && !c.restless && c.weekend == 0 || c.Kind == Nightly && c.lasting < 120
	case NewEndpoint:
		return (people || steady || c.Kind == Heartbeat) && !c.evolving
	case Enumeration:
		return people || steady || c.Kind == Agent || c.Kind == Heartbeat
	case Silence:
		return c.Kind == Heartbeat || c.Kind == Poller && c.interval <= 30
	case Poisoning:
		return people || steady
	}
	return false
}

// swaps pairs connectors of one peer group and exchanges their identities.
func (ch *chooser) swaps() {
	groups := map[string][]int{}
	left := int(swapped * float64(len(ch.Connectors)) / 2)
	for _, i := range ch.order {
		c := ch.Connectors[i]
		if left == 0 || !c.established(ch.Scenario) || c.Kind == Sparse || c.Kind == Campaign {
			continue
		}
		groups[c.Group()] = append(groups[c.Group()], i)
		group := groups[c.Group()]
		if len(group)%2 != 0 {
			continue
		}
		left--
		a, b := group[len(group)-1], group[len(group)-2]
		from := ch.calm(40)
		for _, pair := range [][2]int{{a, b}, {b, a}} {
			ch.taken[pair[0]] = true
			ch.Incidents = append(ch.Incidents, Incident{
				Kind: Swap, Connector: pair[0], With: pair[1], Start: ch.Time(from), End: ch.Time(from + 40),
			})
		}
	}
}

// calm is an hour from which so many are free of outages: before the one of the
// third evaluated day, or after that of the fifth.
func (ch *chooser) calm(hours int) int {
	from := ch.evaluated()
	if ch.r.Chance(0.5) {
		from += 5 * 24
	}
	return from + ch.r.IntN(48-hours+1)
}

// hourOf is an evaluated hour that suits, far from outages; ok is false if there is
// none for this connector.
func (ch *chooser) hourOf(c *Connector, suits func(h int) bool) (hour int, ok bool) {
	var all []int
	for h := ch.evaluated(); h < ch.Hours()-3; h++ {
		near := false
		for d := -2; d <= 3; d++ {
			near = near || ch.lost(c.Tenant, h+d)
		}
		if !near && suits(h) {
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return 0, false
	}
	return draw.Pick(ch.r, all), true
}

func (ch *chooser) incident(kind IncidentKind, c *Connector) (Incident, bool) {
	in := Incident{Kind: kind, Connector: c.index, With: -1, size: 1}
	switch kind {
	case Burst6:
		return ch.burst(in, c, ch.r.Between(6, 7))
	case Burst10:
		return ch.burst(in, c, ch.r.Between(9, 11))
	case Exfiltration:
		return ch.exfiltration(in, c)
	case Drip:
		return ch.drip(in, c, 2.5)
	case FaintDrip:
		return ch.drip(in, c, 1.3)
	case OffHours:
		return ch.offHours(in, c)
	case NewEndpoint:
		return ch.newEndpoint(in, c)
	case Enumeration:
		return ch.enumeration(in, c)
	case Silence:
		lasting := 8 + ch.r.IntN(17)
		from := ch.calm(lasting)
		in.Start, in.End = ch.Time(from), ch.Time(from+lasting)
		return in, c.expected(from) > 0
	default: // Poisoning
		in.Start, in.End, in.Factor = ch.From.AddDate(0, 0, -28), ch.End, 4
		in.endpoint = ch.largest(c)
		in.Endpoint = ch.catalogue[in.endpoint].name
		return in, c.daily >= 150
	}
}

// begin sets a time within an hour, which incidents do not wait for.
func (ch *chooser) begin(in *Incident, hour int, least, most float64) {
	in.Start = ch.Time(hour).Add(time.Duration(ch.r.IntN(3600)) * time.Second)
	in.End = in.Start.Add(time.Duration(ch.r.Between(least, most)*60) * time.Second)
}

func (ch *chooser) burst(in Incident, c *Connector, factor float64) (Incident, bool) {
	h, ok := ch.hourOf(c, func(h int) bool {
		return c.expected(h) >= max(30, 0.5*c.usualHour()) && c.expected(h+1) >= 0.5*c.expected(h)
	})
	if !ok {
		return in, false
	}
	ch.begin(&in, h, 40, 75)
	in.Factor = factor
	in.Calls = int((factor - 1) * c.expected(h) * in.End.Sub(in.Start).Hours())
	return in, true
}

// stolen is the least that is taken, in bytes an hour.
const stolen = 2e6

func (ch *chooser) exfiltration(in Incident, c *Connector) (Incident, bool) {
	h, ok := ch.hourOf(c, func(h int) bool { return c.expected(h) >= 4 })
	if !ok || !ch.catalogue[ch.largest(c)].reading {
		return in, false
	}
	ch.begin(&in, h, 50, 120)
	hours := in.End.Sub(in.Start).Hours()
	usual, calls := 0.0, 0.0
	for _, u := range c.uses {
		if u.has(h) {
			usual += u.weight * ch.catalogue[u.endpoint].mean() * c.scale
			calls += u.weight
		}
	}
	usual *= max(c.expected(h), 0.6*c.usualHour()) / calls
	total := max(8*usual, stolen) * hours
	in.endpoint = ch.largest(c)
	in.Endpoint = ch.catalogue[in.endpoint].name
	each := ch.catalogue[in.endpoint].mean() * c.scale
	in.Calls = max(25, int(total/(3*each)))
	in.size = total / (float64(in.Calls) * each)
	in.Factor = total / (usual * hours)
	return in, true
}

// largest is the reading endpoint in use, all the time, with the largest answers.
func (s *Scenario) largest(c *Connector) uint16 {
	best, found := c.uses[0].endpoint, -1.0
	for _, u := range c.uses {
		e := &s.catalogue[u.endpoint]
		if e.reading && u.from == 0 && u.weight > 0.1*c.uses[0].weight && e.mean() > found {
			best, found = u.endpoint, e.mean()
		}
	}
	return best
}

func (ch *chooser) drip(in Incident, c *Connector, factor float64) (Incident, bool) {
	from, total := ch.calm(24), 0.0
	for h := from; h < from+24; h++ {
		total += c.expected(h)
	}
	in.Start, in.End, in.Factor = ch.Time(from), ch.Time(from+24), factor
	return in, total >= max(200, 0.7*c.daily)
}

func (ch *chooser) offHours(in Incident, c *Connector) (Incident, bool) {
	first, last := 2, 4
	if c.Kind == Nightly {
		first, last = 13, 16
	}
	h, ok := ch.hourOf(c, func(h int) bool {
		hour := int(c.clock.hour[h])
		return hour >= first && hour < last && c.expected(h) == 0 && c.expected(h+1) == 0
	})
	ch.begin(&in, h, 35, 60)
	in.Calls = 40 + ch.r.IntN(60)
	return in, ok
}

func (ch *chooser) newEndpoint(in Incident, c *Connector) (Incident, bool) {
	h, ok := ch.hourOf(c, func(h int) bool { return c.expected(h) >= 2 })
	if !ok {
		return in, false
	}
	ch.begin(&in, h, 30, 60)
	in.Calls = max(25, int(ch.r.Between(0.3, 1)*c.usualHour()))
	in.endpoint = ch.names[draw.Pick(ch.r, sensitive)]
	if ch.r.Chance(0.5) {
		in.endpoint = draw.Pick(ch.r, ch.unknown(c, ch.api(c.API).ops))
	}
	in.Endpoint = ch.catalogue[in.endpoint].name
	return in, true
}

func (ch *chooser) unknown(c *Connector, offered []uint16) []uint16 {
	var all []uint16
	for _, e := range offered {
		if !c.knows(e) {
			all = append(all, e)
		}
	}
	return all
}

func (ch *chooser) enumeration(in Incident, c *Connector) (Incident, bool) {
	h, ok := ch.hourOf(c, func(h int) bool { return c.expected(h) >= 1 })
	if !ok {
		return in, false
	}
	ch.begin(&in, h, 20, 60)
	if ch.r.Chance(0.4) { // of paths
		in.missing = ch.r.Between(0.5, 0.9)
		unknown := ch.unknown(c, ch.anything())
		for _, i := range ch.r.Perm(len(unknown))[:20+ch.r.IntN(20)] {
			in.paths = append(in.paths, unknown[i])
		}
		in.Calls = len(in.paths) * (2 + ch.r.IntN(5))
		return in, true
	}
	in.missing = ch.r.Between(0.6, 0.95)
	in.Calls = max(120, int(ch.r.Between(1, 3)*c.usualHour()))
	in.endpoint = ch.api(c.API).ops[1] // GET /…/{id}
	for _, u := range c.uses {
		if ch.catalogue[u.endpoint].single && u.from == 0 {
			in.endpoint = u.endpoint
		}
	}
	in.Endpoint = ch.catalogue[in.endpoint].name
	return in, true
}
