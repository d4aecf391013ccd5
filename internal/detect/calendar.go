package detect

import (
	"slices"
	"time"
)

// Slots of a local week: 24 hours of a working day, then 24 of a weekend day.
const (
	slotsPerDay = 24
	slotCount   = 2 * slotsPerDay
)

// Calendar says, for each UTC hour of a history, which slot of the local week
// it is and which local day. Entities of one time zone, with the same holidays and
// expected events, share one. In a zone of half hours, a UTC hour belongs to the
// local hour of its middle.
type Calendar struct {
	Location *time.Location
	start    time.Time
	slot     []uint8
	day      []int32   // local days since 1970
	expected []Unusual // nil: none
}

// NewCalendar covers hours hours from start.
func NewCalendar(loc *time.Location, start time.Time, hours int) *Calendar {
	c := &Calendar{Location: loc, start: start, slot: make([]uint8, hours), day: make([]int32, hours)}
	for i := range hours {
		middle := c.middle(i)
		_, offset := middle.Zone()
		c.day[i] = int32((middle.Unix() + int64(offset)) / 86400)
		c.slot[i] = uint8(middle.Hour())
		if wd := middle.Weekday(); wd == time.Saturday || wd == time.Sunday {
			c.slot[i] += slotsPerDay
		}
	}
	return c
}

func (c *Calendar) middle(hour int) time.Time {
	return c.start.Add(time.Duration(hour)*time.Hour + 30*time.Minute).In(c.Location)
}

// DayOff makes days of the weekend's kind of the local days for which off is true:
// holidays. It is asked once a local day, with its noon.
func (c *Calendar) DayOff(off func(noon time.Time) bool) {
	last, is := int32(-1), false
	for i := range c.slot {
		if c.day[i] != last {
			last = c.day[i]
			y, m, d := c.middle(i).Date()
			is = off(time.Date(y, m, d, 12, 0, 0, 0, c.Location))
		}
		if is && c.slot[i] < slotsPerDay {
			c.slot[i] += slotsPerDay
		}
	}
}

// Unusual is a set of what may be expected of some hours.
type Unusual uint8

// What may be expected.
const (
	UnusualVolume    Unusual = 1 << iota // more requests, bytes, rows, cost, users
	UnusualSilence                       // none
	UnusualErrors                        // more of them, or a larger share
	UnusualHours                         // work at other hours
	UnusualEndpoints                     // others, or in other proportions

	AnyUnusual = 1<<iota - 1
)

// Expect says that what is unusual is expected in [from, to): maintenance, a
// deployment, a declared event such as the quarter's end. What is expected of such
// hours is not judged in them, and nothing is learned from them.
func (c *Calendar) Expect(from, to time.Time, what Unusual) {
	if c.expected == nil {
		c.expected = make([]Unusual, len(c.slot))
	}
	first, last := from.Sub(c.start), to.Add(time.Hour-1).Sub(c.start)
	for h := max(0, int(first/time.Hour)); h < min(len(c.slot), int(last/time.Hour)); h++ {
		c.expected[h] |= what
	}
}

// clone shares the slots; what is expected is its own.
func (c *Calendar) clone() *Calendar {
	own := *c
	own.expected = slices.Clone(c.expected)
	return &own
}

// special says whether anything unusual is expected of an hour: nothing is learned from it.
func (c *Calendar) special(hour int) bool { return c.expects(hour, AnyUnusual) }

// expects says whether an hour is not judged by those who look for what.
func (c *Calendar) expects(hour int, what Unusual) bool {
	return c.expected != nil && c.expected[hour]&what != 0
}

// judged are the amounts and the slots of [from, to) without the hours that are not
// judged by those who look for what. The slots are the calendar's own where all are.
func (c *Calendar) judged(amounts []float64, from, to int, what Unusual) (left []float64, slots []uint8) {
	slots = c.slot[from:to]
	if c.expected == nil || !slices.ContainsFunc(c.expected[from:to], func(u Unusual) bool { return u&what != 0 }) {
		return amounts, slots
	}
	slots = nil
	for i, amount := range amounts {
		if h := from + i; !c.expects(h, what) {
			left, slots = append(left, amount), append(slots, c.slot[h])
		}
	}
	return left, slots
}

// neighbours are the slots an hour earlier and later, of the same kind of day.
func neighbours(s int) (before, after int) {
	base := s / slotsPerDay * slotsPerDay
	return base + (s-base+slotsPerDay-1)%slotsPerDay, base + (s-base+1)%slotsPerDay
}

// otherDay is the same hour on the other kind of day.
func otherDay(s int) int { return (s + slotsPerDay) % slotCount }
