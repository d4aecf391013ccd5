package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/lowcode"
)

const catalogPublishHelp = `Publish checks a catalog and makes it the newest row of ClickHouse's table
catalog_revisions. Collectors with catalog: {table: true} take it from there.

A file that names no OpenAPI files is published as it is. Otherwise, and for a
folder, everything is joined into one document first: what OpenAPI files say
becomes operations, and the revision is the document's. Publishing what is the
newest revision already changes nothing. The collector of --otlp stores the event
lowcode.catalog.published.`

func newCatalogPublishCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "publish CATALOG",
		Short: "Put a catalog into ClickHouse, where collectors can read it",
		Long:  catalogPublishHelp,
		Example: `  weirctl catalog publish catalog.yaml
  weirctl catalog publish --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir catalog.d`,
		Args: cobra.ExactArgs(1),
	}
	flags := addCatalogFlags(command)
	client := addClientFlags(command)
	events := addEventFlags(command, defaultCollector, "that it was published")
	command.RunE = func(command *cobra.Command, args []string) error {
		source, err := flags.source(args[0])
		if err != nil {
			return err
		}
		conn, err := client.open(command.Context())
		if err != nil {
			return err
		}
		sender, err := events.open(command.Context(), "nothing is published")
		if err != nil {
			return errors.Join(err, conn.Close())
		}
		at := time.Now().UTC()
		revision, published, err := catalog.Publish(command.Context(), conn, source, at)
		if err := errors.Join(err, conn.Close()); err != nil {
			return errors.Join(printCatalogProblems(command.ErrOrStderr(), err), sender.close())
		}
		if published {
			err = sender.send(command.Context(), act{
				name: lowcode.EventCatalogPublished, id: "catalog:" + revision + ":" + at.Format(time.RFC3339Nano), at: at, object: args[0], newValue: revision,
			})
		}
		if err := errors.Join(err, sender.close()); err != nil {
			return fmt.Errorf("revision %s is published, but its event is not stored: %w", revision, err)
		}
		if !published {
			_, err = fmt.Fprintf(command.OutOrStdout(), "revision %s is the newest already\n", revision)
			return err
		}
		_, err = fmt.Fprintf(command.OutOrStdout(), "published revision %s\n", revision)
		return err
	}
	return command
}
