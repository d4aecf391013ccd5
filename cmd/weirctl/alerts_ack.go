package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/finding"
)

// benignFor is how long a benign pattern needs more to be told again.
const benignFor = 30 * 24 * time.Hour

type ackFlags struct {
	client  *clientFlags
	verdict string
	note    string
	author  string
	length  time.Duration
	output  *string
	now     func() time.Time
}

func newAlertsAckCommand() *cobra.Command {
	f := &ackFlags{now: time.Now}
	cmd := &cobra.Command{
		Use:   "ack FINGERPRINT…",
		Short: "Say that you have seen an episode, and what it was",
		Long: `Ack says that somebody looks after an episode, and with --verdict what it turned out to be. The detector learns from it:

  true      it was an incident: its hours are no part of what is usual, for good
  benign    it is unusual, and all right: for a time (--for) this connector needs a larger effect to be told by this rule
  expected  it was announced, such as a quarter's end: both

The fingerprint is that of weirctl alerts list, or its beginning; of several episodes with it, the last is meant. A
later verdict takes the place of an earlier one. weirctl alerts verdicts lists what is in force.`,
		Example: `  weirctl alerts ack 3f9a1c0b
  weirctl alerts ack 3f9a1c0b --verdict benign --note "campaign until June" --for 720h
  weirctl alerts ack 3f9a1c0b --verdict true --note "key leaked, rotated"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAlertsAck(cmd.Context(), f, args, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.verdict, "verdict", "", "`what` it was: true, benign or expected")
	flags.StringVar(&f.note, "note", "", "`text` for whoever asks later")
	flags.StringVar(&f.author, "by", "", "`who` says so (default: the user that runs the command)")
	flags.DurationVar(&f.length, "for", benignFor, "how `long` the threshold stays raised, with benign and expected")
	f.client, f.output = addClientFlags(cmd), addOutputFlag(cmd)
	return cmd
}

// fingerprint is one, or its beginning.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{4,16}$`)

func runAlertsAck(ctx context.Context, f *ackFlags, prefixes []string, out io.Writer) (err error) {
	verdict, err := finding.ParseVerdict(f.verdict)
	if err != nil {
		return cli.Usagef("--%v", err)
	}
	if f.length <= 0 {
		return cli.Usagef("--for %s, expected a time such as 720h", f.length)
	}
	for _, prefix := range prefixes {
		if !fingerprint.MatchString(prefix) {
			return cli.Usagef("%q is no fingerprint: expected 4 to 16 hex digits, as weirctl alerts list shows them", prefix)
		}
	}
	if f.author == "" {
		if f.author, err = operator(); err != nil {
			return err
		}
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var said []finding.Judged
	for _, prefix := range prefixes {
		episode, err := latestEpisode(ctx, conn, prefix)
		if err != nil {
			return err
		}
		j := finding.Judged{Finding: *episode, Verdict: verdict, Note: f.note, Author: f.author, SaidAt: f.now().UTC().Truncate(time.Millisecond)}
		if verdict.RaisesThreshold() {
			j.Until = j.SaidAt.Add(f.length)
		}
		if err := finding.Judge(ctx, conn, &j); err != nil {
			return err
		}
		said = append(said, j)
	}
	return printVerdicts(out, *f.output, said, f.now())
}

// latestEpisode is the last with a fingerprint that begins so.
func latestEpisode(ctx context.Context, conn driver.Conn, prefix string) (*finding.Finding, error) {
	found, err := finding.Select(ctx, conn, "startsWith(fingerprint, ?)", prefix)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no finding has a fingerprint that begins with %s: weirctl alerts list shows those that are open", prefix)
	}
	last := &found[len(found)-1]
	for i := range found {
		if found[i].Fingerprint != last.Fingerprint {
			return nil, fmt.Errorf("several findings have a fingerprint that begins with %s (%s, %s): give more of it", prefix, found[i].Fingerprint, last.Fingerprint)
		}
	}
	return last, nil
}
