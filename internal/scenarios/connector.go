package scenarios

import (
	"fmt"
	"math"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// Kind is how a connector's calls come about.
type Kind string

// The kinds of connectors.
const (
	Office    Kind = "office"    // sessions of people in their working hours
	Nightly   Kind = "nightly"   // a batch run a night
	Poller    Kind = "poller"    // every 5 to 60 minutes, more where there is news
	Heartbeat Kind = "heartbeat" // every minute or few, always
	Webhook   Kind = "webhook"   // events that beget events
	Agent     Kind = "agent"     // an AI agent: long sessions, now and then something new
	Sparse    Kind = "sparse"    // a few calls a day, in bunches
	Campaign  Kind = "campaign"  // idle for days, then busy for days
)

var kinds = []struct {
	kind   Kind
	weight float64
	daily  [3]float64 // calls on a usual day: Pareto's least, alpha, most
	uses   [2]int     // endpoints
	shape  [24]float64
}{
	{Office, 28, [3]float64{40, 1.2, 3000}, [2]int{4, 11}, officeHours},
	{Nightly, 12, [3]float64{60, 1.1, 6000}, [2]int{2, 5}, [24]float64{}},
	{Poller, 14, [3]float64{60, 1.2, 4000}, [2]int{1, 4}, [24]float64{}},
	{Heartbeat, 8, [3]float64{288, 2, 1500}, [2]int{1, 2}, [24]float64{}},
	{Webhook, 18, [3]float64{80, 1, 9000}, [2]int{2, 6}, eventHours},
	{Agent, 8, [3]float64{40, 1.2, 3000}, [2]int{4, 9}, agentHours},
	{Sparse, 8, [3]float64{1.2, 1.5, 6}, [2]int{1, 2}, eventHours},
	{Campaign, 4, [3]float64{100, 1.2, 4000}, [2]int{2, 5}, officeHours},
}

var (
	officeHours = [24]float64{7: 0.3, 8: 0.8, 9: 1.1, 10: 1.2, 11: 1, 12: 0.6, 13: 0.8, 14: 1.1, 15: 1, 16: 0.8, 17: 0.4, 18: 0.1}
	agentHours  = [24]float64{8: 0.5, 9: 0.9, 10: 1.2, 11: 1.1, 12: 0.8, 13: 1, 14: 1.2, 15: 1.2, 16: 1, 17: 0.8, 18: 0.5, 19: 0.4, 20: 0.4, 21: 0.3}
	eventHours  = [24]float64{
		0.4, 0.35, 0.3, 0.3, 0.35, 0.45, 0.6, 0.8, 1, 1.2, 1.3, 1.3,
		1.2, 1.2, 1.3, 1.25, 1.2, 1.1, 1.05, 1, 0.9, 0.8, 0.65, 0.5,
	}
)

var platforms = []struct {
	name   string
	weight float64
	agents bool
}{
	{"power_automate", 30, false},
	{"zapier", 25, false},
	{"make", 20, false},
	{"n8n", 15, false},
	{"openai_mcp", 6, true},
	{"claude_code", 4, true},
}

var tenants = []struct {
	name, zone, region string
	weight             float64
}{
	{"acme", "Europe/Berlin", "de", 3},
	{"borealis", "Europe/Berlin", "de", 1},
	{"globex", "Europe/London", "uk", 2},
	{"stark", "America/New_York", "us", 2},
	{"wayne", "America/New_York", "us", 1},
	{"initech", "America/Los_Angeles", "us", 2},
	{"umbra", "Asia/Kolkata", "in", 1.5},
	{"hanabi", "Asia/Tokyo", "jp", 1.5},
	{"carioca", "America/Sao_Paulo", "br", 1},
	{"southern", "Australia/Sydney", "au", 1},
}

// Connector is one automation, with what a catalog knows of it.
type Connector struct {
	ID       string
	Tenant   string
	Platform string
	API      string // of most of its calls; with Platform the peer group
	Kind     Kind
	Zone     string // as in the catalog; "" = not known
	Region   string // whose holidays

	habits
	index   int
	clock   *clock // that it really runs by
	daily   float64
	shape   [24]float64
	uses    []use   // ordered by from
	scale   float64 // of its answers
	failing float64 // usual share of errors
	users   int     // people behind it, at most 64
}

// use is one endpoint that a connector calls in [from, to).
type use struct {
	endpoint uint16
	weight   float64
	span
}

// Group is its peer group: platform and API.
func (c *Connector) Group() string { return c.Platform + " × " + c.API }

// plan makes up the connectors, each from its own stream: a larger fleet begins
// with the connectors of a smaller one.
func (s *Scenario) plan() error {
	kindWeights, tenantWeights := make([]float64, len(kinds)), make([]float64, len(tenants))
	for i := range kinds {
		kindWeights[i] = kinds[i].weight
	}
	for i := range tenants {
		tenantWeights[i] = tenants[i].weight
	}
	for i := range s.Options.Connectors {
		r := s.draw(forPlan, uint64(i))
		k, tenant := &kinds[r.Weighted(kindWeights)], tenants[r.Weighted(tenantWeights)]
		about := &s.apis[min(int(r.ExpFloat64()*2.5), len(s.apis)-1)]
		c := &Connector{
			ID:     fmt.Sprintf("%s-%s-%04d", about.name, k.kind, i),
			Tenant: tenant.name, Platform: platform(r, k.kind), API: about.name, Kind: k.kind,
			Zone: tenant.zone, Region: tenant.region,
			index: i, daily: r.Pareto(k.daily[0], k.daily[1], k.daily[2]), shape: k.shape,
			scale: r.Lognormal(0.5), failing: min(0.01*r.Lognormal(1), 0.1),
		}
		if k.kind == Office || k.kind == Agent || k.kind == Campaign {
			c.users = int(r.Pareto(1, 0.8, 40))
		}
		s.habits(c)
		actual := tenant.zone
		if c.byUTC {
			actual = "UTC"
		}
		if r.Chance(0.08) {
			c.Zone = ""
		}
		var err error
		if c.clock, err = s.clock(actual, tenant.region); err != nil {
			return err
		}
		c.settle(r)
		s.takeUp(r, c, about, k.uses)
		s.changes(c)
		s.Connectors = append(s.Connectors, c)
	}
	return nil
}

func platform(r draw.Source, kind Kind) string {
	weights := make([]float64, len(platforms))
	for i, p := range platforms {
		if p.agents == (kind == Agent) {
			weights[i] = p.weight
		}
	}
	return platforms[r.Weighted(weights)].name
}

// settle gives the hours of the day their shares.
func (c *Connector) settle(r draw.Source) {
	total := 0.0
	for h := range c.shape {
		c.shape[h] *= r.Lognormal(0.25)
		total += c.shape[h]
	}
	for h := range c.shape {
		if total > 0 {
			c.shape[h] /= total
		} else {
			c.shape[h] = 1.0 / 24
		}
	}
}

// takeUp chooses the endpoints: most of one API, some of a second.
func (s *Scenario) takeUp(r draw.Source, c *Connector, about *api, count [2]int) {
	want := count[0] + r.IntN(count[1]-count[0]+1)
	want = min(want, 1+int(c.daily/10))
	second := &s.apis[r.IntN(len(s.apis))]
	for i := range want {
		from := about
		if i%4 == 3 {
			from = second
		}
		s.use(r, c, from.ops, r.Lognormal(0.8), span{0, s.Hours()})
	}
	if c.Kind != Agent {
		return
	}
	// An agent explores: a long tail of things it hardly ever calls.
	for i := range 30 {
		rare := 0.04 * math.Pow(float64(i+1), -1.3)
		s.use(r, c, s.anything(), rare, span{0, s.Hours()})
	}
}

// use adds one of the offered endpoints that c does not use yet; false if there is
// none. Its weight is share times that of the first.
func (s *Scenario) use(r draw.Source, c *Connector, offered []uint16, share float64, when span) bool {
	weights := make([]float64, len(offered))
	left := false
	for i, e := range offered {
		if !c.knows(e) {
			weights[i] = s.catalogue[e].weight
			left = left || weights[i] > 0
		}
	}
	if !left {
		return false
	}
	base := 1.0
	if len(c.uses) > 0 {
		base = c.uses[0].weight
	}
	c.uses = append(c.uses, use{endpoint: offered[r.Weighted(weights)], weight: base * share, span: when})
	return true
}

func (c *Connector) knows(endpoint uint16) bool {
	for i := range c.uses {
		if c.uses[i].endpoint == endpoint {
			return true
		}
	}
	return false
}

// anything is every endpoint but the sensitive ones, which have no weight.
func (s *Scenario) anything() []uint16 {
	all := make([]uint16, len(s.catalogue))
	for i := range all {
		all[i] = uint16(i)
	}
	return all
}
