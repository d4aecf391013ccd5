package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// report gathers what was measured.
type report struct {
	verbose bool
	out     io.Writer
	rows    []row
}

// row is one measurement. Without a limit it is for information.
type row struct {
	what        string
	part, whole int
	value       float64
	relation    string // "≥", "≤" or ""
	limit       float64
}

func (r row) ok() bool {
	switch r.relation {
	case "≥":
		return r.value >= r.limit
	case "≤":
		return r.value <= r.limit
	}
	return true
}

// share adds part of whole; a share of nothing is 1 where more is better, else 0.
func (r *report) share(what string, part, whole int, relation string, limit float64) {
	value := float64(part) / float64(max(whole, 1))
	if whole == 0 && relation == "≥" {
		value = 1
	}
	r.rows = append(r.rows, row{what, part, whole, value, relation, limit})
}

// per10k adds how many of 10,000 are.
func (r *report) per10k(what string, part, whole int, limit float64) {
	r.rows = append(r.rows, row{what, part, whole, 10_000 * float64(part) / float64(max(whole, 1)), "≤", limit})
}

// note prints a detail, such as a miss.
func (r *report) note(format string, args ...any) {
	if r.verbose {
		fmt.Fprintf(r.out, format+"\n", args...)
	}
}

func (r *report) missed() bool {
	for _, row := range r.rows {
		if !row.ok() {
			return true
		}
	}
	return false
}

func (r *report) print() error {
	tw := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "redaction\tmeasured\twanted\t\tof")
	for _, row := range r.rows {
		wanted, verdict := "", ""
		if row.relation != "" {
			wanted, verdict = fmt.Sprintf("%s %.3g", row.relation, row.limit), "ok"
			if !row.ok() {
				verdict = "MISSED"
			}
		}
		fmt.Fprintf(tw, "%s\t%.3f\t%s\t%s\t%d of %d\n", row.what, row.value, wanted, verdict, row.part, row.whole)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("cannot print the report: %w", err)
	}
	return nil
}

// short cuts a text for a line of the details.
func short(s string) string {
	const limit = 200
	if len(s) > limit {
		s = s[:limit] + "…"
	}
	return fmt.Sprintf("%q", s)
}
