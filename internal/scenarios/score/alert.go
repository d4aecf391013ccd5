package score

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
)

// Alert is one episode of one rule on one connector, at the moment it is told.
type Alert struct {
	Rule      string
	Family    string
	Down      bool
	Connector int    // index; -1 = the fleet, a tenant or an API
	Of        string // the API or endpoint, of a finding about one
	At        time.Time
	From, To  time.Time // the window
	Strength  float64
}

// during says whether the window overlaps an incident.
func (a *Alert) during(in *scenarios.Incident) bool {
	return a.To.After(in.Start) && a.From.Before(in.End)
}

const (
	enter = 1.0 // strength at which an episode begins
	leave = 0.7 // below which a window is calm
)

// episodes are the open ones of one rule, as the baseline receiver keeps them: an
// episode is told once, and over after some calm windows.
type episodes struct {
	fireAfter, resolveAfter int
	open                    map[int]*episode
}

type episode struct {
	hot, calm int
	told      bool
}

func newEpisodes(fireAfter, resolveAfter int) *episodes {
	return &episodes{fireAfter: fireAfter, resolveAfter: resolveAfter, open: map[int]*episode{}}
}

// step takes what a window showed and returns what is told now; ended is called
// for each episode that is over.
func (s *episodes) step(at time.Time, observed []Alert, ended func(connector int)) (told []Alert) {
	strength := map[int]float64{}
	for _, a := range observed {
		strength[a.Connector] = max(strength[a.Connector], a.Strength)
		e := s.open[a.Connector]
		if e == nil {
			if a.Strength < enter {
				continue
			}
			e = &episode{}
			s.open[a.Connector] = e
		}
		if a.Strength >= enter {
			e.hot++
		}
		if !e.told && e.hot >= s.fireAfter {
			e.told = true
			a.At = at
			told = append(told, a)
		}
	}
	for i, e := range s.open {
		if strength[i] >= leave {
			e.calm = 0
			continue
		}
		if e.calm++; e.calm >= s.resolveAfter {
			ended(i)
			delete(s.open, i)
		}
	}
	slices.SortFunc(told, func(a, b Alert) int { return a.Connector - b.Connector })
	return told
}
