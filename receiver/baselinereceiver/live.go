package baselinereceiver

import (
	"context"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
)

// liveEvery is how often the hour that is still running is looked at.
const liveEvery = 30 * time.Second

// live evaluates the rules that look at the hour that is still running. More can
// only come to it, so that it proves a burst and never a silence. What it missed
// while nobody led is not caught up with: rules of whole hours find that.
func (r *runner) live(ctx context.Context, source *history.Source) error {
	at := r.clock.Now().UTC().Truncate(time.Second)
	looks := map[string]*glance{}
	for _, rule := range r.rules {
		if !rule.live() {
			continue
		}
		if looks[rule.Entity] == nil {
			look, err := r.glance(ctx, source, rule.Entity, at)
			if err != nil {
				return err
			}
			looks[rule.Entity] = look
		}
		if err := r.liveRule(ctx, looks[rule.Entity], rule, at); err != nil {
			return err
		}
	}
	return nil
}

// glance is what one kind of entity does at the moment, and what is usual for it.
type glance struct {
	source *history.Source
	model  *detect.Model
	now    *history.Now
}

func (r *runner) glance(ctx context.Context, source *history.Source, entity string, at time.Time) (*glance, error) {
	now, err := source.Now(ctx, entity, at)
	if err != nil {
		return nil, err
	}
	// After midnight, yesterday's hours have to settle before a day can be built;
	// the first tick of whole hours does that.
	if model := r.profiles.Newest(r.wanted(ctx, entity, dayOf(at))); model != nil {
		return &glance{source, model, now}, nil
	}
	model, err := r.model(ctx, source, entity, dayOf(at.Add(-2*time.Hour)))
	return &glance{source, model, now}, err
}

func (r *runner) liveRule(ctx context.Context, g *glance, rule scheduled, at time.Time) error {
	r.at = at
	before := r.last(rule.Name)
	open := before.Open.Clone()
	h := g.now.History
	var seen []episode.Observation
	for _, c := range g.model.Burst(rule.detect, h, 1) {
		seen = append(seen, episode.Observation{
			Fingerprint: explain.Fingerprint(&rule.Rule, &h.Entities[c.Entity]), Strength: c.Strength,
			Describe: func() (finding.Finding, error) { return r.describeLive(ctx, g, rule, c) },
		})
	}
	told, err := open.Step(at, seen, rule.patience())
	if err != nil {
		return err
	}
	if err := r.tell(ctx, told); err != nil {
		return err
	}
	if len(open) == 0 && len(before.Open) == 0 && !before.At.IsZero() {
		return nil
	}
	done := state.Tick{Rule: rule.Name, At: at, RuleRevision: rule.Revision(), CatalogRevision: r.catalogRevision(), Open: open}
	if err := r.save(ctx, []state.Tick{done}); err != nil {
		return err
	}
	r.done[rule.Name] = []state.Tick{done}
	return nil
}

// describeLive reads the history of the entity, for what is usual endpoint by
// endpoint: it is only called when there is something to tell.
func (r *runner) describeLive(ctx context.Context, g *glance, rule scheduled, c detect.Candidate) (finding.Finding, error) {
	key := g.now.History.Entities[c.Entity].Key()
	hour := g.now.History.Start
	full, err := g.source.Load(ctx, history.Reading{
		Entity: rule.Entity, Start: g.model.Day.Add(-r.reach(rule.Entity)), End: hour, Of: []detect.Key{key},
	})
	if err != nil {
		return finding.Finding{}, err
	}
	live := explain.Live{Case: explain.Case{
		Rule: &rule.Rule, Model: g.model, History: g.now.History, Candidate: c,
		CatalogRevision: r.catalogRevision(), DashboardURL: r.config.DashboardURL,
	}, Full: full, End: g.now.Ends[key][0], Looked: history.Lately}
	if rule.Measure == detect.BytesOut {
		live.End = g.now.Ends[key][1]
	}
	f := live.Finding()
	f.TraceIDs, err = g.source.Traces(ctx, f.TenantID, f.ConnectorID, f.Endpoint, f.WindowStart, f.WindowEnd)
	return f, err
}
