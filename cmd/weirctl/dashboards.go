package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/grafana"
	"github.com/weir-otel/weir/dashboards"
	"github.com/weir-otel/weir/internal/chconn"
)

const grafanaTokenEnv = "WEIR_GRAFANA_TOKEN"

func newDashboardsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dashboards",
		Short: "Put Weir's dashboards into Grafana",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cli.Usagef("say `%s apply` or `%s render`", cmd.CommandPath(), cmd.CommandPath())
		},
	}
	cmd.AddCommand(newDashboardsApplyCommand(), newDashboardsRenderCommand())
	return cmd
}

type applyFlags struct {
	grafana      string
	tokenFile    string
	folder       string
	url          string
	user         string
	passwordFile string
	database     string
	output       string
}

func newDashboardsApplyCommand() *cobra.Command {
	f := &applyFlags{}
	cmd := &cobra.Command{
		Use:   "apply --grafana URL",
		Short: "Create or update folder, datasource and dashboards through Grafana's API",
		Long: `Apply puts Weir's dashboards into a folder of a Grafana, and with
--datasource-url the ClickHouse datasource they read. Everything has a fixed uid:
applying again updates what is there.

The token is of a Grafana service account with the role Admin (Editor is enough
without --datasource-url). It is read from --token-file, or from the environment
variable ` + grafanaTokenEnv + `; the datasource's password from
--datasource-password-file, or from ` + passwordEnv + `. Grafana needs the plugin
grafana-clickhouse-datasource, 4.0 or newer. Give it a user that may only read.`,
		Example: `  export ` + grafanaTokenEnv + `=…
  weirctl dashboards apply --grafana http://localhost:3000 \
    --datasource-url http://localhost:8123 --datasource-user reader --datasource-password-file reader.txt`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return applyDashboards(cmd.Context(), f, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.grafana, "grafana", "", "`URL` of Grafana, with its path if it has one (required)")
	flags.StringVar(&f.tokenFile, "token-file", "", "`file` with a service account's token (default: the environment variable "+grafanaTokenEnv+")")
	flags.StringVar(&f.folder, "folder", "Weir", "`title` of the folder, where it has to be created")
	flags.StringVar(&f.url, "datasource-url", "", "`URL` of ClickHouse's HTTP interface as Grafana reaches it; without it, the datasource is left alone")
	flags.StringVar(&f.user, "datasource-user", "reader", "ClickHouse `user` for Grafana")
	flags.StringVar(&f.passwordFile, "datasource-password-file", "", "`file` with that user's password (default: the environment variable "+passwordEnv+")")
	flags.StringVar(&f.database, "database", chconn.NewDefaultConfig().Database, "ClickHouse `database`")
	flags.StringVar(&f.output, "output", "table", "`format`: table or json")
	return cmd
}

func applyDashboards(ctx context.Context, f *applyFlags, out io.Writer) error {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output %s, expected table or json", f.output)
	}
	if f.grafana == "" {
		return cli.Usagef("--grafana is missing: give Grafana's URL, e.g. http://localhost:3000")
	}
	token, err := secretOf(f.tokenFile, grafanaTokenEnv)
	if err != nil {
		return err
	}
	if token == "" {
		return cli.Usagef("no token: set the environment variable %s, or give --token-file", grafanaTokenEnv)
	}
	client, err := grafana.New(f.grafana, token)
	if err != nil {
		return cli.Usagef("--grafana %w", err)
	}
	defer client.Close()
	results, err := applyAll(ctx, client, f)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return cli.JSON(out, results)
	}
	rows := make([][]string, len(results))
	for i, r := range results {
		rows[i] = []string{r.Kind, r.UID, r.Name, r.Action, r.Path}
	}
	return cli.Table(out, []string{"KIND", "UID", "NAME", "ACTION", "PATH"}, rows)
}

func applyAll(ctx context.Context, client *grafana.Client, f *applyFlags) ([]grafana.Result, error) {
	var datasource *grafana.Datasource
	if f.url != "" {
		password, err := secretOf(f.passwordFile, passwordEnv)
		if err != nil {
			return nil, err
		}
		datasource = &grafana.Datasource{URL: f.url, Username: f.user, Password: password, Database: f.database}
		if err := datasource.Check(); err != nil {
			return nil, cli.Usagef("--datasource-url %w", err)
		}
	}
	folder, err := client.ApplyFolder(ctx, f.folder)
	if err != nil {
		return nil, err
	}
	results := []grafana.Result{folder}
	if datasource != nil {
		result, err := client.ApplyDatasource(ctx, *datasource)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	for _, d := range dashboards.All() {
		result, err := client.ApplyDashboard(ctx, d.JSON, "weirctl dashboards apply")
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// secretOf reads a secret from a file, or from the environment: never from an
// argument, which every user of the machine can see.
func secretOf(file, env string) (string, error) {
	if file == "" {
		return os.Getenv(env), nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot read the secret: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

func newDashboardsRenderCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "render --dir DIR",
		Short: "Write the dashboards and the files for Grafana's file provisioning",
		Long: `Render writes the dashboards' JSON to DIR, and to DIR/provisioning the YAML files
that make Grafana load them at its start.`,
		Example: `  weirctl dashboards render --dir ./grafana`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return cli.Usagef("--dir is missing: give the folder to write to")
			}
			return renderDashboards(dir, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "`folder` to write to; it is created (required)")
	return cmd
}

func renderDashboards(dir string, out io.Writer) error {
	for _, d := range dashboards.All() {
		if err := renderFile(out, filepath.Join(dir, d.File), d.JSON); err != nil {
			return err
		}
	}
	provisioning := dashboards.Provisioning()
	return fs.WalkDir(provisioning, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(provisioning, path)
		if err != nil {
			return err
		}
		return renderFile(out, filepath.Join(dir, "provisioning", filepath.FromSlash(path)), content)
	})
}

func renderFile(out io.Writer, path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // Grafana runs as another user
		return fmt.Errorf("cannot create the folder: %w", err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // Grafana runs as another user
		return fmt.Errorf("cannot write the file: %w", err)
	}
	_, err := fmt.Fprintln(out, path)
	return err
}
