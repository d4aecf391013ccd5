package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/internal/simulate/otlpclient"
)

// lastDay is what the baseline evaluates; the incidents are in it.
const lastDay = 24 * time.Hour

// run is one demo under way.
type run struct {
	opts    Options
	binary  string
	line    *progress.Line
	at      layout
	hook    *webhook
	secrets *simulate.Secrets
	sim     *simulate.Simulation
	main    *side
	result  Result
	began   time.Time
}

// Run carries a simulated history through a real collector and says what came
// out. The error is for what could not be done; what did not hold is in
// Result.Failures. With Options.Keep it returns when ctx ends.
func Run(ctx context.Context, opts Options) (result Result, err error) {
	r := &run{opts: opts, line: progress.New(opts.Progress), began: time.Now()}
	if r.binary, err = FindWeir(opts.Weir); err != nil {
		return r.result, err
	}
	defer func() { err = errors.Join(err, r.cleanUp(err)) }()
	if err := r.prepare(); err != nil {
		return r.result, err
	}
	for _, phase := range r.phases() {
		began := time.Now()
		r.line.Begin(phase.name)
		done, err := phase.do(ctx)
		if err != nil {
			r.line.Fail("")
			return r.result, fmt.Errorf("%s: %w", phase.name, err)
		}
		r.line.Done(done)
		r.result.Phases = append(r.result.Phases, Phase{Name: phase.name, Seconds: time.Since(began).Seconds()})
	}
	r.result.Seconds = time.Since(r.began).Seconds()
	r.result.judge()
	if err := r.result.write(opts); err != nil {
		return r.result, err
	}
	if opts.Keep {
		r.printKept()
		<-ctx.Done()
	}
	return r.result, nil
}

// phase does one step and says its result in a few words.
type phase struct {
	name string
	do   func(context.Context) (string, error)
}

func (r *run) phases() []phase {
	return []phase{
		{"Plan the connectors", r.plan},
		{"Start the collector and its engine", r.start},
		{"Send the history over OTLP", r.send},
		{"Settle the rollups", r.settle},
		{"Restart with the baseline on", r.restart},
		{"Catch up on the last 24 hours", r.evaluate},
		{"Search for planted secrets", r.search},
		{"The same search, redaction off", r.searchControl},
	}
}

// prepare makes the folder and the webhook.
func (r *run) prepare() error {
	dir := r.opts.Directory
	var err error
	if dir == "" {
		if dir, err = os.MkdirTemp("", "weir-demo-"); err != nil {
			return fmt.Errorf("cannot create the demo's folder: %w", err)
		}
	} else if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("cannot use --dir: %w", err)
	} else if err := requireEmpty(dir); err != nil {
		return err
	}
	r.at.dir = dir
	if r.hook, err = startWebhook(); err != nil {
		return err
	}
	r.at, err = newLayout(dir, r.hook.url)
	return err
}

// requireEmpty refuses a folder with files in it: they could be somebody's data.
func requireEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot use --dir: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("cannot use --dir %s: it is not empty; give a new folder", dir)
	}
	return nil
}

func (r *run) plan(context.Context) (string, error) {
	r.secrets = simulate.NewSecrets(r.opts.Seed)
	sim, err := simulate.New(simulate.Options{
		Seed: r.opts.Seed, End: r.opts.End, Days: r.opts.Days, Connectors: r.opts.Connectors, Spans: r.opts.Spans,
		Benign: r.opts.Benign, Secrets: r.secrets,
	})
	if err != nil {
		return "", err
	}
	r.sim = sim
	r.result = Result{
		Seed: r.opts.Seed, Benign: r.opts.Benign, Start: sim.Start(), End: sim.End(), Connectors: len(sim.Connectors()),
		Findings: []finding.Finding{}, Incidents: []Check{}, LeftOut: []string{}, Unexpected: []finding.Finding{},
		Miscounted: []string{}, Leaks: []string{}, Failures: []string{},
	}
	if !r.opts.Benign {
		r.result.LeftOut = leftOut(simulate.DefaultScenario().Incidents, sim.Incidents())
	}
	return fmt.Sprintf("%d connectors, %d incidents hidden in the last day, seed %d", len(sim.Connectors()), len(sim.Incidents()), r.opts.Seed),
		sim.WriteCatalog(r.at.catalog())
}

func (r *run) start(ctx context.Context) (string, error) {
	r.main = &side{binary: r.binary, at: r.at, linkEvery: keepEvery}
	if err := r.main.start(ctx, "weir-ingest.yaml", parts{redact: true}); err != nil {
		return "", err
	}
	return "ClickHouse at http://" + r.at.clickhouse, nil
}

func (r *run) send(ctx context.Context) (string, error) {
	sent, err := r.main.replay(ctx, r.sim, func(p otlpclient.Progress) {
		share := float64(p.At.Sub(r.sim.Start())) / float64(r.sim.End().Sub(r.sim.Start()))
		r.line.Update(share, fmt.Sprintf("%s  %s spans, %s/s", p.At.Format("Mon 2 Jan"),
			progress.Count(float64(p.Spans)), progress.Count(float64(p.Spans)/p.Elapsed.Seconds())))
	})
	r.result.Sent = Counts{Spans: sent.Spans, Actions: sent.Calls}
	return fmt.Sprintf("%s spans of %s calls, %s spans/s", progress.Count(float64(sent.Spans)), progress.Count(float64(sent.Calls)),
		progress.Count(float64(sent.Spans)/sent.Elapsed.Seconds())), err
}

func (r *run) settle(ctx context.Context) (string, error) {
	err := waitSettled(ctx, r.main.collector, r.main.conn, r.result.Sent.Spans, func(stored, pending int) {
		r.line.Update(-1, fmt.Sprintf("%s spans stored, %d segments to recompute", progress.Count(float64(stored)), pending))
	})
	if err != nil {
		return "", err
	}
	if r.result.Stored, err = storedCounts(ctx, r.main.conn); err != nil {
		return "", err
	}
	rolledUp, err := actionsByConnector(ctx, r.main.conn)
	if err != nil {
		return "", err
	}
	r.result.Miscounted = compareActions(r.sim, rolledUp)
	return fmt.Sprintf("%d actions of %d spans", r.result.Stored.Actions, r.result.Stored.Spans), nil
}

func (r *run) restart(ctx context.Context) (string, error) {
	if err := r.main.stop(); err != nil {
		return "", err
	}
	// From the start on, as if the collector had been away since a day before the end.
	catchUp := time.Since(r.sim.End().Add(-lastDay)).Truncate(time.Second)
	err := r.main.start(ctx, "weir.yaml", parts{redact: true, catchUp: catchUp})
	return "same folder, nothing sent again", err
}

func (r *run) evaluate(ctx context.Context) (string, error) {
	err := waitEvaluated(ctx, r.main.collector, r.main.conn, r.sim.End(), func(remark string) { r.line.Update(-1, remark) })
	if err != nil {
		return "", err
	}
	if r.result.Findings, err = findings(ctx, r.main.conn); err != nil {
		return "", err
	}
	if r.result.Alerts, err = r.waitAlerts(ctx); err != nil {
		return "", err
	}
	checks, explained := check(r.sim.Incidents(), r.result.Findings)
	r.result.Incidents = checks
	for i, f := range r.result.Findings {
		if !explained[i] {
			r.result.Unexpected = append(r.result.Unexpected, f)
		}
	}
	return fmt.Sprintf("%d findings, %d of them told to the webhook", len(r.result.Findings), r.result.Alerts), nil
}

func (r *run) search(ctx context.Context) (string, error) {
	leaks, searched, err := searchLeaks(ctx, r.main.conn, r.at, r.secrets)
	r.result.Leaks, r.result.Searched = leaks.Places(), searched
	return fmt.Sprintf("%d leaks in %d tables (%s rows), %d segments, %d files", len(r.result.Leaks), searched.Tables,
		progress.Count(float64(searched.Rows)), searched.Segments, searched.Files), err
}

func (r *run) searchControl(ctx context.Context) (string, error) {
	var err error
	r.result.Control, err = r.control(ctx)
	return fmt.Sprintf("finds %d of %d kinds of secrets", len(r.result.Control.Found), len(r.secrets.Named())), err
}

// cleanUp ends what was started. The folder goes too; when something failed the
// logs and configurations stay.
func (r *run) cleanUp(failed error) error {
	errs := []error{r.main.stop()}
	if r.hook != nil {
		errs = append(errs, r.hook.stop())
	}
	wrong := len(r.result.Failures) > 0 || failed != nil && !errors.Is(failed, context.Canceled)
	switch {
	case r.at.dir == "" || r.opts.Directory != "" && !wrong:
	case wrong:
		fmt.Fprintf(r.opts.Progress, "\nThe collector's log: %s\n", r.at.log())
		errs = append(errs, keepOnlyLogs(r.at), keepOnlyLogs(r.controlLayout()))
	default:
		errs = append(errs, os.RemoveAll(r.at.dir))
	}
	return errors.Join(errs...)
}

func (r *run) controlLayout() layout { return layout{dir: filepath.Join(r.at.dir, "control")} }
