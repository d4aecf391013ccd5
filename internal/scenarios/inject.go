package scenarios

import (
	"math"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// inject adds an incident to what a connector did.
func (s *Scenario) inject(t *traffic, in *Incident) {
	from, to := int32(in.Start.Sub(s.Start)/time.Second), int32(in.End.Sub(s.Start)/time.Second)
	t.r = s.draw(forIncident, uint64(in.Connector))
	t.errors = t.c.failing
	switch in.Kind {
	case Swap:
		t.replace(from, to, s.traffic(s.Connectors[in.With], 0).events)
	case Silence:
		t.replace(from, to, nil)
	case Drip, FaintDrip, Poisoning:
		for h := int(from / 3600); h < int(to/3600); h++ {
			t.choose(h)
			factor := in.Factor
			if in.Kind == Poisoning {
				factor = math.Pow(in.Factor, float64(h-int(from/3600))/(35*24))
			}
			for range t.r.Poisson((factor - 1) * t.c.expected(h)) {
				t.add(in, int32(h*3600+t.r.IntN(3600)))
			}
		}
	default:
		t.choose(int(from / 3600))
		for range in.Calls {
			t.add(in, from+t.r.Int32N(max(1, to-from)))
		}
	}
}

// add makes one call of an incident.
func (t *traffic) add(in *Incident, at int32) {
	t.errors = max(t.c.failing, in.missing)
	switch {
	case len(in.paths) > 0:
		t.once(at, draw.Pick(t.r, in.paths), in)
	case in.Endpoint != "":
		t.once(at, in.endpoint, in)
	case in.Kind == Burst6 || in.Kind == Burst10: // a loop repeats one thing above all
		if t.r.Chance(0.5) {
			t.once(at, t.active[0].endpoint, in)
			return
		}
		t.call(at)
	default:
		t.call(at)
	}
}

// once makes a call without retries.
func (t *traffic) once(at int32, endpoint uint16, in *Incident) {
	op := &t.s.catalogue[endpoint]
	e := event{
		at: at, endpoint: endpoint, user: t.user(), in: float32(op.in),
		out: float32(op.answer(t.r, in.size*t.c.scale)), millis: float32(op.millis * t.r.Lognormal(0.6)),
	}
	if t.r.Float64() < t.errors {
		e.status, e.out = missing, 180
		if in.missing == 0 {
			e.status = t.failure()
		}
	}
	if at < t.end {
		t.events = append(t.events, e)
	}
}

// replace removes the events of [from, to) and puts those of another there.
func (t *traffic) replace(from, to int32, others []event) {
	inside := func(e event) bool { return e.at >= from && e.at < to }
	t.events = slices.DeleteFunc(t.events, inside)
	for _, e := range others {
		if inside(e) {
			t.events = append(t.events, e)
		}
	}
}
