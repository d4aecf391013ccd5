package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/internal/simulate/otlpclient"
)

type simulateFlags struct {
	simulate.Options
	scenario    string
	end         string
	endpoint    string
	protocol    string
	gzip        bool
	streams     int
	batch       int
	allowRemote bool
	catalogOut  string
	truthOut    string
	dryRun      bool
	output      string
}

func newSimulateCommand() *cobra.Command {
	f := &simulateFlags{}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Send the traffic of simulated connectors over OTLP",
		Long: `Simulate makes up the API calls of some hundred low-code connectors over weeks:
office-hours flows in their own time zones, nightly jobs, pollers, webhooks, AI
agents, weekends, holidays and growth, with a few incidents in the last day. It
sends them as spans of an API gateway, oldest first, with their own timestamps.

The same seed gives the same calls. --catalog-out writes the catalog by which
the collector recognises the connectors; --truth-out what was injected. The
receiving collector must allow times in the past (trusted_peers: allow_backfill).`,
		Example: `  weirctl simulate --dry-run
  weirctl simulate --seed 7 --catalog-out catalog.yaml --truth-out truth.json
  weirctl simulate --benign --days 7 --spans 100000 --endpoint 127.0.0.1:4318 --protocol http`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSimulate(cmd.Context(), f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&f.Seed, "seed", 1, "what the traffic and the incidents follow from")
	flags.IntVar(&f.Days, "days", 0, "days of history (default: the scenario's, 28)")
	flags.IntVar(&f.Connectors, "connectors", 0, "number of connectors (default: the scenario's, 220)")
	flags.IntVar(&f.Spans, "spans", 0, "about how many spans (default: the scenario's, 1000000)")
	flags.BoolVar(&f.Benign, "benign", false, "no incidents")
	flags.StringVar(&f.scenario, "scenario", "", "scenario file (default: built in)")
	flags.StringVar(&f.end, "end", "", "end of the history, as 2026-03-01T12:00:00Z (default: this hour)")
	flags.StringVar(&f.endpoint, "endpoint", "127.0.0.1:4317", "OTLP receiver, host:port")
	flags.StringVar(&f.protocol, "protocol", otlpclient.GRPC, "grpc or http")
	flags.BoolVar(&f.gzip, "gzip", false, "compress requests")
	flags.IntVar(&f.streams, "streams", 3, "requests under way at once")
	flags.IntVar(&f.batch, "batch", 4000, "spans in a request")
	flags.BoolVar(&f.allowRemote, "allow-remote", false, "send to another machine than this one")
	flags.StringVar(&f.catalogOut, "catalog-out", "", "write the connectors' catalog to this file")
	flags.StringVar(&f.truthOut, "truth-out", "", "write what was sent and the incidents to this file (JSON)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "send nothing, only say what would be sent")
	flags.StringVarP(&f.output, "output", "o", "table", "table or json")
	return cmd
}

// simulateReport is what was or would be sent. Its JSON names are an interface.
type simulateReport struct {
	Seed       uint64              `json:"seed"`
	Start      time.Time           `json:"start"`
	End        time.Time           `json:"end"`
	Connectors int                 `json:"connectors"`
	Spans      int                 `json:"spans"`
	Actions    int                 `json:"actions"`
	Sent       bool                `json:"sent"`
	Seconds    float64             `json:"seconds"`
	Incidents  []simulate.Incident `json:"incidents"`
}

func runSimulate(ctx context.Context, f *simulateFlags, out, progressOut io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	sim, err := simulate.New(f.Options)
	if err != nil {
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	if f.catalogOut != "" {
		if err := sim.WriteCatalog(f.catalogOut); err != nil {
			return err
		}
	}
	report := simulateReport{
		Seed: f.Seed, Start: sim.Start(), End: sim.End(), Connectors: len(sim.Connectors()),
		Incidents: slices.Concat([]simulate.Incident{}, sim.Incidents()),
	}
	if f.dryRun {
		for call := range sim.Calls() {
			report.Actions++
			report.Spans += call.Spans()
		}
	} else if err := f.send(ctx, sim, &report, progressOut); err != nil {
		return err
	}
	if f.truthOut != "" {
		if err := writeJSONFile(f.truthOut, report); err != nil {
			return err
		}
	}
	if f.output == "json" {
		return cli.JSON(out, report)
	}
	return report.table(out)
}

func (f *simulateFlags) check() error {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output: %q is not known: use table or json", f.output)
	}
	if f.streams < 1 || f.batch < 1 {
		return cli.Usagef("--streams and --batch must be at least 1")
	}
	if !f.dryRun && !f.allowRemote && !isLoopback(f.endpoint) {
		return cli.Usagef("--endpoint: %s is not on this machine: simulated traffic would mix with real telemetry there; --allow-remote if that is meant", f.endpoint)
	}
	if f.end != "" {
		end, err := time.Parse(time.RFC3339, f.end)
		if err != nil {
			return cli.Usagef("--end: %q is no time such as 2026-03-01T12:00:00Z", f.end)
		}
		f.End = end
	}
	if f.scenario != "" {
		scenario, err := simulate.LoadScenario(f.scenario)
		if err != nil {
			return fmt.Errorf("%w: %w", cli.ErrUsage, err)
		}
		f.Scenario = scenario
	}
	return nil
}

func isLoopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (f *simulateFlags) send(ctx context.Context, sim *simulate.Simulation, report *simulateReport, progressOut io.Writer) error {
	client, err := otlpclient.New(otlpclient.Options{Endpoint: f.endpoint, Protocol: f.protocol, Gzip: f.gzip})
	if err != nil {
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	defer client.Close()
	line := progress.New(progressOut)
	line.Begin("Sending to " + f.endpoint)
	sent, err := otlpclient.Replay(ctx, client, sim, otlpclient.ReplayOptions{
		BatchSpans: f.batch, Streams: f.streams,
		Progress: func(p otlpclient.Progress) { line.Update(replayProgress(sim, p)) },
	})
	if err != nil {
		line.Fail(fmt.Sprintf("after %s spans", progress.Count(float64(sent.Spans))))
		return err
	}
	line.Done(replaySummary(sent))
	report.Spans, report.Actions, report.Sent, report.Seconds = sent.Spans, sent.Calls, true, sent.Elapsed.Seconds()
	return nil
}

func replayProgress(sim *simulate.Simulation, p otlpclient.Progress) (float64, string) {
	share := float64(p.At.Sub(sim.Start())) / float64(sim.End().Sub(sim.Start()))
	rate := float64(p.Spans) / p.Elapsed.Seconds()
	return share, fmt.Sprintf("%s  %s spans, %s/s", p.At.Format("Mon 2 Jan"), progress.Count(float64(p.Spans)), progress.Count(rate))
}

func replaySummary(p otlpclient.Progress) string {
	return fmt.Sprintf("%s spans of %s calls, %s, %s spans/s", progress.Count(float64(p.Spans)), progress.Count(float64(p.Calls)),
		progress.Bytes(float64(p.Bytes)), progress.Count(float64(p.Spans)/p.Elapsed.Seconds()))
}

func (r simulateReport) table(out io.Writer) error {
	verb := "would be sent"
	if r.Sent {
		verb = "sent"
	}
	fmt.Fprintf(out, "Seed %d: %d connectors, %d spans of %d calls %s, %s to %s UTC.\n\n", r.Seed, r.Connectors, r.Spans, r.Actions, verb,
		r.Start.Format("2006-01-02 15:04"), r.End.Format("2006-01-02 15:04"))
	if len(r.Incidents) == 0 {
		_, err := fmt.Fprintln(out, "No incidents.")
		return err
	}
	var rows [][]string
	for _, in := range r.Incidents {
		rows = append(rows, []string{in.Connector, string(in.Kind), in.Start.Format("Mon 15:04") + "–" + in.End.Format("15:04"), in.Family, in.Story})
	}
	return cli.Table(out, []string{"CONNECTOR", "INCIDENT", "WHEN (UTC)", "FAMILY", "WHAT"}, rows)
}

func writeJSONFile(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.WriteFile(path, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}
