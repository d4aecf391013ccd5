package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

// The values that the enumerated keys may have.
var (
	families   = []string{detect.Volume, detect.Hours, detect.Endpoints}
	severities = []string{"info", "warning", "critical"}
	directions = []string{"up"}
	categories = []string{"data_exposure", "credential_compromise", "supply_chain", "cost", "availability", "governance"}
	measures   = map[string][]string{
		detect.Volume:    {detect.Requests, detect.BytesOut},
		detect.Hours:     {"active_hours"},
		detect.Endpoints: {"new_endpoints"},
	}
)

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check reports what is wrong in the values of a rule. lines says where each
// field stands; "" is the rule itself.
func (d *decoder) check(r *Rule, path string, lines map[string]int) {
	bad := func(field, message, hint string) {
		line := lines[field]
		if line == 0 {
			line = lines[""]
		}
		d.report(line, path+"."+field, message, hint)
	}
	oneOf := func(field, value string, allowed []string) bool {
		if slices.Contains(allowed, value) {
			return true
		}
		bad(field, fmt.Sprintf("is %q, expected %s", value, orList(allowed)), "")
		return false
	}
	if !ruleName.MatchString(r.Name) {
		bad("name", fmt.Sprintf("is %q, expected lower-case words with hyphens", r.Name), "e.g. requests-burst")
	}
	if r.Description == "" {
		bad("description", "is missing", "say in one sentence what it means when the rule fires")
	}
	if oneOf("family", r.Family, families) {
		oneOf("measure", r.Measure, measures[r.Family])
	}
	oneOf("direction", r.Direction, directions)
	oneOf("severity", r.Severity, severities)
	oneOf("category", r.Category, categories)
	checkTimes(r, bad)
	checkNumbers(r, bad)
}

func checkTimes(r *Rule, bad func(field, message, hint string)) {
	if _, err := r.Ticks(); err != nil {
		bad("schedule", fmt.Sprintf("is %q: %v", r.Schedule, err), `use five fields, minute hour day month weekday, e.g. "0 * * * *", in UTC`)
	}
	window, lookback, history := time.Duration(r.Window), time.Duration(r.Lookback), time.Duration(r.MinHistory)
	switch {
	case window < time.Hour || window%time.Hour != 0 || window > 7*day:
		bad("window", fmt.Sprintf("is %s, expected whole hours from 1h to 7d", r.Window), "")
	case r.Family == detect.Hours && window != time.Hour:
		bad("window", fmt.Sprintf("is %s, expected 1h for the family hours", r.Window), "")
	}
	if lookback < 14*day || lookback > 120*day {
		bad("lookback", fmt.Sprintf("is %s, expected 14d to 120d", r.Lookback), "28d is four of each weekday")
	}
	if history < 3*day || history > lookback {
		bad("min_history", fmt.Sprintf("is %s, expected 3d up to the lookback of %s", r.MinHistory, r.Lookback), "")
	}
}

func checkNumbers(r *Rule, bad func(field, message, hint string)) {
	if r.MinEffect.Absolute <= 0 {
		bad("min_effect.absolute", fmt.Sprintf("is %g, expected more than 0", r.MinEffect.Absolute), "the smallest amount worth a person's time")
	}
	switch {
	case r.Family == detect.Volume && r.MinEffect.Ratio <= 1:
		bad("min_effect.ratio", fmt.Sprintf("is %g, expected more than 1", r.MinEffect.Ratio), "e.g. 4 for four times what is usual")
	case r.MinEffect.Ratio < 0:
		bad("min_effect.ratio", fmt.Sprintf("is %g, expected 0 or more", r.MinEffect.Ratio), "")
	}
	if r.Budget <= 0 || r.Budget > 1000 {
		bad("budget", fmt.Sprintf("is %g, expected alerts per 1000 connectors a day, more than 0", r.Budget), "")
	}
	if r.FireAfter < 1 || r.FireAfter > 100 {
		bad("fire_after", fmt.Sprintf("is %d, expected 1 to 100 windows", r.FireAfter), "")
	}
	if r.Resolve < 1 || r.Resolve > 100 {
		bad("resolve_after", fmt.Sprintf("is %d, expected 1 to 100 windows", r.Resolve), "")
	}
	if r.Runbook != "" && !strings.HasPrefix(r.Runbook, "https://") && !strings.HasPrefix(r.Runbook, "http://") {
		bad("runbook", fmt.Sprintf("is %q, expected a URL", r.Runbook), "people open it from the alert")
	}
}

// orList is "a, b or c".
func orList(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}
