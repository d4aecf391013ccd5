package detect

import (
	"cmp"
	"slices"
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
		if _, since := silentSince(cal, at-1, p.always, active); since {
			silent = append(silent, key)
		}
	})
	slices.SortFunc(silent, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID), cmp.Compare(a.User, b.User), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return silent
}

// silentSince is the last hour up to another in which an entity is always active, if it
// has done nothing since, and whether there is one within a day.
func silentSince(cal *Calendar, hour int, always func(slot uint8) bool, active func(hour int) bool) (since int, silent bool) {
	for h := hour; h >= max(0, hour-slotsPerDay+1); h-- {
		switch {
		case cal.masked(h) || active(h):
			return 0, false
		case always(cal.slot[h]):
			return h, true
		}
	}
	return 0, false
}

// eachUsual calls do for the entities that are always active at an hour.
func (m *Model) eachUsual(recent *History, hour int, calendars func(Key) *Calendar, do func(key Key, active bool)) {
	m.each(recent, calendars, func(key Key, p encoded, e *Entity, cal *Calendar) {
		if !cal.masked(hour) && p.always(cal.slot[hour]) {
			do(key, e != nil && e.At(e.Requests, hour) > 0)
		}
	})
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
	now := m.outagesOf(recent, at-1, calendars)
	for i := range now {
		for h := at - 2; h >= 0; h-- {
			before := m.outagesOf(recent, h, calendars)
			if !slices.ContainsFunc(before, func(o Outage) bool { return o.Tenant == now[i].Tenant || o.Tenant == "" }) {
				break
			}
			now[i].From = h
		}
	}
	return now
}

// outagesOf one hour.
func (m *Model) outagesOf(recent *History, hour int, calendars func(Key) *Calendar) []Outage {
	tenants := map[string]*Outage{}
	fleet := &Outage{}
	m.eachUsual(recent, hour, calendars, func(key Key, active bool) {
		o := tenants[key.Tenant]
		if o == nil {
			o = &Outage{Tenant: key.Tenant}
			tenants[key.Tenant] = o
		}
		for _, o := range []*Outage{o, fleet} {
			o.Usual++
			if !active {
				o.Silent++
			}
		}
	})
	if fleet.is(hour) {
		return []Outage{*fleet}
	}
	var all []Outage
	for _, o := range tenants {
		if o.is(hour) {
			all = append(all, *o)
		}
	}
	slices.SortFunc(all, func(a, b Outage) int { return cmp.Compare(a.Tenant, b.Tenant) })
	return all
}

// is an outage of an hour, if enough are silent.
func (o *Outage) is(hour int) bool {
	o.From, o.To = hour, hour+1
	return o.Usual >= outageLeast && float64(o.Silent) >= outageShare*float64(o.Usual)
}
