package detect

import "time"

// Slots of a local week: 24 hours of a working day, then 24 of a weekend day.
const (
	slotsPerDay = 24
	slotCount   = 2 * slotsPerDay
)

// Calendar says, for each UTC hour of a history, which slot of the local week
// it is and which local day. Entities of one time zone share one. In a zone of
// half hours, a UTC hour belongs to the local hour of its middle.
type Calendar struct {
	Location *time.Location
	slot     []uint8
	day      []int32 // local days since 1970
}

// NewCalendar covers hours hours from start.
func NewCalendar(loc *time.Location, start time.Time, hours int) *Calendar {
	c := &Calendar{Location: loc, slot: make([]uint8, hours), day: make([]int32, hours)}
	for i := range hours {
		middle := start.Add(time.Duration(i)*time.Hour + 30*time.Minute).In(loc)
		_, offset := middle.Zone()
		c.day[i] = int32((middle.Unix() + int64(offset)) / 86400)
		c.slot[i] = uint8(middle.Hour())
		if wd := middle.Weekday(); wd == time.Saturday || wd == time.Sunday {
			c.slot[i] += slotsPerDay
		}
	}
	return c
}

// neighbours are the slots an hour earlier and later, of the same kind of day.
func neighbours(s int) (before, after int) {
	base := s / slotsPerDay * slotsPerDay
	return base + (s-base+slotsPerDay-1)%slotsPerDay, base + (s-base+1)%slotsPerDay
}

// otherDay is the same hour on the other kind of day.
func otherDay(s int) int { return (s + slotsPerDay) % slotCount }
