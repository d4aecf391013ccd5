package main

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

// maxCell keeps a table readable; --output json has all of it.
const maxCell = 40

func printAccess(out io.Writer, report *accessReport) error {
	rows := make([][]string, 0, len(report.Connectors))
	var findings [][]string
	for i := range report.Connectors {
		row := &report.Connectors[i]
		rows = append(rows, row.cells())
		for _, finding := range row.Findings {
			findings = append(findings, []string{row.Connector, finding})
		}
	}
	header := []string{"OWNER", "CONNECTOR", "PURPOSE", "LIFECYCLE", "LAST USE (UTC)", "CALLS", "USERS", "CREDENTIALS", "ENDPOINTS", "SCOPES"}
	if err := cli.Table(out, header, rows); err != nil || len(findings) == 0 {
		return err
	}
	fmt.Fprintln(out)
	return cli.Table(out, []string{"CONNECTOR", "TO LOOK AT"}, findings)
}

func (r *accessRow) cells() []string {
	last := "-"
	if r.LastUse != nil {
		last = r.LastUse.Format(reportTime)
	}
	return []string{
		dash(r.Owner), r.Connector, dash(clipped(r.Purpose)), dash(r.Lifecycle), last,
		count(r.Calls), count(r.Users), count(r.Credentials), r.Endpoints.summary(), r.Scopes.summary(),
	}
}

// clipped is a text short enough for a cell.
func clipped(text string) string {
	if runes := []rune(text); len(runes) > maxCell {
		return string(runes[:maxCell-1]) + "…"
	}
	return text
}

// summary is e.g. "7, 1 outside, 2 unused".
func (e *accessEndpoints) summary() string {
	return strconv.Itoa(len(e.Used)) + part(len(e.Outside), "outside") + part(len(e.Unused), "unused")
}

func (s *accessScopes) summary() string {
	return strconv.Itoa(len(s.Granted)) + part(len(s.Outside), "outside") + part(len(s.Unused), s.unusedWord())
}

func part(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

func (s *accessScopes) unusedWord() string {
	if s.EndpointsUnknown > 0 {
		return "perhaps unused"
	}
	return "unused"
}

// findings says what somebody should look at, the gravest first.
func (r *accessRow) findings(c *catalog.Connector, now time.Time) []string {
	found := []string{}
	say := func(format string, values ...any) { found = append(found, fmt.Sprintf(format, values...)) }
	used := r.LastUse != nil
	if used && !r.Registered {
		say("not in the catalog")
	}
	if used && c.Approval.Status == "revoked" {
		say("its approval is revoked, and it still calls")
	}
	if used && c.Approval.Expires != "" && now.UTC().Format(time.DateOnly) > c.Approval.Expires {
		say("its approval ended on %s, and it still calls", c.Approval.Expires)
	}
	if used && c.Lifecycle == "retired" {
		say("retired, and it still calls")
	}
	if r.Owner == "" {
		say("no owner")
	}
	for _, endpoint := range r.Endpoints.Outside {
		say("endpoint outside allowed_endpoints: %s", endpoint)
	}
	for _, scope := range r.Scopes.Outside {
		say("scope outside allowed_scopes: %s", scope)
	}
	for _, endpoint := range r.Endpoints.Deprecated {
		say("deprecated operation: %s", endpoint)
	}
	for _, scope := range r.Scopes.Unused {
		say("scope %s: %s", r.Scopes.unusedWord(), scope)
	}
	switch {
	case !used && c.Lifecycle != "retired":
		say("not used in this time")
	case used:
		for _, endpoint := range r.Endpoints.Unused {
			say("allowed endpoint unused: %s", endpoint)
		}
	}
	return found
}
