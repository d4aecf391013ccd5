package simulate

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// Calls yields every call in order of time. A call is only good until the next.
func (s *Simulation) Calls() iter.Seq[*Call] {
	return func(yield func(*Call) bool) {
		g := s.newGenerator()
		for hour := s.start; hour.Before(s.end); hour = hour.Add(time.Hour) {
			g.hour(hour)
			for _, key := range g.order {
				if !yield(&g.calls[key&orderMask]) {
					return
				}
			}
		}
	}
}

// generator makes the calls of one hour at a time; its buffers are reused.
type generator struct {
	sim    *Simulation
	rand   draw.Source
	locals []local
	calls  []Call
	order  []uint64 // time within the hour << orderBits | index into calls
}

const (
	orderBits = 22 // 4 million calls an hour
	orderMask = 1<<orderBits - 1
)

func (s *Simulation) newGenerator() *generator {
	return &generator{sim: s, rand: draw.New(), locals: make([]local, len(s.zones))}
}

func (g *generator) hour(hour time.Time) {
	g.calls, g.order = g.calls[:0], g.order[:0]
	g.sim.fillLocals(g.locals, hour)
	for _, c := range g.sim.connectors {
		g.connector(c, g.locals[c.zone])
	}
	for i := range g.sim.incidents {
		g.incident(i, hour)
	}
	for i := range g.calls {
		g.order = append(g.order, uint64(g.calls[i].Time.Sub(hour))<<orderBits|uint64(i))
	}
	slices.Sort(g.order)
}

// connector adds what one connector does in the hour.
func (g *generator) connector(c *Connector, l local) {
	mean := c.expected(l)
	if mean == 0 {
		return
	}
	mean *= g.dayFactor(c, l)
	g.rand.Reseed(g.sim.opts.Seed, forHour, uint64(c.index), uint64(l.start.Unix()))
	if shape := traitsOf[c.Kind].hourShape; shape > 0 {
		mean *= g.rand.Gamma(shape)
	}
	usable := c.usable(l.start)
	switch c.Kind {
	case KindHourly:
		g.poll(c, l.start, mean, 1, usable)
	case KindQuarterHourly:
		g.poll(c, l.start, mean, 4, usable)
	case KindNightly, KindSparse:
		g.run(c, l, mean, usable)
	case KindWebhook:
		g.clusters(c, l.start, mean, usable)
	case KindAgent:
		g.sessions(c, l.start, mean, usable)
	default:
		for range g.rand.Poisson(mean) {
			g.add(c, l.start.Add(time.Duration(g.rand.Int64N(int64(time.Hour)))), usable)
		}
	}
}

// dayFactor makes busy and slack days, in part for a whole tenant, and the bursts
// of connectors that have them every few days.
func (g *generator) dayFactor(c *Connector, l local) float64 {
	sigma := traitsOf[c.Kind].daySigma
	if sigma == 0 {
		return 1
	}
	g.rand.Reseed(g.sim.opts.Seed, forTenantDay, uint64(c.zone), l.day)
	factor := g.rand.Lognormal(0.06)
	g.rand.Reseed(g.sim.opts.Seed, forConnectorDay, uint64(c.index), l.day)
	factor *= g.rand.Lognormal(sigma)
	factor = min(max(factor, 0.4), 1.8)
	if c.bursty && g.rand.Chance(0.3) && g.rand.IntN(24) == l.hour {
		factor *= g.rand.Between(1.5, 2.5)
	}
	return factor
}

// poll adds runs at the connector's own minute: a fixed part of each run, and
// what there happened to be new.
func (g *generator) poll(c *Connector, hour time.Time, mean float64, runs, usable int) {
	perRun := mean / float64(runs)
	for run := range runs {
		at := hour.Add(time.Duration(c.runAt+run*15)*time.Minute + time.Duration(g.rand.Int64N(int64(20*time.Second))))
		steady := math.Floor(0.6 * perRun)
		for range int(steady) + g.rand.Poisson(perRun-steady) {
			g.add(c, at, usable)
			at = at.Add(time.Duration(80+g.rand.IntN(400)) * time.Millisecond)
		}
	}
}

// run adds the part of a scheduled run that falls into the hour.
func (g *generator) run(c *Connector, l local, mean float64, usable int) {
	begin := max(c.runAt*60, l.seconds) - l.seconds
	end := min((c.runAt+c.runFor)*60, l.seconds+3600) - l.seconds
	for range g.rand.Poisson(mean) {
		offset := time.Duration(begin)*time.Second + time.Duration(g.rand.Int64N(int64(end-begin)*int64(time.Second)))
		g.add(c, l.start.Add(offset), usable)
	}
}

// clusters adds events that come in small groups.
func (g *generator) clusters(c *Connector, hour time.Time, mean float64, usable int) {
	const size = 3
	for range g.rand.Poisson(mean / size) {
		at := time.Duration(g.rand.Int64N(int64(time.Hour)))
		for n := 1 + g.rand.Poisson(size-1); n > 0 && at < time.Hour; n-- {
			g.add(c, hour.Add(at), usable)
			at += time.Duration(g.rand.Int64N(int64(3 * time.Second)))
		}
	}
}

// sessions adds an agent's work: many calls in one trace.
func (g *generator) sessions(c *Connector, hour time.Time, mean float64, usable int) {
	const size = 9
	for range g.rand.Poisson(mean / size) {
		at := time.Duration(g.rand.Int64N(int64(50 * time.Minute)))
		first := len(g.calls)
		for n := 1 + g.rand.Poisson(size-1); n > 0 && at < time.Hour; n-- {
			call := g.add(c, hour.Add(at), usable)
			call.TraceID, call.User = g.calls[first].TraceID, g.calls[first].User
			at += time.Second + time.Duration(g.rand.Int64N(int64(12*time.Second)))
		}
	}
}

// add makes a call of an endpoint that the connector uses.
func (g *generator) add(c *Connector, at time.Time, usable int) *Call {
	x := g.rand.Float64() * c.cum[usable-1]
	e := 0
	for e < usable-1 && c.cum[e] <= x {
		e++
	}
	return g.call(c, c.Endpoints[e], at)
}

// call makes a call of a given endpoint.
func (g *generator) call(c *Connector, e *Endpoint, at time.Time) *Call {
	r := g.rand
	g.calls = append(g.calls, Call{Time: at, Connector: c, Endpoint: e, Incident: -1})
	call := &g.calls[len(g.calls)-1]
	binary.LittleEndian.PutUint64(call.TraceID[:], r.Uint64()|1)
	binary.LittleEndian.PutUint64(call.TraceID[8:], r.Uint64())
	binary.LittleEndian.PutUint64(call.SpanID[:], r.Uint64()|1)
	if c.traced {
		binary.LittleEndian.PutUint64(call.ParentID[:], r.Uint64()|1)
	}
	bits := r.Uint64()
	call.object, call.peer = uint32(bits%900_000)+100_000, uint8(bits>>32)%200+10
	if len(c.users) > 0 {
		x := float64(bits>>40) / (1 << 24)
		call.User = c.users[int(x*x*float64(len(c.users)))] // some people do most
	}
	spread := r.NormFloat64()
	call.Status = g.status(c, e)
	call.Duration = time.Duration(40e6 * math.Exp(0.7*r.NormFloat64()))
	size := math.Exp(e.sigma * spread)
	if spread > 2 {
		size *= 1 + 2*(spread-2) // heavier than lognormal at the far end
	}
	call.BytesIn = uint64(e.bytesIn * size)
	call.BytesOut = uint64(e.bytesOut * size)
	if call.Status >= 400 {
		call.BytesOut = 180
	}
	return call
}

func (g *generator) status(c *Connector, e *Endpoint) uint16 {
	x := g.rand.Float64() / c.errors
	switch {
	case x > 1 && e.Method == "POST":
		return 201
	case x > 1:
		return 200
	case x > 0.5:
		return 404
	case x > 0.25:
		return 429
	case x > 0.1:
		return 400
	default:
		return 503
	}
}
