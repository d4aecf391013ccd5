package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/schema"
)

func newSchemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Create Weir's tables and views in ClickHouse, bring older ones up to date, or say what is missing",
		Long: `Create Weir's tables and views in ClickHouse, bring those of an older version up
to date, or say what is missing.

The collector does this by itself unless its clickhouse_store has create_schema: check or off.

Example:
  weirctl schema plan --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir
  weirctl schema apply --data-dir /var/lib/weir`,
	}
	cmd.AddCommand(newSchemaPlan(), newSchemaApply(), newSchemaStatus(), newSchemaGrants())
	return cmd
}

// schemaFlags are those of every schema command.
type schemaFlags struct {
	client *clientFlags
	opts   *schema.Options
	output string
}

func addSchemaFlags(cmd *cobra.Command) *schemaFlags {
	f := &schemaFlags{client: addClientFlags(cmd)}
	f.opts = addLayoutFlags(cmd)
	cmd.Flags().StringVar(&f.opts.Cluster, "cluster", "", "`name` of the cluster over which the tables are spread (default: one server)")
	cmd.Flags().StringVarP(&f.output, "output", "o", "table", "`format`: table or json")
	return f
}

// addLayoutFlags gives cmd the flags that say how tables are made.
func addLayoutFlags(cmd *cobra.Command) *schema.Options {
	opts := &schema.Options{}
	flags := cmd.Flags()
	flags.IntVar(&opts.RetentionDays, "retention-days", 0,
		fmt.Sprintf("`days` that spans, logs and actions are kept (default: as it is; %d in new tables)", schema.DefaultRetentionDays))
	flags.IntVar(&opts.RollupRetentionDays, "rollup-retention-days", 0,
		fmt.Sprintf("`days` that rollups and findings are kept (default: as it is; %d in new tables)", schema.DefaultRollupRetentionDays))
	flags.StringVar(&opts.CompatDatabase, "compat-database", schema.DefaultCompatDatabase,
		"`database` of views with the column names of contrib's exporter and ClickStack; \"\" for none")
	flags.StringVar(&opts.Storage.Policy, "storage-policy", "", "storage `policy` of spans, logs and actions (default: as it is)")
	flags.StringVar(&opts.Storage.Volume, "volume", "", "`volume` of the policy where older rows go, with --move-after-days")
	flags.IntVar(&opts.Storage.MoveAfterDays, "move-after-days", 0, "`days` after which rows go to --volume (default: as it is)")
	flags.IntVar(&opts.Collectors, "collectors", 1, "`number` of collectors that write; deduplication windows are made for them, and never shrink")
	return opts
}

// run connects to a database that is surely there: Weir's own may be what is
// missing.
func (f *schemaFlags) run(cmd *cobra.Command, do func(conn driver.Conn) error) error {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output is %q, expected table or json", f.output)
	}
	if err := checkLayout(*f.opts, f.client.database); err != nil {
		return err
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

// checkLayout is about flags that do not fit together.
func checkLayout(opts schema.Options, database string) error {
	storage := opts.Storage
	switch {
	case opts.RetentionDays < 0 || opts.RollupRetentionDays < 0:
		return cli.Usagef("--retention-days is %d and --rollup-retention-days %d, expected days, or 0 to leave what is", opts.RetentionDays, opts.RollupRetentionDays)
	case storage.MoveAfterDays < 0 || (storage.MoveAfterDays > 0) != (storage.Volume != ""):
		return cli.Usagef("--move-after-days is %d and --volume %q, expected both or neither", storage.MoveAfterDays, storage.Volume)
	case opts.Collectors < 1:
		return cli.Usagef("--collectors is %d, expected at least 1", opts.Collectors)
	case opts.CompatDatabase == database:
		return cli.Usagef("--compat-database is %q, expected another one than --database", opts.CompatDatabase)
	}
	return nil
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
			steps, err := schema.Plan(cmd.Context(), conn, *f.opts)
			if err != nil {
				return err
			}
			return printPlan(cmd.OutOrStdout(), f.output, *f.opts, steps)
		})
	}
	return cmd
}

func printPlan(w io.Writer, output string, opts schema.Options, steps []schema.Step) error {
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
		_, err := fmt.Fprintf(w, "-- Nothing to do: database %s is up to date.\n", opts.Database)
		return err
	}
	for _, statement := range opts.CreateDatabases() {
		if _, err := fmt.Fprintf(w, "%s;\n", statement); err != nil {
			return err
		}
	}
	for _, s := range todo {
		if _, err := fmt.Fprintf(w, "\n-- %s %04d %s (%s)\n%s;\n", s.Kind, s.Version, s.Name, s.State, s.SQL); err != nil {
			return err
		}
	}
	return nil
}

func newSchemaApply() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Create what is missing, and run the migrations that are",
		Long: `Create the database and everything that is missing in it, and bring what an older
version made up to date. It can be repeated; an interrupted run goes on; of several
at once, one works and the others wait.

A migration that rebuilds a table refuses inserts into it meanwhile: collectors keep
what they acknowledge on their disks and send it afterwards. The disk needs room for
a copy of the table. --output json prints nothing of the progress.

Example:
  weirctl schema apply --clickhouse https://clickhouse.example.com:8443 --clickhouse-user weir --retention-days 90`,
	}
	f := addSchemaFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return f.run(cmd, func(conn driver.Conn) error {
			if err := applySchema(cmd, conn, f); err != nil {
				return err
			}
			return printStatus(cmd, conn, f)
		})
	}
	return cmd
}

// applySchema shows how far long work is.
func applySchema(cmd *cobra.Command, conn driver.Conn, f *schemaFlags) error {
	if f.output == "json" {
		return schema.Apply(cmd.Context(), conn, *f.opts)
	}
	line := progress.New(cmd.ErrOrStderr())
	line.Begin("schema of " + f.opts.Database)
	opts := *f.opts
	opts.Progress = func(what string, share float64, remark string) {
		line.Update(share, strings.TrimSpace(what+" "+remark))
	}
	if err := schema.Apply(cmd.Context(), conn, opts); err != nil {
		line.Fail("not applied; run it again to go on")
		return err
	}
	line.Done("applied")
	return nil
}

func newSchemaStatus() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which tables, views and migrations are there; exit 1 when something is missing",
		Long: `Say which tables, views and migrations are there. Exit code 1 when something is missing or was made by another version of Weir.

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
	statuses, err := schema.Status(cmd.Context(), conn, *f.opts)
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
		rows = append(rows, []string{s.Kind, strconv.Itoa(int(s.Version)), s.Name, s.State, at})
	}
	if f.output == "json" {
		err = cli.JSON(cmd.OutOrStdout(), statuses)
	} else {
		err = cli.Table(cmd.OutOrStdout(), []string{"KIND", "NUMBER", "NAME", "STATE", "APPLIED AT"}, rows)
	}
	if err == nil && !ready {
		return cli.ErrFound
	}
	return err
}
