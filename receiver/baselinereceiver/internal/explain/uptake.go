package explain

import (
	"fmt"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

// uptakeMeasure tells the finding of several peers from those of single connectors.
const uptakeMeasure = "connectors_with_it"

// Uptake is an endpoint that several of a peer group call for the first time.
type Uptake struct {
	Rule            *rules.Rule
	Uptake          detect.Uptake
	From, To        time.Time
	CatalogRevision string
}

// Fingerprint of the episodes of the peer group and endpoint.
func (u *Uptake) Fingerprint() string {
	return finding.Fingerprint("", "", u.Uptake.Peer, u.Rule.Name, u.Uptake.Endpoint, uptakeMeasure)
}

// Finding describes it.
func (u *Uptake) Finding() finding.Finding {
	n := float64(u.Uptake.Entities)
	return finding.Finding{
		Fingerprint: u.Fingerprint(), Rule: u.Rule.Name, Family: u.Rule.Family, Severity: u.Rule.Severity, Category: u.Rule.Category,
		Measure: uptakeMeasure, Endpoint: u.Uptake.Endpoint,
		Observed: n, Score: detect.Score(u.Uptake.Strength), Effect: round(n / float64(max(u.Uptake.Peers, 1))), PValue: 1,
		WindowStart: u.From, WindowEnd: u.To,
		Summary: fmt.Sprintf("%s called %s for the first time (%s) %s, of %d like them (%s): a deployment, or one who holds the credentials of many.",
			plural(n, "connector"), u.Uptake.Endpoint, plural(u.Uptake.Calls, "call"), window(u.From, u.To, time.UTC), u.Uptake.Peers, u.Uptake.Peer),
		EvidenceSQL: fmt.Sprintf("SELECT tenant_id, connector_id, count() AS calls, min(timestamp) AS first\nFROM who_did_what\n"+
			"WHERE timestamp >= toDateTime64(%s, 9, 'UTC') AND timestamp < toDateTime64(%s, 9, 'UTC')\n  AND endpoint = %s\nGROUP BY tenant_id, connector_id ORDER BY calls DESC",
			quote(u.From.UTC().Format(time.DateTime)), quote(u.To.UTC().Format(time.DateTime)), quote(u.Uptake.Endpoint)),
		RunbookURL: u.Rule.Runbook, RuleRevision: u.Rule.Revision(), CatalogRevision: u.CatalogRevision,
	}
}
