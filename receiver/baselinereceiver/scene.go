package baselinereceiver

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	calendars func(detect.Key) *detect.Calendar // over the hours of recent
}

// sight is a rule at a tick.
type sight struct {
	rule *detect.Rule
	tick time.Time
}

// portions are how much of a fleet is held at a time.
type portions struct {
	recent history.Size // of the last hours
	full   int          // entities, of weeks
}

func defaultPortions() portions {
	return portions{recent: history.Size{Entities: 8000, Rows: 500_000}, full: 500}
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
	s := &scene{model: model, calendars: e.source.Calendars(start, end), found: map[sight][]detect.Candidate{}}
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

// suspects are the entities that a rule may tell of at any tick, with those rules.
type suspects struct{ rules map[detect.Key][]*detect.Rule }

func (s *suspects) add(key detect.Key, rule *detect.Rule) {
	if !slices.Contains(s.rules[key], rule) {
		s.rules[key] = append(s.rules[key], rule)
	}
}

// suspects looks at the last hours of the fleet, part by part.
func (e *evaluationRun) suspects(ctx context.Context, s *scene, reading history.Reading, sights []sight) (*suspects, error) {
	s.recent = &detect.History{Start: reading.Start, Hours: int(reading.End.Sub(reading.Start) / time.Hour)}
	found := &suspects{map[detect.Key][]*detect.Rule{}}
	blocks, err := e.source.Blocks(ctx, reading.Entity, reading.Start, reading.End, e.portions.recent, e.portions.recent)
	if err != nil {
		return nil, err
	}
	for _, block := range blocks {
		reading.Part = block.Part
		chunk, err := e.source.Load(ctx, reading)
		if err != nil {
			return nil, err
		}
		keep := e.screen(s.model, chunk, sights, found)
		for i := range chunk.Entities {
			s.recent.Entities = append(s.recent.Entities, outline(&chunk.Entities[i], keep[i]))
		}
	}
	for i := range e.work {
		rule := &e.work[i].rule
		if rule.detect == nil || rule.Entity != reading.Entity || !rule.downwards() {
			continue
		}
		for _, look := range sights {
			if look.rule != rule.detect {
				continue
			}
			for _, key := range s.silent(look.tick) {
				found.add(key, rule.detect)
			}
		}
	}
	return found, nil
}

// screen adds the suspects of a part, and returns those whose last hours are all
// that is needed of them.
func (e *evaluationRun) screen(model *detect.Model, chunk *detect.History, sights []sight, found *suspects) (keep map[int]bool) {
	keep = map[int]bool{}
	for len(sights) > 0 {
		n := slices.IndexFunc(sights, func(other sight) bool { return !other.tick.Equal(sights[0].tick) })
		if n < 0 {
			n = len(sights)
		}
		e.at = sights[0].tick
		looks := make([]detect.Look, n)
		for i, look := range sights[:n] {
			looks[i] = detect.Look{Rule: look.rule, At: at(chunk, look.tick)}
		}
		for k, indexes := range model.Screens(looks, chunk) {
			for _, i := range indexes {
				if looks[k].Rule.Recent() {
					keep[i] = true
				} else {
					found.add(chunk.Entities[i].Key(), looks[k].Rule)
				}
			}
		}
		sights = sights[n:]
	}
	return keep
}

// outline is what is held of the last hours of an entity.
func outline(e *detect.Entity, whole bool) detect.Entity {
	if whole {
		return *e
	}
	return detect.Entity{
		Tenant: e.Tenant, ID: e.ID, User: e.User, Endpoint: e.Endpoint, Name: e.Name, Peer: e.Peer,
		Calendar: e.Calendar, First: e.First, Hours: slices.Clip(e.Hours), Requests: e.Requests,
	}
}

// examine reads the full histories of suspects, some at a time, and keeps those of
// whom there is something to tell.
func (e *evaluationRun) examine(ctx context.Context, s *scene, reading history.Reading, all *suspects, sights []sight) error {
	s.history = &detect.History{Start: reading.Start, Hours: int(reading.End.Sub(reading.Start) / time.Hour)}
	with, without := all.keys()
	if len(with) > 0 {
		tops := reading
		tops.Tops, tops.Of = true, with
		var err error
		if tops.Known, err = e.source.Tops(ctx, tops); err != nil {
			return err
		}
		if err := e.examineSome(ctx, s, tops, with, all, sights); err != nil {
			return err
		}
	}
	if err := e.examineSome(ctx, s, reading, without, all, sights); err != nil {
		return err
	}
	for _, found := range s.found {
		slices.SortStableFunc(found, func(a, b detect.Candidate) int {
			return compareKeys(s.history.Entities[a.Entity].Key(), s.history.Entities[b.Entity].Key())
		})
	}
	for _, look := range sights {
		if look.rule.Recent() {
			e.at = look.tick
			s.found[look] = s.model.Evaluate(look.rule, s.recent, at(s.recent, look.tick))
		}
	}
	return nil
}

func (e *evaluationRun) examineSome(ctx context.Context, s *scene, reading history.Reading, keys []detect.Key, all *suspects, sights []sight) error {
	for some := range slices.Chunk(keys, e.portions.full) {
		reading.Of = some
		chunk, err := e.source.Load(ctx, reading)
		if err != nil {
			return err
		}
		e.judge(s, chunk, all, sights)
	}
	return nil
}

// keys are the suspects in order: those of rules that look at the largest five
// minutes, and the others.
func (s *suspects) keys() (with, without []detect.Key) {
	for key, rules := range s.rules {
		if slices.ContainsFunc(rules, (*detect.Rule).Tops) {
			with = append(with, key)
		} else {
			without = append(without, key)
		}
	}
	slices.SortFunc(with, compareKeys)
	slices.SortFunc(without, compareKeys)
	return with, without
}

func compareKeys(a, b detect.Key) int {
	return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ID, b.ID), cmp.Compare(a.User, b.User), cmp.Compare(a.Endpoint, b.Endpoint))
}

// judge evaluates each rule on those of a chunk that it suspects.
func (e *evaluationRun) judge(s *scene, chunk *detect.History, all *suspects, sights []sight) {
	kept := map[int]int{} // where an entity of chunk is in history
	for _, look := range sights {
		some, of := detect.History{Start: chunk.Start, Hours: chunk.Hours}, []int(nil)
		for i := range chunk.Entities {
			if slices.Contains(all.rules[chunk.Entities[i].Key()], look.rule) {
				some.Entities, of = append(some.Entities, chunk.Entities[i]), append(of, i)
			}
		}
		e.at = look.tick
		for _, c := range s.model.Evaluate(look.rule, &some, at(&some, look.tick)) {
			i := of[c.Entity]
			if _, ok := kept[i]; !ok {
				kept[i] = len(s.history.Entities)
				s.history.Entities = append(s.history.Entities, chunk.Entities[i])
			}
			c.Entity = kept[i]
			s.found[look] = append(s.found[look], c)
		}
	}
}

// silent are those that always run, and do not. Where most of a tenant is silent
// at once, that is an outage, and nobody in particular is looked at.
func (s *scene) silent(tick time.Time) []detect.Key {
	out := s.outages(tick)
	if out.fleet {
		return nil
	}
	return slices.DeleteFunc(s.model.Silent(s.recent, at(s.recent, tick), s.calendars), func(key detect.Key) bool { return out.of(key.Tenant) != nil })
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
	w := profiles.Wanted{Entity: entity, Day: day, Measures: r.measures(entity), Options: detect.Options{Exclude: r.excluded, Benign: r.benign}}
	w.Prepare = func() (err error) {
		r.episodes, err = loadRecent(ctx, r.conn, day)
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
	candidates := slices.Clone(s.found[sight{rule.detect, tick}])
	out := seen{evaluation: evaluation{
		rule: rule.Name, measure: rule.Measure, tick: tick, threshold: s.model.Threshold(rule.detect).Fleet, states: s.model.States(rule.detect, s.recent, tick),
	}}
	if rule.downwards() {
		outages := s.outages(tick)
		candidates = outages.without(h, candidates)
		out.observations = outages.observe(&rule.Rule, s.recent, e.catalogRevision())
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
