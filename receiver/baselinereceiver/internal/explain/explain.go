// Package explain turns a candidate into a finding that an on-call person
// believes: a sentence, who contributed, and a query that shows the calls.
package explain

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

// maxContributors is how many endpoints a finding names.
const maxContributors = 5

// Case is what there is to explain.
type Case struct {
	Rule            *rules.Rule
	Model           *detect.Model
	History         *detect.History
	Candidate       detect.Candidate
	CatalogRevision string
	DashboardURL    string
}

func (c *Case) entity() *detect.Entity { return &c.History.Entities[c.Candidate.Entity] }

func (c *Case) at(hour int) time.Time { return c.History.Start.Add(time.Duration(hour) * time.Hour) }

// Fingerprint of the episodes of an entity under a rule.
func Fingerprint(rule *rules.Rule, e *detect.Entity) string {
	return finding.Fingerprint(e.Tenant, e.ID, e.User, rule.Name, e.Endpoint, rule.Measure)
}

// Fingerprint of the episode that the candidate belongs to.
func (c *Case) Fingerprint() string { return Fingerprint(c.Rule, c.entity()) }

// Finding describes the candidate. Sample traces are for the caller to add.
func (c *Case) Finding() finding.Finding {
	parts := c.Model.Contributions(c.Rule.Detect(), c.History, c.Candidate, maxContributors)
	f := c.describe(parts)
	f.Endpoint = c.endpoint(parts)
	f.Summary = c.summary(&f, parts)
	f.EvidenceSQL = evidenceSQL(&f)
	f.DashboardURL = dashboard(c.DashboardURL, &f)
	return f
}

// describe fills in all but the words, and where to look.
func (c *Case) describe(parts []detect.Contribution) finding.Finding {
	e, can := c.entity(), c.Candidate
	f := finding.Finding{
		Fingerprint: c.Fingerprint(), Rule: c.Rule.Name, Family: c.Rule.Family, Severity: c.Rule.Severity, Category: c.Rule.Category,
		TenantID: e.Tenant, ConnectorID: e.ID, ConnectorName: e.Name, Entity: e.User, Measure: c.Rule.Measure,
		Observed: round(can.Observed), Expected: round(can.Expected), Lower: round(can.Lower), Upper: round(can.Upper),
		Score: detect.Score(can.Strength), Effect: round(can.Ratio), PValue: probability(can.LogP),
		WindowStart: c.at(can.From), WindowEnd: c.at(can.To),
		BaselineDays: float64(int(can.Days)), BaselineBuckets: can.Buckets,
		RunbookURL: c.Rule.Runbook, RuleRevision: c.Rule.Revision(), CatalogRevision: c.CatalogRevision,
	}
	for _, p := range parts {
		f.Contributors = append(f.Contributors, finding.Contributor{Key: p.Endpoint, Baseline: round(p.Expected), Observed: round(p.Observed)})
	}
	return f
}

// endpoint is the entity's, or the one that most of the excess is of, if there is one.
func (c *Case) endpoint(parts []detect.Contribution) string {
	if own := c.entity().Endpoint; own != "" || len(parts) == 0 {
		return own
	}
	if c.Rule.Family == detect.Endpoints || parts[0].Observed >= 0.5*c.Candidate.Observed {
		return parts[0].Endpoint
	}
	return ""
}

// evidenceSQL shows the calls behind a finding.
func evidenceSQL(f *finding.Finding) string {
	var b strings.Builder
	b.WriteString("SELECT timestamp, user_id, endpoint, status_code, bytes_out, trace_id\nFROM who_did_what\n")
	fmt.Fprintf(&b, "WHERE tenant_id = %s AND connector_id = %s\n", quote(f.TenantID), quote(f.ConnectorID))
	fmt.Fprintf(&b, "  AND timestamp >= toDateTime64(%s, 9, 'UTC') AND timestamp < toDateTime64(%s, 9, 'UTC')\n",
		quote(f.WindowStart.UTC().Format(time.DateTime)), quote(f.WindowEnd.UTC().Format(time.DateTime)))
	if f.Endpoint != "" {
		fmt.Fprintf(&b, "  AND endpoint = %s\n", quote(f.Endpoint))
	}
	b.WriteString("ORDER BY timestamp")
	return b.String()
}

var escaper = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// quote is a string literal of ClickHouse.
func quote(s string) string { return "'" + escaper.Replace(s) + "'" }

// dashboard is a link to the connector with some time around the window.
func dashboard(base string, f *finding.Finding) string {
	if base == "" {
		return ""
	}
	u, err := url.Parse(base)
	if err != nil { // checked when the configuration was read
		return ""
	}
	q := u.Query()
	q.Set("from", strconv.FormatInt(f.WindowStart.Add(-3*time.Hour).UnixMilli(), 10))
	q.Set("to", strconv.FormatInt(f.WindowEnd.Add(3*time.Hour).UnixMilli(), 10))
	q.Set("var-tenant", f.TenantID)
	q.Set("var-connector", f.ConnectorID)
	u.RawQuery = q.Encode()
	return u.String()
}
