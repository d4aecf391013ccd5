package detect

import (
	"math"
	"slices"
)

const (
	kappa            = 2.0 // weight of the prior mean, in observations
	dispersionWeight = 6.0 // weight of the fleet's dispersion
)

// season is what is usual for one measure of one entity, by slot of its local
// week, as known at one moment.
type season struct {
	slots  [slotCount]slotSeason
	own    float64 // mean over all slots
	peak   float64 // largest slot mean
	max    float64 // largest hour
	common float64 // 95th percentile of the hours with anything
	hours  int     // it rests on
	days   float64 // they span
}

type slotSeason struct {
	n          float64
	mean       float64 // winsorised
	variance   float64
	shrunk     float64 // mean shrunk to neighbours and the entity's mean
	prior      float64
	dispersion float64 // 1/k
	lower      float64 // 5 % and 95 % of what was seen
	upper      float64
	max        float64
}

// seasonBuilder keeps the scratch space of building many seasons.
type seasonBuilder struct {
	values  [slotCount][]float64
	scratch []float64
	spread  []float64
}

// build summarises series[from:to). Robust and sparse-safe: each slot's counts
// are winsorised, its mean is shrunk to the neighbouring hours and the entity's
// own mean, its dispersion to the fleet's.
func (b *seasonBuilder) build(series []float64, cal *Calendar, from, to int, fleetDispersion float64) *season {
	p := &season{hours: to - from, days: float64(to-from) / slotsPerDay}
	for s := range b.values {
		b.values[s] = b.values[s][:0]
	}
	for h := from; h < to; h++ {
		if cal.special(h) {
			continue
		}
		s := cal.slot[h]
		b.values[s] = append(b.values[s], series[h])
	}
	common := b.common(series[from:to])
	p.common = common
	total, n := 0.0, 0.0
	for s := range b.values {
		b.summarise(&p.slots[s], b.values[s], common)
		p.max = max(p.max, p.slots[s].max)
		total += p.slots[s].mean * p.slots[s].n
		n += p.slots[s].n
	}
	if n > 0 {
		p.own = total / n
	}
	p.shrink(fleetDispersion)
	return p
}

// common is the 95th percentile of the hours with anything at all.
func (b *seasonBuilder) common(series []float64) float64 {
	b.scratch = b.scratch[:0]
	for _, v := range series {
		if v > 0 {
			b.scratch = append(b.scratch, v)
		}
	}
	return quantileOf(b.scratch, 0.95)
}

func (b *seasonBuilder) summarise(s *slotSeason, values []float64, common float64) {
	if len(values) == 0 {
		return
	}
	slices.Sort(values)
	med := median(values)
	limit := winsorCap(med, mad(values, med), common)
	sum, squares := 0.0, 0.0
	for _, v := range values {
		sum += min(v, limit)
	}
	s.n = float64(len(values))
	s.mean = sum / s.n
	for _, v := range values {
		d := min(v, limit) - s.mean
		squares += d * d
	}
	if s.n > 1 {
		s.variance = squares / (s.n - 1)
	}
	s.lower, s.upper, s.max = quantile(values, 0.05), quantile(values, 0.95), values[len(values)-1]
}

// shrink fills in what depends on other slots.
func (p *season) shrink(fleetDispersion float64) {
	own := p.ownDispersion(fleetDispersion)
	for i := range p.slots {
		s := &p.slots[i]
		before, after := neighbours(i)
		s.prior = 0.7*p.meanOf(before, after, otherDay(i)) + 0.3*p.own
		s.shrunk = (s.n*s.mean + kappa*s.prior) / (s.n + kappa)
		d := own
		if s.mean > 0 {
			d = (s.n*max(0, (s.variance-s.mean)/(s.mean*s.mean)) + dispersionWeight*own) / (s.n + dispersionWeight)
		}
		s.dispersion = d
		p.peak = max(p.peak, s.mean)
	}
}

// ownDispersion is the entity's 1/k pooled over its slots, weighted by how much
// each says, and shrunk to the fleet's.
func (p *season) ownDispersion(fleet float64) float64 {
	excess, weight := dispersionWeight*fleet, dispersionWeight
	for _, s := range p.slots {
		if s.n > 1 && s.mean > 0.5 {
			w := s.n / float64(slotsPerDay)
			excess += w * max(0, (s.variance-s.mean)/(s.mean*s.mean))
			weight += w
		}
	}
	return excess / weight
}

func (p *season) meanOf(slots ...int) float64 {
	sum, n := 0.0, 0.0
	for _, i := range slots {
		if p.slots[i].n > 0 {
			sum += p.slots[i].mean
			n++
		}
	}
	if n == 0 {
		return p.own
	}
	return sum / n
}

// near is the largest usual amount within an hour of the slot on either kind of
// day: a clock change, a job that starts late or a worked Saturday is no burst.
func (p *season) near(slot int) float64 {
	top := 0.0
	for _, s := range [2]int{slot, otherDay(slot)} {
		before, after := neighbours(s)
		top = max(top, p.slots[s].mean, p.slots[before].mean, p.slots[after].mean)
	}
	return top
}

// size is the predictive size of the negative binomial: the dispersion of the
// counts plus the uncertainty of the mean.
func (s *slotSeason) size() float64 {
	return 1 / (s.dispersion + 1/(s.n*s.mean+kappa*s.prior+0.5))
}

// rangeOf is the usual range of a slot; few observations borrow from the hours around.
func (p *season) rangeOf(slot int) (lower, upper float64) {
	s := p.slots[slot]
	if s.n >= 8 {
		return s.lower, s.upper
	}
	before, after := neighbours(slot)
	lower, upper = math.Inf(1), 0
	for _, i := range []int{slot, before, after, otherDay(slot)} {
		if p.slots[i].n > 0 {
			lower, upper = min(lower, p.slots[i].lower), max(upper, p.slots[i].upper)
		}
	}
	if math.IsInf(lower, 1) {
		lower = 0
	}
	return lower, upper
}

// batchShare of the day's amount in batchHours makes an entity one that works in
// batches.
const (
	batchShare = 0.75
	batchHours = 6
)

// concentrated says whether most of what the entity does on its busier kind of day
// comes in a few hours.
func (p *season) concentrated() bool {
	var totals, rests [2]float64
	for kind := range totals {
		day := make([]float64, slotsPerDay)
		for i := range day {
			day[i] = p.slots[kind*slotsPerDay+i].mean
			totals[kind] += day[i]
		}
		rests[kind] = without(day, batchHours)
	}
	busier := 0
	if totals[1] > totals[0] {
		busier = 1
	}
	return rests[busier] < (1-batchShare)*totals[busier]
}
