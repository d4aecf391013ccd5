package scenarios

import "math"

// The arrival processes. None has counts that are Poisson or negative binomial.

// maxCluster bounds what one event of a self-exciting process begets.
const maxCluster = 2000

// excite is a Hawkes process (A. G. Hawkes, 1971) in its cluster form: events of
// their own at a wandering rate, each of which begets others after exponential
// delays, which beget others again.
func (t *traffic) excite(h int, mean float64) {
	c := t.c
	var pending []int32
	for range t.r.Poisson(mean * (1 - c.branching)) {
		pending = append(pending[:0], int32(h*3600+t.r.IntN(3600)))
		for n := 0; len(pending) > 0 && n < maxCluster; n++ {
			at := pending[len(pending)-1]
			pending = pending[:len(pending)-1]
			t.call(at)
			for range t.r.Poisson(c.branching) {
				pending = append(pending, at+1+int32(c.decay*t.r.ExpFloat64()))
			}
		}
	}
}

// sessions begin at a wandering rate (a Cox process); their lengths are Pareto, so
// that a single one can be most of a day.
func (t *traffic) sessions(h int, mean float64) {
	c := t.c
	for range t.r.Poisson(mean / c.sessionMean()) {
		at := float64(h*3600) + 3600*t.r.Float64()
		t.last = -1
		for range int(math.Ceil(t.r.Pareto(c.sessions[0], c.sessions[1], c.sessions[2]))) {
			t.call(int32(at))
			at += c.gap * t.r.Lognormal(1)
		}
	}
}

// batch begins the day's run when its minute comes. Some runs slip by minutes, some
// fail and are repeated hours later; a longer run lasts longer.
func (t *traffic) batch(h int) {
	c := t.c
	minute := (c.runAt + int(60*at(c.moves, h, 0))) % 1440
	from := int(c.clock.minute[h])
	if minute < from || minute >= from+60 {
		return
	}
	calls := c.volume(h) * t.days[c.clock.day[h]]
	begin := float64(h*3600+(minute-from)*60) + 180*t.r.ExpFloat64()
	t.run(begin, calls)
	if t.r.Chance(0.02) {
		t.note(Slip, h, h+6)
		t.run(begin+3600*t.r.Between(1, 4), calls*t.r.Between(0.3, 1))
	}
}

func (t *traffic) run(begin, calls float64) {
	c := t.c
	gap := c.lasting * 60 / max(c.daily, 1)
	at := begin
	for range int(calls) {
		t.call(int32(at))
		at += gap * t.r.Weibull(0.7)
	}
}

// poll asks at fixed times: half of the calls are always made, the others when
// there is news, which comes in Pareto many pages.
func (t *traffic) poll(h int, mean float64) {
	const pagesMean = 2.7
	c := t.c
	most := min(max(c.daily/5, 8), 80)
	polls := 60 / c.interval
	each := mean / float64(polls)
	steady := math.Max(1, math.Round(0.5*each))
	news := max(0, each-steady) / pagesMean * eventHours[c.clock.hour[h]] / 0.85
	for i := range polls {
		at := float64(h*3600 + (c.phase+i*c.interval)*60)
		at += t.r.Between(0, 15)
		pages := 0.0
		for x := news; x > 0; x-- {
			if t.r.Float64() < x {
				pages += t.r.Pareto(1, 1.4, most)
			}
		}
		for range int(steady + pages) {
			t.call(int32(at))
			at += 0.3 * t.r.Lognormal(1)
		}
	}
}

// beat calls every minute or few, with a beat missing now and then.
func (t *traffic) beat(h int) {
	for minute := 0; minute < 60; minute += t.c.interval {
		if !t.r.Chance(0.004) {
			t.call(int32(h*3600 + minute*60 + t.r.IntN(8)))
		}
	}
}

// renew spends the hour's operational time; calls come when what is owed is spent.
// The gaps are Weibull with a shape of ½: bunches, then nothing for long.
func (t *traffic) renew(h int, mean float64) {
	for spent := mean; ; {
		if t.owed > spent {
			t.owed -= spent
			return
		}
		spent -= t.owed
		t.call(int32(h*3600 + t.r.IntN(3600)))
		t.owed = t.r.Weibull(0.5)
	}
}

// resynchronise does many usual hours' work at once.
func (t *traffic) resynchronise(h int, factor float64) {
	calls := int(factor * t.c.usualHour())
	at := float64(h*3600) + 1800*t.r.Float64()
	gap := t.r.Between(1200, 4500) / float64(max(calls, 1))
	for range calls {
		t.call(int32(at))
		at += gap * t.r.Lognormal(0.7)
	}
}

// usualHour is the number of calls in an hour in which the connector is at work.
func (c *Connector) usualHour() float64 {
	switch c.Kind {
	case Nightly:
		return c.daily * min(1, 60/c.lasting)
	case Poller, Heartbeat, Sparse:
		return c.daily / 24
	}
	top := 0.0
	for _, share := range c.shape {
		top = max(top, share)
	}
	return 0.8 * top * c.daily
}
