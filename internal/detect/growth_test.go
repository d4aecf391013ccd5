package detect

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func growthRule() *Rule {
	r := ruleOf(Volume, Requests, 7*24*time.Hour, 40, 2.5)
	r.MinHistory = 4 * week
	return r
}

const growthTested = growthDays + 7 // days of history, the first week as the second

// weekly is one entity that makes level(week) calls a working day; weeks are counted
// from the first of the six that are compared.
func weekly(level func(week int) float64) *History {
	h := &History{Start: monday, Hours: growthTested*slotsPerDay + 1}
	e := Entity{Tenant: "t", ID: "a", Calendar: NewCalendar(time.UTC, monday, h.Hours)}
	ep := Endpoint{Name: "GET /contacts"}
	for hour := range growthTested * slotsPerDay {
		if day := hour / slotsPerDay; day%7 < 5 {
			calls := level(max(0, day/7-1)) / slotsPerDay
			ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, float32(calls)), append(ep.Bytes, 1)
		}
	}
	e.Endpoints = []Endpoint{ep}
	e.SumEndpoints()
	h.Entities = []Entity{e}
	return h
}

func growthOf(h *History) []Candidate { return NewEvaluator(h, nil).Evaluate(growthRule(), h.Hours) }

func TestARiseOfAThirdEachWeekIsGrowth(t *testing.T) {
	found := growthOf(weekly(func(week int) float64 { return 200 * math.Pow(1.32, float64(week)) }))
	require.Len(t, found, 1)
	c := found[0]
	require.Greater(t, c.Strength, 1.0)
	require.InEpsilon(t, math.Pow(1.32, 4), c.Ratio, 0.05)
	require.InEpsilon(t, 200*5, c.Expected, 0.01)
	require.InEpsilon(t, 200*5*math.Pow(1.32, 5), c.Observed, 0.01)
	require.Equal(t, []int{growthTested - 7, growthTested}, []int{c.From / slotsPerDay, c.To / slotsPerDay})
}

func TestWhatChangesOtherwiseIsNoGrowth(t *testing.T) {
	f := func(name string, level func(week int) float64) {
		t.Run(name, func(t *testing.T) {
			for _, c := range growthOf(weekly(level)) {
				require.Less(t, c.Strength, 1.0)
			}
		})
	}
	f("steady", func(int) float64 { return 200 })
	f("a tenth a week", func(week int) float64 { return 200 * math.Pow(1.1, float64(week)) })
	f("one step", func(week int) float64 { return 200 * float64(1+4*(week/3)) })
	f("up and down", func(week int) float64 { return []float64{200, 600, 250, 800, 300, 900}[week] })
	f("from next to nothing", func(week int) float64 { return 2 * math.Pow(1.32, float64(week)) })
	f("a fall", func(week int) float64 { return 800 * math.Pow(0.7, float64(week)) })
}

func TestAYoungEntityDoesNotGrow(t *testing.T) {
	h := weekly(func(week int) float64 { return 200 * math.Pow(1.32, float64(week)) })
	e := &h.Entities[0]
	ep := &e.Endpoints[0]
	young, _ := slices.BinarySearch(ep.Hours, 10*slotsPerDay)
	ep.Hours, ep.Calls, ep.Bytes, ep.First = ep.Hours[young:], ep.Calls[young:], ep.Bytes[young:], 10*slotsPerDay
	e.SumEndpoints()
	e.First = 10 * slotsPerDay
	require.Empty(t, growthOf(h))
}

// TestDaysAreRememberedBeyondTheHistory: a profile that is built day by day of
// histories that reach less far holds the same days as one that is built at once.
func TestDaysAreRememberedBeyondTheHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const days = 80
		whole := &History{Start: monday, Hours: days * slotsPerDay}
		e := Entity{Tenant: "t", ID: "a", Calendar: NewCalendar(time.UTC, monday, whole.Hours)}
		for day := range days {
			e.Hours = append(e.Hours, int32(day*slotsPerDay+day%24))
			e.Requests = append(e.Requests, float32(rapid.IntRange(0, 5000).Draw(t, "calls")))
		}
		whole.Entities = []Entity{e}
		rules := []*Rule{volumeRule()}
		var before *Model
		day := growthDays + 1
		for day < days {
			b := NewBuilder(rules, monday.AddDate(0, 0, day), before, Options{})
			b.Add(since(whole, b.From()))
			before = b.Model()
			day += rapid.IntRange(1, 9).Draw(t, "days")
		}
		last := int(before.Day.Sub(monday).Hours()) / slotsPerDay
		kept := before.profile(e.Key()).days
		require.Len(t, kept, growthDays)
		for i, c := range kept {
			require.Equal(t, uint64(e.Requests[last-growthDays+i]), c, "day %d", i)
		}
	})
}

// since is what is left of a history of one entity from a time on.
func since(h *History, from time.Time) *History {
	cut := max(0, int(from.Sub(h.Start).Hours()))
	e := h.Entities[0]
	first, _ := slices.BinarySearch(e.Hours, int32(cut))
	e.Calendar = NewCalendar(time.UTC, h.Start.Add(time.Duration(cut)*time.Hour), h.Hours-cut)
	e.Hours, e.Requests, e.First = slices.Clone(e.Hours[first:]), e.Requests[first:], e.First-cut
	for i := range e.Hours {
		e.Hours[i] -= int32(cut)
	}
	return &History{Start: h.Start.Add(time.Duration(cut) * time.Hour), Hours: h.Hours - cut, Entities: []Entity{e}}
}

func TestTheOrderOfAWeeksDaysAndOneLostDayChangeNoGrowth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Profile{days: make([]uint64, growthDays)}
		for i := range p.days {
			p.days[i] = rapid.Uint64Range(100, 1_000_000).Draw(t, "calls")
		}
		today := int64(growthDays)
		before, ok := p.growth(today)
		require.True(t, ok)
		w := 7 * rapid.IntRange(0, growthWeeks-1).Draw(t, "week")
		of := p.days[w : w+7]
		slices.Sort(of)
		of[rapid.IntRange(0, 2).Draw(t, "day")] = 0
		perm := rapid.Permutation(slices.Clone(of)).Draw(t, "order")
		copy(of, perm)
		after, _ := p.growth(today)
		require.InDelta(t, before.rise, after.rise, 1e-9)
		require.InDelta(t, before.steady, after.steady, 1e-9)
		require.InDelta(t, before.scatter, after.scatter, 1e-9)
		require.False(t, math.IsNaN(after.scatter))
	})
}
