package scenarios

import (
	"math"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// habits are how one connector runs and changes.
type habits struct {
	since, until int // hours in which it exists

	byUTC   bool    // its schedule follows UTC, whatever the catalog says
	shift   int     // hours its people start later
	weekend float64 // what is left of a day
	holiday float64

	runAt    int     // nightly: minute of its day
	lasting  float64 // and usual minutes of a run
	interval int     // poller, heartbeat: minutes
	phase    int     // minute of its first call

	branching float64 // webhook: events that one event begets
	decay     float64 // and after how many seconds, on average

	sessions [3]float64 // calls of a session: Pareto's least, alpha, most
	gap      float64    // seconds between its calls

	daySigma  float64 // how different days are
	hourSigma float64 // and hours
	restless  bool    // works late and on Saturdays now and then
	strays    float64 // chance of a few calls in a night
	weekly    float64 // growth a week
	closing   float64 // times as much at a month's end
	resync    float64 // days between two resynchronisations; 0 = hardly ever
	evolving  bool    // takes up new endpoints all the time

	levels []level
	moves  []level
	on     []span // campaign
	stops  []int  // hours at which a deploy went live
}

// level is a factor (or a number of hours) that holds from an hour on.
type level struct {
	from  int
	value float64
}

func (s *Scenario) habits(c *Connector) {
	r := s.draw(forHabits, uint64(c.index))
	c.until = s.Hours()
	c.weekend, c.holiday = r.Between(0.6, 1), r.Between(0.5, 1)
	c.daySigma, c.hourSigma = r.Between(0.05, 0.18), r.Between(0.1, 0.4)
	c.weekly, c.closing = r.Between(0.985, 1.02), 1
	c.sessions, c.gap = [3]float64{2, 1.6, min(max(0.2*c.daily, 8), 300)}, r.Spread(2, 20)
	switch c.Kind {
	case Office, Campaign:
		c.people(r)
	case Agent:
		c.people(r)
		c.sessions[0], c.sessions[2] = 3, min(max(0.3*c.daily, 10), 400)
	case Nightly:
		c.runAt, c.lasting = 30+r.IntN(300), r.Spread(10, 150)
		c.byUTC = r.Chance(0.3)
		if r.Chance(0.25) {
			c.closing = r.Between(3, 6)
		}
	case Poller:
		c.byUTC = r.Chance(0.3)
		c.every(r, 5, 10, 15, 30, 60)
	case Heartbeat:
		c.weekend, c.holiday, c.weekly = 1, 1, 1
		c.interval = []int{1, 2, 5}[r.IntN(3)]
		c.daily = 1440 / float64(c.interval)
	case Webhook:
		c.byUTC = r.Chance(0.1)
		c.weekend = r.Between(0.3, 0.8)
		c.branching, c.decay = r.Between(0.3, 0.8), r.Spread(20, 1200)
	}
	if r.Chance(0.1) && c.Kind != Heartbeat && c.Kind != Sparse {
		c.weekly = 1.1
	}
	if r.Chance(0.08) && c.Kind != Heartbeat && c.Kind != Sparse {
		c.resync = r.Between(6, 14)
	}
}

// people make a connector's habits those of people.
func (c *Connector) people(r draw.Source) {
	c.shift = r.IntN(4) - 1
	c.weekend, c.holiday = 0, 0.04
	if r.Chance(0.12) {
		c.weekend = r.Between(0.05, 0.3)
	}
	c.restless = r.Chance(0.12)
	if r.Chance(0.3) {
		c.strays = r.Between(0.02, 0.2)
	}
	if c.Kind == Office && r.Chance(0.1) {
		c.closing = r.Between(1.5, 3)
	}
}

// every chooses the shortest interval that leaves at least one call each time.
func (c *Connector) every(r draw.Source, minutes ...int) {
	c.interval = minutes[len(minutes)-1]
	for _, m := range minutes[r.IntN(len(minutes)):] {
		if c.daily*float64(m) >= 1440 {
			c.interval = m
			break
		}
	}
	c.phase = r.IntN(c.interval)
}

// at is the value that holds in an hour, normal before the first.
func at(levels []level, h int, normal float64) float64 {
	for _, l := range levels {
		if h >= l.from {
			normal = l.value
		}
	}
	return normal
}

// volume is how many calls the connector makes on a full day, by its habits.
func (c *Connector) volume(h int) float64 {
	if h < c.since || h >= c.until {
		return 0
	}
	v := c.daily * math.Pow(c.weekly, float64(h)/168) * at(c.levels, h, 1)
	switch {
	case c.clock.weekend(h):
		v *= c.weekend
	case c.clock.holiday[h]:
		v *= c.holiday
	}
	if c.clock.closing[h] {
		v *= c.closing
	}
	return v
}

// expected is how many calls its habits foresee in an hour, chance apart.
func (c *Connector) expected(h int) float64 {
	v := c.volume(h)
	switch c.Kind {
	case Nightly:
		start := c.runAt + int(60*at(c.moves, h, 0))
		end := start + max(1, int(c.lasting))
		from := int(c.clock.minute[h])
		return v * float64(max(0, min(end, from+60)-max(start, from))) / float64(end-start)
	case Poller, Heartbeat:
		return v / 24
	case Campaign:
		if !within(c.on, h) {
			return 0
		}
	}
	return v * c.shape[c.slot(h)]
}

// slot is the hour of its own day.
func (c *Connector) slot(h int) int {
	return (int(c.clock.hour[h]) - c.shift - int(at(c.moves, h, 0)) + 48) % 24
}

func within(spans []span, h int) bool {
	for _, s := range spans {
		if s.has(h) {
			return true
		}
	}
	return false
}

// sessionMean is the mean number of calls of a session.
func (c *Connector) sessionMean() float64 {
	least, alpha, most := c.sessions[0], c.sessions[1], c.sessions[2]
	if most <= least {
		return math.Ceil(most)
	}
	tail := math.Pow(least, alpha) * (math.Pow(most, 1-alpha) - math.Pow(least, 1-alpha)) / (1 - alpha)
	return least + tail + 0.5 // each is rounded up
}
