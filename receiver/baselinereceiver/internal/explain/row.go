package explain

import (
	"strings"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/rules"
)

// Row is what a query rule found.
type Row struct {
	Rule            *rules.Rule
	Row             queryrule.Row
	Window          queryrule.Window
	Name            string // what people call the connector
	CatalogRevision string
	DashboardURL    string
}

// Fingerprint of the episode that the row belongs to.
func (r *Row) Fingerprint() string {
	return finding.Fingerprint(r.Row.TenantID, r.Row.ConnectorID, r.Row.Entity, r.Rule.Name, r.Row.Endpoint, r.Rule.Measure)
}

// Finding describes the row. What it rests on is the rule's own SQL.
func (r *Row) Finding() finding.Finding {
	strength := r.Row.Strength()
	f := finding.Finding{
		Fingerprint: r.Fingerprint(), Rule: r.Rule.Name, Family: r.Rule.Family, Severity: r.Rule.Severity, Category: r.Rule.Category,
		TenantID: r.Row.TenantID, ConnectorID: r.Row.ConnectorID, ConnectorName: r.Name,
		Entity: r.Row.Entity, Endpoint: r.Row.Endpoint, Measure: r.Rule.Measure,
		Observed: round(r.Row.Observed), Expected: round(r.Row.Expected), Upper: round(r.Row.Expected),
		Score: detect.Score(strength), Effect: round(strength), PValue: 1,
		WindowStart: r.Window.Start, WindowEnd: r.Window.End,
		Summary: r.Row.Detail, TraceIDs: r.Row.TraceIDs,
		EvidenceSQL: queryrule.Evidence(r.Rule, r.Window, r.CatalogRevision),
		RunbookURL:  r.Rule.Runbook, RuleRevision: r.Rule.Revision(), CatalogRevision: r.CatalogRevision,
	}
	if r.Row.Severity != "" {
		f.Severity = r.Row.Severity
	}
	if f.Entity == f.ConnectorID { // said already
		f.Entity = ""
	}
	if f.Summary == "" {
		f.Summary = r.sentence()
	}
	f.DashboardURL = dashboard(r.DashboardURL, &f)
	return f
}

// sentence is for SQL that has none of its own.
func (r *Row) sentence() string {
	who := r.Row.ConnectorID
	if who == "" {
		who = "An unattributed connector"
	}
	if r.Row.Entity != "" && r.Row.Entity != r.Row.ConnectorID {
		who += " (" + r.Row.Entity + ")"
	}
	measure := strings.ReplaceAll(r.Rule.Measure, "_", " ")
	return who + ": " + number(r.Row.Observed) + " " + measure + ", where " + number(r.Row.Expected) + " is held to be right. " + r.Rule.Description
}
