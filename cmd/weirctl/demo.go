package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/demo"
)

// oldestDemo is how far back a demo may end: with the day that is evaluated it
// is still within what the baseline catches up on.
const oldestDemo = 5 * 24 * time.Hour

func newDemoCommand() *cobra.Command {
	var opts demo.Options
	var output, end string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole of Weir in one go, with simulated connectors",
		Long: `Demo starts the collector with the embedded ClickHouse in a temporary folder, sends
it 28 days of simulated connector traffic over OTLP, restarts it with baselines
on, and shows what was found: incidents that were hidden in the last day.

It checks itself: every incident must be found, with no more false alarms than
their budget of 5 a day and 1000 connectors allows, every call must be stored once,
and secrets that were planted in the traffic must be nowhere on disk, while the
same search finds them when redaction is left out. Exit code 1 when one of these
does not hold. Everything listens on loopback only and is removed at the end.`,
		Example: `  weirctl demo
  weirctl demo --seed 7
  weirctl demo --benign            # no incidents: what is found is a false alarm
  weirctl demo --keep              # leave it running, to look around`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "table" && output != "json" {
				return cli.Usagef("--output: %q is not known: use table or json", output)
			}
			if end != "" {
				at, err := time.Parse(time.RFC3339, end)
				if err != nil {
					return cli.Usagef("--end: %q is no time such as 2026-03-01T12:00:00Z", end)
				}
				if age := time.Since(at); age < 0 || age > oldestDemo {
					return cli.Usagef("--end: %s must lie in the last five days: the baseline catches up on no more", end)
				}
				opts.End = at
			}
			opts.JSON = output == "json"
			opts.Out, opts.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			result, err := demo.Run(cmd.Context(), opts)
			if err == nil && len(result.Failures) > 0 {
				return cli.ErrFound
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&opts.Seed, "seed", 1, "what the traffic and the incidents follow from")
	flags.BoolVar(&opts.Benign, "benign", false, "no incidents: every finding is a false alarm")
	flags.IntVar(&opts.Spans, "spans", 0, "about how many spans (default: the scenario's, 1000000)")
	flags.StringVar(&end, "end", "", "end of the history, in the last five days, as 2026-03-01T12:00:00Z (default: this hour)")
	flags.BoolVar(&opts.Keep, "keep", false, "leave everything running until Ctrl-C")
	flags.StringVar(&opts.Directory, "dir", "", "a new folder to work in, which is kept (default: a temporary one, which is not)")
	flags.StringVar(&opts.Weir, "weir", "", "path of the weir binary (default: beside weirctl, then PATH)")
	flags.StringVarP(&output, "output", "o", "table", "table or json")
	return cmd
}
