package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/rules"
)

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "Check, list, test and replay detection rules",
		Long:  "Rules say what the baseline receiver watches for. The built-in packs go by the name builtin.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return cli.Usagef("which of check, test, backtest, list and schema?")
		},
	}
	cmd.AddCommand(newRulesCheckCommand(), newRulesTestCommand(), newRulesBacktestCommand(), newRulesListCommand(), newRulesSchemaCommand())
	return cmd
}

func rulesOutput(output string) error {
	if output != "table" && output != "json" {
		return cli.Usagef("--output %s, expected table or json", output)
	}
	return nil
}

func newRulesCheckCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "check FILE…",
		Short: "Check rule files",
		Long: `Check reads rule files as the baseline receiver does and prints what is wrong, with
file, line, field and what to do. Files may be patterns, or the word builtin;
names must be unique over all of them. Exit code 1 when something is wrong.`,
		Example: `  weirctl rules check my-rules.yaml
  weirctl rules check builtin 'rules.d/*.yaml' --output json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("no FILE, expected rule files or the word builtin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := rulesOutput(output); err != nil {
				return err
			}
			all, err := rules.Load(args)
			var problems rules.Problems
			if err != nil && !errors.As(err, &problems) {
				return err
			}
			if err := printProblems(cmd.OutOrStdout(), output, len(all), problems); err != nil {
				return err
			}
			if len(problems) > 0 {
				return cli.ErrFound
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return cmd
}

func printProblems(w io.Writer, output string, count int, problems rules.Problems) error {
	if output == "json" {
		if problems == nil {
			problems = rules.Problems{}
		}
		return cli.JSON(w, map[string]any{"rules": count, "problems": problems})
	}
	if len(problems) == 0 {
		_, err := fmt.Fprintf(w, "%d rules are fine\n", count)
		return err
	}
	_, err := fmt.Fprintln(w, problems)
	return err
}

func newRulesListCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list [FILE…]",
		Short: "List rules",
		Long:  "List prints the rules of the given files, or the built-in ones.",
		Example: `  weirctl rules list
  weirctl rules list builtin my-rules.yaml --output json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := rulesOutput(output); err != nil {
				return err
			}
			if len(args) == 0 {
				args = []string{rules.BuiltinName}
			}
			all, err := rules.Load(args)
			if err != nil {
				return err
			}
			if output == "json" {
				return cli.JSON(cmd.OutOrStdout(), all)
			}
			header := []string{"NAME", "FAMILY", "MEASURE", "WINDOW", "SCHEDULE", "MIN EFFECT", "BUDGET", "SEVERITY", "CATEGORY", "ENABLED", "SOURCE"}
			var rows [][]string
			for _, r := range all {
				rows = append(rows, []string{
					r.Name, r.Family, r.Measure, r.Window.String(), r.Schedule, minEffect(&r), fmt.Sprintf("%g", r.Budget),
					r.Severity, r.Category, strconv.FormatBool(r.Enabled), r.Source(),
				})
			}
			return cli.Table(cmd.OutOrStdout(), header, rows)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return cmd
}

// minEffect is "50, ×5"; the SQL of a query rule has its own.
func minEffect(r *rules.Rule) string {
	switch {
	case r.Family == rules.Query:
		return "-"
	case r.MinEffect.Ratio > 0:
		return fmt.Sprintf("%g, ×%g", r.MinEffect.Absolute, r.MinEffect.Ratio)
	}
	return fmt.Sprintf("%g", r.MinEffect.Absolute)
}

func newRulesSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of rule files",
		Long:    "Schema prints the JSON Schema of rule files, for editors that check YAML while it is written.",
		Example: "  weirctl rules schema > rules.schema.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(rules.Schema())
			return err
		},
	}
}
