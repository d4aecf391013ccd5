package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

// explained is a match without what was matched.
type explained struct {
	Line     int    `json:"line,omitempty"` // with --format jsonl
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Detector string `json:"detector"`
	Class    string `json:"class"`
	Severity string `json:"severity"`
	Action   string `json:"action"`
	Why      string `json:"why"`
	Source   string `json:"source,omitempty"`
}

func explainText(engine *redact.Engine, in io.Reader, out io.Writer, opts redactOptions) error {
	found := []explained{}
	note := func(line int, key, text string) {
		_, matches := redactValue(engine, key, text)
		for _, m := range matches {
			d, _ := engine.Detector(m.Detector)
			found = append(found, explained{
				Line: line, Start: m.Start, End: m.End, Detector: m.Detector, Class: d.Class, Severity: d.Severity, Action: m.Action, Why: d.Description, Source: d.Source,
			})
		}
	}
	if opts.format == "jsonl" {
		err := eachLine(in, func(line int, input redactInput) error {
			note(line, input.Key, *input.Text)
			return nil
		})
		if err != nil {
			return err
		}
	} else {
		text, err := io.ReadAll(in)
		if err != nil {
			return fmt.Errorf("cannot read stdin: %w", err)
		}
		note(0, opts.key, string(text))
	}
	if opts.output == "json" {
		return cli.JSON(out, found)
	}
	if len(found) == 0 {
		fmt.Fprintln(out, "nothing found")
		return nil
	}
	return explainTable(out, found, opts.format == "jsonl")
}

func explainTable(out io.Writer, found []explained, lines bool) error {
	header := []string{"BYTES", "DETECTOR", "CLASS", "SEVERITY", "ACTION", "WHY"}
	if lines {
		header = append([]string{"LINE"}, header...)
	}
	var rows [][]string
	for _, f := range found {
		row := []string{fmt.Sprintf("%d-%d", f.Start, f.End), f.Detector, f.Class, f.Severity, f.Action, f.Why}
		if lines {
			row = append([]string{strconv.Itoa(f.Line)}, row...)
		}
		rows = append(rows, row)
	}
	return cli.Table(out, header, rows)
}
