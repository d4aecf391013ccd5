package alertexporter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/book"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/finding"
)

// alerts is the exporter: the book, and a loop for each destination.
type alerts struct {
	cfg       *Config
	set       exporter.Settings
	telemetry *metadata.TelemetryBuilder
	now       func() time.Time

	book         *book.Book
	destinations []*destination
	stop         context.CancelFunc // ends the loops between two requests
	abort        context.CancelFunc // ends requests, too
	loops        sync.WaitGroup
}

func newAlerts(set exporter.Settings, cfg *Config) (*alerts, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot create the exporter's own telemetry: %w", err)
	}
	return &alerts{cfg: cfg, set: set, telemetry: telemetry, now: time.Now}, nil
}

func (a *alerts) start(ctx context.Context, host component.Host) error {
	if err := a.openBook(); err != nil {
		return err
	}
	a.telemetry.Firing.Record(ctx, int64(a.book.Firing()))
	destinations, err := a.connect(ctx, host)
	if err != nil {
		return err
	}
	a.run(destinations)
	return nil
}

// run starts the loops.
func (a *alerts) run(destinations []*destination) {
	a.destinations = destinations
	requests, abort := context.WithCancel(context.Background())
	ctx, stop := context.WithCancel(requests)
	a.stop, a.abort = stop, abort
	for _, d := range destinations {
		a.loops.Go(func() { d.run(ctx, requests) })
	}
	a.loops.Go(func() { a.tidy(ctx) })
}

func (a *alerts) openBook() error {
	opts := book.Options{MaxEpisodes: a.cfg.MaxEpisodes, StaleAfter: a.cfg.StaleAfter}
	if a.cfg.Directory == "" {
		a.set.Logger.Info("`directory` is empty: a restart forgets which alerts fire")
	} else {
		if err := os.MkdirAll(a.cfg.Directory, 0o700); err != nil {
			return fmt.Errorf("cannot create `directory` (set one that can be written, or \"\" to keep the state in memory): %w", err)
		}
		opts.Path = filepath.Join(a.cfg.Directory, fileName(a.set.ID))
	}
	var err error
	a.book, err = book.Open(opts)
	if errors.Is(err, book.ErrUnreadable) {
		a.set.Logger.Error("alerts are told anew", zap.Error(err))
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot open the state in `directory`: %w", err)
	}
	return nil
}

// fileName keeps the state files of several exporters in one folder apart.
func fileName(id component.ID) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:`, r) {
			return '_'
		}
		return r
	}, id.String()) + ".json"
}

// consume returns when the findings are in the state file. Records of other
// events pass by.
func (a *alerts) consume(ctx context.Context, ld plog.Logs) error {
	findings, malformed := read(ld)
	for _, err := range malformed {
		a.set.Logger.Warn("refused a finding", zap.Error(err))
	}
	a.count(ctx, "malformed", len(malformed))
	if len(findings) == 0 {
		return nil
	}
	outcomes, err := a.book.Accept(findings, a.now())
	if err != nil {
		return err // the sender tries again
	}
	for outcome, n := range outcomes {
		a.count(ctx, string(outcome), n)
	}
	a.telemetry.Firing.Record(ctx, int64(a.book.Firing()))
	for _, d := range a.destinations {
		d.wake()
	}
	if n := outcomes[book.Full]; n > 0 {
		return consumererror.NewPermanent(fmt.Errorf("cannot keep %d more episodes: `max_episodes` is %d", n, a.cfg.MaxEpisodes))
	}
	return nil
}

func (a *alerts) count(ctx context.Context, outcome string, n int) {
	if n > 0 {
		a.telemetry.Findings.Add(ctx, int64(n), metric.WithAttributes(attribute.String("outcome", outcome)))
	}
}

func read(ld plog.Logs) (findings []finding.Finding, malformed []error) {
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				f, err := finding.FromLog(record)
				switch {
				case errors.Is(err, finding.ErrNotFinding):
				case err != nil:
					malformed = append(malformed, err)
				default:
					makeFinite(&f)
					findings = append(findings, f)
				}
			}
		}
	}
	return findings, malformed
}

// makeFinite replaces what JSON has no number for.
func makeFinite(f *finding.Finding) {
	for _, value := range []*float64{&f.Observed, &f.Expected, &f.Lower, &f.Upper, &f.Score, &f.PValue, &f.BaselineDays} {
		switch {
		case math.IsNaN(*value):
			*value = 0
		case math.IsInf(*value, 0):
			*value = math.Copysign(math.MaxFloat64, *value)
		}
	}
}

const tidyInterval = time.Minute

func (a *alerts) tidy(ctx context.Context) {
	ticker := time.NewTicker(tidyInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		stale, err := a.book.Tidy(a.now())
		if err != nil {
			a.set.Logger.Error("cannot tidy the state", zap.Error(err))
		}
		if len(stale) == 0 {
			continue
		}
		a.set.Logger.Warn("no record has spoken of these episodes for `stale_after`: they are told as resolved", zap.Strings("fingerprints", stale))
		a.telemetry.Firing.Record(ctx, int64(a.book.Firing()))
		for _, d := range a.destinations {
			d.wake()
		}
	}
}

// flushTimeout bounds the last attempt at shutdown.
const flushTimeout = 5 * time.Second

// shutdown stops the loops and tries once more to tell what nobody was told. A
// request under way is waited for: broken off, it would be sent twice.
func (a *alerts) shutdown(ctx context.Context) error {
	if a.stop == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	context.AfterFunc(ctx, a.abort)
	a.stop()
	a.loops.Wait()
	var flushes sync.WaitGroup
	for _, d := range a.destinations {
		flushes.Go(func() { d.flush(ctx) })
	}
	flushes.Wait()
	for _, d := range a.destinations {
		d.close()
	}
	return nil
}
