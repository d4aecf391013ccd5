package events

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect"
)

func TestErrorsNameTheKeyAndTheRemedy(t *testing.T) {
	f := func(e Event, want ...string) {
		t.Helper()
		e.Name = "close"
		_, err := New([]Event{{Name: "fine", Holidays: []any{"2026-12-25"}}, e})
		for _, w := range append(want, "`events[1]` (close)") {
			require.ErrorContains(t, err, w)
		}
	}
	f(Event{}, "expected one of `country` or `holidays`")
	f(Event{Country: "Bavaria"}, `"Bavaria"`, "DE-BY", "`holidays`")
	f(Event{Country: "DE", Schedule: "0 0 * * *"}, "expected one of")
	f(Event{Holidays: []any{"2026-12-25"}, Schedule: "0 0 * * *"}, "expected one of")
	f(Event{Holidays: []any{"Christmas"}}, `"Christmas"`, "2026-12-25")
	f(Event{From: "noon", To: "2026-07-01T06:00:00Z"}, "`from`", "2026-06-30T22:00:00Z")
	f(Event{From: "2026-07-01T06:00:00Z"}, "`to`")
	f(Event{From: "2026-07-01T06:00:00Z", To: "2026-07-01T05:00:00Z"}, "`to` makes it -1h0m0s long")
	f(Event{Schedule: "often", Length: time.Hour}, "`schedule`", "five fields")
	f(Event{Schedule: "0 0 1 * *"}, "`length`")
	f(Event{Schedule: "0 0 1 * *", Length: 1000 * time.Hour}, "at most 168h")
	f(Event{Schedule: "0 0 1 * *", Length: time.Hour, Expect: []string{"volume", "trouble"}}, "`expect`", `"trouble"`, "endpoints, errors, hours, silence, volume")
	f(Event{Country: "DE", Expect: []string{"hours"}}, "`expect` is for times")
}

func TestEventsConcernWhomTheyName(t *testing.T) {
	c, err := New([]Event{
		{Holidays: []any{"2026-12-25"}},
		{Tenants: []string{"acme"}, Schedule: "0 22 1 * *", Length: time.Hour},
		{Tenants: []string{"acme"}, Connectors: []string{"erp"}, From: "2026-06-30T22:00:00Z", To: "2026-07-01T06:00:00Z"},
	})
	require.NoError(t, err)
	require.Equal(t, "0,", c.Of("beta", "erp"))
	require.Equal(t, "0,1,", c.Of("acme", "crm"))
	require.Equal(t, "0,1,2,", c.Of("acme", "erp"))
}

func TestPublicHolidaysOfACountryAreDaysOff(t *testing.T) {
	f := func(country, day string, want bool) {
		t.Helper()
		c, err := New([]Event{{Country: country, Holidays: []any{"2026-12-30"}}})
		require.NoError(t, err)
		noon, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		require.Equal(t, want, c.events[0].dayOff(noon.Add(12*time.Hour)), "%s in %s", day, country)
	}
	f("DE", "2026-04-06", true) // Easter Monday
	f("de", "2026-04-07", false)
	f("DE", "2026-06-04", false) // Corpus Christi
	f("DE-BY", "2026-06-04", true)
	f("US", "2026-07-04", true) // a Saturday,
	f("US", "2026-07-03", true) // and the day off for it
	f("GB", "2026-07-03", false)
	f("GB", "2026-12-30", true) // of the own days
}

// A connector that always runs is not missed in an hour in which that is expected.
func TestExpectedHoursAreNotJudged(t *testing.T) {
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	const hours = 29*24 + 24
	silent := func(expect ...string) int {
		c, err := New([]Event{{Schedule: "0 22 30 * *", Length: 2 * time.Hour, Expect: expect}})
		require.NoError(t, err)
		calendar := detect.NewCalendar(time.UTC, start, hours)
		c.Mark(c.Of("acme", "c"), calendar, start, start.Add(hours*time.Hour))
		ep := detect.Endpoint{Name: "GET /"}
		for h := range hours - 2 {
			ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(h)), append(ep.Calls, 500), append(ep.Bytes, 1)
		}
		e := detect.Entity{Tenant: "acme", ID: "c", Calendar: calendar, Endpoints: []detect.Endpoint{ep}}
		e.SumEndpoints()
		rule := &detect.Rule{
			Family: detect.Volume, Measure: detect.Requests, Direction: detect.Down, Window: time.Hour, Lookback: 28 * 24 * time.Hour,
			MinHistory: 7 * 24 * time.Hour, MinAbsolute: 5, MinRatio: 10, Budget: 1,
		}
		h := &detect.History{Start: start, Hours: hours, Entities: []detect.Entity{e}}
		return len(detect.NewEvaluator(h, nil).Evaluate(rule, hours))
	}
	require.Equal(t, 1, silent("volume", "endpoints"))
	require.Zero(t, silent("errors", "silence"))
	require.Zero(t, silent())
}
