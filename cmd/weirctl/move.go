package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/transfer"
)

func newMoveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "move",
		Short: "Bring the embedded engine's tables to a server",
		Long: `Bring the embedded engine's tables to a server, as weirctl restore does it. The
engine's folder is left as it is.

Stop the collector first (its segments may wait: it sends them to the server once
it is configured for it); the command starts the engine in its folder by itself.
With --running it reads the engine of a collector that runs. The collector can
already write to the server: what is there is not touched.

Example:
  weirctl move --from /var/lib/weir --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir`,
	}
	client := addClientFlags(cmd)
	var from, output string
	var running bool
	layout := addLayoutFlags(cmd)
	cmd.Flags().StringVar(&from, "from", "", "Weir's data `folder` with the embedded engine to move")
	cmd.Flags().BoolVar(&running, "running", false, "read the engine of a running collector instead of starting one")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if from == "" {
			return cli.Usagef("--from is missing, expected the data folder to move")
		}
		if err := checkLayout(*layout, client.database); err != nil {
			return err
		}
		target, err := client.config()
		if err != nil {
			return err
		}
		source, stop, err := embeddedSource(cmd.Context(), from, client.database, running)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
		// A source of an older version gets the newest form first.
		old, err := transfer.OpenTarget(cmd.Context(), source, schema.Options{}, schema.Options{})
		if err != nil {
			return err
		}
		defer old.Close()
		kept, err := old.Kept(cmd.Context())
		if err != nil {
			return err
		}
		to, err := transfer.OpenTarget(cmd.Context(), target, *layout, kept)
		if err != nil {
			return err
		}
		defer to.Close()
		return runTransfer(cmd, output, "move of "+from, func(ctx context.Context, tell transfer.Progress) (transfer.Result, error) {
			return transfer.Move(ctx, old, to, tell)
		})
	}
	return cmd
}

// embeddedSource starts the engine of a data folder, or finds the one that runs
// there.
func embeddedSource(ctx context.Context, folder, database string, running bool) (cfg chconn.Config, stop func() error, err error) {
	if running {
		f := clientFlags{dataDir: folder, database: database}
		cfg, err := f.embedded()
		return cfg, func() error { return nil }, err
	}
	engine, err := chdb.Start(ctx, chdb.Config{Endpoint: "127.0.0.1:0", Directory: filepath.Join(folder, embeddedDirName)})
	if err != nil {
		return chconn.Config{}, nil, fmt.Errorf("cannot start the engine in %s (stop the collector there, or give --running): %w", folder, err)
	}
	username, password := engine.Credentials()
	cfg = chconn.NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password, cfg.Database = engine.Endpoint(), username, configopaque.String(password), database
	return cfg, func() error { return engine.Shutdown(context.WithoutCancel(ctx)) }, nil
}
