package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

// maxExamples are shown of each kind.
const maxExamples = 3

// detectorPage is a detector with examples: some it finds, some near misses that
// it leaves.
type detectorPage struct {
	redact.Detector
	Action string          `json:"action"`
	Finds  []redact.Vector `json:"finds"`
	Leaves []redact.Vector `json:"leaves"`
}

func listDetectors(out io.Writer, engine *redact.Engine, opts redactOptions) error {
	if opts.name != "" {
		return describeDetector(out, engine, opts)
	}
	all := engine.Detectors()
	if opts.output == "json" {
		return cli.JSON(out, all)
	}
	var rows [][]string
	for _, d := range all {
		rows = append(rows, []string{d.Name, d.Class, d.Severity, engine.Action(d.Name), d.Placeholder, d.Description})
	}
	return cli.Table(out, []string{"DETECTOR", "CLASS", "SEVERITY", "ACTION", "PLACEHOLDER", "FINDS"}, rows)
}

func describeDetector(out io.Writer, engine *redact.Engine, opts redactOptions) error {
	d, ok := engine.Detector(opts.name)
	if !ok {
		return cli.Usagef("there is no detector %q%s; `weirctl redact --list` prints all", opts.name, similar(engine, opts.name))
	}
	page := detectorPage{Detector: d, Action: engine.Action(d.Name), Finds: []redact.Vector{}, Leaves: []redact.Vector{}}
	for _, v := range redact.Vectors() {
		switch {
		case v.Detector != d.Name:
		case v.Secret != "" && len(page.Finds) < maxExamples:
			page.Finds = append(page.Finds, v)
		case v.Secret == "" && len(page.Leaves) < maxExamples:
			page.Leaves = append(page.Leaves, v)
		}
	}
	if opts.output == "json" {
		return cli.JSON(out, page)
	}
	rows := [][]string{
		{"detector", d.Name},
		{"finds", d.Description},
		{"class", d.Class},
		{"severity", d.Severity},
		{"placeholder", d.Placeholder},
		{"action", page.Action},
		{"source", d.Source},
	}
	for _, v := range page.Finds {
		rows = append(rows, []string{"example", example(v)})
	}
	for _, v := range page.Leaves {
		rows = append(rows, []string{"left alone", example(v)})
	}
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "%-12s %s\n", row[0], cli.Plain(row[1])); err != nil {
			return fmt.Errorf("cannot write stdout: %w", err)
		}
	}
	return nil
}

func example(v redact.Vector) string {
	if v.Key == "" {
		return v.Text
	}
	return v.Key + " = " + v.Text
}

// similar names detectors that hold the name asked for.
func similar(engine *redact.Engine, name string) string {
	var like []string
	for _, d := range engine.Detectors() {
		if len(name) > 2 && strings.Contains(d.Name, strings.ToLower(name)) && len(like) < 5 {
			like = append(like, d.Name)
		}
	}
	if len(like) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(like, " or ") + "?"
}
