package baselinereceiver

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/rules"
)

// outageStrength is that of an outage: there is no degree of it.
const outageStrength = 2

// outages are tenants, or the whole fleet, that fell silent together: one finding
// each, instead of one for each connector.
type outages struct {
	all   []detect.Outage
	fleet bool
}

func (s *scene) outages(tick time.Time) outages {
	all := s.model.Outages(s.recent, at(s.recent, tick), s.calendars)
	return outages{all, slices.ContainsFunc(all, func(o detect.Outage) bool { return o.Tenant == "" })}
}

// of is the outage that concerns a tenant; nil if there is none.
func (o *outages) of(tenant string) *detect.Outage {
	for i := range o.all {
		if o.fleet || o.all[i].Tenant == tenant {
			return &o.all[i]
		}
	}
	return nil
}

// without drops the candidates that are silent because of an outage.
func (o *outages) without(h *detect.History, candidates []detect.Candidate) []detect.Candidate {
	return slices.DeleteFunc(candidates, func(c detect.Candidate) bool {
		return c.Direction == detect.Down && o.of(h.Entities[c.Entity].Tenant) != nil
	})
}

// observe makes one observation of each outage.
func (o *outages) observe(rule *rules.Rule, recent *detect.History, catalogRevision string) []episode.Observation {
	var all []episode.Observation
	for _, out := range o.all {
		hour := func(i int) time.Time { return recent.Start.Add(time.Duration(i) * time.Hour) }
		c := explain.Outage{Rule: rule, Outage: out, From: hour(out.From), To: hour(out.To), CatalogRevision: catalogRevision}
		all = append(all, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: outageStrength, Describe: func() (finding.Finding, error) { return c.Finding(), nil },
		})
	}
	return all
}
