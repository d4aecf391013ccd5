package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/transfer"
)

func newRestoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Bring a backup into a database",
		Long: `Bring a backup into a database, which gets its tables if it has none. A partition is
loaded beside its table, its rows are counted and hashed, and then it is moved in
at once: rows that are there are not touched, and nothing comes twice, however
often the command is interrupted and run again.

With --check, everything is loaded and compared, and nothing stays.

Example:
  weirctl restore --from /backup/weir --data-dir /var/lib/weir`,
	}
	client := addClientFlags(cmd)
	var folder, output string
	var check bool
	layout := addLayoutFlags(cmd)
	cmd.Flags().StringVar(&folder, "from", "", "`folder` of the backup")
	cmd.Flags().BoolVar(&check, "check", false, "load and compare, and keep nothing")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if folder == "" {
			return cli.Usagef("--from is missing, expected the folder of a backup")
		}
		if err := checkLayout(*layout, client.database); err != nil {
			return err
		}
		cfg, err := client.config()
		if err != nil {
			return err
		}
		kept, err := transfer.KeptByBackup(folder)
		if err != nil {
			return err
		}
		to, err := transfer.OpenTarget(cmd.Context(), cfg, *layout, kept)
		if err != nil {
			return err
		}
		defer to.Close()
		return runTransfer(cmd, output, "restore of "+folder, func(ctx context.Context, tell transfer.Progress) (transfer.Result, error) {
			return transfer.Restore(ctx, folder, to, check, tell)
		})
	}
	return cmd
}
