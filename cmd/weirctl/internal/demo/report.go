package demo

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/finding"
)

// write prints the result: for people, or as JSON.
func (r *Result) write(opts Options) error {
	if opts.JSON {
		return cli.JSON(opts.Out, r)
	}
	return r.table(opts.Out)
}

func (r *Result) table(out io.Writer) error {
	fmt.Fprintf(out, "\nFindings of the last 24 hours (%s to %s UTC)\n\n", r.End.Add(-24*time.Hour).Format("Mon 15:04"), r.End.Format("Mon 15:04"))
	if err := findingTable(out, r.Findings); err != nil {
		return err
	}
	if len(r.Incidents) > 0 {
		fmt.Fprint(out, "\nInjected incidents\n\n")
		if err := cli.Table(out, []string{"", "INCIDENT", "CONNECTOR", "WHEN (UTC)", "FOUND BY"}, incidentRows(r.Incidents)); err != nil {
			return err
		}
	}
	fmt.Fprintln(out)
	r.sentences(out)
	if len(r.Failures) == 0 {
		_, err := fmt.Fprintf(out, "\nEverything held, in %.0f s.\n", r.Seconds)
		return err
	}
	fmt.Fprintf(out, "\nDID NOT HOLD (%d):\n", len(r.Failures))
	for _, failure := range r.Failures {
		fmt.Fprintf(out, "  - %s\n", failure)
	}
	return nil
}

// findingTable writes a row for each finding and, beneath it, why.
func findingTable(out io.Writer, findings []finding.Finding) error {
	if len(findings) == 0 {
		_, err := fmt.Fprintln(out, "  none")
		return err
	}
	var rows [][]string
	for _, f := range findings {
		rows = append(rows, []string{
			f.ConnectorID, what(f), amount(f.Measure, f.Observed), amount(f.Measure, f.Expected), window(f.WindowStart, f.WindowEnd),
		})
	}
	var table bytes.Buffer
	if err := cli.Table(&table, []string{"CONNECTOR", "WHAT", "OBSERVED", "EXPECTED", "WHEN (UTC)"}, rows); err != nil {
		return err
	}
	for i, line := range strings.SplitAfter(table.String(), "\n") {
		fmt.Fprint(out, line)
		if i > 0 && i <= len(findings) {
			fmt.Fprintf(out, "    %s\n", why(findings[i-1]))
		}
	}
	return nil
}

// why is the summary without the connector's name, which is above it.
func why(f finding.Finding) string {
	return strings.TrimPrefix(f.Summary, f.ConnectorID+" ")
}

// what is the rule, and the endpoint where the finding is about one.
func what(f finding.Finding) string {
	if f.Endpoint != "" {
		return f.Rule + " " + f.Endpoint
	}
	return f.Rule
}

// amount writes a value in the unit of its measure.
func amount(measure string, v float64) string {
	switch {
	case strings.HasPrefix(measure, "bytes"):
		return progress.Bytes(v)
	case v > 0 && v < 10:
		return fmt.Sprintf("%.2g", v)
	default:
		return progress.Count(v)
	}
}

func window(from, to time.Time) string {
	return from.UTC().Format("Mon 15:04") + "–" + to.UTC().Format("15:04")
}

func incidentRows(checks []Check) [][]string {
	var rows [][]string
	for _, c := range checks {
		mark, by := "✓", strings.Join(c.By, ", ")
		if !c.Found {
			mark, by = "✗", "nothing"
		}
		rows = append(rows, []string{mark, string(c.Incident.Kind), c.Incident.Connector, window(c.Incident.Start, c.Incident.End), by})
	}
	return rows
}

// sentences say in words what the checks gave.
func (r *Result) sentences(out io.Writer) {
	if r.Sent == r.Stored {
		fmt.Fprintf(out, "Nothing lost, nothing twice: %d spans sent and stored, %d calls sent and %d actions stored.\n", r.Stored.Spans, r.Sent.Actions, r.Stored.Actions)
	} else {
		fmt.Fprintf(out, "Sent %d spans of %d calls; stored %d spans and %d actions.\n", r.Sent.Spans, r.Sent.Actions, r.Stored.Spans, r.Stored.Actions)
	}
	if len(r.LeftOut) > 0 {
		fmt.Fprintf(out, "Not hidden, as no connector was busy enough (raise --spans): %s.\n", strings.Join(r.LeftOut, ", "))
	}
	switch {
	case r.Benign:
		fmt.Fprintf(out, "False alarms in the benign history of %d connectors: %d (their budget allows %d).\n",
			r.Connectors, len(r.Unexpected), falseAlarmsAllowed(r.Connectors))
	default:
		fmt.Fprintf(out, "%d of %d injected incidents found; %d findings beside them; %d delivered to the webhook.\n",
			len(r.Incidents)-missed(r.Incidents), len(r.Incidents), len(r.Unexpected), r.Alerts)
	}
	fmt.Fprintf(out, "Planted secrets found in %d tables, %d segments and %d files: %d. With redaction off the same search finds %d of %d.\n",
		r.Searched.Tables, r.Searched.Segments, r.Searched.Files, len(r.Leaks), len(r.Control.Found), len(r.Control.Found)+len(r.Control.Missing))
}
