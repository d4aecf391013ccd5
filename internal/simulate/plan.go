package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// plan makes up the connectors. Each has its own random stream, so that a larger
// plan begins with the connectors of a smaller one.
func (s *Simulation) plan() error {
	tenants := s.opts.Scenario.Tenants
	tenantWeights := make([]float64, len(tenants))
	for i, t := range tenants {
		tenantWeights[i] = t.Weight
	}
	kindWeights := make([]float64, len(kinds))
	for i, k := range kinds {
		kindWeights[i] = s.opts.Scenario.Kinds[k]
	}
	zones := map[string]int{}
	for i := range s.opts.Connectors {
		r := draw.New(s.opts.Seed, forConnector, uint64(i))
		tenant := tenants[r.Weighted(tenantWeights)]
		c := s.connector(r, i, tenant, kinds[r.Weighted(kindWeights)])
		location, err := time.LoadLocation(c.TimeZone)
		if err != nil {
			return fmt.Errorf("cannot plan connector %s: %w", c.ID, err)
		}
		c.location = location
		zoneKey := c.TimeZone + "/" + c.region
		if _, ok := zones[zoneKey]; !ok {
			zones[zoneKey] = len(s.zones)
			s.zones = append(s.zones, zone{location: location, region: c.region})
		}
		c.zone = zones[zoneKey]
		s.connectors = append(s.connectors, c)
	}
	s.scale()
	for _, c := range s.connectors {
		s.endpoints(draw.New(s.opts.Seed, forPlan, uint64(c.index)), c)
	}
	return nil
}

var purposes = []struct{ name, verb string }{
	{"sync", "keeps %ss in step with the team's own tool"},
	{"report", "collects %ss into a report"},
	{"intake", "takes in new %ss"},
	{"approval", "asks for approval of %ss"},
	{"alerts", "tells the channel about %ss"},
	{"enrichment", "completes %ss"},
	{"archive", "files finished %ss"},
	{"assistant", "answers questions about %ss"},
}

var teams = []string{"sales-ops", "finance", "support", "logistics", "people", "marketing", "it", "revenue"}

func (s *Simulation) connector(r draw.Source, index int, tenant Tenant, kind Kind) *Connector {
	traits := traitsOf[kind]
	p := choosePlatform(r, kind)
	about := domains[r.IntN(len(domains))]
	purpose := purposes[r.IntN(len(purposes)-1)]
	if kind == KindAgent {
		purpose = purposes[len(purposes)-1]
	}
	short := strings.ReplaceAll(p.name, "_", "-")
	c := &Connector{
		ID:          fmt.Sprintf("%s-%s-%03d", about.noun, purpose.name, index+1),
		Name:        fmt.Sprintf("%s%s %s %d", strings.ToUpper(about.noun[:1]), about.noun[1:], purpose.name, index+1),
		Tenant:      tenant.ID,
		Platform:    p.name,
		Kind:        kind,
		Environment: "production",
		Team:        draw.Pick(r, teams),
		Purpose:     fmt.Sprintf(purpose.verb, about.noun),
		TimeZone:    tenant.TimeZone,
		Registered:  index >= s.opts.Scenario.Shadow,
		index:       index,
		region:      tenant.Region,
		signal:      p.signal,
		peers:       p.peers,
		daily:       math.Exp(r.Between(math.Log(traits.daily[0]), math.Log(traits.daily[1]))),
		weekend:     r.Between(traits.weekend[0], traits.weekend[1]),
		errors:      r.Between(0.004, 0.03),
	}
	switch c.signal {
	case byConsumer:
		c.key = fmt.Sprintf("%s-%s", short, c.ID)
	case byClaim:
		c.key = fmt.Sprintf("agent-%s", c.ID)
	default:
		c.key = fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
	}
	c.agent = p.userAgent(c.key)
	if c.signal == byUserAgent {
		c.key = c.agent
	}
	if traits.users[1] > 0 {
		for range traits.users[0] + r.IntN(traits.users[1]-traits.users[0]+1) {
			c.users = append(c.users, fmt.Sprintf("usr_%s_%04d", tenant.ID, r.IntN(4000)))
		}
	}
	s.rhythm(r, c, traits)
	return c
}

// rhythm decides when the connector runs and how it develops.
func (s *Simulation) rhythm(r draw.Source, c *Connector, traits kindTraits) {
	total := 0.0
	for _, share := range traits.hours {
		total += share
	}
	for h, share := range traits.hours {
		if total > 0 {
			c.shape[h] = share / total
		}
	}
	c.growing = r.Chance(s.opts.Scenario.Growing) && c.Kind != KindSparse && c.Kind != KindNightly
	c.traced = r.Chance(s.opts.Scenario.Traced)
	c.bursty = r.Chance(0.12) && c.Kind != KindSparse
	if c.traced {
		c.service = c.ID
	}
	switch c.Kind {
	case KindOffice:
		c.shift = r.IntN(3) - 1
		if r.Chance(0.2) {
			c.weekend = r.Between(0.05, 0.2) // a shop, a hotline: some work on Saturdays and Sundays
		}
	case KindNightly:
		c.runAt, c.runFor = 60+r.IntN(180), 15+r.IntN(75)
		if r.Chance(0.3) {
			c.TimeZone = "UTC" // cron on a server, and registered as such
		}
	case KindSparse:
		c.runAt, c.runFor = 7*60+r.IntN(120), 30
	case KindHourly:
		c.runAt = r.IntN(55)
	case KindQuarterHourly:
		c.runAt = r.IntN(14)
	}
	if r.Chance(0.4) {
		c.growth = r.Between(-0.15, 0.3)
	}
	c.since = s.start
	if r.Chance(0.06) && s.opts.Days >= 21 { // put into use during the history
		c.since = s.start.Add(time.Duration(r.Between(0.2, 0.5) * float64(s.end.Sub(s.start)))).Truncate(time.Hour)
	}
}

// scale makes the expected number of spans what was asked for.
func (s *Simulation) scale() {
	fixed, scalable := 0.0, 0.0
	for hour := s.start; hour.Before(s.end); hour = hour.Add(time.Hour) {
		locals := s.locals(hour)
		for _, c := range s.connectors {
			spans := c.expected(locals[c.zone]) * float64(c.spansPerCall())
			if c.Kind == KindSparse {
				fixed += spans
			} else {
				scalable += spans
			}
		}
	}
	if scalable == 0 {
		return
	}
	factor := math.Max(0.02, (float64(s.opts.Spans)-fixed)/scalable)
	for _, c := range s.connectors {
		if c.Kind != KindSparse {
			c.daily *= factor
		}
	}
}

// endpoints gives a connector what it calls: a part of one API, sometimes of a
// second, and for growing connectors custom objects that come with time.
func (s *Simulation) endpoints(r draw.Source, c *Connector) {
	traits := traitsOf[c.Kind]
	want := traits.endpoints[0] + r.IntN(traits.endpoints[1]-traits.endpoints[0]+1)
	want = min(want, max(1, int(c.daily/8))) // each is used on most days
	var apis []domain
	for _, d := range domains {
		if strings.HasPrefix(c.ID, d.noun+"-") {
			apis = append(apis, d)
		}
	}
	if want > 6 {
		apis = append(apis, draw.Pick(r, domains))
	}
	for i := range want {
		d := apis[i%len(apis)]
		c.addEndpoint(r, d, time.Time{})
	}
	switch {
	case c.growing:
		every := r.Between(1.6, 4) * 24
		for at := s.start.Add(hours(r.Between(0, every))); at.Before(s.end); at = at.Add(hours(every * r.Between(0.5, 1.5))) {
			c.addCustom(r, at)
		}
	case r.Chance(0.1) && want > 2: // one change of the flow, not in the last days
		at := s.start.Add(hours(r.Between(0.1, 0.75) * s.end.Sub(s.start).Hours()))
		c.addCustom(r, at)
	}
	slices.SortStableFunc(c.Endpoints, func(a, b *Endpoint) int { return a.from.Compare(b.from) })
	total := 0.0
	for _, e := range c.Endpoints {
		total += e.weight
		c.cum = append(c.cum, total)
	}
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// addEndpoint takes an operation of the API that the connector does not use yet.
func (c *Connector) addEndpoint(r draw.Source, d domain, from time.Time) {
	weights := make([]float64, len(d.ops))
	for i, op := range d.ops {
		if !c.uses(op.method, op.route) {
			weights[i] = op.weight
		}
	}
	if slices.Max(weights) == 0 {
		return
	}
	op := d.ops[r.Weighted(weights)]
	e := newEndpoint(op, d.service)
	e.weight = op.weight * r.Lognormal(0.4)
	e.bytesOut *= r.Lognormal(0.4)
	e.from = from
	c.Endpoints = append(c.Endpoints, e)
}

// addCustom adds a call for a custom object, such as GET /objects/surveys/records.
func (c *Connector) addCustom(r draw.Source, from time.Time) {
	ops := crud("/objects/"+draw.Pick(r, customObjects)+"/records", 800)
	op := ops[r.IntN(3)]
	if c.uses(op.method, op.route) {
		return
	}
	op.weight *= 0.2
	e := newEndpoint(op, "objects-api")
	e.from = from
	c.Endpoints = append(c.Endpoints, e)
}

func (c *Connector) uses(method, route string) bool {
	return slices.ContainsFunc(c.Endpoints, func(e *Endpoint) bool { return e.Method == method && e.Route == route })
}
