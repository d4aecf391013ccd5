package baselinereceiver

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
)

// evaluationRun evaluates ticks of several rules in order of time, over one
// history. Nothing in it depends on which ticks are evaluated together.
type evaluationRun struct {
	*runner
	source   *history.Source
	versions map[time.Time]time.Time
	work     []work

	history   *detect.History
	evaluator *detect.Evaluator
	recent    recentEpisodes
	open      map[string]episode.Set // by rule
	known     knownFindings
	reports   map[string]evaluation // the last of each rule
}

func (e *evaluationRun) run(ctx context.Context) error {
	began := e.clock.Now()
	ticks := e.ticks()
	if err := e.prepare(ctx, ticks[0], ticks[len(ticks)-1]); err != nil {
		return err
	}
	told := 0
	for _, tick := range ticks {
		n, err := e.tick(ctx, tick)
		if err != nil {
			return err
		}
		told += n
	}
	if err := e.withdraw(ctx, ticks[len(ticks)-1]); err != nil {
		return err
	}
	e.finish(ctx)
	e.logger.Info("evaluated baselines", zap.Int("windows", len(ticks)), zap.Time("until", ticks[len(ticks)-1]),
		zap.Int("connectors", len(e.history.Entities)), zap.Int("findings", told), zap.Duration("took", e.clock.Now().Sub(began)))
	return nil
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

// prepare reads what the evaluation rests on: for every tick the whole lookback
// of every day that is replayed.
func (e *evaluationRun) prepare(ctx context.Context, first, last time.Time) error {
	reach := time.Duration(0)
	e.open, e.reports = map[string]episode.Set{}, map[string]evaluation{}
	for _, w := range e.work {
		reach = max(reach, time.Duration(w.rule.Lookback)+time.Duration(w.rule.Window))
		e.open[w.rule.Name] = w.base.Open.Clone()
	}
	start := first.Add(-reach - (detect.ReplayDays+1)*24*time.Hour).Truncate(24 * time.Hour)
	var err error
	if e.history, err = e.source.Load(ctx, start, last); err != nil {
		return err
	}
	e.recent, err = loadRecent(ctx, e.conn, e.work, first, last)
	if err != nil {
		return err
	}
	if e.known, err = loadKnown(ctx, e.conn, e.work); err != nil {
		return err
	}
	e.evaluator = detect.NewEvaluator(e.history, e.recent.excluder(e.history))
	return nil
}

// tick evaluates all rules that are due at one tick and keeps the outcome:
// findings first, then the state, so that a crash in between repeats findings
// (which changes nothing in the table) and never loses one.
func (e *evaluationRun) tick(ctx context.Context, tick time.Time) (told int, err error) {
	e.recent.today = tick.Truncate(24 * time.Hour)
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
	if err := state.Save(ctx, e.conn, done, e.clock.Now()); err != nil {
		return 0, err
	}
	for _, t := range done {
		e.remember(t)
	}
	return len(findings), nil
}

func (e *evaluationRun) tell(ctx context.Context, findings []finding.Finding) error {
	if err := finding.Insert(ctx, e.conn, findings, e.clock.Now()); err != nil {
		return err
	}
	return e.emit(ctx, findings)
}

// rule evaluates one rule at one tick.
func (e *evaluationRun) rule(ctx context.Context, rule scheduled, tick time.Time) ([]finding.Finding, error) {
	began := e.clock.Now()
	at := int(tick.Sub(e.history.Start) / time.Hour)
	candidates := e.evaluator.Evaluate(rule.Detect(), at)
	observed := make([]episode.Observation, len(candidates))
	for i, candidate := range candidates {
		c := &explain.Case{
			Rule: rule.Rule, Evaluator: e.evaluator, History: e.history, Candidate: candidate,
			CatalogRevision: e.catalogRevision(), DashboardURL: e.config.DashboardURL,
		}
		observed[i] = episode.Observation{Fingerprint: c.Fingerprint(), Strength: candidate.Strength, Describe: func() (finding.Finding, error) {
			f := c.Finding()
			var err error
			f.TraceIDs, err = e.source.Traces(ctx, f.TenantID, f.ConnectorID, f.Endpoint, f.WindowStart, f.WindowEnd)
			return f, err
		}}
	}
	patience := episode.Patience{FireAfter: rule.FireAfter, ResolveAfter: rule.Resolve}
	told, err := e.open[rule.Name].Step(tick, observed, patience)
	if err != nil {
		return nil, err
	}
	for i := range told {
		e.recent.add(&told[i])
	}
	e.observe(rule, tick, at, candidates, len(told), e.clock.Now().Sub(began))
	return told, nil
}

// observe keeps what the metrics say about the evaluation.
func (e *evaluationRun) observe(rule scheduled, tick time.Time, at int, candidates []detect.Candidate, told int, took time.Duration) {
	before := e.reports[rule.Name]
	r := evaluation{
		rule: rule.Name, measure: rule.Measure, tick: tick, lag: e.clock.Now().Sub(tick), took: took,
		open: len(e.open[rule.Name]), told: before.told + told, threshold: e.evaluator.Threshold(rule.Detect(), at).Fleet,
	}
	r.learning, r.ready = e.evaluator.Learning(rule.Detect(), at)
	slices.SortStableFunc(candidates, func(a, b detect.Candidate) int {
		switch {
		case a.Strength > b.Strength:
			return -1
		case a.Strength < b.Strength:
			return 1
		}
		return 0
	})
	for _, c := range candidates[:min(maxSeries, len(candidates))] {
		entity := &e.history.Entities[c.Entity]
		r.top = append(r.top, series{
			tenant: entity.Tenant, connector: entity.ID, observed: c.Observed, expected: c.Expected, score: detect.Score(c.Strength),
		})
	}
	e.reports[rule.Name] = r
}

func (e *evaluationRun) finish(ctx context.Context) {
	var all []evaluation
	for _, w := range e.work {
		all = append(all, e.reports[w.rule.Name])
	}
	e.report(ctx, e.clock.Now(), all)
}

// withdraw resolves the episodes of an earlier evaluation that the data, as it
// is now, does not show any more.
func (e *evaluationRun) withdraw(ctx context.Context, tick time.Time) error {
	var gone []finding.Finding
	for _, f := range e.known.unseen(e.open) {
		f.Status, f.UpdatedAt, f.ResolvedAt = finding.Resolved, tick, tick
		f.Summary += " Withdrawn: data that came late changed the picture."
		gone = append(gone, f)
	}
	return e.tell(ctx, gone)
}
