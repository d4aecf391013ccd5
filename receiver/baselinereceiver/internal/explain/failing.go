package explain

import (
	"fmt"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

// failingMeasure tells the finding of an API from those of single connectors.
const failingMeasure = "failing_connectors"

// Failing is an API that failed for most of its connectors.
type Failing struct {
	Rule            *rules.Rule
	Failing         detect.Failing
	From, To        time.Time
	CatalogRevision string
}

// Fingerprint of the episodes of an API.
func (a *Failing) Fingerprint() string {
	return finding.Fingerprint(a.Failing.Tenant, "", "", a.Rule.Name, a.Failing.API, failingMeasure)
}

// Finding describes it.
func (a *Failing) Finding() finding.Finding {
	whose, where := "", ""
	if a.Failing.Tenant != "" {
		whose, where = " of tenant "+a.Failing.Tenant, "tenant_id = "+quote(a.Failing.Tenant)+" AND "
	}
	rising, all := float64(a.Failing.Rising), float64(a.Failing.Connectors)
	return finding.Finding{
		Fingerprint: a.Fingerprint(), Rule: a.Rule.Name, Family: a.Rule.Family, Severity: a.Rule.Severity, Category: a.Rule.Category,
		TenantID: a.Failing.Tenant, Measure: failingMeasure,
		Observed: rising, Score: detect.Score(rising / all * 2), Effect: round(a.Failing.Share), PValue: 1,
		WindowStart: a.From, WindowEnd: a.To,
		Summary: fmt.Sprintf("%s failed for %s of %s%s that called it %s: %s of their calls, usually %s. It is the API, or the way to it, and no single connector.",
			a.Failing.API, number(rising), plural(all, "connector"), whose, window(a.From, a.To, time.UTC), percent(a.Failing.Share), percent(a.Failing.Usual)),
		EvidenceSQL: fmt.Sprintf("SELECT status_code, uniq(connector_id) AS connectors, count() AS calls\nFROM who_did_what\n"+
			"WHERE %stimestamp >= toDateTime64(%s, 9, 'UTC') AND timestamp < toDateTime64(%s, 9, 'UTC')\n  AND position(endpoint, %s) > 0\nGROUP BY status_code ORDER BY calls DESC",
			where, quote(a.From.UTC().Format(time.DateTime)), quote(a.To.UTC().Format(time.DateTime)), quote(" "+a.Failing.API)),
		RunbookURL: a.Rule.Runbook, RuleRevision: a.Rule.Revision(), CatalogRevision: a.CatalogRevision,
	}
}
