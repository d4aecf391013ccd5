package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/schema"
)

func newSchemaGrants() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "Print roles, limits and row policies for a ClickHouse server",
		Long: `Print the statements that make, on a ClickHouse server:

  DATABASE_writer           the collector's role with create_schema: check
  DATABASE_schema           the role of weirctl schema apply; with create_schema: auto the collector needs both
  DATABASE_analyst          reads everything, within limits
  DATABASE_analyst_TENANT   reads the rows of one tenant (restrictive row policies), within limits

Run them as a user with access management. Users are yours to make, for example
CREATE USER grafana_acme IDENTIFIED BY '…' DEFAULT ROLE weir_analyst_acme.

A tenant's analyst has no access to tables that do not say whose a row is
(resources, token_aliases …), so not to the compat database's views either. On a
cluster, give remote_servers a secret: without it, servers ask each other as
another user, for whom no policy holds.

Example:
  weirctl schema grants --tenant acme --tenant globex | clickhouse-client --user admin`,
	}
	opts := schema.Options{}
	access := schema.NewAccess()
	flags := cmd.Flags()
	flags.StringVar(&opts.Database, "database", chconn.NewDefaultConfig().Database, "ClickHouse `database`")
	flags.StringVar(&opts.CompatDatabase, "compat-database", schema.DefaultCompatDatabase, "`database` of the compatible views; \"\" for none")
	flags.StringVar(&opts.Cluster, "cluster", "", "`name` of the cluster (default: one server)")
	flags.StringArrayVar(&access.Tenants, "tenant", nil, "`tenant` with analysts of its own; can be repeated")
	flags.IntVar(&access.MaxQuerySeconds, "max-query-seconds", access.MaxQuerySeconds, "longest query of an analyst, in `seconds`")
	flags.IntVar(&access.MaxMemoryMiB, "max-memory-mib", access.MaxMemoryMiB, "memory of one query of an analyst, in `MiB`")
	flags.IntVar(&access.QueriesPerHour, "queries-per-hour", access.QueriesPerHour, "`number` of queries of each analyst")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if access.MaxQuerySeconds < 1 || access.MaxMemoryMiB < 1 || access.QueriesPerHour < 1 {
			return cli.Usagef("--max-query-seconds, --max-memory-mib and --queries-per-hour: expected more than 0")
		}
		for _, tenant := range access.Tenants {
			if tenant == "" {
				return cli.Usagef("--tenant is empty, expected a tenant_id")
			}
		}
		statements, err := schema.Grants(opts, access)
		if err != nil {
			return err
		}
		for _, statement := range statements {
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s;\n", statement); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}
