package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/segment"
)

// entryRef is an entry of the day at hand.
type entryRef struct {
	source  *source
	seq     uint64
	segment audit.SegmentID
	seen    bool
}

// matchEvents holds events against the chain, day by day.
func (v *verifier) matchEvents(ctx context.Context) error {
	days, err := v.trail.Days(ctx)
	if err != nil {
		return fmt.Errorf("cannot list the days of events: %w", err)
	}
	for i, day := range days {
		if day.Before(v.Since.Truncate(dayLength)) {
			continue
		}
		v.Progress(0.4+0.6*float64(i)/float64(len(days)), "events of "+day.Format(time.DateOnly))
		if err := v.matchDay(ctx, day); err != nil {
			return fmt.Errorf("cannot read the events of %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return nil
}

func (v *verifier) matchDay(ctx context.Context, day time.Time) error {
	entries := map[audit.Sum]*entryRef{}
	err := v.trail.DayEntries(ctx, day, func(e audit.Entry) error {
		entries[e.Digest] = &entryRef{source: v.source(e.Source), seq: e.Seq, segment: e.Segment}
		return nil
	})
	if err != nil {
		return err
	}
	var hasher audit.Hasher
	err = v.trail.DayEvents(ctx, day, func(r *Row) error {
		v.matchRow(entries, r, hasher.Digest(r.Salt, &r.Event))
		return nil
	})
	if err != nil {
		return err
	}
	v.missingEvents(entries)
	return nil
}

// missingEvents judges the entries whose event is not there, in order, so that
// neighbours are told as one.
func (v *verifier) missingEvents(entries map[audit.Sum]*entryRef) {
	var missing []*entryRef
	for _, ref := range entries {
		if !ref.seen {
			missing = append(missing, ref)
		}
	}
	slices.SortFunc(missing, func(a, b *entryRef) int {
		return cmp.Or(cmp.Compare(a.source.Source, b.source.Source), cmp.Compare(a.seq, b.seq))
	})
	for _, ref := range missing {
		v.missingEvent(ref)
	}
}

// matchRow judges one event by its digest, as it is and as it is stored.
func (v *verifier) matchRow(entries map[audit.Sum]*entryRef, r *Row, digest audit.Sum) {
	problem := Problem{Table: audit.TableEvents, Source: r.Source, EventID: r.ID, Segment: r.Segment.String()}
	ref, fits := entries[digest]
	stored, known := entries[r.Digest]
	switch {
	case fits && ref.seen:
		problem.Kind, problem.Seq, problem.What = Inserted, ref.seq, "the row is there more than once"
	case fits && r.Digest != digest:
		problem.Kind, problem.Seq, problem.What = Changed, ref.seq, "column digest is not that of the other columns"
		ref.seen = true
	case fits && ref.segment != r.Segment && !replayed(ref.segment, r.Segment):
		problem.Kind, problem.Seq, problem.What = Changed, ref.seq, "column segment_id: the chain has "+ref.segment.String()
		ref.seen = true
	case fits:
		ref.seen = true
		v.intact(ref, r)
		return
	case known:
		problem.Kind, problem.Source, problem.Seq = Changed, stored.source.Source, stored.seq
		problem.What = "the columns do not give the digest that the chain has"
		stored.seen = true
	case v.young(r.Segment.UnixMilli()):
		v.report.Young++
		return
	default:
		problem.Kind, problem.What = Inserted, "no chain has an entry for it"
	}
	v.report.add(problem)
	v.name(problem.Source, problem.Seq, r.ID)
}

// maxReplays bounds how often a row can have been refused and replayed.
const maxReplays = 8

// replayed says whether a row of a segment was in the dead-letter folder.
func replayed(original, stored audit.SegmentID) bool {
	id := segment.ID(original)
	for range maxReplays {
		if id = id.Letter(); id == segment.ID(stored) {
			return true
		}
	}
	return false
}

// name tells the id of an event whose entry in the chain is a problem.
func (v *verifier) name(source string, seq uint64, id string) {
	if at, found := v.suspects[place{source, seq}]; found {
		v.report.Problems[at].EventID = id
	}
}

// intact counts an event that is as it was.
func (v *verifier) intact(ref *entryRef, r *Row) {
	ref.source.Events++
	v.name(ref.source.Source, ref.seq, r.ID)
	if ref.source.erased[ref.seq] && !v.young(r.Segment.UnixMilli()) {
		v.report.add(Problem{
			Kind: Remains, Table: audit.TableEvents, Source: r.Source, Seq: ref.seq, EventID: r.ID, Segment: r.Segment.String(),
			What: "a signed statement says that it is erased: run the erasure again",
		})
	}
}

// missingEvent judges an entry whose event is not there.
func (v *verifier) missingEvent(ref *entryRef) {
	begun := time.UnixMilli(ref.segment.UnixMilli())
	switch s := ref.source; {
	case s.erased[ref.seq]:
		s.Erased++
	case s.expired(begun, v.Now, eventDays):
		s.Expired++
	case v.young(ref.segment.UnixMilli()):
		v.report.Young++
	default:
		v.report.add(Problem{
			Kind: Removed, Table: audit.TableEvents, Source: s.Source, Seq: ref.seq, Segment: ref.segment.String(),
			What: "its event is missing, and nothing signed allows it; is it in a dead-letter folder?",
		})
	}
}
