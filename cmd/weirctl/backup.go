package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/transfer"
)

func newBackupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write all tables to a folder",
		Long: `Write all tables to a folder: a partition at a time, as compressed Native blocks,
with a manifest that holds the number of rows, the sum of their hashes, and the
SHA-256 of each file. Run it again with the same folder to go on after an
interruption, or to bring a backup up to date: partitions that did not change are
left alone.

A partition that changes while it is read is read again, up to three times; for
the busiest, stop the collectors. Segments that wait and dead letters are no
tables: copy their folders. The files are as sensitive as the database.

Example:
  weirctl backup --data-dir /var/lib/weir --to /backup/weir`,
	}
	client := addClientFlags(cmd)
	var folder, output string
	cmd.Flags().StringVar(&folder, "to", "", "`folder` of the backup")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if folder == "" {
			return cli.Usagef("--to is missing, expected the folder of the backup")
		}
		cfg, err := client.config()
		if err != nil {
			return err
		}
		from, err := transfer.Open(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		defer from.Close()
		return runTransfer(cmd, output, "backup to "+folder, func(ctx context.Context, tell transfer.Progress) (transfer.Result, error) {
			return transfer.Backup(ctx, from, folder, tell)
		})
	}
	return cmd
}

// runTransfer shows how far it is, and the result.
func runTransfer(cmd *cobra.Command, output, title string, run func(context.Context, transfer.Progress) (transfer.Result, error)) error {
	if output != "table" && output != "json" {
		return cli.Usagef("--output is %q, expected table or json", output)
	}
	line := progress.New(cmd.ErrOrStderr())
	if output == "json" {
		line = progress.New(io.Discard)
	}
	line.Begin(title)
	result, err := run(cmd.Context(), func(what string, share float64) { line.Update(share, what) })
	if err != nil {
		line.Fail("not complete; run it again to go on")
		return err
	}
	line.Done(progress.Count(float64(result.Rows)) + " rows, compared")
	if output == "json" {
		return cli.JSON(cmd.OutOrStdout(), result)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d tables, %d partitions (%d were there), %d rows: counts and hashes are the same on both sides.\n",
		result.Tables, result.Partitions, result.Skipped, result.Rows)
	return err
}
