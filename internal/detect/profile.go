package detect

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Profile is what is kept of one entity from day to day: when it and its endpoints
// were first seen, what is usual, and the effects of its replayed days. It is what
// an hourly look needs to tell the few entities worth a full look from the rest.
type Profile struct {
	first, last int32   // unix hours in which it was first and last seen
	typical     float32 // requests of an active hour
	calm        float32 // how much its days surprise at most (swap)
	modest      float32 // no usual hour before one of yesterday's is less (rare)
	failing     float32 // usual share of its calls that fail (error rate)
	peer        uint32  // names its peer group; 0 = none
	rates       [slotCount]uint8
	usual       []usual    // by measure and lookback
	tails       []tail     // by rule and length of the window
	endpoints   []endpoint // by hash
	mixes       []usualMix // by lookback
	peaks       []peak     // by rule and day
	days        []uint64   // requests of the last growthDays days, oldest first
}

// usual is what is usual of one measure, by slot; amounts are compressed.
type usual struct {
	series   uint8 // its place in seriesNames
	lookback uint8 // days
	mean     [slotCount]uint16
	shrunk   [slotCount]uint16
	peak     uint16  // the busiest slot
	size     float32 // of the negative binomial, where it is a count
}

// tail is the excess of a rule over windows of an hour or two, or the drift of longer
// ones: u is its level, xi its σ.
type tail struct {
	rule  uint32
	hours uint8
	free  uint16 // of a drift: degrees of freedom; else the share that exceeds u, in shareParts
	u, xi float32
}

const shareParts = math.MaxUint16

// endpoint is what is remembered of one that was called.
type endpoint struct {
	hash  uint32
	first int32   // unix hour
	share float32 // of the calls of the lookback
	used  uint32  // days of the lookback (usedDays)
}

// peak is the largest effect of a rule on one day.
type peak struct {
	rule     uint32
	day      int32
	effect   float32
	withheld float32 // the same of excluded hours
}

// amounts are kept as whole parts of their logarithm: 0…1e15 to 0.03 %.
const logParts = 1850

func compress(x float64) uint16 { return uint16(math.Log1p(min(max(x, 0), 1e15)) * logParts) }

func expand(c uint16) float64 { return math.Expm1(float64(c) / logParts) }

// hash names parts by FNV-1a.
func hash(parts ...any) uint32 {
	h := uint32(2166136261)
	add := func(b byte) { h = (h ^ uint32(b)) * 16777619 }
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			for i := range len(p) {
				add(p[i])
			}
		case int:
			for range 4 {
				add(byte(p))
				p >>= 8
			}
		}
		add(0)
	}
	return h
}

// firstCall is the unix hour in which an endpoint was first called.
func (p *Profile) firstCall(name string) (int32, bool) {
	if ep := p.endpoint(name); ep != nil {
		return ep.first, true
	}
	return 0, false
}

func (p *Profile) endpoint(name string) *endpoint {
	i, ok := p.find(hash(name))
	if !ok {
		return nil
	}
	return &p.endpoints[i]
}

// find is the place of an endpoint, or where it would be.
func (p *Profile) find(h uint32) (int, bool) {
	return slices.BinarySearchFunc(p.endpoints, h, func(e endpoint, h uint32) int { return cmp.Compare(e.hash, h) })
}

// own is the largest effect of a rule in the replayed days before yesterday: what
// began yesterday is no habit. What was excluded counts once it is older than two
// days. At a month's end, so does what the month's end before was like.
func (p *Profile) own(rule uint32, today int64) float64 {
	most := 0.0
	for _, k := range p.peaks {
		if k.rule != rule || !remembered(int64(k.day), today-1) || int64(k.day) < today-ReplayDays && !closing(today) {
			continue
		}
		most = max(most, float64(k.effect))
		if int64(k.day) < today-withheldDays {
			most = max(most, float64(k.withheld))
		}
	}
	return most
}

// closingDays is how long the days around a month's end are remembered: as far as
// the month's end before.
const closingDays = 40

// remembered says whether the effects of a day are kept today.
func remembered(day, today int64) bool {
	return day >= today-ReplayDays && day < today || day >= today-closingDays && day < today && closing(day)
}

// closing says whether a UTC day is one of the last five or first two of a month,
// when books are closed.
func closing(day int64) bool {
	t := time.Unix(day*86400, 0).UTC()
	return t.Day() <= 2 || t.AddDate(0, 0, 5).Month() != t.Month()
}

// withheldDays is how long what was excluded stays out of the calibration.
const withheldDays = 2

// profile is what the entity is to be remembered by; nil when it was not active in
// the lookback of any rule.
func (b *Builder) profile(v *view, before *Profile, priors []*Fleet, seen []tally) *Profile {
	today := int(b.day.Sub(v.start).Hours()) / slotsPerDay
	p := &Profile{first: v.unixHour(v.First), calm: math.MaxFloat32, failing: unknownFailing}
	if v.Peer != "" {
		p.peer = hash(v.Peer)
	}
	p.remember(v, before, today, b.lookback)
	if before == nil {
		p.rememberDays(v, nil, 0, today)
	} else {
		p.rememberDays(v, before, int(b.day.Sub(b.before.Day).Hours())/slotsPerDay, today)
	}
	active := false
	for r, rule := range b.rules {
		from, to := v.span(rule, today)
		if v.lastActive(from, to) < from {
			continue
		}
		active = true
		p.replay(v, rule, priors[r], &seen[r], int(b.since[r]-v.dayNumber(0)), today, b.opts.Exclude)
		if v.ready(rule, to) {
			known := v.baseline(rule, from, to, priors[r])
			v.tally(&seen[r], rule, known, int(b.since[r]-v.dayNumber(0)), today, b.opts.Exclude)
			p.summarise(v, rule, known)
		}
	}
	if !active {
		return nil
	}
	p.last = v.unixHour(v.lastActive(0, today*slotsPerDay))
	return p
}

// replay adds the effects of the days [since, today) and keeps those before.
func (p *Profile) replay(v *view, rule *Rule, f *Fleet, t *tally, since, today int, exclude Exclude) {
	for d := max(0, since); d < today; d++ {
		number := v.dayNumber(d * slotsPerDay)
		if !remembered(number, v.dayNumber(today*slotsPerDay)) {
			continue
		}
		effect, withheld, ready := v.replayDay(rule, f, d, exclude)
		if !ready {
			continue
		}
		if t.judged == nil {
			t.judged = map[int64]int{}
		}
		if d >= today-ReplayDays {
			t.judged[number]++
		}
		if effect > 0 || withheld > 0 {
			p.peaks = append(p.peaks, peak{f.Rule, int32(number), float32(effect), float32(withheld)})
		}
	}
}

// remember takes over what was known before, and adds the endpoints with what they
// were used in the lookback.
func (p *Profile) remember(v *view, before *Profile, today, lookback int) {
	if before != nil {
		for _, k := range before.peaks {
			if remembered(int64(k.day), v.dayNumber(today*slotsPerDay)) {
				if k.withheld > 0 && v.incidentOn(int64(k.day)) {
					k.withheld = 0
				}
				p.peaks = append(p.peaks, k)
			}
		}
		p.endpoints = append(p.endpoints, before.endpoints...)
		for i := range p.endpoints {
			p.endpoints[i].share, p.endpoints[i].used = 0, 0
		}
	}
	to, total := today*slotsPerDay, 0.0
	from := max(0, to-lookback*slotsPerDay)
	for i := range v.Endpoints {
		ep := &v.Endpoints[i]
		if ep.First >= to {
			continue
		}
		calls, _ := ep.Within(from, to)
		total += calls
		p.know(endpoint{hash(ep.Name), v.unixHour(ep.First), float32(calls), ep.usedDays(from/slotsPerDay, today)})
	}
	for i := range p.endpoints {
		p.endpoints[i].share /= float32(max(total, 1))
	}
}

func (p *Profile) know(e endpoint) {
	i, ok := p.find(e.hash)
	if ok {
		known := &p.endpoints[i]
		known.first, known.share, known.used = min(known.first, e.first), known.share+e.share, known.used|e.used
		return
	}
	p.endpoints = slices.Insert(p.endpoints, i, e)
}

// summarise keeps of a baseline what a screen needs.
func (p *Profile) summarise(v *view, rule *Rule, b *baseline) {
	if b.activity != nil {
		p.typical = float32(b.activity.typical)
		for s, rate := range b.activity.rate {
			p.rates[s] = uint8(min(rate, 1) * math.MaxUint8)
		}
	}
	switch {
	case b.failures != nil:
		p.failing = float32(b.failures.rate)
	case rule.kind() == rareKind:
		p.modest = float32(v.modestHour(b.to))
	case b.mix != nil && p.mixOf(rule) == nil:
		p.mixes = append(p.mixes, b.mix.keep(v.Endpoints, rule))
	case b.season != nil:
		p.keepSeason(v, rule, b)
	}
}

// keepSeason keeps what is usual of amounts.
func (p *Profile) keepSeason(v *view, rule *Rule, b *baseline) {
	u := p.usualOf(rule)
	if u == nil {
		p.usual = append(p.usual, usual{series: uint8(seriesIndex(rule.series())), lookback: uint8(rule.lookbackDays())})
		u = &p.usual[len(p.usual)-1]
		for s := range b.season.slots {
			u.mean[s], u.shrunk[s] = compress(b.season.yardstick(s)), compress(b.season.slots[s].shrunk)
		}
	}
	u.peak = compress(b.season.peak)
	u.size = float32(1 / max(b.season.ownDispersion(defaultDispersion), 1e-6))
	for _, x := range b.excesses {
		p.tails = append(p.tails, tail{rule: rule.id(), hours: uint8(x.hours), free: uint16(math.Ceil(x.share * shareParts)), u: float32(x.u), xi: float32(x.xi)})
	}
	for _, d := range b.drifts {
		p.tails = append(p.tails, d.keep(rule))
	}
	if rule.Family == Swap {
		p.calm = p.surprises(v, u, b.from, b.to)
	}
}

func (p *Profile) usualOf(rule *Rule) *usual {
	for i := range p.usual {
		if p.usual[i].series == uint8(seriesIndex(rule.series())) && int(p.usual[i].lookback) == rule.lookbackDays() {
			return &p.usual[i]
		}
	}
	return nil
}

// always says whether the entity is always active in a slot.
func (p *Profile) always(slot uint8) bool { return alwaysActive(p.rates[slot]) }

func alwaysActive(rate uint8) bool { return (float64(rate)+1)/math.MaxUint8 >= alwaysRate }

// tailOf a rule over windows of some hours.
func (p *Profile) tailOf(rule uint32, hours int) (excess, bool) {
	for _, x := range p.tails {
		if x.rule == rule && int(x.hours) == hours {
			return x.excess(), true
		}
	}
	return excess{}, false
}

func (x tail) excess() excess {
	return excess{hours: int(x.hours), share: float64(x.free) / shareParts, u: float64(x.u), xi: float64(x.xi)}
}
