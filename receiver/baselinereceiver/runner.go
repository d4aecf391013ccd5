package baselinereceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/robfig/cron/v3"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/events"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/lease"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/profiles"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
	"github.com/weir-otel/weir/rules"
)

// remembered is how long evaluated ticks are of interest: the open episodes of a
// rule that was off for longer are forgotten.
const remembered = 30 * 24 * time.Hour

// errLost ends a pass: another collector evaluates from now on.
var errLost = errors.New("another collector has taken over the evaluation of baselines")

// runner evaluates what is due, one pass after another, while it holds the lease.
type runner struct {
	config  *Config
	conn    driver.Conn
	lease   *lease.Lease
	events  *events.Calendar
	rules   []scheduled
	catalog *catalog.Watcher // nil without a catalog
	clock   clock
	logger  *zap.Logger
	emit    func(context.Context, []finding.Finding) error
	report  func(context.Context, time.Time, []evaluation)

	profiles   *profiles.Store
	portions   portions
	episodes   recentEpisodes // known when a model is built
	verdicts   *verdicts
	at         time.Time               // the tick at hand
	done       map[string][]state.Tick // evaluated ticks by rule, in order; nil = to be read
	dirtySince time.Time               // when late data was first seen that is not settled yet
}

// scheduled is an enabled rule with its ticks.
type scheduled struct {
	rules.Rule
	detect *detect.Rule // nil: its SQL decides
	ticks  cron.Schedule
}

func newScheduled(rule *rules.Rule) (scheduled, error) {
	ticks, err := rule.Ticks()
	if err != nil {
		return scheduled{}, fmt.Errorf("cannot schedule rule %s: %w", rule.Name, err)
	}
	s := scheduled{Rule: *rule, ticks: ticks}
	if rule.Family != rules.Query {
		s.detect = rule.Detect()
	}
	return s, nil
}

func (s *scheduled) patience() episode.Patience {
	return episode.Patience{FireAfter: s.FireAfter, ResolveAfter: s.Resolve}
}

// live says whether the rule looks at the hour that is still running.
func (s *scheduled) live() bool { return s.detect != nil && time.Duration(s.Window) < time.Hour }

// downwards says whether silence is what the rule looks for.
func (s *scheduled) downwards() bool { return s.Direction == detect.Down || s.Direction == detect.Both }

// settles says whether late data can change what a tick of the rule found. One that
// looks at many days sees the same data again at its next tick.
func (s *scheduled) settles() bool {
	return !s.live() && time.Duration(s.Window) <= 24*time.Hour
}

// end is the end of the window of a tick: statistics go by whole hours.
func (s *scheduled) end(tick time.Time) time.Time {
	if s.detect != nil {
		return tick.UTC().Truncate(time.Hour)
	}
	return tick.UTC()
}

func newRunner(config *Config, conn driver.Conn, all []rules.Rule, watcher *catalog.Watcher, clock clock, logger *zap.Logger) (*runner, error) {
	announced, err := events.New(config.Events)
	if err != nil {
		return nil, err
	}
	held, err := lease.New(conn, "baseline", clock.Now)
	if err != nil {
		return nil, err
	}
	r := &runner{
		config: config, conn: conn, lease: held, events: announced, catalog: watcher, clock: clock, logger: logger, portions: defaultPortions(),
		emit:   func(context.Context, []finding.Finding) error { return nil },
		report: func(context.Context, time.Time, []evaluation) {},
	}
	for _, rule := range all {
		if !rule.Enabled {
			continue
		}
		s, err := newScheduled(&rule)
		if err != nil {
			return nil, err
		}
		r.rules = append(r.rules, s)
	}
	r.profiles = &profiles.Store{Conn: conn, Version: held.Version, Now: clock.Now, Logger: logger}
	return r, nil
}

// work is the ticks of one rule that a pass evaluates.
type work struct {
	rule  scheduled
	base  state.Tick // what was known before; zero At = nothing
	ticks []time.Time
	again bool // they were evaluated before, on other data
}

// pass evaluates what is due and what late data changed.
func (r *runner) pass(ctx context.Context) error {
	if r.done == nil {
		done, err := state.Load(ctx, r.conn, r.clock.Now().Add(-remembered))
		if err != nil {
			return err
		}
		r.done = done
	}
	if r.catalog != nil {
		if _, err := r.catalog.Check(ctx); err != nil {
			r.logger.Warn("the catalog was changed and cannot be used; the last good one stays in force", zap.Error(err))
		}
	}
	source := r.source()
	empty, err := source.Empty(ctx)
	if err != nil || empty {
		return err
	}
	if r.verdicts, err = loadVerdicts(ctx, r.conn); err != nil {
		return err
	}
	if err := r.live(ctx, source); err != nil {
		return err
	}
	due := r.due()
	versions, err := r.versions(ctx, source, due)
	if err != nil {
		return err
	}
	changed, settled, err := r.changed(ctx, source, versions)
	if err != nil {
		return err
	}
	if !settled {
		if versions, err = source.VersionsOfHours(ctx, r.remembers()); err != nil {
			return err
		}
	}
	todo := merge(changed, due)
	if len(todo) == 0 {
		return nil
	}
	e := &evaluationRun{runner: r, source: source, versions: versions, work: todo}
	if err := e.run(ctx); err != nil {
		r.done = nil // what was written is read again
		return err
	}
	return nil
}

// versions are those of the hours, once what is due may be evaluated.
func (r *runner) versions(ctx context.Context, source *history.Source, due []work) (map[time.Time]time.Time, error) {
	if len(due) > 0 {
		return r.settle(ctx, source, latest(due))
	}
	return source.Versions(ctx, r.remembers())
}

func (r *runner) source() *history.Source {
	s := &history.Source{Conn: r.conn, Events: r.events}
	if r.catalog != nil {
		s.Catalog = r.catalog.Current()
	}
	return s
}

func (r *runner) catalogRevision() string {
	if r.catalog == nil {
		return ""
	}
	return r.catalog.Current().Revision
}

// due lists the ticks whose window and grace are over and that were not evaluated.
func (r *runner) due() []work {
	now := r.clock.Now()
	var all []work
	for _, rule := range r.rules {
		if rule.live() {
			continue
		}
		w := work{rule: rule, base: r.last(rule.Name)}
		from := now.Add(-r.config.CatchUp)
		if w.base.At.After(from) {
			from = w.base.At
		}
		for t := rule.ticks.Next(from); !t.Add(r.config.Grace).After(now); t = rule.ticks.Next(t) {
			end := rule.end(t)
			if n := len(w.ticks); end.After(w.base.At) && (n == 0 || end.After(w.ticks[n-1])) {
				w.ticks = append(w.ticks, end)
			}
		}
		if len(w.ticks) > 0 {
			all = append(all, w)
		}
	}
	return all
}

func (r *runner) last(rule string) state.Tick {
	if done := r.done[rule]; len(done) > 0 {
		return done[len(done)-1]
	}
	return state.Tick{}
}

// untilNext is the time to the next tick that will be due.
func (r *runner) untilNext() time.Duration {
	now := r.clock.Now()
	next := passEvery
	for _, rule := range r.rules {
		if rule.live() {
			next = min(next, liveEvery)
			continue
		}
		next = min(next, rule.ticks.Next(now.Add(-r.config.Grace)).Add(r.config.Grace).Sub(now))
	}
	return max(next, time.Second)
}

func (r *runner) longestWindow() time.Duration {
	longest := time.Hour
	for _, rule := range r.rules {
		longest = max(longest, time.Duration(rule.Window))
	}
	return longest
}

func latest(all []work) time.Time {
	var t time.Time
	for _, w := range all {
		if last := w.ticks[len(w.ticks)-1]; last.After(t) {
			t = last
		}
	}
	return t
}
