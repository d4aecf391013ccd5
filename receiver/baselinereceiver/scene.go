package baselinereceiver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/profiles"
)

// recently is what a first look at a tick needs.
const recently = 25 * time.Hour

// scene is one kind of entity on one day: what is usual for all, what all did in
// the last hours, and everything about those of whom a rule tells at any of the
// day's ticks. The rest of the fleet passes through memory in parts.
type scene struct {
	model     *detect.Model
	recent    *detect.History // endpoints are only held of those that look like another
	history   *detect.History
	found     map[sight][]detect.Candidate      // their entities are those of history
	failing   map[sight][]detect.Failing        // APIs
	calendars func(detect.Key) *detect.Calendar // over the hours of recent
}

// sight is a rule at a tick.
type sight struct {
	rule *detect.Rule
	tick time.Time
}

// stage sets the scenes of a day. The whole fleet is only looked at through its
// profiles and its last hours; full histories are read of few.
func (e *evaluationRun) stage(ctx context.Context, day time.Time, ticks []time.Time) (map[string]*scene, error) {
	scenes := map[string]*scene{}
	for _, w := range e.work {
		entity := w.rule.Entity
		if w.rule.detect == nil || scenes[entity] != nil || !slices.ContainsFunc(ticks, w.due) {
			continue
		}
		s, err := e.scene(ctx, entity, day, ticks)
		if err != nil {
			return nil, err
		}
		scenes[entity] = s
	}
	return scenes, nil
}

func (e *evaluationRun) scene(ctx context.Context, entity string, day time.Time, ticks []time.Time) (*scene, error) {
	model, err := e.model(ctx, e.source, entity, day)
	if err != nil {
		return nil, err
	}
	start, end := ticks[0].Add(-recently).Truncate(time.Hour), ticks[len(ticks)-1].Truncate(time.Hour)
	s := &scene{model: model, calendars: e.source.Calendars(start, end), found: map[sight][]detect.Candidate{}, failing: map[sight][]detect.Failing{}}
	sights := e.sights(entity, ticks)
	suspects, err := e.suspects(ctx, s, history.Reading{Entity: entity, Start: start, End: end, Measures: e.measures(entity)}, sights)
	if err != nil {
		return nil, err
	}
	e.logger.Debug("entities to look at in full", zap.String("entity", entity), zap.Time("day", day), zap.Int("active", len(s.recent.Entities)), zap.Int("suspects", len(suspects.rules)))
	return s, e.examine(ctx, s, history.Reading{Entity: entity, Start: day.Add(-e.reach(entity)), End: end, Measures: e.measures(entity)}, suspects, sights)
}

// sights are all that statistics look at on a day.
func (e *evaluationRun) sights(entity string, ticks []time.Time) []sight {
	var all []sight
	for _, tick := range ticks {
		for i := range e.work {
			if w := &e.work[i]; w.rule.Entity == entity && w.rule.detect != nil && w.due(tick) {
				all = append(all, sight{w.rule.detect, tick})
			}
		}
	}
	return all
}

func (w *work) due(tick time.Time) bool { return slices.Contains(w.ticks, tick) }

// at is the index of an hour in a history.
func at(h *detect.History, tick time.Time) int { return int(tick.Sub(h.Start) / time.Hour) }

// silent are those that always run, and do not. Where most of a tenant is silent
// at once, that is an outage (recent.Lost), of which nobody in particular is told.
func (s *scene) silent(tick time.Time) []detect.Key {
	return s.model.Silent(s.recent, at(s.recent, tick), s.calendars)
}

// model is what was usual at the start of a day.
func (r *runner) model(ctx context.Context, source *history.Source, entity string, day time.Time) (*detect.Model, error) {
	model, err := r.profiles.Model(ctx, source, r.wanted(ctx, entity, day))
	if err != nil {
		return nil, fmt.Errorf("cannot tell what is usual for %ss on %s: %w", entity, day.Format(time.DateOnly), err)
	}
	return model, nil
}

func (r *runner) wanted(ctx context.Context, entity string, day time.Time) profiles.Wanted {
	w := profiles.Wanted{Entity: entity, Day: day, Measures: r.measures(entity), Options: detect.Options{Exclude: r.excluded, Lost: detect.Lost{}, Benign: r.benign}}
	w.Prepare = func() (err error) {
		r.episodes, err = loadRecent(ctx, r.conn, day)
		maps.Copy(w.Options.Lost, r.episodes.lost)
		return err
	}
	for i := range r.rules {
		if rule := &r.rules[i]; rule.Entity == entity && rule.detect != nil {
			w.Rules = append(w.Rules, rule.detect)
			w.Revision += rule.Revision()
		}
	}
	w.Revision = shortHash(w.Revision)
	return w
}

// excluded says whether an hour is no part of what is usual.
func (r *runner) excluded(e *detect.Entity, hour time.Time) bool {
	return r.verdicts.leaves(e, hour) || r.episodes.excludes(e, hour)
}

// benign is an effect that a person called benign.
func (r *runner) benign(rule *detect.Rule, e *detect.Entity) float64 {
	for i := range r.rules {
		if r.rules[i].detect == rule {
			return r.verdicts.benign(&r.rules[i].Rule, e, r.at)
		}
	}
	return 0
}

// measures are those of the rules on an entity.
func (r *runner) measures(entity string) []string {
	var all []string
	for i := range r.rules {
		if r.rules[i].Entity == entity {
			all = append(all, r.rules[i].Measure)
		}
	}
	return all
}

// reach is how far back a full look goes: the longest lookback and window.
func (r *runner) reach(entity string) time.Duration {
	longest := time.Duration(0)
	for i := range r.rules {
		if r.rules[i].Entity == entity && r.rules[i].detect != nil {
			longest = max(longest, time.Duration(r.rules[i].Lookback))
		}
	}
	return longest + 24*time.Hour
}

// shortHash names a text.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// seen is what one rule finds at one tick.
type seen struct {
	observations []episode.Observation
	evaluation   evaluation
}

// look evaluates a rule at a tick.
func (e *evaluationRun) look(ctx context.Context, rule scheduled, tick time.Time) (seen, error) {
	if rule.detect == nil {
		return e.query(ctx, rule, tick)
	}
	s := e.scenes[rule.Entity]
	h := s.history
	if rule.detect.Recent() {
		h = s.recent
	}
	candidates, uptakes := s.model.Together(rule.detect, h, slices.Clone(s.found[sight{rule.detect, tick}]))
	out := seen{evaluation: evaluation{
		rule: rule.Name, measure: rule.Measure, tick: tick, threshold: s.model.Threshold(rule.detect).Fleet, states: s.model.States(rule.detect, s.recent, tick),
	}}
	if rule.downwards() {
		out.observations = s.outages(tick).observe(&rule.Rule, s.recent, e.catalogRevision())
	}
	out.observations = append(out.observations, observeUptakes(&rule.Rule, h, uptakes, e.catalogRevision())...)
	if rule.compares() {
		out.observations = append(out.observations, s.observeFailing(&rule.Rule, sight{rule.detect, tick}, e.catalogRevision())...)
	}
	for _, candidate := range candidates {
		c := &explain.Case{
			Rule: &rule.Rule, Model: s.model, History: h, Candidate: candidate,
			CatalogRevision: e.catalogRevision(), DashboardURL: e.config.DashboardURL,
		}
		out.observations = append(out.observations, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: candidate.Strength, Describe: func() (finding.Finding, error) {
				f := c.Finding()
				var err error
				f.TraceIDs, err = e.source.Traces(ctx, f.TenantID, f.ConnectorID, f.Endpoint, f.WindowStart, f.WindowEnd)
				return f, err
			},
		})
	}
	out.evaluation.top = mostUnusual(h, candidates)
	return out, nil
}

// mostUnusual are the series that metrics show.
func mostUnusual(h *detect.History, candidates []detect.Candidate) []series {
	sorted := slices.Clone(candidates)
	slices.SortStableFunc(sorted, func(a, b detect.Candidate) int {
		switch {
		case a.Strength > b.Strength:
			return -1
		case a.Strength < b.Strength:
			return 1
		}
		return 0
	})
	var top []series
	for _, c := range sorted[:min(maxSeries, len(sorted))] {
		entity := &h.Entities[c.Entity]
		top = append(top, series{
			tenant: entity.Tenant, connector: entity.ID, observed: c.Observed, expected: c.Expected,
			lower: c.Lower, upper: c.Upper, score: detect.Score(c.Strength),
		})
	}
	return top
}
