package scenarios

import (
	"fmt"
	"time"

	"github.com/weir-otel/weir/internal/simulate"
)

// clock is what a clock on a wall shows in each hour of the scenario, with the
// calendar beside it.
type clock struct {
	hour    []uint8 // in the middle of the hour, so that half-hour zones fit
	minute  []int16 // since local midnight, at the start of the hour
	day     []int16 // local days since the first
	weekday []time.Weekday
	holiday []bool
	closing []bool // last two and first working day of a month
}

func (s *Scenario) clock(zone, region string) (*clock, error) {
	key := zone + "/" + region
	if c := s.clocks[key]; c != nil {
		return c, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("cannot tell the time in %s: %w", zone, err)
	}
	n := s.Hours()
	c := &clock{
		hour: make([]uint8, n), minute: make([]int16, n), day: make([]int16, n),
		weekday: make([]time.Weekday, n), holiday: make([]bool, n), closing: make([]bool, n),
	}
	first := localDay(s.Start.In(loc))
	for h := range n {
		middle := s.Time(h).Add(30 * time.Minute).In(loc)
		start := s.Time(h).In(loc)
		y, m, d := middle.Date()
		c.hour[h] = uint8(middle.Hour())
		c.minute[h] = int16(start.Hour()*60 + start.Minute())
		c.day[h] = int16(localDay(middle) - first)
		c.weekday[h] = middle.Weekday()
		c.holiday[h] = simulate.IsHoliday(region, y, m, d)
		c.closing[h] = closingDay(middle)
	}
	s.clocks[key] = c
	return c, nil
}

func (c *clock) weekend(h int) bool {
	return c.weekday[h] == time.Saturday || c.weekday[h] == time.Sunday
}

// localDay counts local days since 1970.
func localDay(t time.Time) int64 {
	_, offset := t.Zone()
	return (t.Unix() + int64(offset)) / 86400
}

// closingDay says whether books are closed: the last two and the first working day
// of a month.
func closingDay(t time.Time) bool {
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	left := 0 // working days after t in its month
	for d := t.AddDate(0, 0, 1); d.Month() == t.Month(); d = d.AddDate(0, 0, 1) {
		if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday {
			left++
		}
	}
	first := t.Day() == 1 || t.Day() <= 3 && t.Weekday() == time.Monday
	return left < 2 || first
}
