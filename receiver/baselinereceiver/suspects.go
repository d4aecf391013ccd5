package baselinereceiver

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/history"
)

// portions are how much of a fleet is held at a time.
type portions struct {
	recent history.Size // of the last hours
	full   int          // entities, of weeks
}

func defaultPortions() portions {
	return portions{recent: history.Size{Entities: 8000, Rows: 500_000}, full: 25}
}

// suspects are the entities that a rule may tell of at any tick, with those rules.
type suspects struct{ rules map[detect.Key][]*detect.Rule }

func (s *suspects) add(key detect.Key, rule *detect.Rule) {
	if !slices.Contains(s.rules[key], rule) {
		s.rules[key] = append(s.rules[key], rule)
	}
}

// suspects looks at the last hours of the fleet, part by part.
func (e *evaluationRun) suspects(ctx context.Context, s *scene, reading history.Reading, sights []sight) (*suspects, error) {
	s.recent = &detect.History{Start: reading.Start, Hours: int(reading.End.Sub(reading.Start) / time.Hour), Alike: detect.Alike{}}
	found := &suspects{map[detect.Key][]*detect.Rule{}}
	blocks, err := e.source.Blocks(ctx, reading.Entity, reading.Start, reading.End, e.portions.recent, e.portions.recent)
	if err != nil {
		return nil, err
	}
	all := 0
	for _, block := range blocks {
		all += block.Entities
	}
	s.recent.Entities = make([]detect.Entity, 0, all)
	compared := slices.ContainsFunc(e.work, func(w work) bool { return w.rule.Entity == reading.Entity && w.rule.compares() })
	var sweep history.Sweep
	for _, block := range blocks {
		reading.Part, reading.Expected = block.Part, block.Entities
		chunk, err := e.source.Load(ctx, reading)
		if err != nil {
			return nil, err
		}
		keep := e.screen(s.model, chunk, sights, found)
		for i := range chunk.Entities {
			o := outline(&chunk.Entities[i], keep[i])
			if compared {
				o.Errors = chunk.Entities[i].Errors
			}
			s.recent.Entities = append(s.recent.Entities, o)
		}
		sweep.After(chunk)
	}
	for i := range e.work {
		rule := &e.work[i].rule
		if rule.detect == nil || rule.Entity != reading.Entity {
			continue
		}
		if rule.compares() {
			s.together(rule.detect, sights)
		}
		if s.recent.Lost == nil && (rule.downwards() || rule.detect.Recent()) {
			s.recent.Lost = s.model.Lost(s.recent, 0, s.recent.Hours, s.calendars)
		}
		if !rule.downwards() {
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
	var sweep history.Sweep
	for some := range slices.Chunk(keys, e.portions.full) {
		reading.Of, reading.Expected = some, len(some)
		chunk, err := e.source.Load(ctx, reading)
		if err != nil {
			return err
		}
		e.judge(s, chunk, all, sights)
		sweep.After(chunk)
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
	chunk.Lost, chunk.Alike = s.recent.Lost, s.recent.Alike
	kept := map[int]int{} // where an entity of chunk is in history
	for _, look := range sights {
		some, of := detect.History{Start: chunk.Start, Hours: chunk.Hours, Lost: chunk.Lost, Alike: chunk.Alike}, []int(nil)
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
