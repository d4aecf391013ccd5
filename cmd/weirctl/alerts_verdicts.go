package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/finding"
)

func newAlertsVerdictsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verdicts",
		Short: "List what people said of episodes, and what it changes",
		Long: `Verdicts lists what people said of episodes (weirctl alerts ack), and what the detector makes of it: which hours are
no part of what is usual, and which thresholds are raised, how far and until when.`,
		Example: `  weirctl alerts verdicts
  weirctl alerts verdicts --output json`,
		Args: cobra.NoArgs,
	}
	client, output := addClientFlags(cmd), addOutputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runAlertsVerdicts(cmd.Context(), client, *output, time.Now(), cmd.OutOrStdout())
	}
	return cmd
}

func runAlertsVerdicts(ctx context.Context, client *clientFlags, output string, now time.Time, out io.Writer) (err error) {
	conn, err := client.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	said, err := finding.Verdicts(ctx, conn)
	if err != nil {
		return err
	}
	return printVerdicts(out, output, said, now)
}

func printVerdicts(out io.Writer, output string, said []finding.Judged, now time.Time) error {
	if output == "json" {
		if said == nil {
			said = []finding.Judged{}
		}
		return cli.JSON(out, said)
	}
	if len(said) == 0 {
		_, err := io.WriteString(out, "Nobody has said anything of an episode yet: weirctl alerts ack.\n")
		return err
	}
	rows := make([][]string, len(said))
	for i := range said {
		j := &said[i]
		verdict := string(j.Verdict)
		if j.Verdict == finding.Seen {
			verdict = "seen"
		}
		rows[i] = []string{
			j.Fingerprint, j.ConnectorID, j.Rule, j.StartedAt.Format(time.RFC3339), verdict, effectOf(j, now),
			j.Author, j.SaidAt.Format(time.RFC3339), j.Note,
		}
	}
	return cli.Table(out, []string{"FINGERPRINT", "CONNECTOR", "RULE", "SINCE", "VERDICT", "EFFECT", "BY", "AT", "NOTE"}, rows)
}

// effectOf says what the detector makes of a verdict.
func effectOf(j *finding.Judged, now time.Time) string {
	raised := "threshold raised above " + shortNumber(j.Effect) + " until " + j.Until.Format(time.DateOnly)
	if !now.Before(j.Until) {
		raised = "threshold was raised until " + j.Until.Format(time.DateOnly)
	}
	switch {
	case j.Verdict.LeavesBaseline() && j.Verdict.RaisesThreshold():
		return "out of the baseline; " + raised
	case j.Verdict.LeavesBaseline():
		return "out of the baseline"
	case j.Verdict.RaisesThreshold():
		return raised
	}
	return "none"
}
