package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/schema"
)

func newSchemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Create Weir's tables and views in ClickHouse, or say what is missing",
		Long: `Create Weir's tables and views in ClickHouse, or say what is missing.

The collector does this by itself unless its clickhouse_store has create_schema: check or off.

Example:
  weirctl schema plan --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir
  weirctl schema apply --data-dir /var/lib/weir`,
	}
	cmd.AddCommand(newSchemaPlan(), newSchemaApply(), newSchemaStatus())
	return cmd
}

// schemaFlags are those of every schema command.
type schemaFlags struct {
	client *clientFlags
	opts   schema.Options
	output string
}

func addSchemaFlags(cmd *cobra.Command) *schemaFlags {
	f := &schemaFlags{client: addClientFlags(cmd)}
	flags := cmd.Flags()
	flags.IntVar(&f.opts.RetentionDays, "retention-days", 0,
		fmt.Sprintf("`days` that spans, logs and actions are kept (default: as it is; %d in new tables)", schema.DefaultRetentionDays))
	flags.IntVar(&f.opts.RollupRetentionDays, "rollup-retention-days", 0,
		fmt.Sprintf("`days` that rollups and findings are kept (default: as it is; %d in new tables)", schema.DefaultRollupRetentionDays))
	flags.StringVarP(&f.output, "output", "o", "table", "`format`: table or json")
	return f
}

// run connects to a database that is surely there: Weir's own may be what is
// missing.
func (f *schemaFlags) run(cmd *cobra.Command, do func(conn driver.Conn) error) error {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output is %q, expected table or json", f.output)
	}
	if f.opts.RetentionDays < 0 || f.opts.RollupRetentionDays < 0 {
		return cli.Usagef("--retention-days is %d and --rollup-retention-days %d, expected days, or 0 to leave what is", f.opts.RetentionDays, f.opts.RollupRetentionDays)
	}
	f.opts.Database = f.client.database
	server := *f.client
	server.database = "default"
	conn, err := server.open(cmd.Context())
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close())
}

func newSchemaPlan() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Print the statements that apply would run",
		Long: `Print the statements that apply would run; it changes nothing.

Example:
  weirctl schema plan --clickhouse https://clickhouse.example.com:8443 > weir.sql`,
	}
	f := addSchemaFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.run(cmd, func(conn driver.Conn) error {
			steps, err := schema.Plan(cmd.Context(), conn, f.opts)
			if err != nil {
				return err
			}
			return printPlan(cmd.OutOrStdout(), f.output, f.opts.Database, steps)
		})
	}
	return cmd
}

func printPlan(w io.Writer, output, database string, steps []schema.Step) error {
	todo := make([]schema.Step, 0, len(steps))
	for _, s := range steps {
		if s.State != schema.StateApplied {
			todo = append(todo, s)
		}
	}
	if output == "json" {
		return cli.JSON(w, todo)
	}
	if len(todo) == 0 {
		_, err := fmt.Fprintf(w, "-- Nothing to do: database %s is up to date.\n", database)
		return err
	}
	if _, err := fmt.Fprintf(w, "CREATE DATABASE IF NOT EXISTS %s;\n", database); err != nil {
		return err
	}
	for _, s := range todo {
		if _, err := fmt.Fprintf(w, "\n-- %04d %s (%s)\n%s;\n", s.Version, s.Name, s.State, s.SQL); err != nil {
			return err
		}
	}
	return nil
}

func newSchemaApply() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Create the database and everything that is missing in it",
		Long: `Create the database and everything that is missing in it. It can be repeated; an interrupted run goes on.

Example:
  weirctl schema apply --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir --retention-days 90`,
	}
	f := addSchemaFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.run(cmd, func(conn driver.Conn) error {
			if err := schema.Apply(cmd.Context(), conn, f.opts); err != nil {
				return err
			}
			return printStatus(cmd, conn, f)
		})
	}
	return cmd
}

func newSchemaStatus() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which tables and views are there; exit 1 when something is missing",
		Long: `Say which tables and views are there. Exit code 1 when something is missing or was made by another version of Weir.

Example:
  weirctl schema status --data-dir /var/lib/weir --output json`,
	}
	f := addSchemaFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.run(cmd, func(conn driver.Conn) error { return printStatus(cmd, conn, f) })
	}
	return cmd
}

func printStatus(cmd *cobra.Command, conn driver.Conn, f *schemaFlags) error {
	statuses, err := schema.Status(cmd.Context(), conn, f.opts)
	if err != nil {
		return err
	}
	ready := true
	rows := make([][]string, 0, len(statuses))
	for _, s := range statuses {
		ready = ready && s.State == schema.StateApplied
		at := ""
		if !s.AppliedAt.IsZero() {
			at = s.AppliedAt.UTC().Format(time.RFC3339)
		}
		rows = append(rows, []string{strconv.Itoa(int(s.Version)), s.Name, s.State, at})
	}
	if f.output == "json" {
		err = cli.JSON(cmd.OutOrStdout(), statuses)
	} else {
		err = cli.Table(cmd.OutOrStdout(), []string{"VERSION", "NAME", "STATE", "APPLIED AT"}, rows)
	}
	if err == nil && !ready {
		return cli.ErrFound
	}
	return err
}
