package simulate

import "time"

// incident adds the part of an incident's calls that falls into the hour. The
// calls have a random stream of their own: what is beneath them stays.
func (g *generator) incident(index int, hour time.Time) {
	in := &g.sim.incidents[index]
	from, to := later(in.Start, hour), earlier(in.End, hour.Add(time.Hour))
	if !from.Before(to) {
		return
	}
	g.rand.Reseed(g.sim.opts.Seed, forIncidentCalls, uint64(index), uint64(hour.Unix()))
	first := float64(from.Sub(in.Start)) / float64(in.End.Sub(in.Start))
	last := float64(to.Sub(in.Start)) / float64(in.End.Sub(in.Start))
	n := int(last*float64(in.Calls)) - int(first*float64(in.Calls))
	for i := range n {
		step := to.Sub(from) / time.Duration(n)
		at := from.Add(time.Duration(i)*step + time.Duration(g.rand.Int64N(int64(step))))
		g.injected(in, at).Incident = index
	}
}

func (g *generator) injected(in *Incident, at time.Time) *Call {
	if in.endpoint == nil {
		return g.add(in.connector, at, in.connector.usable(at))
	}
	call := g.call(in.connector, in.endpoint, at)
	call.Status = 200
	if in.perCall > 0 {
		call.BytesOut = uint64(in.perCall * g.rand.Lognormal(0.15))
	}
	return call
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
