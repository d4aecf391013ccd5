// Package message says a finding in the words of an alert: labels that identify
// it, annotations that explain it.
//
// Labels never change while an episode lasts: a new value would be a new alert.
// So what was observed is in the annotations only. Names have underscores, since
// Alertmanager before 0.27 refuses dots.
package message

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/weir-otel/weir/internal/finding"
)

// Limits in bytes. What is longer is cut, never refused: a cut alert wakes
// somebody, a refused one nobody.
const (
	maxLabel      = 256
	maxTitle      = 250  // the title of a GitHub or Jira issue has 255, PagerDuty's summary 1024
	maxAnnotation = 4096 // Slack's text block has 3000 characters, Teams' card 28 KB in all
	maxTop        = 5    // contributors named
)

// Unattributed stands for the connector of calls without an identity.
const Unattributed = "unattributed"

// Labels returns the identity of f.
func Labels(f finding.Finding, static map[string]string) map[string]string {
	labels := map[string]string{}
	for name, value := range static {
		labels[name] = value
	}
	set := func(name, value string) {
		if value = clean(value, maxLabel); value != "" {
			labels[name] = value
		} else {
			delete(labels, name)
		}
	}
	set("alertname", f.Rule)
	set("tenant", f.TenantID)
	set("connector", connectorID(f))
	set("endpoint", f.Endpoint)
	set("measure", f.Measure)
	set("severity", f.Severity)
	set("category", f.Category)
	set("fingerprint", f.Fingerprint)
	return labels
}

// Annotations returns what on-call people want to know of f.
func Annotations(f finding.Finding) map[string]string {
	annotations := map[string]string{}
	set := func(name, value string, limit int) {
		if value = cleanLines(value, limit); value != "" {
			annotations[name] = value
		}
	}
	set("summary", Title(f), maxTitle)
	set("description", description(f), maxAnnotation)
	set("connector_name", f.ConnectorName, maxLabel)
	set("observed", amount(f.Measure, f.Observed), maxLabel)
	set("expected", amount(f.Measure, f.Expected), maxLabel)
	set("ratio", ratio(f), maxLabel)
	set("since", since(f), maxLabel)
	set("top_contributors", contributors(f), maxAnnotation)
	set("trace_ids", strings.Join(f.TraceIDs[:min(len(f.TraceIDs), maxTop)], " "), maxAnnotation)
	set("runbook_url", webURL(f.RunbookURL), maxAnnotation)
	set("dashboard_url", DashboardURL(f), maxAnnotation)
	return annotations
}

// Title says what, where, for whom:
//
//	Response bytes 8.2× the usual: CRM sync on GET /contacts/export (tenant acme)
func Title(f finding.Finding) string {
	title := what(f) + ": " + connector(f)
	if f.Endpoint != "" {
		title += " on " + f.Endpoint
	}
	if f.TenantID != "" {
		title += " (tenant " + f.TenantID + ")"
	}
	return clean(title, maxTitle)
}

func what(f finding.Finding) string {
	switch f.Family {
	case "hours":
		return "Active at an unusual time"
	case "endpoints":
		return "Endpoint never used before"
	}
	name := measureName(f.Measure)
	if r := ratio(f); r != "" {
		return name + " " + r + " the usual"
	}
	if f.Observed > f.Expected {
		return name + " where there usually is none"
	}
	return name + " unusual"
}

func measureName(measure string) string {
	switch measure {
	case "":
		return "Activity"
	case "bytes_out":
		return "Response bytes"
	case "bytes_in":
		return "Request bytes"
	}
	name := strings.ReplaceAll(measure, "_", " ")
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

func connectorID(f finding.Finding) string {
	if f.ConnectorID == "" {
		return Unattributed
	}
	return f.ConnectorID
}

func connector(f finding.Finding) string {
	if f.ConnectorName != "" {
		return f.ConnectorName
	}
	if f.ConnectorID == "" {
		return "calls of no known connector"
	}
	return f.ConnectorID
}

func description(f finding.Finding) string {
	lines := []string{}
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if f.Summary != "" {
		add("%s", f.Summary)
	}
	line := fmt.Sprintf("Observed %s, expected %s", amount(f.Measure, f.Observed), amount(f.Measure, f.Expected))
	if f.Upper > f.Lower {
		line += fmt.Sprintf(" (usually %s to %s)", amount(f.Measure, f.Lower), amount(f.Measure, f.Upper))
	}
	if r := ratio(f); r != "" {
		line += ": " + r
	}
	lines = append(lines, line+".")
	if s := since(f); s != "" {
		add("Since %s.", s)
	}
	if top := contributors(f); top != "" {
		add("Most of it: %s.", top)
	}
	if f.BaselineDays > 0 {
		add("Compared with %.3g days of history.", f.BaselineDays)
	}
	return strings.Join(lines, "\n")
}

func since(f finding.Finding) string {
	if f.StartedAt.IsZero() {
		return ""
	}
	return f.StartedAt.UTC().Format("2006-01-02 15:04 UTC")
}

func contributors(f finding.Finding) string {
	parts := make([]string, 0, maxTop)
	for _, c := range f.Contributors[:min(len(f.Contributors), maxTop)] {
		parts = append(parts, fmt.Sprintf("%s %s (usually %s)", c.Key, amount(f.Measure, c.Observed), amount(f.Measure, c.Baseline)))
	}
	return strings.Join(parts, "; ")
}

// ratio is empty where there is nothing to compare with.
func ratio(f finding.Finding) string {
	if f.Expected <= 0 || f.Observed < 0 {
		return ""
	}
	return significant(f.Observed/f.Expected) + "×"
}

// DashboardURL returns the finding's dashboard with a time range around the
// episode, unless the link has one already.
func DashboardURL(f finding.Finding) string {
	link := webURL(f.DashboardURL)
	if link == "" {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil || f.StartedAt.IsZero() {
		return link
	}
	query := u.Query()
	if query.Has("from") {
		return link
	}
	end := f.WindowEnd
	if end.Before(f.StartedAt) {
		end = f.StartedAt.Add(time.Hour)
	}
	query.Set("from", strconv.FormatInt(f.StartedAt.Add(-6*time.Hour).UnixMilli(), 10))
	query.Set("to", strconv.FormatInt(end.Add(time.Hour).UnixMilli(), 10))
	if !query.Has("var-connector") {
		query.Set("var-connector", connectorID(f))
	}
	if f.TenantID != "" && !query.Has("var-tenant") {
		query.Set("var-tenant", f.TenantID)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// webURL lets only links through that a browser may open.
func webURL(link string) string {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || len(link) > maxAnnotation {
		return ""
	}
	return u.String()
}
