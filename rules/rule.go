package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/weir-otel/weir/internal/detect"
)

// Version is the only version of the file format so far.
const Version = 1

// Query is the family of rules whose SQL decides; the others are in detect.
const Query = "query"

// Rule is one thing to watch for.
type Rule struct {
	Name        string    `yaml:"name" json:"name"`
	Family      string    `yaml:"family" json:"family"`
	Description string    `yaml:"description" json:"description"`
	Schedule    string    `yaml:"schedule" json:"schedule"`               // cron, UTC; a tick is the end of the window it evaluates
	Entity      string    `yaml:"entity" json:"entity"`                   // whose behaviour is judged
	Measure     string    `yaml:"measure" json:"measure"`                 // what is observed; of a query rule, the unit of observed and expected
	Window      Duration  `yaml:"window" json:"window"`                   // how much time one evaluation looks at
	Lookback    Duration  `yaml:"lookback" json:"lookback"`               // how much history is the baseline
	MinHistory  Duration  `yaml:"min_history" json:"min_history"`         // younger entities are still being learned
	Direction   string    `yaml:"direction" json:"direction"`             // up, down or both
	MinEffect   MinEffect `yaml:"min_effect" json:"min_effect"`           // not of query rules
	SQL         string    `yaml:"sql" json:"sql,omitempty"`               // query rules: one SELECT, a row a finding
	Parameters  Values    `yaml:"parameters" json:"parameters,omitempty"` // query rules: thresholds in the SQL, {max_age_days:UInt32}
	FireAfter   int       `yaml:"fire_after" json:"fire_after"`           // windows above the threshold before it fires
	Resolve     int       `yaml:"resolve_after" json:"resolve_after"`     // calm windows before an episode ends
	Severity    string    `yaml:"severity" json:"severity"`
	Category    string    `yaml:"category" json:"category"`
	Controls    Controls  `yaml:"controls" json:"controls,omitempty"`
	Budget      float64   `yaml:"budget" json:"budget"` // alerts per 1000 connectors a day that people will read
	Runbook     string    `yaml:"runbook" json:"runbook"`
	Enabled     bool      `yaml:"enabled" json:"enabled"`

	source string
	line   int
}

// MinEffect is what must be exceeded however improbable the rest is.
type MinEffect struct {
	Absolute float64 `yaml:"absolute" json:"absolute"` // in the measure's unit (requests for hours and endpoints)
	Ratio    float64 `yaml:"ratio" json:"ratio"`       // times what is usual
}

// Values are texts, numbers, booleans, or lists of them, by name.
type Values map[string]any

// Controls are the controls that a rule gives evidence for, by framework:
//
//	soc2: [CC6.1]        AICPA trust services criteria
//	iso27001: [A.8.16]   ISO/IEC 27001:2022, Annex A
//	gdpr: [Art. 32]
type Controls map[string][]string

// defaults are the values of keys that a file leaves out.
func defaults() Rule {
	return Rule{
		Schedule: "0 * * * *", Window: Duration(time.Hour), Lookback: Duration(28 * day), MinHistory: Duration(7 * day),
		Entity: "connector", Direction: detect.Up, FireAfter: 1, Resolve: 2, Severity: "warning", Budget: 0.2, Enabled: true,
		MinEffect: MinEffect{Ratio: 1},
	}
}

// Revision names the content of the rule: equal content, equal revision.
func (r Rule) Revision() string {
	data, _ := json.Marshal(r) // plain fields always marshal
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// Source is where the rule is written, "volume.yaml:3".
func (r Rule) Source() string { return Problem{File: r.source, Line: r.line}.Place() }

// Ticks is the rule's schedule, in UTC.
func (r Rule) Ticks() (cron.Schedule, error) {
	return cron.ParseStandard("CRON_TZ=UTC " + r.Schedule)
}

// Detect is the rule as the statistics want it. A query rule has no such form.
func (r Rule) Detect() *detect.Rule {
	return &detect.Rule{
		Family: r.Family, Measure: r.Measure, Direction: r.Direction,
		Window: time.Duration(r.Window), Lookback: time.Duration(r.Lookback), MinHistory: time.Duration(r.MinHistory),
		MinAbsolute: r.MinEffect.Absolute, MinRatio: r.MinEffect.Ratio, Budget: r.Budget,
	}
}
