package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/rules"
	"github.com/weir-otel/weir/rules/backtest"
)

const rulesBacktestHelp = `Backtest replays rules over what is stored and prints, for each rule, how many
findings a day it would have made, against the budget for the connectors that
were active, and what other thresholds would have done: "×2" is the number of
findings a day with twice the evidence.

Query rules are evaluated with the catalog of today. Statistical rules read the
lookback and two more weeks before --since. Nobody is alerted, and no state of
the baseline receiver changes. Exit code 1 when a rule is over its budget, or cannot be evaluated.`

type backtestFlags struct {
	client   *clientFlags
	catalogs *catalogFlags
	window   windowFlags
	catalog  string
	rules    []string
	output   string
}

func newRulesBacktestCommand() *cobra.Command {
	f := &backtestFlags{}
	cmd := &cobra.Command{
		Use:   "backtest [FILE…]",
		Short: "Replay rules over stored history: findings a day against the budget",
		Long:  rulesBacktestHelp,
		Example: `  weirctl rules backtest --since 7d
  weirctl rules backtest builtin my-rules.yaml --rule credential-shared --rule requests-burst
  weirctl rules backtest --since 30d --clickhouse https://clickhouse.example.com:8443 --output json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), args, time.Now(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.client, f.catalogs = addClientFlags(cmd), addCatalogFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.window.since, "since", "7d", "`time` or age at which the replay begins")
	flags.StringVar(&f.window.until, "until", "", "`time` or age at which it ends (default now)")
	flags.StringVar(&f.catalog, "catalog", "", "catalog `file`, folder or URL (default: the revision in force of the table catalog_revisions)")
	flags.StringSliceVar(&f.rules, "rule", nil, "`name` of a rule to replay (default: all that are enabled)")
	flags.StringVarP(&f.output, "output", "o", "table", "table or json")
	return cmd
}

func (f *backtestFlags) run(ctx context.Context, files []string, now time.Time, out, errOut io.Writer) error {
	if err := rulesOutput(f.output); err != nil {
		return err
	}
	w, err := f.window.at(now)
	if err != nil {
		return err
	}
	selected, err := f.selected(files)
	if err != nil {
		return err
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := f.catalogs.load(ctx, f.catalog, conn)
	if err != nil {
		return err
	}
	line := progress.New(errOut)
	line.Begin("replaying rules")
	b := &backtest.Backtest{
		Conn: conn, Catalog: c, Rules: selected, From: w.since, To: w.until,
		Progress: func(rule string, share float64) { line.Update(share, rule) },
	}
	results, err := b.Run(ctx)
	if err != nil {
		return err
	}
	line.Done(fmt.Sprintf("replayed %d rules", len(results)))
	return printBacktest(out, f.output, results, w.until.Sub(w.since).Hours()/24)
}

// selected are the enabled rules of the files, or the named ones.
func (f *backtestFlags) selected(files []string) ([]rules.Rule, error) {
	if len(files) == 0 {
		files = []string{rules.BuiltinName}
	}
	all, err := rules.Load(files)
	if err != nil {
		return nil, err
	}
	for _, name := range f.rules {
		if !slices.ContainsFunc(all, func(r rules.Rule) bool { return r.Name == name }) {
			return nil, cli.Usagef("--rule %q: no rule has this name; see weirctl rules list", name)
		}
	}
	return slices.DeleteFunc(all, func(r rules.Rule) bool {
		return len(f.rules) == 0 && !r.Enabled || len(f.rules) > 0 && !slices.Contains(f.rules, r.Name)
	}), nil
}

func printBacktest(w io.Writer, output string, results []backtest.Result, days float64) error {
	over := slices.ContainsFunc(results, func(r backtest.Result) bool { return r.Error != "" || r.Over(days) })
	var err error
	if output == "json" {
		err = cli.JSON(w, map[string]any{"days": days, "rules": results})
	} else {
		err = printBacktestTable(w, results, days)
	}
	if err == nil && over {
		return cli.ErrFound
	}
	return err
}

func printBacktestTable(w io.Writer, results []backtest.Result, days float64) error {
	header := []string{"RULE", "FAMILY", "WINDOWS", "FINDINGS", "A DAY", "BUDGET A DAY", "VERDICT"}
	for _, factor := range backtest.Factors[1:] {
		header = append(header, "×"+strconv.FormatFloat(factor, 'g', -1, 64))
	}
	var rows [][]string
	for i := range results {
		r := &results[i]
		if r.Error != "" {
			continue
		}
		verdict := "within"
		if r.Over(days) {
			verdict = "OVER"
		}
		row := []string{r.Rule, r.Family, strconv.Itoa(r.Windows), strconv.Itoa(r.Findings), rate(r.PerDay), rate(r.Budget), verdict}
		for _, outcome := range r.Factors[1:] {
			row = append(row, rate(outcome.PerDay))
		}
		rows = append(rows, row)
	}
	if err := cli.Table(w, header, rows); err != nil {
		return err
	}
	for i := range results {
		if results[i].Error != "" {
			fmt.Fprintf(w, "%s: %s\n", results[i].Rule, cli.Plain(results[i].Error))
		}
	}
	return nil
}

// rate is findings a day as people read it.
func rate(perDay float64) string { return strconv.FormatFloat(perDay, 'f', 2, 64) }
