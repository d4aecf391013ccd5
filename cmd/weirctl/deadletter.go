package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
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
		Short: "List segments that hold rows which could not be stored; exit 1 when there are any",
		Long: `List segments that hold rows which could not be stored, a line a table. Exit code 1 when there are any.

Example:
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
			err = cli.Table(cmd.OutOrStdout(), []string{"SEGMENT", "AT", "TABLE", "ROWS", "CODE", "REASON"}, deadLetterRows(letters))
		}
		if err == nil && len(letters) > 0 {
			return cli.ErrFound
		}
		return err
	}
	return cmd
}

// maxReason keeps a table readable; --output json has all of it.
const maxReason = 100

func deadLetterRows(letters []segment.DeadLetter) [][]string {
	var rows [][]string
	for _, l := range letters {
		at := l.At.UTC().Format(time.RFC3339)
		if l.Damaged != "" {
			rows = append(rows, []string{l.Segment, at, "", "", "", l.Damaged})
		}
		for _, t := range l.Tables {
			reason := strings.Join(strings.Fields(t.Message), " ")
			if runes := []rune(reason); len(runes) > maxReason {
				reason = string(runes[:maxReason]) + "…"
			}
			rows = append(rows, []string{l.Segment, at, t.Table, strconv.Itoa(t.Rows), strconv.Itoa(t.Code), reason})
		}
	}
	return rows
}

func newDeadLetterReplay() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay [segment …]",
		Short: "Send dead letters to ClickHouse again; what is stored is removed",
		Long: `Send dead letters to ClickHouse again, all of them or the given segments. What is stored is removed from the
dead-letter folder; what is refused again keeps its place and makes the exit code 1. Rows that ClickHouse has already
are not stored twice: they carry the same deduplication tokens.

Example:
  weirctl dead-letter replay --directory /var/lib/weir/segments --data-dir /var/lib/weir`,
	}
	client := addClientFlags(cmd)
	directory := addDirectoryFlag(cmd)
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
		shipper := &ship.Shipper{Conn: conn, Now: time.Now}
		return errors.Join(replay(cmd, shipper, letters), conn.Close())
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

func replay(cmd *cobra.Command, shipper *ship.Shipper, letters []segment.DeadLetter) error {
	refused := false
	for _, l := range letters {
		result, err := shipper.Replay(cmd.Context(), l)
		state := "stored"
		var damaged *segment.DamagedError
		switch {
		case errors.As(err, &damaged): // must not keep the letters behind it
			refused, state = true, "cannot be read: "+err.Error()
		case err != nil:
			return fmt.Errorf("cannot replay segment %s: %w", l.Segment, err)
		case len(result.Failed) > 0:
			refused, state = true, "refused again: "+result.Failed[0].Message
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
