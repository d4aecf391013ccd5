package detect

import (
	"cmp"
	"slices"
	"time"
)

// Outage is an hour in which most of those that always run were silent at once: the
// telemetry failed, or everything did. It is one finding, not one for each.
type Outage struct {
	Tenant string // "" = the whole fleet
	From   int    // first hour
	To     int    // hour after the last
	Silent int    // entities that were silent in the last hour
	Usual  int    // entities that are always active then
}

const (
	outageShare = 0.5 // silent, of those that are always active
	outageLeast = 8   // of them
)

// Silent returns the entities that are always active in the hour before at and were
// not, or have been silent since such an hour: those to look at for rules of direction
// Down. An entity that did nothing at all may be missing in recent; calendars gives its
// calendar over the hours of recent, nil when it is not known.
func (m *Model) Silent(recent *History, at int, calendars func(Key) *Calendar) []Key {
	var silent []Key
	m.each(recent, calendars, func(key Key, p encoded, e *Entity, cal *Calendar) {
		active := func(hour int) bool { return e != nil && e.At(e.Requests, hour) > 0 }
		lost := func(hour int) bool { return recent.lost(key.Tenant, hour) }
		if _, since := silentSince(cal, at-1, p.always, active, lost); since {
			silent = append(silent, key)
		}
	})
	slices.SortFunc(silent, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID), cmp.Compare(a.User, b.User), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return silent
}

// silentSince is the last hour up to another in which an entity is always active, if it
// has done nothing since, and whether there is one within a day. Lost hours say nothing.
func silentSince(cal *Calendar, hour int, always func(slot uint8) bool, active, lost func(hour int) bool) (since int, silent bool) {
	for h := hour; h >= max(0, hour-slotsPerDay+1); h-- {
		switch {
		case cal.expects(h, UnusualSilence) || active(h):
			return 0, false
		case lost(h):
			continue
		case always(cal.slot[h]):
			return h, true
		}
	}
	return 0, false
}

// each calls do for the entities whose calendar is known; e is nil for one that is
// missing in recent.
func (m *Model) each(recent *History, calendars func(Key) *Calendar, do func(key Key, p encoded, e *Entity, cal *Calendar)) {
	index := make(map[Key]*Entity, len(recent.Entities))
	for i := range recent.Entities {
		index[recent.Entities[i].Key()] = &recent.Entities[i]
	}
	for key, p := range m.profiles {
		e := index[key]
		var cal *Calendar
		if e != nil {
			cal = e.Calendar
		} else if calendars != nil {
			cal = calendars(key)
		}
		if cal != nil {
			do(key, p, e, cal)
		}
	}
}

// Outages returns those that the hour before at belongs to: the fleet's, else those
// of tenants. calendars is as in Silent.
func (m *Model) Outages(recent *History, at int, calendars func(Key) *Calendar) []Outage {
	now := m.outagesOf(recent, at-1, at, calendars)[0]
	for i := range now {
		for h := at - 2; h >= 0; h-- {
			before := m.outagesOf(recent, h, h+1, calendars)[0]
			if !slices.ContainsFunc(before, func(o Outage) bool { return o.Tenant == now[i].Tenant || o.Tenant == "" }) {
				break
			}
			now[i].From = h
		}
	}
	return now
}

// Lost are the hours [first, last) of recent in which telemetry failed. calendars is as
// in Silent.
func (m *Model) Lost(recent *History, first, last int, calendars func(Key) *Calendar) Lost {
	lost := Lost{}
	for h, outages := range m.outagesOf(recent, first, last, calendars) {
		for _, o := range outages {
			from := recent.Start.Add(time.Duration(first+h) * time.Hour)
			lost.Add(o.Tenant, from, from.Add(time.Hour))
		}
	}
	return lost
}

// outagesOf each hour of [first, last).
func (m *Model) outagesOf(recent *History, first, last int, calendars func(Key) *Calendar) [][]Outage {
	fleet, tenants := make([]Outage, last-first), map[string][]Outage{}
	m.each(recent, calendars, func(key Key, p encoded, e *Entity, cal *Calendar) {
		own := tenants[key.Tenant]
		if own == nil {
			own = make([]Outage, last-first)
			tenants[key.Tenant] = own
		}
		position := 0
		if e != nil {
			position, _ = slices.BinarySearch(e.Hours, int32(first))
		}
		for h := first; h < last; h++ {
			active := e != nil && position < len(e.Hours) && int(e.Hours[position]) == h
			if active {
				active = e.Requests[position] > 0
				position++
			}
			if cal.expects(h, UnusualSilence) || !p.always(cal.slot[h]) {
				continue
			}
			own[h-first].count(active)
			fleet[h-first].count(active)
		}
	})
	all := make([][]Outage, last-first)
	for i := range all {
		if fleet[i].is("", first+i) {
			all[i] = append(all[i], fleet[i])
			continue
		}
		for tenant := range tenants {
			if o := &tenants[tenant][i]; o.is(tenant, first+i) {
				all[i] = append(all[i], *o)
			}
		}
		slices.SortFunc(all[i], func(a, b Outage) int { return cmp.Compare(a.Tenant, b.Tenant) })
	}
	return all
}

// count one that is always active.
func (o *Outage) count(active bool) {
	o.Usual++
	if !active {
		o.Silent++
	}
}

// is an outage of an hour, if enough are silent.
func (o *Outage) is(tenant string, hour int) bool {
	o.Tenant, o.From, o.To = tenant, hour, hour+1
	return o.Usual >= outageLeast && float64(o.Silent) >= outageShare*float64(o.Usual)
}
