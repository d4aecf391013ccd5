package explain

import (
	"fmt"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

// OutageMeasure tells the finding of an outage from those of single connectors.
const OutageMeasure = "silent_connectors"

// Outage is a tenant, or the fleet, that fell silent at once.
type Outage struct {
	Rule            *rules.Rule
	Outage          detect.Outage
	From, To        time.Time
	CatalogRevision string
}

// Fingerprint of the episodes of a tenant, or of the fleet.
func (o *Outage) Fingerprint() string {
	return finding.Fingerprint(o.Outage.Tenant, "", "", o.Rule.Name, "", OutageMeasure)
}

// Finding describes the outage.
func (o *Outage) Finding() finding.Finding {
	whose := "of the fleet"
	where := ""
	if o.Outage.Tenant != "" {
		whose, where = "of tenant "+o.Outage.Tenant, "tenant_id = "+quote(o.Outage.Tenant)+" AND "
	}
	silent, usual := float64(o.Outage.Silent), float64(o.Outage.Usual)
	return finding.Finding{
		Fingerprint: o.Fingerprint(), Rule: o.Rule.Name, Family: o.Rule.Family, Severity: o.Rule.Severity, Category: o.Rule.Category,
		TenantID: o.Outage.Tenant, Measure: OutageMeasure,
		Observed: silent, Score: detect.Score(silent / usual * 2), Effect: silent / usual, PValue: 1,
		WindowStart: o.From, WindowEnd: o.To,
		Summary: fmt.Sprintf("%s of %s that always run %s were silent %s: their telemetry failed, or everything did.",
			number(silent), plural(usual, "connector"), whose, window(o.From, o.To, time.UTC)),
		EvidenceSQL: fmt.Sprintf("SELECT hour, uniq(connector_id) AS connectors, sum(requests) AS requests\nFROM connector_activity\n"+
			"WHERE %shour >= toDateTime(%s, 'UTC') - INTERVAL 1 DAY AND hour < toDateTime(%s, 'UTC')\nGROUP BY hour ORDER BY hour",
			where, quote(o.From.UTC().Format(time.DateTime)), quote(o.To.UTC().Format(time.DateTime))),
		RunbookURL: o.Rule.Runbook, RuleRevision: o.Rule.Revision(), CatalogRevision: o.CatalogRevision,
	}
}
