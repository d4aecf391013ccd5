package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/exporter/alertexporter"
	"github.com/weir-otel/weir/internal/finding"
)

const testRule = "weir-test"

func newAlertsTestCommand() *cobra.Command {
	var config, message string
	cmd := &cobra.Command{
		Use:   "test --config FILE",
		Short: "Send a test alert through every receiver",
		Long: `Test reads a collector's configuration and tells every destination of its alert exporters a test alert, and then that
it is over: by the same code, addresses and secrets, but without the collector. The alert's rule is ` + testRule + `, its
severity info and its category test, by which receivers may route it. It exits with 1 if a destination does not take it.

Whoever is paged by it sees who sent it. What needs an extension of the collector (auth) cannot be tested this way.`,
		Example: `  weirctl alerts test --config /etc/weir/config.yaml
  weirctl alerts test --config /etc/weir/config.yaml --message "drill at 10:00, ask ann"`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&config, "config", "", "the collector's configuration `file`")
	cmd.Flags().StringVar(&message, "message", "", "`text` of the alert")
	output := addOutputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if config == "" {
			return cli.Usagef("--config is missing: which collector's receivers shall be told?")
		}
		return runAlertsTest(cmd.Context(), config, message, *output, cmd.OutOrStdout())
	}
	return cmd
}

// trial is one line of the answer.
type trial struct {
	Exporter    string `json:"exporter"`
	Destination string `json:"destination"`
	Outcome     string `json:"outcome"` // "told", or what went wrong
}

func runAlertsTest(ctx context.Context, config, message, output string, out io.Writer) error {
	exporters, err := alertExporters(ctx, config)
	if err != nil {
		return err
	}
	alert, err := testAlert(message, time.Now())
	if err != nil {
		return err
	}
	var all []trial
	failed := false
	for _, e := range exporters {
		trials, err := alertexporter.Try(ctx, e.settings, e.config, noExtensions{}, alert)
		if err != nil {
			return fmt.Errorf("cannot use the exporter %s: %w", e.settings.ID, err)
		}
		for _, t := range trials {
			outcome := "told"
			if t.Err != nil {
				outcome, failed = t.Err.Error(), true
			}
			all = append(all, trial{e.settings.ID.String(), t.Destination, outcome})
		}
	}
	if err := printTrials(out, output, all); err != nil {
		return err
	}
	if failed {
		return cli.ErrFound
	}
	return nil
}

func printTrials(out io.Writer, output string, all []trial) error {
	if output == "json" {
		return cli.JSON(out, all)
	}
	rows := make([][]string, len(all))
	for i, t := range all {
		rows[i] = []string{t.Exporter, t.Destination, t.Outcome}
	}
	return cli.Table(out, []string{"EXPORTER", "DESTINATION", "OUTCOME"}, rows)
}

// testAlert is a finding that says that it is none.
func testAlert(message string, now time.Time) (finding.Finding, error) {
	who, err := operator()
	if err != nil {
		return finding.Finding{}, err
	}
	host, err := os.Hostname()
	if err != nil {
		return finding.Finding{}, fmt.Errorf("cannot tell where this runs: %w", err)
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return finding.Finding{}, fmt.Errorf("cannot name the test alert: %w", err)
	}
	if message == "" {
		message = "Nothing is wrong."
	}
	now = now.UTC().Truncate(time.Second)
	return finding.Finding{
		Fingerprint: hex.EncodeToString(id[:]), Rule: testRule, Family: "query", Severity: "info", Category: "test",
		ConnectorID: testRule, Measure: "tests", Observed: 1, StartedAt: now, UpdatedAt: now, WindowStart: now.Add(-time.Minute), WindowEnd: now,
		Summary: fmt.Sprintf("A test alert by %s on %s (weirctl alerts test). %s", who, host, message),
	}, nil
}

type alertExporter struct {
	settings exporter.Settings
	config   component.Config
}

// alertExporters are those of a collector's configuration.
func alertExporters(ctx context.Context, path string) ([]alertExporter, error) {
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs: []string{"file:" + path}, DefaultScheme: "env",
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	conf, err := resolver.Resolve(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	section, err := conf.Sub("exporters")
	if err != nil {
		return nil, fmt.Errorf("cannot read `exporters` of %s: %w", path, err)
	}
	factory := alertexporter.NewFactory()
	var all []alertExporter
	for name := range section.ToStringMap() {
		var id component.ID
		if err := id.UnmarshalText([]byte(name)); err != nil || id.Type() != factory.Type() {
			continue
		}
		config := factory.CreateDefaultConfig()
		own, err := section.Sub(name)
		if err == nil {
			err = own.Unmarshal(config)
		}
		if err == nil {
			err = confmap.Validate(config)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot use `exporters::%s` of %s: %w", name, path, err)
		}
		all = append(all, alertExporter{exporter.Settings{ID: id, TelemetrySettings: component.TelemetrySettings{
			Logger: zap.NewNop(), MeterProvider: metricnoop.NewMeterProvider(), TracerProvider: tracenoop.NewTracerProvider(),
		}}, config})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no exporter `alert`: nobody would be told", path)
	}
	slices.SortFunc(all, func(a, b alertExporter) int { return strings.Compare(a.settings.ID.String(), b.settings.ID.String()) })
	return all, nil
}

// noExtensions is a collector without any.
type noExtensions struct{}

func (noExtensions) GetExtensions() map[component.ID]component.Component { return nil }
