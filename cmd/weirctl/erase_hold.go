package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/erase"
)

func newEraseHoldCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hold",
		Short: "Legal holds: whose data must not be erased",
		Long: `Legal holds: whose data must not be erased, and why. Stored is a keyed hash of the id, so all commands need the same
key (--key). weirctl erase refuses a person under a hold and names the reason. A hold does not stop the retention: rows
older than that are still dropped.

Example:
  weirctl erase hold add --subject ann@example.com --reason "case 2026-17, ask legal@example.com" --until 2027-01-01
  weirctl erase hold list
  weirctl erase hold release 9f86d081884c7d65`,
	}
	cmd.AddCommand(newEraseHoldAdd(), newEraseHoldList(), newEraseHoldRelease())
	return cmd
}

func newEraseHoldAdd() *cobra.Command {
	var subjects []string
	var file, key, segments, reason, until string
	cmd := &cobra.Command{
		Use:   "add --subject ID --reason TEXT",
		Short: "Place a hold",
		Long: `Place a hold on each given id. The reason must not name the person.

Example:
  weirctl erase hold add --subject ann@example.com --reason "case 2026-17, ask legal@example.com" --until 2027-01-01`,
	}
	client, output := addClientFlags(cmd), addOutputFlag(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&subjects, "subject", nil, "an e-mail address or user `id`; can be repeated")
	flags.StringVar(&file, "subject-file", "", "`file` with ids, one a line; - is standard input")
	flags.StringVar(&reason, "reason", "", "why, and whom to ask")
	flags.StringVar(&until, "until", "", "`day` at whose beginning (UTC) it ends (default: when it is released)")
	flags.StringVar(&segments, "segments", "", "`folder` of the clickhouse_store exporter, for its key (default: the folder segments in --data-dir)")
	addEraseKeyFlag(cmd, &key)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if reason == "" {
			return cli.Usagef("--reason is missing: who erases next has to know whom to ask")
		}
		ends, err := parseUntil(until)
		if err != nil {
			return err
		}
		subject, err := eraseSubject(subjects, file, "", cmd.InOrStdin())
		if err != nil {
			return err
		}
		secret, err := eraseKey(key, segmentDirectory(segments, client.dataDir))
		if err != nil {
			return err
		}
		by, err := operator()
		if err != nil {
			return err
		}
		return withHolds(cmd, client, *output, func(ctx context.Context, h *erase.Holds) ([]erase.Hold, error) {
			return h.Add(ctx, secret, subject, reason, ends, by)
		})
	}
	return cmd
}

func parseUntil(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, cli.Usagef("--until is %q, expected a day such as 2027-01-01", text)
	}
	return &at, nil
}

func newEraseHoldList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List holds, released ones too",
		Long: `List holds, released ones too.

Example:
  weirctl erase hold list --output json`,
	}
	client, output := addClientFlags(cmd), addOutputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withHolds(cmd, client, *output, func(ctx context.Context, h *erase.Holds) ([]erase.Hold, error) { return h.List(ctx) })
	}
	return cmd
}

func newEraseHoldRelease() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release HOLD",
		Short: "End a hold",
		Long: `End a hold, by its id. It stays in the list.

Example:
  weirctl erase hold release 9f86d081884c7d65`,
		Args: cobra.ExactArgs(1),
	}
	client, output := addClientFlags(cmd), addOutputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		by, err := operator()
		if err != nil {
			return err
		}
		return withHolds(cmd, client, *output, func(ctx context.Context, h *erase.Holds) ([]erase.Hold, error) {
			hold, err := h.Release(ctx, args[0], by)
			if err != nil {
				return nil, err
			}
			return []erase.Hold{*hold}, nil
		})
	}
	return cmd
}

func withHolds(cmd *cobra.Command, client *clientFlags, output string, do func(context.Context, *erase.Holds) ([]erase.Hold, error)) (err error) {
	conn, err := client.open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	holds, err := do(cmd.Context(), &erase.Holds{Conn: conn, Now: time.Now})
	if err != nil {
		return err
	}
	return printHolds(cmd.OutOrStdout(), output, holds, time.Now())
}

func printHolds(out io.Writer, output string, holds []erase.Hold, now time.Time) error {
	if output == "json" {
		return cli.JSON(out, holds)
	}
	rows := make([][]string, 0, len(holds))
	for i := range holds {
		h := &holds[i]
		until, state := "released", "in force"
		if h.Until != nil {
			until = h.Until.Format(time.DateOnly)
		}
		switch {
		case h.ReleasedAt != nil:
			state = "released " + h.ReleasedAt.Format(time.DateOnly) + " by " + h.ReleasedBy
		case !h.InForce(now):
			state = "over"
		}
		rows = append(rows, []string{h.ID, state, until, h.PlacedBy, h.PlacedAt.Format(time.DateOnly), h.Subject[:min(16, len(h.Subject))], h.Reason})
	}
	return cli.Table(out, []string{"HOLD", "STATE", "UNTIL", "PLACED BY", "ON", "SUBJECT (HASH)", "REASON"}, rows)
}
