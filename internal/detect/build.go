package detect

import (
	"sync"
	"time"
)

// Exclude says whether an hour of an entity is left out of the calibration: it
// belongs to an episode that is confirmed, or too recent to be called normal.
type Exclude func(e *Entity, hour time.Time) bool

// Options are what people know better than the data.
type Options struct {
	Exclude Exclude // may be nil
	// Incidents are the times of confirmed incidents of an entity, [from, to). What was
	// done then is part of no baseline. May be nil.
	Incidents func(Key) [][2]time.Time
	// Lost are the hours in which telemetry failed. What is replayed of them is no
	// silence. May be nil.
	Lost Lost
	// Benign is the largest effect (Candidate.Ratio) of a rule on an entity that
	// somebody judged benign: more is needed to alert. 0 = none. May be nil.
	Benign func(rule *Rule, e *Entity) float64
}

// Builder builds the model of one UTC day from chunks of the fleet.
type Builder struct {
	rules    []*Rule
	day      time.Time
	before   *Model // nil: none
	opts     Options
	since    []int64 // by rule: the first day to replay
	lookback int     // the longest of the rules, in days
	priors   func() []*Fleet

	views sync.Pool

	mu       sync.Mutex // guards everything below
	surveyed []tally    // by rule
	added    []tally    // by rule
	model    *Model
	using    bool // drop what is used of before
}

// NewBuilder builds what is known at day, a UTC midnight. before is the model of
// an earlier day: what it replayed is not replayed again. It may be nil.
func NewBuilder(rules []*Rule, day time.Time, before *Model, opts Options) *Builder {
	rules = sidesOf(rules)
	b := &Builder{
		rules: rules, day: day, before: before, opts: opts, since: make([]int64, len(rules)),
		surveyed: make([]tally, len(rules)), added: make([]tally, len(rules)),
		views: sync.Pool{New: func() any { return newView(opts, day) }},
	}
	if b.opts.Exclude == nil {
		b.opts.Exclude = func(*Entity, time.Time) bool { return false }
	}
	today := dayNumber(day)
	for i, rule := range rules {
		b.lookback = max(b.lookback, rule.lookbackDays())
		b.since[i] = today - closingDays
		if before != nil && before.fleet(rule) != nil {
			b.since[i] = max(b.since[i], dayNumber(before.Day))
		}
	}
	b.model = NewModel(rules, day, nil, opts)
	b.priors = sync.OnceValue(b.prior)
	return b
}

// From is when the histories of Survey and Add have to begin.
func (b *Builder) From() time.Time {
	from := b.day
	for i, rule := range b.rules {
		start := time.Unix(b.since[i]*86400, 0).UTC().Add(-rule.Lookback)
		if start.Before(from) {
			from = start
		}
	}
	return from.Truncate(24 * time.Hour)
}

// Survey takes a first look at a chunk, for what the replay needs to know of the
// fleet. It is for a fleet without a model before, before the first Add; a sample
// of some thousand entities will do. It may be called from several goroutines.
func (b *Builder) Survey(chunk *History) {
	v := b.views.Get().(*view)
	defer b.views.Put(v)
	today := int(b.day.Sub(chunk.Start) / (24 * time.Hour))
	seen := make([]tally, len(b.rules))
	known := b.profilesBefore(chunk)
	for i := range chunk.Entities {
		v.look(&chunk.Entities[i], chunk, known[i].profile())
		for r, rule := range b.rules {
			if from, to := v.span(rule, today); v.ready(rule, to) {
				v.tally(&seen[r], rule, v.baseline(rule, from, to, rule.prior()), today-noveltyDays, today, b.opts.Exclude)
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for r := range seen {
		b.surveyed[r].merge(&seen[r])
	}
}

// prior is what the replay assumes of the fleet.
func (b *Builder) prior() []*Fleet {
	b.mu.Lock()
	defer b.mu.Unlock()
	priors := make([]*Fleet, len(b.rules))
	for i, rule := range b.rules {
		if b.before != nil {
			priors[i] = b.before.fleet(rule)
		}
		if priors[i] == nil {
			priors[i] = b.surveyed[i].fleet(rule, dayNumber(b.day), nil)
		}
	}
	return priors
}

// TakeOver uses up the model before: the profile of an entity is dropped when its
// next one is built, so that a large fleet is not held twice.
func (b *Builder) TakeOver() {
	if b.before != nil {
		b.before.peers()
		b.using = true
	}
}

// profilesBefore are those of a chunk, nil where there is none.
func (b *Builder) profilesBefore(chunk *History) []encoded {
	all := make([]encoded, len(chunk.Entities))
	if b.before == nil {
		return all
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range all {
		key := chunk.Entities[i].Key()
		all[i] = b.before.profiles[key]
		if b.using {
			delete(b.before.profiles, key)
		}
	}
	return all
}

// Add builds the profiles of a chunk: entities with everything they did from From
// on. Each entity is added once. It may be called from several goroutines.
func (b *Builder) Add(chunk *History) {
	v := b.views.Get().(*view)
	defer b.views.Put(v)
	priors := b.priors()
	seen := make([]tally, len(b.rules))
	profiles, known := make(map[Key]encoded, len(chunk.Entities)), b.profilesBefore(chunk)
	for i := range chunk.Entities {
		e, before := &chunk.Entities[i], known[i].profile()
		v.look(e, chunk, before)
		if before != nil {
			v.peers = b.before.peers()[before.peer]
		}
		if p := b.profile(v, before, priors, seen); p != nil {
			profiles[e.Key()] = encode(p)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for r := range seen {
		b.added[r].merge(&seen[r])
	}
	for key, p := range profiles {
		b.model.profiles[key] = p
	}
}

// Model returns what was built of all chunks. The builder is of no further use.
func (b *Builder) Model() *Model {
	b.mu.Lock()
	defer b.mu.Unlock()
	today := dayNumber(b.day)
	for r, rule := range b.rules {
		var before *Fleet
		if b.before != nil {
			before = b.before.fleet(rule)
		}
		threshold := 0.0
		if before != nil {
			threshold = before.Threshold.Fleet
		}
		f := b.added[r].fleet(rule, today, before)
		f.calibrate(rule, b.model.peaks(f.Rule, today, threshold))
		b.model.fleets[f.Rule] = f
	}
	return b.model
}

// dayNumber is the UTC day of a time, since 1970.
func dayNumber(t time.Time) int64 { return t.Unix() / 86400 }
