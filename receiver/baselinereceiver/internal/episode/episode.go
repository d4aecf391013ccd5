// Package episode turns what one evaluation after another finds into episodes:
// one stretch of time in which one thing is unusual, told once.
//
//	           strength ≥ 1             fire_after windows
//	(nothing) ─────────────► pending ──────────────────────► firing
//	                            │                              │
//	                            ▼                              ▼
//	                          lapsed                        resolved
//	                  < 0.7 for resolve_after windows in a row
//
// A rule that fires at once (fire_after 1, the default) has no pending episodes.
// While it fires, it is told again only when it has become 1.5 times as strong.
// The gap between 1 and 0.7 keeps a value that hovers around the threshold from
// flapping. Everything is a function of the ticks, never of the clock.
package episode

import (
	"maps"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
)

const (
	enter = 1.0 // strength at which an episode begins
	leave = 0.7 // strength below which a window is calm
	again = 1.5 // times the strength last told at which it is told again
)

// Episode is an open episode, as kept between evaluations.
type Episode struct {
	Finding finding.Finding `json:"finding"` // as last told
	Told    float64         `json:"told"`    // strength then
	Peak    float64         `json:"peak"`
	Hot     int             `json:"hot"`  // windows at or above enter, while pending
	Calm    int             `json:"calm"` // windows in a row below leave
}

// Patience is how many windows a rule waits.
type Patience struct {
	FireAfter    int // windows above the threshold before a pending episode fires
	ResolveAfter int // calm windows in a row before it is over
}

// Observation is one entity's evidence in one window.
type Observation struct {
	Fingerprint string
	Strength    float64
	Describe    func() (finding.Finding, error) // called when there is something to tell
}

// Set is the open episodes of one rule, by fingerprint.
type Set map[string]*Episode

// Clone copies the set; the copy can go another way.
func (s Set) Clone() Set {
	c := make(Set, len(s))
	for k, v := range s {
		e := *v
		c[k] = &e
	}
	return c
}

// Step takes the observations of the window that ends at tick and returns what is
// to be told, in order of fingerprint.
func (s Set) Step(tick time.Time, observed []Observation, patience Patience) ([]finding.Finding, error) {
	told := map[string]finding.Finding{}
	strength := map[string]float64{}
	for _, o := range observed {
		strength[o.Fingerprint] = o.Strength
		f, changed, err := s.observe(tick, o, patience)
		if err != nil {
			return nil, err
		}
		if changed {
			told[o.Fingerprint] = f
		}
	}
	for fingerprint, e := range s {
		if strength[fingerprint] >= leave {
			e.Calm = 0
			continue
		}
		if e.Calm++; e.Calm < patience.ResolveAfter {
			continue
		}
		f := e.Finding
		f.Status, f.UpdatedAt, f.ResolvedAt = f.Status.Ended(), tick, tick
		f.Score = detect.Score(e.Peak)
		told[fingerprint] = f
		delete(s, fingerprint)
	}
	out := make([]finding.Finding, 0, len(told))
	for _, fingerprint := range slices.Sorted(maps.Keys(told)) {
		out = append(out, told[fingerprint])
	}
	return out, nil
}

// observe begins an episode, lets a pending one fire, or tells that it has grown.
func (s Set) observe(tick time.Time, o Observation, patience Patience) (finding.Finding, bool, error) {
	e := s[o.Fingerprint]
	if e == nil {
		if o.Strength < enter {
			return finding.Finding{}, false, nil
		}
		e = &Episode{}
	}
	hot, status := e.Hot, e.Finding.Status
	if o.Strength >= enter {
		hot++
	}
	if status != finding.Firing {
		status = finding.Pending
		if hot >= patience.FireAfter {
			status = finding.Firing
		}
	}
	if status == e.Finding.Status && o.Strength < e.Told*again {
		e.Hot, e.Peak = hot, max(e.Peak, o.Strength)
		return finding.Finding{}, false, nil
	}
	f, err := o.Describe()
	if err != nil {
		return f, false, err
	}
	f.Status, f.UpdatedAt, f.Score = status, tick, detect.Score(o.Strength)
	f.StartedAt = f.WindowStart
	if e.Hot > 0 {
		f.StartedAt = e.Finding.StartedAt
	}
	s[o.Fingerprint] = e
	e.Finding, e.Told, e.Hot, e.Peak = f, o.Strength, hot, max(e.Peak, o.Strength)
	return f, true, nil
}
