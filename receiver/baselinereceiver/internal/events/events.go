// Package events is what people announce: holidays, maintenance, deployments, a
// quarter's end. On a holiday, a working day is like a weekend's. In the hours of
// anything else what is expected of them is not judged, and nothing is learned.
package events

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/robfig/cron/v3"

	"github.com/weir-otel/weir/internal/detect"
)

// Event is one entry of the configuration: days, or a stretch of time, or one that
// comes again and again.
type Event struct {
	// Name is for people.
	Name string `mapstructure:"name"`
	// Tenants and Connectors are whom it concerns; empty is all.
	Tenants    []string `mapstructure:"tenants"`
	Connectors []string `mapstructure:"connectors"`
	// Country is whose public holidays, and the days on which they are observed, are
	// days off: an ISO 3166 code as DE, or DE-BY for a part of it.
	Country string `mapstructure:"country"`
	// Holidays are further days, e.g. 2026-12-25, in the connectors' own time zones. Days
	// and times are texts, or what YAML makes of them when they are not quoted.
	Holidays []any `mapstructure:"holidays"`
	// From and To are times, e.g. 2026-06-30T22:00:00Z.
	From any `mapstructure:"from"`
	To   any `mapstructure:"to"`
	// Schedule is a cron expression, in UTC, of when it begins, and Length how long
	// it takes.
	Schedule string        `mapstructure:"schedule"`
	Length   time.Duration `mapstructure:"length"`
	// Expect is what is expected of those times, a key of unusual each; empty is all.
	Expect []string `mapstructure:"expect"`
}

// unusual is what may be expected.
var unusual = map[string]detect.Unusual{
	"volume": detect.UnusualVolume, "silence": detect.UnusualSilence, "errors": detect.UnusualErrors,
	"hours": detect.UnusualHours, "endpoints": detect.UnusualEndpoints,
}

// longest is the longest that an event may last: what is not judged is not watched.
const longest = 7 * 24 * time.Hour

// Calendar holds events, and implements history.Events.
type Calendar struct{ events []event }

type event struct {
	Event
	public   *cal.Calendar // of the country; nil = none
	holidays []time.Time
	from, to time.Time
	schedule cron.Schedule
	expected detect.Unusual
}

// New checks the events. An error names the key that is wrong.
func New(all []Event) (*Calendar, error) {
	c := &Calendar{}
	var errs []error
	for i, e := range all {
		parsed, err := parse(e)
		if err != nil {
			errs = append(errs, fmt.Errorf("`events[%d]` (%s): %w", i, e.Name, err))
		}
		c.events = append(c.events, parsed)
	}
	return c, errors.Join(errs...)
}

func parse(e Event) (event, error) {
	p := event{Event: e}
	kinds := 0
	for _, given := range []bool{len(e.Holidays) > 0 || e.Country != "", e.From != nil || e.To != nil, e.Schedule != ""} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return p, errors.New("expected one of `country` or `holidays`, `from` and `to`, or `schedule` and `length`")
	}
	var err error
	if p.expected, err = e.unusual(); err != nil {
		return p, err
	}
	switch {
	case e.Schedule != "":
		if p.schedule, err = cron.ParseStandard("CRON_TZ=UTC " + e.Schedule); err != nil {
			return p, fmt.Errorf("`schedule` is %q, expected five fields, e.g. \"0 22 1 * *\" for the first of each month", e.Schedule)
		}
		return p, checkLength("length", e.Length)
	case e.From != nil || e.To != nil:
		if p.from, err = moment(e.From, time.RFC3339); err != nil {
			return p, fmt.Errorf("`from` is \"%v\", expected a time, e.g. 2026-06-30T22:00:00Z", e.From)
		}
		if p.to, err = moment(e.To, time.RFC3339); err != nil {
			return p, fmt.Errorf("`to` is \"%v\", expected a time, e.g. 2026-07-01T06:00:00Z", e.To)
		}
		return p, checkLength("to", p.to.Sub(p.from))
	}
	for _, day := range e.Holidays {
		at, err := moment(day, time.DateOnly)
		if err != nil {
			return p, fmt.Errorf("`holidays` has \"%v\", expected a day, e.g. 2026-12-25", day)
		}
		p.holidays = append(p.holidays, at)
	}
	p.public, err = publicHolidays(e.Country)
	return p, err
}

// unusual is what the event expects.
func (e *Event) unusual() (all detect.Unusual, err error) {
	if len(e.Expect) == 0 {
		return detect.AnyUnusual, nil
	}
	if e.Country != "" || len(e.Holidays) > 0 {
		return 0, errors.New("`expect` is for times: expected it beside `from` or `schedule`, not beside days off")
	}
	for _, name := range e.Expect {
		what, known := unusual[name]
		if !known {
			return 0, fmt.Errorf("`expect` has %q, expected some of %s", name, strings.Join(slices.Sorted(maps.Keys(unusual)), ", "))
		}
		all |= what
	}
	return all, nil
}

// publicHolidays is nil for no country.
func publicHolidays(country string) (*cal.Calendar, error) {
	if country == "" {
		return nil, nil
	}
	holidays, known := countries[strings.ToUpper(country)]
	if !known {
		return nil, fmt.Errorf("`country` is %q, expected one of %s; list the days of others in `holidays`", country, strings.Join(slices.Sorted(maps.Keys(countries)), ", "))
	}
	c := &cal.Calendar{}
	c.AddHoliday(holidays...)
	return c, nil
}

// dayOff says whether a local day, by its noon, is one.
func (e *event) dayOff(noon time.Time) bool {
	if e.public != nil {
		if actual, observed, _ := e.public.IsHoliday(noon); actual || observed {
			return true
		}
	}
	return slices.ContainsFunc(e.holidays, func(day time.Time) bool {
		return day.Format(time.DateOnly) == noon.Format(time.DateOnly)
	})
}

func moment(value any, layout string) (time.Time, error) {
	if at, ok := value.(time.Time); ok {
		return at, nil
	}
	return time.Parse(layout, fmt.Sprint(value))
}

func checkLength(key string, length time.Duration) error {
	if length <= 0 || length > longest {
		return fmt.Errorf("`%s` makes it %s long, expected more than 0s and at most %s", key, length, longest)
	}
	return nil
}

// Of names the events that concern an entity.
func (c *Calendar) Of(tenant, connector string) string {
	var b strings.Builder
	for i := range c.events {
		e := &c.events[i]
		if (len(e.Tenants) == 0 || slices.Contains(e.Tenants, tenant)) && (len(e.Connectors) == 0 || slices.Contains(e.Connectors, connector)) {
			fmt.Fprintf(&b, "%d,", i)
		}
	}
	return b.String()
}

// Mark adds the events of a set, as Of names it, to a calendar of [start, end).
func (c *Calendar) Mark(set string, calendar *detect.Calendar, start, end time.Time) {
	for i := range c.events {
		if strings.Contains(","+set, fmt.Sprintf(",%d,", i)) {
			c.events[i].mark(calendar, start, end)
		}
	}
}

func (e *event) mark(calendar *detect.Calendar, start, end time.Time) {
	switch {
	case e.schedule != nil:
		for at := e.schedule.Next(start.Add(-e.Length - time.Second)); at.Before(end); at = e.schedule.Next(at) {
			calendar.Expect(at, at.Add(e.Length), e.expected)
		}
	case len(e.holidays) > 0 || e.public != nil:
		calendar.DayOff(e.dayOff)
	default:
		calendar.Expect(e.from, e.to, e.expected)
	}
}
