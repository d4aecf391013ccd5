package detect

import "time"

// Lost are the hours in which the telemetry of tenants, or of the whole fleet, failed
// (outage.go). That nothing was seen in them says nothing of any single entity: an outage
// is neither part of a silence nor a habit of the fleet.
type Lost map[lostHour]bool

type lostHour struct {
	tenant string // "" = all
	unix   int64  // hours since 1970
}

// Add the hours of a tenant, or of all, that [from, to) touches.
func (l Lost) Add(tenant string, from, to time.Time) {
	for h := from.Unix() / 3600; h*3600 < to.Unix(); h++ {
		l[lostHour{tenant, h}] = true
	}
}

// At says whether the hour of a tenant that a time is in was lost.
func (l Lost) At(tenant string, at time.Time) bool {
	h := at.Unix() / 3600
	return len(l) > 0 && (l[lostHour{"", h}] || l[lostHour{tenant, h}])
}

// lost says whether an hour of a tenant is known to be.
func (h *History) lost(tenant string, hour int) bool {
	return len(h.Lost) > 0 && h.Lost.At(tenant, h.Start.Add(time.Duration(hour)*time.Hour))
}
