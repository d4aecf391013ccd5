package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/finding"
)

func newAlertsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "What is unusual right now",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cli.Usagef("say `%s list`, `ack`, `verdicts` or `test`", cmd.CommandPath())
		},
	}
	cmd.AddCommand(newAlertsListCommand(), newAlertsAckCommand(), newAlertsVerdictsCommand(), newAlertsTestCommand())
	return cmd
}

type alertsFlags struct {
	client    *clientFlags
	connector string
	tenant    string
	severity  string
	pending   bool
	exitCode  bool
	output    string
}

func newAlertsListCommand() *cobra.Command {
	f := &alertsFlags{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the episodes that are going on",
		Long: `List shows the open episodes of unusual activity, the most severe first: at which
connector, what was observed and what was expected, and since when.

--exit-code makes it exit with 1 if there is one, for scripts.`,
		Example: `  weirctl alerts list
  weirctl alerts list --severity critical --exit-code
  weirctl alerts list --connector crm-sync --output json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runAlertsList(cmd.Context(), f, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.connector, "connector", "", "only of this connector `id`")
	flags.StringVar(&f.tenant, "tenant", "", "only of this tenant `id`")
	flags.StringVar(&f.severity, "severity", "", "only of this `severity`: info, warning or critical")
	flags.BoolVar(&f.pending, "pending", false, "also episodes that are not confirmed yet")
	flags.BoolVar(&f.exitCode, "exit-code", false, "exit with 1 if there is an open episode")
	flags.StringVar(&f.output, "output", "table", "`format`: table or json")
	f.client = addClientFlags(cmd)
	return cmd
}

func runAlertsList(ctx context.Context, f *alertsFlags, out io.Writer) (err error) {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output %s, expected table or json", f.output)
	}
	if f.severity != "" && !slices.Contains([]string{"info", "warning", "critical"}, f.severity) {
		return cli.Usagef("--severity %s, expected info, warning or critical", f.severity)
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	open, err := openFindings(ctx, conn, f)
	if err != nil {
		return err
	}
	if err := printFindings(out, f.output, open); err != nil {
		return err
	}
	if f.exitCode && len(open) > 0 {
		return cli.ErrFound
	}
	return nil
}

func openFindings(ctx context.Context, conn driver.Conn, f *alertsFlags) ([]finding.Finding, error) {
	where := "status IN ('pending', 'firing')"
	var args []any
	if !f.pending {
		where = "status = 'firing'"
	}
	for column, value := range map[string]string{"connector_id": f.connector, "tenant_id": f.tenant, "severity": f.severity} {
		if value != "" {
			where += " AND " + column + " = ?"
			args = append(args, value)
		}
	}
	open, err := finding.Select(ctx, conn, where, args...)
	if open == nil {
		open = []finding.Finding{} // JSON: [] and not null
	}
	rank := []string{"critical", "warning", "info"}
	slices.SortStableFunc(open, func(a, b finding.Finding) int {
		return slices.Index(rank, a.Severity) - slices.Index(rank, b.Severity)
	})
	return open, err
}

func printFindings(out io.Writer, format string, open []finding.Finding) error {
	if format == "json" {
		return cli.JSON(out, open)
	}
	if len(open) == 0 {
		_, err := fmt.Fprintln(out, "Nothing unusual is going on.")
		return err
	}
	rows := make([][]string, len(open))
	for i, fd := range open {
		connector := fd.ConnectorID
		if connector == "" {
			connector = "unattributed"
		}
		rows[i] = []string{
			fd.Fingerprint, fd.Severity, connector, fd.Rule, fd.Endpoint, shortNumber(fd.Observed), shortNumber(fd.Expected),
			fd.StartedAt.UTC().Format(time.RFC3339), string(fd.Status), fd.Summary,
		}
	}
	return cli.Table(out, []string{"FINGERPRINT", "SEVERITY", "CONNECTOR", "RULE", "ENDPOINT", "OBSERVED", "EXPECTED", "SINCE", "STATUS", "WHAT"}, rows)
}

func shortNumber(value float64) string { return strconv.FormatFloat(value, 'g', 4, 64) }
