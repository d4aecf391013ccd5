package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

func newDeadLetterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dead-letter",
		Short: "What ClickHouse would not take, and why; send it again",
		Long: `What ClickHouse would not take, and why; send it again.

Example:
  weirctl dead-letter list --directory /var/lib/weir/segments
  weirctl dead-letter replay --directory /var/lib/weir/segments`,
	}
	cmd.AddCommand(newDeadLetterList(), newDeadLetterReplay())
	return cmd
}

// addDirectoryFlag names the folder that clickhouse_store writes segments to.
func addDirectoryFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("directory", "",
		"`directory` of the clickhouse_store exporter (default: the folder segments in --data-dir)")
}

func segmentDirectory(directory, dataDir string) string {
	if directory != "" {
		return directory
	}
	return filepath.Join(dataDir, "segments")
}

func newDeadLetterList() *cobra.Command {
	var dataDir, output string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List rows that could not be stored; exit 1 when there are any",
		Long: `List rows that could not be stored: a letter holds those of one segment, and has a line for each table and reason. KEY names
one of the rows. Exit code 1 when there are any.

Example:
  weirctl dead-letter list --directory /var/lib/weir/segments
  weirctl dead-letter list --directory /var/lib/weir/segments --output json`,
	}
	directory := addDirectoryFlag(cmd)
	cmd.Flags().StringVar(&dataDir, "data-dir", defaultDataDir, "Weir's data `folder`")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if output != "table" && output != "json" {
			return cli.Usagef("--output is %q, expected table or json", output)
		}
		letters, err := segment.DeadLetters(segmentDirectory(*directory, dataDir))
		if err != nil {
			return err
		}
		if output == "json" {
			err = cli.JSON(cmd.OutOrStdout(), letters)
		} else {
			err = printDeadLetters(cmd.OutOrStdout(), letters)
		}
		if err == nil && len(letters) > 0 {
			return cli.ErrFound
		}
		return err
	}
	return cmd
}

func newDeadLetterReplay() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay [letter …]",
		Short: "Send dead letters to ClickHouse again; what is stored is removed",
		Long: `Send dead letters to ClickHouse again, all of them or the given ones. A letter whose rows are all stored is removed; what
is refused again stays and makes the exit code 1. No row is stored twice, however often a letter is replayed and wherever
that is interrupted. The collector of --otlp stores an event for each letter: lowcode.dead_letter.replayed.

Example:
  weirctl dead-letter replay --directory /var/lib/weir/segments --data-dir /var/lib/weir`,
	}
	client := addClientFlags(cmd)
	directory := addDirectoryFlag(cmd)
	events := addEventFlags(cmd, defaultCollector, "what was replayed")
	cmd.RunE = func(cmd *cobra.Command, only []string) error {
		letters, err := segment.DeadLetters(segmentDirectory(*directory, client.dataDir))
		if err != nil {
			return err
		}
		if letters, err = chosen(letters, only); err != nil {
			return err
		}
		conn, err := client.open(cmd.Context())
		if err != nil {
			return err
		}
		sender, err := events.open(cmd.Context(), "nothing is replayed")
		if err != nil {
			return errors.Join(err, conn.Close())
		}
		shipper := &ship.Shipper{Conn: conn, Now: time.Now}
		return errors.Join(replay(cmd, shipper, letters, sender), sender.close(), conn.Close())
	}
	return cmd
}

func chosen(letters []segment.DeadLetter, only []string) ([]segment.DeadLetter, error) {
	if len(only) == 0 {
		return letters, nil
	}
	var found []segment.DeadLetter
	for _, id := range only {
		i := slices.IndexFunc(letters, func(l segment.DeadLetter) bool { return l.Segment == id })
		if i < 0 {
			return nil, cli.Usagef("there is no dead letter %q: see weirctl dead-letter list", id)
		}
		found = append(found, letters[i])
	}
	return found, nil
}

func replay(cmd *cobra.Command, shipper *ship.Shipper, letters []segment.DeadLetter, events *eventSender) error {
	refused := false
	for _, l := range letters {
		state, stored, err := replayOne(cmd.Context(), shipper, l)
		if err != nil {
			return fmt.Errorf("cannot replay letter %s: %w", l.Segment, err)
		}
		refused = refused || !stored
		at := time.Now().UTC()
		if err := events.send(cmd.Context(), act{
			name: lowcode.EventDeadLetterReplayed, id: "dead_letter:" + l.Segment + ":" + at.Format(time.RFC3339Nano), at: at,
			object: l.Segment, newValue: state, incomplete: !stored,
		}); err != nil {
			return fmt.Errorf("letter %s is replayed (%s), but its event is not stored: %w", l.Segment, state, err)
		}
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", l.Segment, state); err != nil {
			return err
		}
	}
	if refused {
		return cli.ErrFound
	}
	return nil
}

// replayOne must not keep the letters behind it for what is wrong with this one.
func replayOne(ctx context.Context, shipper *ship.Shipper, l segment.DeadLetter) (state string, stored bool, err error) {
	if l.Damaged != "" {
		return "cannot be read: " + l.Damaged, false, nil
	}
	result, err := shipper.Replay(ctx, l)
	var damaged *segment.DamagedError
	switch {
	case errors.As(err, &damaged):
		return "cannot be read: " + err.Error(), false, nil
	case ship.Doubtful(err):
		return "not stored, try again later: " + shorten(err.Error()), false, nil
	case err != nil:
		return "", false, err
	case len(result.Refused) > 0:
		return fmt.Sprintf("%d rows stored, %d refused again: %s", total(result.Stored), refusedRows(result.Refused), shorten(result.Refused[0].Message)), false, nil
	default:
		return fmt.Sprintf("%d rows stored", total(result.Stored)), true, nil
	}
}

func total(rows map[string]int) int {
	sum := 0
	for _, n := range rows {
		sum += n
	}
	return sum
}

func refusedRows(refused []segment.TableReason) int {
	sum := 0
	for _, r := range refused {
		sum += r.Rows
	}
	return sum
}
