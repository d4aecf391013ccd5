// Package finding is what a detector says and what on-call people read: one
// unusual episode of one entity under one rule. It travels from the baseline
// receiver to the alert exporter as a log record, and lies in ClickHouse in
// the table findings.
package finding

import "time"

// Status is where an episode stands.
type Status string

// The life of an episode.
const (
	Pending  Status = "pending"
	Firing   Status = "firing"
	Resolved Status = "resolved"
	Lapsed   Status = "lapsed" // over before it fired: nobody was told
)

// Ended is what becomes of an episode that is over.
func (s Status) Ended() Status {
	if s == Pending || s == Lapsed {
		return Lapsed
	}
	return Resolved
}

// Over says whether an episode is.
func (s Status) Over() bool { return s == Resolved || s == Lapsed }

// Released is no state of an episode, and never stored: it says to those who were
// told of an episode by one collector that another tells of it from now on.
const Released Status = "released"

// Contributor is one part of what was observed, beside what is usual for it.
type Contributor struct {
	Key      string  `json:"key"`      // e.g. "GET /contacts/export"
	Baseline float64 `json:"baseline"` // usual amount in a window of this length
	Observed float64 `json:"observed"`
}

// Finding is one episode.
type Finding struct {
	Fingerprint string `json:"fingerprint"` // 16 hex digits: hash of tenant, connector, entity, rule, endpoint, measure; never the time
	Status      Status `json:"status"`
	Rule        string `json:"rule"`
	Family      string `json:"family"`   // volume, hours, endpoints, swap, query
	Severity    string `json:"severity"` // info, warning, critical
	Category    string `json:"category"` // e.g. data_exposure, credential_compromise, supply_chain, cost

	TenantID      string `json:"tenant_id"`
	ConnectorID   string `json:"connector_id"`
	ConnectorName string `json:"connector_name"`
	Entity        string `json:"entity,omitempty"`   // a user, a credential's id, …; empty when it is the connector itself
	Endpoint      string `json:"endpoint,omitempty"` // "GET /contacts/export"; empty when the finding is of the whole connector
	Measure       string `json:"measure"`            // requests, bytes_out, errors, active_hours, new_endpoints, …

	Observed float64 `json:"observed"` // in the measure's unit, over the window
	Expected float64 `json:"expected"`
	Lower    float64 `json:"lower"` // usual range
	Upper    float64 `json:"upper"`
	Score    float64 `json:"score"`  // 0..1, comparable between rules
	Effect   float64 `json:"effect"` // what the rule compared with its threshold
	PValue   float64 `json:"p_value"`

	WindowStart time.Time `json:"window_start"`
	WindowEnd   time.Time `json:"window_end"`
	StartedAt   time.Time `json:"started_at"` // first window of the episode; part of its identity in the table
	UpdatedAt   time.Time `json:"updated_at"` // last evaluation that changed it
	ResolvedAt  time.Time `json:"resolved_at,omitzero"`

	BaselineDays    float64       `json:"baseline_days"`    // age of the baseline
	BaselineBuckets int           `json:"baseline_buckets"` // observations it rests on
	Summary         string        `json:"summary"`          // one sentence for a person
	Contributors    []Contributor `json:"contributors,omitempty"`
	TraceIDs        []string      `json:"trace_ids,omitempty"` // up to 5 samples, hex
	EvidenceSQL     string        `json:"evidence_sql"`        // SELECT that shows the calls behind it
	RunbookURL      string        `json:"runbook_url,omitempty"`
	DashboardURL    string        `json:"dashboard_url,omitempty"`
	RuleRevision    string        `json:"rule_revision"`
	CatalogRevision string        `json:"catalog_revision"`
}
