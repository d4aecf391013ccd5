package baselinereceiver

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/robfig/cron/v3"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
	"github.com/weir-otel/weir/rules"
)

// remembered is how long evaluated ticks are of interest: the open episodes of a
// rule that was off for longer are forgotten.
const remembered = 30 * 24 * time.Hour

// runner evaluates what is due, one pass after another.
type runner struct {
	config  *Config
	conn    driver.Conn
	rules   []scheduled
	catalog *catalog.Watcher // nil without a catalog
	clock   clock
	logger  *zap.Logger
	emit    func(context.Context, []finding.Finding) error
	report  func(context.Context, time.Time, []evaluation)

	done       map[string][]state.Tick // evaluated ticks by rule, in order; nil = to be read
	dirtySince time.Time               // when late data was first seen that is not settled yet
}

// scheduled is an enabled rule with its ticks.
type scheduled struct {
	rules.Rule
	ticks cron.Schedule
}

func newRunner(config *Config, conn driver.Conn, all []rules.Rule, watcher *catalog.Watcher, clock clock, logger *zap.Logger) (*runner, error) {
	r := &runner{
		config: config, conn: conn, catalog: watcher, clock: clock, logger: logger,
		emit:   func(context.Context, []finding.Finding) error { return nil },
		report: func(context.Context, time.Time, []evaluation) {},
	}
	for _, rule := range all {
		if !rule.Enabled {
			continue
		}
		ticks, err := rule.Ticks()
		if err != nil {
			return nil, fmt.Errorf("cannot schedule rule %s: %w", rule.Name, err)
		}
		r.rules = append(r.rules, scheduled{Rule: rule, ticks: ticks})
	}
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
	due := r.due()
	if len(due) > 0 {
		if err := r.settle(ctx, source, latest(due)); err != nil {
			return err
		}
	}
	versions, err := source.Versions(ctx, r.clock.Now().Add(-r.config.CatchUp-r.longestWindow()).Truncate(time.Hour))
	if err != nil {
		return err
	}
	changed, err := r.changed(ctx, source, versions)
	if err != nil {
		return err
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

func (r *runner) source() *history.Source {
	s := &history.Source{Conn: r.conn, Locate: func(string) *time.Location { return time.UTC }, Name: func(string) string { return "" }}
	if r.catalog == nil {
		return s
	}
	current := r.catalog.Current()
	names := make(map[string]string, len(current.Connectors))
	for i := range current.Connectors {
		names[current.Connectors[i].ID] = current.Connectors[i].Name
	}
	s.Locate = current.Location
	s.Name = func(connector string) string { return names[connector] }
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
		w := work{rule: rule, base: r.last(rule.Name)}
		from := now.Add(-r.config.CatchUp)
		if w.base.At.After(from) {
			from = w.base.At
		}
		for t := rule.ticks.Next(from); !t.Add(r.config.Grace).After(now); t = rule.ticks.Next(t) {
			end := t.UTC().Truncate(time.Hour)
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
