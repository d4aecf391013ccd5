package baselinereceiver

import (
	"maps"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/rules"
)

// compares says whether the rule judges a connector by what those of its API see.
func (s *scheduled) compares() bool { return s.detect != nil && s.Measure == detect.ErrorRate }

// together finds out what the connectors of each API have to bear together at the
// ticks of a rule.
func (s *scene) together(rule *detect.Rule, sights []sight) {
	for _, look := range sights {
		if look.rule != rule {
			continue
		}
		end := at(s.recent, look.tick)
		alike, failing := s.model.Alike(s.recent, max(0, end-max(1, int(rule.Window/time.Hour))), end)
		maps.Copy(s.recent.Alike, alike)
		s.failing[look] = failing
	}
}

// observeFailing makes one observation of each API that failed in the last hour.
func (s *scene) observeFailing(rule *rules.Rule, look sight, catalogRevision string) []episode.Observation {
	var all []episode.Observation
	for _, f := range s.failing[look] {
		from := s.recent.Start.Add(time.Duration(f.Hour) * time.Hour)
		if !from.Add(time.Hour).Equal(look.tick.Truncate(time.Hour)) {
			continue
		}
		c := explain.Failing{Rule: rule, Failing: f, From: from, To: from.Add(time.Hour), CatalogRevision: catalogRevision}
		all = append(all, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: outageStrength, Describe: func() (finding.Finding, error) { return c.Finding(), nil },
		})
	}
	return all
}

// observeUptakes makes one observation of each endpoint that several peers took up.
func observeUptakes(rule *rules.Rule, h *detect.History, uptakes []detect.Uptake, catalogRevision string) []episode.Observation {
	var all []episode.Observation
	for _, u := range uptakes {
		hour := func(i int) time.Time { return h.Start.Add(time.Duration(i) * time.Hour) }
		c := explain.Uptake{Rule: rule, Uptake: u, From: hour(u.From), To: hour(u.To), CatalogRevision: catalogRevision}
		all = append(all, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: u.Strength, Describe: func() (finding.Finding, error) { return c.Finding(), nil },
		})
	}
	return all
}
