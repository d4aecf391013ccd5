package detect

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Alike: do the connectors of an API fail together?
//
// When an API fails, every connector that calls it fails more often than it ever did. That
// is one thing, the API's, and is told once; of a single connector it says nothing. So
// errors are judged given what the others see: of each connector of the API that calls
// enough, the rise of its failing share over what is usual for it, both shrunk by
// alikeCalls calls at the usual rate; the median of these rises is what a typical connector
// of the API has to bear in that hour, and is added to what is to be expected of each
// (errors.go). The median has a breakdown point of one half (P. J. Huber, Robust
// Statistics, 1981): less than half of the connectors, failing for reasons of their own,
// excuse nobody.
//
// Where the median rise reaches alikeRise, the API is failing. By chance that hardly
// happens: with a chance of q for a connector to rise so far, at least half of m do so with
// a probability below C(m, m/2)·q^(m/2), 1e-5 an hour for m = 5 and q = 1 %.
//
// The API is the last word of a peer group's name, of a tenant and of all tenants: where
// several tenants call the same, it fails for all of them.

const (
	alikeLeast = 5    // connectors: of fewer nothing can be said
	alikeCalls = 10.0 // of an hour, for a connector to count, and the weight of its usual rate
	alikeRise  = 0.1  // of the failing share: the API is failing

	unknownFailing = -1 // usual share of a connector that is being learned
)

// Alike is, by API and hour, how much more of its calls fail than usual for a typical
// connector.
type Alike map[alikeKey]float64

type alikeKey struct {
	tenant, api string // tenant "" = all
	unix        int64  // hours since 1970
}

// api is the last word of the entity's peer group, e.g. "/contacts" of "zapier /contacts".
func (e *Entity) api() string { return e.Peer[strings.LastIndexByte(e.Peer, ' ')+1:] }

// rise of the failing share that is to be expected in an hour.
func (a Alike) rise(e *Entity, at time.Time) float64 {
	if len(a) == 0 || e.Peer == "" {
		return 0
	}
	h := at.Unix() / 3600
	return max(0, a[alikeKey{"", e.api(), h}], a[alikeKey{e.Tenant, e.api(), h}])
}

// Failing is an hour in which an API failed for most of its connectors.
type Failing struct {
	Tenant     string // "" = of all tenants
	API        string
	Hour       int
	Connectors int     // that called it enough to count
	Rising     int     // of them, those of which clearly more calls failed
	Share      float64 // failing, of all their calls
	Usual      float64
}

// risen is what the connectors of one API say in one hour.
type risen struct {
	Failing
	rises                []float64
	calls, errors, usual float64
}

func (r *risen) add(calls, errors, usual float64) {
	rise := (errors - calls*usual) / (calls + alikeCalls) // (errors + w·usual)/(calls + w) − usual
	r.rises = append(r.rises, rise)
	r.calls, r.errors, r.usual = r.calls+calls, r.errors+errors, r.usual+calls*usual
	r.Connectors++
	if rise >= alikeRise {
		r.Rising++
	}
}

// Alike is what the entities of recent, which holds their errors, say together in the
// hours [first, last), and of those hours the APIs that were failing: for all tenants,
// else for some.
func (m *Model) Alike(recent *History, first, last int) (Alike, []Failing) {
	all := map[alikeKey]*risen{}
	start := recent.Start.Unix() / 3600
	add := func(key alikeKey, hour int, calls, errors, usual float64) {
		r := all[key]
		if r == nil {
			r = &risen{Failing: Failing{Tenant: key.tenant, API: key.api, Hour: hour}}
			all[key] = r
		}
		r.add(calls, errors, usual)
	}
	for i := range recent.Entities {
		e := &recent.Entities[i]
		if e.Peer == "" || len(e.Errors) < len(e.Hours) {
			continue
		}
		data, api := m.profiles[e.Key()], e.api()
		position, _ := slices.BinarySearch(e.Hours, int32(first))
		for ; data != nil && position < len(e.Hours) && int(e.Hours[position]) < last; position++ {
			calls, hour := float64(e.Requests[position]), int(e.Hours[position])
			if calls < alikeCalls || data.failing() < 0 || e.Calendar.expects(hour, UnusualErrors) {
				continue
			}
			errors, usual := min(float64(e.Errors[position]), calls), float64(data.failing())
			add(alikeKey{"", api, start + int64(hour)}, hour, calls, errors, usual)
			if e.Tenant != "" {
				add(alikeKey{e.Tenant, api, start + int64(hour)}, hour, calls, errors, usual)
			}
		}
	}
	alike := Alike{}
	var failing []Failing
	for key, r := range all {
		if r.Connectors < alikeLeast {
			continue
		}
		slices.Sort(r.rises)
		if rise := median(r.rises); rise > 0 {
			alike[key] = rise
		}
		if alike[key] >= alikeRise {
			r.Share, r.Usual = r.errors/r.calls, r.usual/r.calls
			failing = append(failing, r.Failing)
		}
	}
	failing = slices.DeleteFunc(failing, func(f Failing) bool {
		return f.Tenant != "" && alike[alikeKey{"", f.API, start + int64(f.Hour)}] >= alikeRise
	})
	slices.SortFunc(failing, func(a, b Failing) int {
		return cmp.Or(cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.API, b.API), cmp.Compare(a.Tenant, b.Tenant))
	})
	return alike, failing
}
