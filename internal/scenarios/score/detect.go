package score

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/rules"
)

// recentDays is how long after its end an episode is left out of the calibration,
// as the baseline receiver does.
const recentDays = 2

// run evaluates rules over a fleet, as the baseline receiver does: once a day a
// model that builds on yesterday's, each hour a screen of all and an exact look at
// the suspects.
type run struct {
	fleet   *Fleet
	live    *detect.History // with the running five minutes of the evaluated hours
	index   map[detect.Key]int
	rules   []rules.Rule
	detect  []*detect.Rule
	open    []*episodes
	outages map[string]bool // open ones, by tenant
	gone    detect.Lost     // hours without telemetry, as they were found
	failing map[string]bool // APIs of the hour before, with their tenants
	taken   map[string]bool // endpoints that several took up together, with their peer groups
	model   *detect.Model
	recent  map[detect.Key][]stretch
	today   time.Time
	alerts  []Alert
	closest map[int]Alert // by incident
}

// stretch is the time of an episode; to is zero while it is open.
type stretch struct {
	rule     int
	from, to time.Time
}

// Detect returns the alerts of the rules in the evaluated days, and by incident the
// strongest of what came to no alert.
func Detect(f *Fleet, pack []rules.Rule, progress func(day int)) (alerts []Alert, closest map[int]Alert) {
	r := &run{fleet: f, live: live(f), index: map[detect.Key]int{}, outages: map[string]bool{}, gone: detect.Lost{}, taken: map[string]bool{}, recent: map[detect.Key][]stretch{}, closest: map[int]Alert{}}
	for i := range f.History.Entities {
		r.index[f.History.Entities[i].Key()] = i
	}
	for _, rule := range pack {
		if rule.Family == rules.Query || !rule.Enabled || rule.Entity != "connector" {
			continue
		}
		r.rules = append(r.rules, rule)
		r.detect = append(r.detect, rule.Detect())
		r.open = append(r.open, newEpisodes(rule.FireAfter, rule.Resolve))
	}
	for day := range f.Days {
		r.day(day)
		progress(day + 1)
	}
	return r.alerts, r.closest
}

func (r *run) day(day int) {
	r.today = r.fleet.From.AddDate(0, 0, day)
	b := detect.NewBuilder(r.detect, r.today, r.model, detect.Options{Exclude: r.exclude, Lost: r.gone})
	if r.model == nil {
		b.Survey(r.fleet.History)
	}
	b.Add(r.fleet.History)
	r.model = b.Model()
	first := 24 * (r.fleet.Options.History + day)
	for at := first + 1; at <= first+24; at++ {
		r.lost(at)
		for k := range r.rules {
			r.tick(k, at)
		}
	}
}

// lost tells the outages of telemetry that begin in the hour before at, and remembers
// the hour of those that go on.
func (r *run) lost(at int) {
	now := map[string]bool{}
	for _, o := range r.model.Outages(r.fleet.History, at, nil) {
		now[o.Tenant] = true
		r.gone.Add(o.Tenant, r.fleet.Time(at-1), r.fleet.Time(at))
		if !r.outages[o.Tenant] && !r.outages[""] {
			r.alerts = append(r.alerts, Alert{
				Rule: "telemetry-outage", Down: true, Connector: -1, Strength: 1,
				At: r.fleet.Time(at), From: r.fleet.Time(o.From), To: r.fleet.Time(o.To),
			})
		}
	}
	r.outages = now
}

// tick evaluates one rule on the window that ends at hour at.
func (r *run) tick(k, at int) {
	f, rule := r.fleet, r.detect[k]
	var observed []Alert
	for _, c := range r.candidates(rule, at) {
		observed = append(observed, Alert{
			Rule: r.rules[k].Name, Family: rule.Family, Down: c.Direction == detect.Down,
			Connector: c.Entity, Strength: c.Strength, From: f.Time(c.From), To: f.Time(c.To),
		})
	}
	r.compare(observed)
	if rule.Measure == detect.ErrorRate {
		r.together(r.rules[k].Name, at)
	}
	now := f.Time(at)
	told := r.open[k].step(now, observed, func(i int) { r.ended(k, i, now) })
	for i := range told {
		a := &told[i]
		key := f.History.Entities[a.Connector].Key()
		r.recent[key] = append(r.recent[key], stretch{rule: k, from: a.From})
		if rule.Window < time.Hour {
			a.At = r.proven(rule, a.Connector, at)
		}
	}
	r.alerts = append(r.alerts, told...)
}

// together tells the APIs that begin to fail for most of their connectors in the hour
// before at.
func (r *run) together(rule string, at int) {
	now := map[string]bool{}
	_, all := r.model.Alike(r.fleet.History, at-1, at)
	for _, f := range all {
		key := f.Tenant + " " + f.API
		now[key] = true
		if !r.failing[key] && !r.failing[" "+f.API] {
			r.alerts = append(r.alerts, Alert{
				Rule: rule, Family: detect.Volume, Connector: -1, Of: f.API, Strength: 1,
				At: r.fleet.Time(at), From: r.fleet.Time(at - 1), To: r.fleet.Time(at),
			})
		}
	}
	r.failing = now
}

// took tells that several peers took up an endpoint.
func (r *run) took(rule *detect.Rule, u detect.Uptake, at int) {
	key := u.Peer + " " + u.Endpoint
	if u.Strength < enter || r.taken[key] {
		return
	}
	r.taken[key] = true
	r.alerts = append(r.alerts, Alert{
		Rule: r.rules[slices.Index(r.detect, rule)].Name, Family: rule.Family, Connector: -1, Of: u.Endpoint, Strength: u.Strength,
		At: r.fleet.Time(at), From: r.fleet.Time(u.From), To: r.fleet.Time(u.To),
	})
}

// compare keeps what came closest to finding each incident.
func (r *run) compare(observed []Alert) {
	for _, a := range observed {
		for k := range r.fleet.Incidents {
			in := &r.fleet.Incidents[k]
			if in.Connector == a.Connector && a.during(in) && a.Strength > r.closest[k].Strength {
				r.closest[k] = a
			}
		}
	}
}

// candidates of a rule, their entities as indexes of the fleet's.
func (r *run) candidates(rule *detect.Rule, at int) []detect.Candidate {
	all := *r.fleet.History
	all.Lost = r.gone
	var suspects []int
	switch {
	case rule.Window < time.Hour:
		return r.model.Burst(rule, r.live, at)
	case rule.Recent():
		return r.model.Evaluate(rule, &all, at)
	case rule.Direction == detect.Down:
		for _, key := range r.model.Silent(&all, at, nil) {
			suspects = append(suspects, r.index[key])
		}
	default:
		suspects = r.model.Screen(rule, &all, at)
	}
	if rule.Measure == detect.ErrorRate {
		all.Alike, _ = r.model.Alike(&all, at-1, at)
	}
	small := detect.History{Start: all.Start, Hours: all.Hours, Lost: all.Lost, Alike: all.Alike, Entities: make([]detect.Entity, len(suspects))}
	for i, s := range suspects {
		small.Entities[i] = all.Entities[s]
	}
	found := r.model.Evaluate(rule, &small, at)
	found, uptakes := r.model.Together(rule, &small, found)
	for _, u := range uptakes {
		r.took(rule, u, at)
	}
	for i := range found {
		found[i].Entity = suspects[found[i].Entity]
	}
	return found
}

func (r *run) ended(rule, connector int, at time.Time) {
	all := r.recent[r.fleet.History.Entities[connector].Key()]
	for i := range all {
		if all[i].rule == rule && all[i].to.IsZero() {
			all[i].to = at
		}
	}
}

// exclude says whether an hour belongs to an episode that is too recent to be
// called normal.
func (r *run) exclude(e *detect.Entity, at time.Time) bool {
	for _, s := range r.recent[e.Key()] {
		open := s.to.IsZero()
		if !at.Before(s.from) && (open || at.Before(s.to) && s.to.After(r.today.AddDate(0, 0, -recentDays))) {
			return true
		}
	}
	return false
}
