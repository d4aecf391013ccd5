package detect_test

import (
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/rules"
)

// wednesday is when the first simulated history ends; each seed ends 31 hours
// later than the one before, so that all hours and days of the week come by.
var wednesday = time.Date(2026, 6, 17, 14, 0, 0, 0, time.UTC)

// simulated are the built-in rules for the incidents that are simulated.
var simulated = []string{"requests-burst", "bytes-out-burst", "unusual-hours", "new-endpoint"}

// TestSimulatedIncidentsAreFoundAndNothingElse evaluates the built-in rules over
// the last day of simulated histories. WEIR_EVAL_SEEDS makes it look at more of
// them, from seed WEIR_EVAL_FIRST on, with many incidents in each, and only
// report what it finds.
func TestSimulatedIncidentsAreFoundAndNothingElse(t *testing.T) {
	seeds, err := strconv.Atoi(os.Getenv("WEIR_EVAL_SEEDS"))
	evaluate := err == nil
	if !evaluate {
		seeds = 2
	}
	first, _ := strconv.Atoi(os.Getenv("WEIR_EVAL_FIRST"))
	pack, err := rules.Builtin()
	require.NoError(t, err)
	pack = slices.DeleteFunc(pack, func(r rules.Rule) bool { return !slices.Contains(simulated, r.Name) })
	total, found, mistaken, days := map[simulate.IncidentKind]int{}, map[simulate.IncidentKind]int{}, map[string]int{}, 0
	for seed := first; seed < first+seeds; seed++ {
		scenario := simulate.DefaultScenario()
		for kind := range scenario.Incidents {
			if evaluate {
				scenario.Incidents[kind] = 5
			}
		}
		sim, err := simulate.New(simulate.Options{Seed: uint64(seed), End: wednesday.Add(time.Duration(seed) * 31 * time.Hour), Scenario: scenario})
		require.NoError(t, err)
		h := history(t, sim)
		strength := lastDay(h, pack)
		touched := map[string]bool{}
		for _, in := range sim.Incidents() {
			touched[in.Connector] = true
			total[in.Kind]++
			best := 0.0
			for _, r := range pack {
				if r.Family == in.Family {
					best = max(best, strength[r.Name][in.Connector])
				}
			}
			if best >= 1 {
				found[in.Kind]++
				continue
			}
			t.Logf("missed: seed %d, %s of %s at %s, strength %.2f: %s", seed, in.Kind, in.Connector, in.Start.Format("Mon 15:04"), best, in.Story)
		}
		for _, r := range pack {
			for id, s := range strength[r.Name] {
				if s >= 1 && !touched[id] {
					mistaken[r.Name]++
					t.Logf("mistaken: seed %d, %s of %s, strength %.2f", seed, r.Name, id, s)
				}
			}
		}
		days += len(h.Entities) - len(touched)
	}
	wrong := 0
	for _, n := range mistaken {
		wrong += n
	}
	t.Logf("found %v of %v; %d false alerts in %d connector-days (%.2f per 1000 a day): %v", found, total, wrong, days, 1000*float64(wrong)/float64(days), mistaken)
	if !evaluate {
		require.Equal(t, total, found)
		budget := 0.0
		for _, r := range pack {
			budget += r.Budget * float64(days) / 1000
		}
		require.LessOrEqual(t, float64(wrong), budget+2*math.Sqrt(budget)) // chance included
	}
}

// lastDay is the largest strength of each connector by rule over the last 24
// ticks, evaluated as the baseline receiver does.
func lastDay(h *detect.History, pack []rules.Rule) map[string]map[string]float64 {
	type hour struct {
		entity detect.Key
		at     time.Time
	}
	fired := map[hour]bool{}
	ev := detect.NewEvaluator(h, func(e *detect.Entity, at time.Time) bool { return fired[hour{e.Key(), at}] })
	best := map[string]map[string]float64{}
	for at := h.Hours - 23; at <= h.Hours; at++ {
		for _, r := range pack {
			if best[r.Name] == nil {
				best[r.Name] = map[string]float64{}
			}
			for _, c := range ev.Evaluate(r.Detect(), at) {
				id := h.Entities[c.Entity].ID
				best[r.Name][id] = max(best[r.Name][id], c.Strength)
				for i := c.From; c.Strength >= 1 && i < c.To; i++ {
					fired[hour{h.Entities[c.Entity].Key(), h.Start.Add(time.Duration(i) * time.Hour)}] = true
				}
			}
		}
	}
	return best
}

// history turns simulated rollup rows into what detectors read.
func history(t testing.TB, sim *simulate.Simulation) *detect.History {
	t.Helper()
	b := newHistoryBuilder(t, sim)
	for _, row := range sim.Rollup(5 * time.Minute) {
		if row.Connector != "" {
			b.add(row)
		}
	}
	b.flush()
	for i := range b.history.Entities {
		e := &b.history.Entities[i]
		e.SumEndpoints()
		e.TopBytes = make([]float32, len(e.Hours))
		for k, at := range e.Hours {
			e.TopBytes[k] = float32(b.top[hourOf{i, int(at)}])
		}
	}
	return b.history
}

type hourOf struct{ entity, at int }

type historyBuilder struct {
	t         testing.TB
	history   *detect.History
	zones     map[string]string
	entities  map[string]int
	endpoints map[string]int
	calendars map[string]*detect.Calendar
	bucket    time.Time
	five      map[int]float64 // bytes by entity in bucket
	top       map[hourOf]float64
}

func newHistoryBuilder(t testing.TB, sim *simulate.Simulation) *historyBuilder {
	start := sim.Start().Truncate(24 * time.Hour)
	b := &historyBuilder{
		t: t, history: &detect.History{Start: start, Hours: int(sim.End().Sub(start) / time.Hour)},
		zones: map[string]string{}, entities: map[string]int{}, endpoints: map[string]int{},
		calendars: map[string]*detect.Calendar{}, five: map[int]float64{}, top: map[hourOf]float64{},
	}
	for _, c := range sim.Connectors() {
		b.zones[c.ID] = c.TimeZone
	}
	return b
}

func (b *historyBuilder) add(row simulate.RollupRow) {
	if !row.Start.Equal(b.bucket) {
		b.flush()
		b.bucket = row.Start
	}
	at := int(row.Start.Sub(b.history.Start) / time.Hour)
	i := b.entity(row, at)
	e := &b.history.Entities[i]
	b.five[i] += float64(row.BytesOut)
	name := row.Method + " " + row.Route
	j, ok := b.endpoints[row.Connector+" "+name]
	if !ok {
		j = len(e.Endpoints)
		b.endpoints[row.Connector+" "+name] = j
		e.Endpoints = append(e.Endpoints, detect.Endpoint{Name: name, First: at})
	}
	ep := &e.Endpoints[j]
	if n := len(ep.Hours); n == 0 || int(ep.Hours[n-1]) != at {
		ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(at)), append(ep.Calls, 0), append(ep.Bytes, 0)
	}
	ep.Calls[len(ep.Calls)-1] += float32(row.Requests)
	ep.Bytes[len(ep.Bytes)-1] += float32(row.BytesOut)
}

func (b *historyBuilder) entity(row simulate.RollupRow, at int) int {
	if i, ok := b.entities[row.Connector]; ok {
		return i
	}
	zone := b.zones[row.Connector]
	if b.calendars[zone] == nil {
		loc, err := time.LoadLocation(zone)
		require.NoError(b.t, err)
		b.calendars[zone] = detect.NewCalendar(loc, b.history.Start, b.history.Hours)
	}
	b.history.Entities = append(b.history.Entities, detect.Entity{
		Tenant: row.Tenant, ID: row.Connector, Calendar: b.calendars[zone], First: at,
	})
	b.entities[row.Connector] = len(b.history.Entities) - 1
	return b.entities[row.Connector]
}

func (b *historyBuilder) flush() {
	at := int(b.bucket.Sub(b.history.Start) / time.Hour)
	for i, bytes := range b.five {
		b.top[hourOf{i, at}] = math.Max(b.top[hourOf{i, at}], bytes)
	}
	clear(b.five)
}
