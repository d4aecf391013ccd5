package baselinereceiver

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
)

// evaluationRun evaluates ticks of several rules in order of time, day by day.
// Nothing in it depends on which ticks are evaluated together.
type evaluationRun struct {
	*runner
	source   *history.Source
	versions map[time.Time]time.Time
	work     []work

	scenes  map[string]*scene      // by entity, of the day at hand
	open    map[string]episode.Set // by rule
	known   knownFindings
	reports map[string]evaluation // the last of each rule
}

func (e *evaluationRun) run(ctx context.Context) error {
	began := e.clock.Now()
	ticks := e.ticks()
	first, last := ticks[0], ticks[len(ticks)-1]
	if err := e.prepare(ctx); err != nil {
		return err
	}
	told := 0
	for len(ticks) > 0 {
		day := dayOf(ticks[0])
		n := slices.IndexFunc(ticks, func(tick time.Time) bool { return !dayOf(tick).Equal(day) })
		if n < 0 {
			n = len(ticks)
		}
		more, err := e.day(ctx, day, ticks[:n])
		if err != nil {
			return err
		}
		told += more
		ticks = ticks[n:]
	}
	if err := e.withdraw(ctx, last); err != nil {
		return err
	}
	if err := e.finish(ctx, last); err != nil {
		return err
	}
	e.logger.Info("evaluated baselines", zap.Time("from", first), zap.Time("until", last),
		zap.Int("findings", told), zap.Duration("took", e.clock.Now().Sub(began)))
	return nil
}

// dayOf is the UTC day that the window which ends at a tick belongs to.
func dayOf(tick time.Time) time.Time {
	return tick.Add(-time.Nanosecond).UTC().Truncate(24 * time.Hour)
}

// ticks lists all that are to be evaluated, of any rule, in order.
func (e *evaluationRun) ticks() []time.Time {
	var all []time.Time
	for _, w := range e.work {
		all = append(all, w.ticks...)
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.Compact(all)
}

// prepare reads what is known of the time before.
func (e *evaluationRun) prepare(ctx context.Context) error {
	e.open, e.reports = map[string]episode.Set{}, map[string]evaluation{}
	for _, w := range e.work {
		e.open[w.rule.Name] = w.base.Open.Clone()
	}
	var err error
	e.known, err = loadKnown(ctx, e.conn, e.work)
	return err
}

// day evaluates the ticks of one day: with what was known at its start.
func (e *evaluationRun) day(ctx context.Context, day time.Time, ticks []time.Time) (told int, err error) {
	if e.scenes, err = e.stage(ctx, day, ticks); err != nil {
		return 0, err
	}
	for _, tick := range ticks {
		n, err := e.tick(ctx, tick)
		if err != nil {
			return told, err
		}
		told += n
	}
	return told, nil
}

// tick evaluates all rules that are due at one tick and keeps the outcome:
// findings first, then the state, so that a crash in between repeats findings
// (which changes nothing in the table) and never loses one.
func (e *evaluationRun) tick(ctx context.Context, tick time.Time) (told int, err error) {
	e.at = tick
	var findings []finding.Finding
	var done []state.Tick
	for _, w := range e.work {
		if !slices.Contains(w.ticks, tick) {
			continue
		}
		out, err := e.rule(ctx, w.rule, tick)
		if err != nil {
			return 0, err
		}
		findings = append(findings, out...)
		done = append(done, state.Tick{
			Rule: w.rule.Name, At: tick, DataVersion: newest(e.versions, tick, time.Duration(w.rule.Window)),
			RuleRevision: w.rule.Revision(), CatalogRevision: e.catalogRevision(), Open: e.open[w.rule.Name].Clone(),
		})
	}
	findings = e.known.news(findings)
	if err := e.tell(ctx, findings); err != nil {
		return 0, err
	}
	if err := e.save(ctx, done); err != nil {
		return 0, err
	}
	for _, t := range done {
		e.remember(t)
	}
	return len(findings), nil
}

// rule evaluates one rule at one tick.
func (e *evaluationRun) rule(ctx context.Context, rule scheduled, tick time.Time) ([]finding.Finding, error) {
	began := e.clock.Now()
	seen, err := e.look(ctx, rule, tick)
	if err != nil {
		return nil, err
	}
	told, err := e.open[rule.Name].Step(tick, seen.observations, rule.patience())
	if err != nil {
		return nil, err
	}
	seen.evaluation.told = e.reports[rule.Name].told + len(told)
	seen.evaluation.open = len(e.open[rule.Name])
	seen.evaluation.lag, seen.evaluation.took = e.clock.Now().Sub(tick), e.clock.Now().Sub(began)
	e.reports[rule.Name] = seen.evaluation
	return told, nil
}

// tell stores findings and passes them on. A leader that dies in between, or
// before the state is saved, has a successor that finds the same and passes it on
// again: whoever is told twice sees that by fingerprint, start and status.
func (r *runner) tell(ctx context.Context, findings []finding.Finding) error {
	if !r.lease.Held() {
		return errLost
	}
	if err := finding.Insert(ctx, r.conn, findings, r.lease.Version()); err != nil {
		return err
	}
	return r.emit(ctx, findings)
}

func (r *runner) save(ctx context.Context, done []state.Tick) error {
	if !r.lease.Held() {
		return errLost
	}
	return state.Save(ctx, r.conn, done, r.lease.Version())
}

// finish reports the last evaluation of each rule.
func (e *evaluationRun) finish(ctx context.Context, last time.Time) error {
	alerts, err := finding.Begun(ctx, e.conn, last.Add(-24*time.Hour), last)
	if err != nil {
		return err
	}
	var all []evaluation
	for _, w := range e.work {
		r := e.reports[w.rule.Name]
		r.alerts, r.budget = alerts[w.rule.Name], w.rule.Budget*float64(r.states[detect.Ready])/1000
		all = append(all, r)
	}
	e.report(ctx, e.clock.Now(), all)
	return nil
}

// withdraw ends the episodes of an earlier evaluation that the data, as it
// is now, does not show any more.
func (e *evaluationRun) withdraw(ctx context.Context, tick time.Time) error {
	var gone []finding.Finding
	for _, f := range e.known.unseen(e.open) {
		f.Status, f.UpdatedAt, f.ResolvedAt = f.Status.Ended(), tick, tick
		f.Summary += " Withdrawn: data that came late changed the picture."
		gone = append(gone, f)
	}
	return e.tell(ctx, gone)
}
