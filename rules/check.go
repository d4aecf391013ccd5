package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/rules/internal/strictyaml"
)

// The values that the enumerated keys may have.
var (
	families   = []string{detect.Volume, detect.Hours, detect.Endpoints, detect.Swap, Query}
	severities = []string{"info", "warning", "critical"}
	directions = []string{detect.Up, detect.Down, detect.Both}
	categories = []string{"data_exposure", "credential_compromise", "supply_chain", "cost", "availability", "governance"}
	entities   = []string{"tenant", "connector", "user", "credential", "endpoint"}
	measures   = map[string][]string{
		detect.Volume:    {"requests", "errors", "error_rate", "bytes_in", "bytes_out", "rows", "cost", "users", "latency"},
		detect.Hours:     {"active_hours"},
		detect.Endpoints: {"new_endpoints", "rare_endpoints", "endpoint_mix", "unlisted_endpoints", "enumeration"},
		detect.Swap:      {"likeness"},
	}
	frameworks = map[string]*regexp.Regexp{
		"soc2":     regexp.MustCompile(`^(CC|A|C|PI|P)[1-9]\.[0-9]{1,2}$`),
		"iso27001": regexp.MustCompile(`^A\.[5-8]\.[0-9]{1,2}$`),
		"gdpr":     regexp.MustCompile(`^Art\. [0-9]{1,2}(\([0-9]\))?(\([a-z]\))?$`),
	}
)

var (
	ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	unitName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// checker says what is wrong in the values of one rule.
type checker struct {
	rule   *Rule
	given  strictyaml.Lines
	report func(field string, line int, message, hint string)
}

func (c *checker) bad(field, message, hint string) { c.report(field, c.given.Of(field), message, hint) }

func (c *checker) oneOf(field, value string, allowed []string) bool {
	if slices.Contains(allowed, value) {
		return true
	}
	c.bad(field, fmt.Sprintf("is %q, expected %s", value, orList(allowed)), "")
	return false
}

func (c *checker) check() {
	r := c.rule
	if !ruleName.MatchString(r.Name) {
		c.bad("name", fmt.Sprintf("is %q, expected lower-case words with hyphens", r.Name), "e.g. requests-burst")
	}
	if r.Description == "" {
		c.bad("description", "is missing", "say in one sentence what it means when the rule fires")
	}
	c.oneOf("severity", r.Severity, severities)
	c.oneOf("category", r.Category, categories)
	if c.oneOf("family", r.Family, families) {
		if r.Family == Query {
			c.checkQuery()
		} else {
			c.checkStatistics()
		}
	}
	c.checkSchedule()
	c.checkAlerting()
	c.checkControls()
}

// checkStatistics checks what only the statistical families have.
func (c *checker) checkStatistics() {
	r := c.rule
	for _, field := range []string{"sql", "parameters"} {
		if _, given := c.given[field]; given {
			c.bad(field, "is given for the family "+r.Family+", expected only for query", "remove it, or make it a rule of the family query")
		}
	}
	c.oneOf("measure", r.Measure, measures[r.Family])
	c.oneOf("entity", r.Entity, entities)
	if c.oneOf("direction", r.Direction, directions) && r.Family != detect.Volume && r.Direction != detect.Up {
		c.bad("direction", fmt.Sprintf("is %q, expected up for the family %s", r.Direction, r.Family), "")
	}
	c.checkWindow()
	lookback, history := time.Duration(r.Lookback), time.Duration(r.MinHistory)
	if lookback < 14*day || lookback > 120*day {
		c.bad("lookback", fmt.Sprintf("is %s, expected 14d to 120d", r.Lookback), "28d is four of each weekday")
	}
	if history < 3*day || history > lookback {
		c.bad("min_history", fmt.Sprintf("is %s, expected 3d up to the lookback of %s", r.MinHistory, r.Lookback), "")
	}
	c.checkEffect()
}

func (c *checker) checkWindow() {
	r, window := c.rule, time.Duration(c.rule.Window)
	switch {
	case r.Family == detect.Volume && window == 15*time.Minute:
		if r.Direction != detect.Up {
			c.bad("window", "is 15m, expected 1h or more for the direction "+r.Direction, "a window that is still open proves no silence")
		}
	case window < time.Hour || window%time.Hour != 0 || window > 7*day:
		c.bad("window", fmt.Sprintf("is %s, expected whole hours from 1h to 7d, or 15m for the family volume", r.Window), "")
	case r.Family == detect.Hours && window != time.Hour:
		c.bad("window", fmt.Sprintf("is %s, expected 1h for the family hours", r.Window), "")
	}
}

func (c *checker) checkEffect() {
	r := c.rule
	if r.MinEffect.Absolute <= 0 {
		c.bad("min_effect.absolute", fmt.Sprintf("is %g, expected more than 0", r.MinEffect.Absolute), "the smallest amount worth a person's time")
	}
	switch {
	case r.Family == detect.Volume && r.MinEffect.Ratio <= 1:
		c.bad("min_effect.ratio", fmt.Sprintf("is %g, expected more than 1", r.MinEffect.Ratio), "e.g. 4 for four times what is usual, or a quarter of it")
	case r.MinEffect.Ratio < 0:
		c.bad("min_effect.ratio", fmt.Sprintf("is %g, expected 0 or more", r.MinEffect.Ratio), "")
	}
}

func (c *checker) checkSchedule() {
	if _, err := c.rule.Ticks(); err != nil {
		c.bad("schedule", fmt.Sprintf("is %q: %v", c.rule.Schedule, err), `use five fields, minute hour day month weekday, e.g. "0 * * * *", in UTC`)
	}
}

func (c *checker) checkAlerting() {
	r := c.rule
	if r.Budget <= 0 || r.Budget > 1000 {
		c.bad("budget", fmt.Sprintf("is %g, expected alerts per 1000 connectors a day, more than 0", r.Budget), "")
	}
	if r.FireAfter < 1 || r.FireAfter > 100 {
		c.bad("fire_after", fmt.Sprintf("is %d, expected 1 to 100 windows", r.FireAfter), "")
	}
	if r.Resolve < 1 || r.Resolve > 100 {
		c.bad("resolve_after", fmt.Sprintf("is %d, expected 1 to 100 windows", r.Resolve), "")
	}
	if r.Runbook != "" && !strings.HasPrefix(r.Runbook, "https://") && !strings.HasPrefix(r.Runbook, "http://") {
		c.bad("runbook", fmt.Sprintf("is %q, expected a URL", r.Runbook), "people open it from the alert")
	}
}

func (c *checker) checkControls() {
	examples := map[string]string{"soc2": "CC6.1", "iso27001": "A.8.16", "gdpr": "Art. 32"}
	for _, framework := range slices.Sorted(maps.Keys(c.rule.Controls)) {
		form, known := frameworks[framework]
		if !known {
			c.bad("controls", fmt.Sprintf("has %q, expected soc2, iso27001 or gdpr", framework), "")
			continue
		}
		for _, id := range c.rule.Controls[framework] {
			if !form.MatchString(id) {
				c.bad("controls", fmt.Sprintf("has %q for %s, expected an id such as %s", id, framework, examples[framework]), "")
			}
		}
	}
}

// orList is "a, b or c".
func orList(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}
