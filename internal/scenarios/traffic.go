package scenarios

import (
	"math"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// event is one call.
type event struct {
	at       int32 // seconds since the scenario's start
	endpoint uint16
	status   status
	user     uint8
	out, in  float32 // bytes
	millis   float32
}

// status is how a call ended.
type status uint8

const (
	succeeded status = iota
	refused          // 4xx but 404
	missing          // 404
	broken           // 5xx
)

// traffic makes the calls of one connector, hour by hour. Events may lie in later
// hours than the one at hand: what began goes on.
type traffic struct {
	s      *Scenario
	c      *Connector
	r      draw.Source
	events []event
	end    int32

	days    []float64 // factor by local day
	late    []bool    // days with work in the evening
	worked  []bool    // Saturdays that are worked
	wander  float64   // logarithm of the hour's factor
	storm   int       // hour at which the storm of errors ends
	errors  float64   // share of failing calls in this hour
	owed    float64   // sparse: operational time until the next call
	resyncs map[int]float64

	active []use
	cum    []float64
	last   int // index in active of the call before
	until  int // hour from which active is out of date
	notes  []Happening
}

// traffic makes all calls of a connector, as they happened: no incident, no outage.
func (s *Scenario) traffic(c *Connector, stream uint64) *traffic {
	t := &traffic{s: s, c: c, r: s.draw(forTraffic, uint64(c.index), stream), end: int32(s.Hours() * 3600)}
	t.plan(stream)
	for h := max(0, c.since); h < min(c.until, s.Hours()); h++ {
		t.hour(h)
	}
	return t
}

// plan draws the days: how much is done, and what is out of the ordinary.
func (t *traffic) plan(stream uint64) {
	c, n := t.c, int(t.c.clock.day[len(t.c.clock.day)-1])+1
	r := t.s.draw(forDays, uint64(c.index), stream)
	tenant := t.s.draw(forTenantDays, uint64(len(c.Tenant)), uint64(c.Tenant[0]), stream)
	t.days, t.late, t.worked = make([]float64, n), make([]bool, n), make([]bool, n)
	x := 0.0
	late, saturday := 0.002, 0.005
	if c.restless {
		late, saturday = 0.05, 0.12
	}
	if c.Kind != Office && c.Kind != Agent {
		late, saturday = 0, 0
	}
	for d := range n {
		x = 0.5*x + c.daySigma*min(max(r.Student(), -3.5), 3.5)
		t.days[d] = min(max(math.Exp(x)*tenant.Lognormal(0.06), 0.3), 2.2)
		t.late[d], t.worked[d] = r.Chance(late), r.Chance(saturday)
	}
	t.planResyncs(r)
	t.owed = r.Weibull(0.5)
}

// planResyncs: a connector that resynchronises does so every week or two, by many
// times its usual hour; others hardly ever do.
func (t *traffic) planResyncs(r draw.Source) {
	t.resyncs = map[int]float64{}
	c, n := t.c, t.s.Hours()
	if c.Kind == Heartbeat || c.Kind == Sparse || c.Kind == Campaign {
		return
	}
	every := 24 * c.resync
	if every == 0 {
		every = 24 * 3300 // 0.3 a day in a thousand connectors
	}
	if r.Chance(0.03) { // nobody ever called it an incident
		at := r.IntN(t.s.evaluated() - 48)
		t.resyncs[at] = r.Between(8, 12)
		t.note(PastIncident, at, at+2)
	}
	for h := every * r.ExpFloat64(); h < float64(n); h += every * (0.5 + 0.5*r.ExpFloat64()) {
		at := int(h)
		if c.clock.hour[at] < 8 || c.clock.hour[at] > 18 { // somebody presses the button
			at = min(at+10, n-1)
		}
		t.resyncs[at] = r.Pareto(2.5, 2, 8)
		t.note(Resync, at, at+2)
	}
}

func (t *traffic) note(change Change, from, to int) {
	t.notes = append(t.notes, Happening{
		Change: change, Connector: t.c.index, From: t.s.Time(from), To: t.s.Time(min(to, t.s.Hours())),
	})
}

// hour makes the calls that begin in hour h.
func (t *traffic) hour(h int) {
	c := t.c
	t.choose(h)
	t.trouble(h)
	t.wander = 0.8*t.wander + 0.6*c.hourSigma*t.r.NormFloat64()
	day := c.clock.day[h]
	mean := c.expected(h) * t.days[day] * math.Exp(t.wander-c.hourSigma*c.hourSigma/2)
	mean += t.overtime(h, int(day))
	switch c.Kind {
	case Nightly:
		t.batch(h)
	case Poller:
		t.poll(h, mean)
	case Heartbeat:
		t.beat(h)
	case Webhook:
		t.excite(h, mean)
	case Sparse:
		t.renew(h, mean)
	default:
		t.sessions(h, mean)
	}
	if c.strays > 0 && c.clock.hour[h] == 2 && t.r.Chance(c.strays) {
		at := int32(h*3600 + t.r.IntN(4*3600))
		for range 1 + t.r.IntN(3) {
			t.call(at)
			at += int32(t.r.IntN(60))
		}
	}
	if factor := t.resyncs[h]; factor > 0 {
		t.resynchronise(h, factor)
	}
}

// overtime is the mean of what is done late or on a Saturday.
func (t *traffic) overtime(h, day int) float64 {
	c := t.c
	hour, slot := c.clock.hour[h], c.slot(h)
	switch {
	case t.late[day] && hour >= 19 && hour <= 22 && !c.clock.weekend(h):
		if hour == 19 {
			t.note(Overtime, h, h+5)
		}
		return 0.04 * c.volume(h)
	case t.worked[day] && c.clock.weekday[h] == 6 && c.weekend == 0:
		if slot == 10 {
			t.note(Overtime, h, h+9)
		}
		return 0.4 * c.daily * c.shape[slot]
	}
	return 0
}

// trouble decides what share of calls fails in the hour.
func (t *traffic) trouble(h int) {
	c := t.c
	t.errors = c.failing
	if h >= t.storm && t.r.Chance(0.0004) {
		t.storm = h + 1 + int(2*t.r.ExpFloat64())
		t.note(ErrorStorm, h, t.storm+1)
	}
	if h < t.storm {
		t.errors += t.r.Between(0.15, 0.5)
	}
	if within(t.s.trouble[c.API], h) {
		t.errors += 0.5
	}
	for _, stop := range c.stops {
		if stop == h && t.r.Chance(0.3) { // a deploy that did not go well
			t.errors += 0.2
		}
	}
}

// choose brings the endpoints in use up to date.
func (t *traffic) choose(h int) {
	if h < t.until {
		return
	}
	t.active, t.cum, t.until, t.last = t.active[:0], t.cum[:0], t.s.Hours(), -1
	total := 0.0
	for _, u := range t.c.uses {
		switch {
		case u.has(h):
			total += u.weight
			t.active, t.cum = append(t.active, u), append(t.cum, total)
			t.until = min(t.until, u.to)
		case u.from > h:
			t.until = min(t.until, u.from)
		}
	}
}

// call makes a call of one of the endpoints in use. A call often repeats the one
// before, which makes the mix of an hour far more uneven than independent draws.
func (t *traffic) call(at int32) {
	i := t.last
	if i < 0 || !t.r.Chance(0.4) {
		x := t.r.Float64() * t.cum[len(t.cum)-1]
		for i = 0; i < len(t.cum)-1 && t.cum[i] <= x; i++ {
			continue
		}
	}
	t.last = i
	t.endpoint(at, t.active[i].endpoint, 1)
}

// endpoint makes a call of one endpoint, with answers so many times as large, and
// its retries.
func (t *traffic) endpoint(at int32, endpoint uint16, size float64) {
	e := event{at: at, endpoint: endpoint, user: t.user()}
	op := &t.s.catalogue[endpoint]
	for range 4 {
		if e.at < 0 || e.at >= t.end {
			return
		}
		e.status, e.in = succeeded, float32(op.in)
		e.out = float32(op.answer(t.r, size*t.c.scale))
		e.millis = float32(op.millis * t.r.Lognormal(0.6))
		if t.r.Float64() < t.errors {
			e.status, e.out = t.failure(), 180
			e.millis *= 3
		}
		t.events = append(t.events, e)
		if e.status != broken || t.r.Chance(0.4) {
			return
		}
		e.at += int32(2 + 20*t.r.ExpFloat64()) // tries again
	}
}

func (t *traffic) failure() status {
	switch x := t.r.Float64(); {
	case t.errors > 0.1 && x < 0.8, x < 0.3:
		return broken
	case x < 0.7:
		return missing
	default:
		return refused
	}
}

func (t *traffic) user() uint8 {
	if t.c.users <= 1 {
		return 0
	}
	x := t.r.Float64()
	return uint8(x * x * float64(t.c.users)) // some people do most
}
