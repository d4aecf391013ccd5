package history

import (
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

// Calendars returns the calendars of entities over the hours [start, end). Those
// with one time zone and the same events share one.
func (s *Source) Calendars(start, end time.Time) func(detect.Key) *detect.Calendar {
	type shared struct {
		location *time.Location
		events   string
	}
	known := map[shared]*detect.Calendar{}
	return func(key detect.Key) *detect.Calendar {
		at := shared{location: s.location(key.ID)}
		if s.Events != nil {
			at.events = s.Events.Of(key.Tenant, key.ID)
		}
		c := known[at]
		if c == nil {
			c = detect.NewCalendar(at.location, start, int(end.Sub(start)/time.Hour))
			if s.Events != nil {
				s.Events.Mark(at.events, c, start, end)
			}
			known[at] = c
		}
		return c
	}
}
