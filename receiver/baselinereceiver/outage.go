package baselinereceiver

import (
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
type outages []detect.Outage

func (s *scene) outages(tick time.Time) outages {
	return s.model.Outages(s.recent, at(s.recent, tick), s.calendars)
}

// observe makes one observation of each outage.
func (o outages) observe(rule *rules.Rule, recent *detect.History, catalogRevision string) []episode.Observation {
	var all []episode.Observation
	for _, out := range o {
		hour := func(i int) time.Time { return recent.Start.Add(time.Duration(i) * time.Hour) }
		c := explain.Outage{Rule: rule, Outage: out, From: hour(out.From), To: hour(out.To), CatalogRevision: catalogRevision}
		all = append(all, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: outageStrength, Describe: func() (finding.Finding, error) { return c.Finding(), nil },
		})
	}
	return all
}
