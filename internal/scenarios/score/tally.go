package score

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
	"github.com/weir-otel/weir/rules"
)

// Tally is how well a detector did on one scenario.
type Tally struct {
	Week      scenarios.Week
	Kinds     map[scenarios.IncidentKind]*Found
	Rules     map[string]*Fired
	Clean     int // connectors without an incident
	Days      int
	Mistaken  []Mistake
	Missed    []int                 // incidents by index
	Late      map[int]Alert         // bursts that stand out at once but were not found at once, by index
	Delay     map[int]time.Duration // of the incidents that were found, by index
	SwapFalse int                   // clean connectors that a rule of the family swap took for another
	Outages   int                   // of the evaluated days
	Silences  int                   // findings that the outages brought about
	Doubles   []Alert               // of single connectors among them
	Troubles  int                   // APIs that failed for all in the evaluated days
	Failures  int                   // findings about them
}

// Found is what was found of one kind of incident.
type Found struct {
	Total, Found int
	Declared     int // missed ones while somebody had declared an event: nothing is judged then
	Delays       []time.Duration
	Plain        []time.Duration // of bursts that stand out at once, missed ones included
	By           map[string]int  // incidents by the family of rule that found them
}

// Fired is what one rule did on connectors without an incident.
type Fired struct {
	Alerts  int
	Allowed float64 // by its budget; 0 = none
}

// Mistake is a false alert with what happened at the time.
type Mistake struct {
	Alert
	Causes []scenarios.Change
}

// NewTally compares the alerts with the truth.
func NewTally(f *Fleet, alerts []Alert, pack []rules.Rule) *Tally {
	t := &Tally{
		Week: f.Week, Kinds: map[scenarios.IncidentKind]*Found{}, Rules: map[string]*Fired{}, Days: f.Days, Late: map[int]Alert{}, Delay: map[int]time.Duration{},
	}
	by := make([][]Alert, len(f.Connectors))
	for _, a := range alerts {
		if a.Connector >= 0 {
			by[a.Connector] = append(by[a.Connector], a)
		}
	}
	hit := map[int]bool{}
	for i := range f.Incidents {
		in := &f.Incidents[i]
		hit[in.Connector] = true
		t.incident(f, i, by[in.Connector])
	}
	t.Clean = len(f.Connectors) - len(hit)
	for _, r := range pack {
		if r.Family != rules.Query && r.Enabled && r.Entity == "connector" {
			t.Rules[r.Name] = &Fired{Allowed: r.Budget * float64(t.Clean*t.Days) / 1000}
		}
	}
	for i := range by {
		if !hit[i] {
			t.clean(f, by[i])
		}
	}
	t.outages(f, alerts)
	t.apis(f, alerts)
	return t
}

func (t *Tally) incident(f *Fleet, k int, alerts []Alert) {
	in := &f.Incidents[k]
	sum := t.Kinds[in.Kind]
	if sum == nil {
		sum = &Found{By: map[string]int{}}
		t.Kinds[in.Kind] = sum
	}
	sum.Total++
	var first *Alert
	families := map[string]bool{}
	for i := range alerts {
		a := &alerts[i]
		if !a.during(in) {
			continue
		}
		if first == nil || a.At.Before(first.At) {
			first = a
		}
		families[a.Family] = true
	}
	for family := range families {
		sum.By[family]++
	}
	plain := f.plain(in)
	if first == nil {
		if plain {
			sum.Plain = append(sum.Plain, f.End.Sub(in.Start))
		}
		t.Missed = append(t.Missed, k)
		if f.declared(in) {
			sum.Declared++
		}
		return
	}
	sum.Found++
	delay := max(0, first.At.Sub(later(in.Start, f.From)))
	t.Delay[k] = delay
	sum.Delays = append(sum.Delays, delay)
	if plain {
		sum.Plain = append(sum.Plain, delay)
		if delay > plainSoon {
			t.Late[k] = *first
		}
	}
}

// declared says whether an event of the connector was declared for the whole incident.
func (f *Fleet) declared(in *scenarios.Incident) bool {
	return slices.ContainsFunc(f.Happenings[in.Connector], func(h scenarios.Happening) bool {
		return h.Declared && !h.From.After(in.Start) && !h.To.Before(in.End)
	})
}

// later of two times: what began before the evaluated days can be found in them only.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// clean counts the alerts of a connector without an incident.
func (t *Tally) clean(f *Fleet, alerts []Alert) {
	swapped := false
	for _, a := range alerts {
		if f.inOutage(a) {
			continue // counted by outages
		}
		fired := t.Rules[a.Rule]
		if fired == nil {
			fired = &Fired{}
			t.Rules[a.Rule] = fired
		}
		fired.Alerts++
		swapped = swapped || a.Family == swapFamily
		t.Mistaken = append(t.Mistaken, Mistake{a, f.causes(a)})
	}
	if swapped {
		t.SwapFalse++
	}
}

// swapFamily is the family of rules that take an identity for another's.
const swapFamily = "swap"

// outages counts what was told of the hours without telemetry: fewer requests of a
// connector, or a finding of the fleet.
func (t *Tally) outages(f *Fleet, alerts []Alert) {
	for _, o := range f.Outages {
		if !o.From.Before(f.From) {
			t.Outages++
		}
	}
	for _, a := range alerts {
		if f.inOutage(a) {
			t.Silences++
			if a.Connector >= 0 {
				t.Doubles = append(t.Doubles, a)
			}
		}
	}
}

// apis counts what was told of APIs that failed for all: once each. A second finding of
// one, or one while none failed, is a false alert.
func (t *Tally) apis(f *Fleet, alerts []Alert) {
	told := map[int]bool{}
	for k, h := range f.Scenario.Happenings {
		if h.Change == scenarios.APITrouble && h.To.After(f.From.Add(time.Hour)) && h.From.Before(f.End) {
			t.Troubles++
			told[k] = false
		}
	}
	for _, a := range alerts {
		if a.Of == "" {
			continue
		}
		of := slices.IndexFunc(f.Scenario.Happenings, func(h scenarios.Happening) bool {
			return h.Change == scenarios.APITrouble && h.Of == a.Of && a.To.After(h.From) && a.From.Before(h.To)
		})
		if before, known := told[of]; known && !before {
			told[of] = true
			t.Failures++
			continue
		}
		if fired := t.Rules[a.Rule]; fired != nil {
			fired.Alerts++
		}
		t.Mistaken = append(t.Mistaken, Mistake{a, nil})
	}
}

// stopped says whether the connector of an alert was silent for a reason of its own: it
// was made to be, or is no longer used.
func (f *Fleet) stopped(a Alert) bool {
	silent := slices.ContainsFunc(f.Incidents, func(in scenarios.Incident) bool {
		return in.Connector == a.Connector && in.Kind == scenarios.Silence && a.during(&in)
	})
	return silent || slices.ContainsFunc(f.Happenings[a.Connector], func(h scenarios.Happening) bool {
		return h.Change == scenarios.Retirement && a.To.After(h.From)
	})
}

// inOutage says whether an alert is about the hours without telemetry: a silence that
// has a reason of its own is not.
func (f *Fleet) inOutage(a Alert) bool {
	if a.Of != "" {
		return false // of an API
	}
	if a.Connector >= 0 && f.stopped(a) {
		return false
	}
	for _, o := range f.Outages {
		ours := a.Connector < 0 || o.Tenant == "" || o.Tenant == f.Connectors[a.Connector].Tenant
		if (a.Down || a.Connector < 0) && ours && a.To.After(o.From) && a.From.Before(o.To.Add(time.Hour)) {
			return true
		}
	}
	return false
}

// causes are the benign happenings that an alert overlaps.
func (f *Fleet) causes(a Alert) []scenarios.Change {
	var all []scenarios.Change
	c := f.Connectors[a.Connector]
	for _, h := range f.Happenings[a.Connector] {
		if a.To.After(h.From) && a.From.Before(h.To) {
			all = append(all, h.Change)
		}
	}
	for _, h := range f.Scenario.Happenings {
		ours := h.Connector < 0 && (h.Of == "" || h.Of == c.Tenant || h.Of == c.API)
		if ours && a.To.After(h.From) && a.From.Before(h.To) {
			all = append(all, h.Change)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
