package verify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
)

// walkChains follows every chain from its beginning, or from the last
// checkpoint before Since.
func (v *verifier) walkChains(ctx context.Context) error {
	names, err := v.trail.Sources(ctx)
	if err != nil {
		return fmt.Errorf("cannot list the sources of event_chain: %w", err)
	}
	for _, name := range names {
		v.source(name)
	}
	for i, s := range v.order {
		v.Progress(0.4*float64(i)/float64(len(v.order)), "chain of "+s.Source)
		w := &walk{verifier: v, source: s, from: v.start(s)}
		if err := v.trail.Chain(ctx, s.Source, w.from, w.entry); err != nil {
			return fmt.Errorf("cannot read the chain of %s: %w", s.Source, err)
		}
		w.end()
	}
	v.suspects = map[place]int{}
	for i, p := range v.report.Problems {
		if p.Table == audit.TableChain && p.Seq == p.LastSeq {
			v.suspects[place{p.Source, p.Seq}] = i
		}
	}
	return nil
}

// start is the entry to begin at.
func (v *verifier) start(s *source) uint64 {
	from := uint64(1)
	for _, c := range s.checkpoints {
		if c.Segment.UnixMilli() >= v.Since.UnixMilli() {
			break
		}
		from = max(from, c.Seq)
	}
	return from
}

// walk is the way along one chain.
type walk struct {
	*verifier
	*source
	from uint64

	at       uint64        // the last seq that was there
	hash     audit.Sum     // its hash
	anchored bool          // hash can be relied on as what the next entry is linked to
	group    []audit.Entry // entries of the seq at hand
	broken   []link        // entries that do not fit the one before
	lost     bool          // something is wrong since the last checkpoint that fits
	next     int           // the next checkpoint
}

// link is an entry and the hash before it.
type link struct {
	audit.Entry
	previous audit.Sum
}

func (w *walk) entry(e audit.Entry) error {
	if len(w.group) > 0 && w.group[0].Seq != e.Seq {
		w.settle()
	}
	w.group = append(w.group, e)
	return nil
}

// settle judges the entries of one seq; usually that is one.
func (w *walk) settle() {
	seq := w.group[0].Seq
	expected := w.at + 1
	if w.at == 0 {
		expected = w.from
		w.hash, w.anchored = audit.Genesis(w.Source), w.from == 1
	}
	if seq > expected {
		w.missing(expected, seq-1)
		w.anchored = false
	}
	chosen := slices.IndexFunc(w.group, func(e audit.Entry) bool { return w.anchored && e.Link(w.hash) == e.Hash })
	if chosen < 0 {
		chosen = 0
		if w.anchored {
			w.broken = append(w.broken, link{w.group[0], w.hash})
			w.lost = true
		}
	}
	for i, e := range w.group {
		if i == chosen {
			continue
		}
		w.lost = true
		w.report.add(Problem{Kind: Inserted, Table: audit.TableChain, Source: w.Source, Seq: seq, Segment: e.Segment.String(), What: "the chain has this entry twice"})
	}
	w.at, w.hash, w.anchored = seq, w.group[chosen].Hash, true
	w.Entries++
	w.group = w.group[:0]
	w.checkpoint()
	if len(w.broken) >= maxBroken {
		w.explain()
	}
}

// checkpoint compares the hash with what was signed for it.
func (w *walk) checkpoint() {
	for ; w.next < len(w.checkpoints) && w.checkpoints[w.next].Seq <= w.at; w.next++ {
		c := &w.checkpoints[w.next]
		if c.Seq < w.at {
			continue
		}
		if c.Head == w.hash {
			w.lost = false
			continue
		}
		if w.lost {
			continue // it is told already
		}
		first := w.from
		if w.next > 0 {
			first = w.checkpoints[w.next-1].Seq + 1
		}
		w.report.add(Problem{
			Kind: Changed, Table: audit.TableChain, Source: w.Source, Seq: first, LastSeq: c.Seq, Number: c.Number,
			What: fmt.Sprintf("these entries fit each other and not checkpoint %d: they were written anew", c.Number),
		})
	}
}

// missing judges entries that are not there: by the checkpoint that covers them.
func (w *walk) missing(first, last uint64) {
	for first <= last {
		i, covered := w.checkpointOf(first)
		end := last
		if covered {
			end = min(last, w.checkpoints[i].Seq)
		}
		switch {
		case covered && w.expired(w.begunAfter(i), w.Now, chainDays):
		case covered && w.young(w.checkpoints[i].At):
			w.report.Young += end - first + 1
		default:
			w.lost = true
			w.report.add(Problem{Kind: Removed, Table: audit.TableChain, Source: w.Source, Seq: first, LastSeq: end, What: "entries are missing"})
		}
		first = end + 1
	}
}

// stalled is how long a segment may wait for its seal, on a disk that fails.
const stalled = dayLength

// begunAfter is a time before which no segment was begun that checkpoint i is
// the first to cover: one that was begun earlier was sealed when the checkpoint
// before was signed.
func (s *source) begunAfter(i int) time.Time {
	if i == 0 {
		return time.UnixMilli(s.checkpoints[0].Segment.UnixMilli()).Add(-stalled)
	}
	before := &s.checkpoints[i-1]
	return time.UnixMilli(max(before.Segment.UnixMilli(), before.At-stalled.Milliseconds()))
}

// end judges the end of the chain.
func (w *walk) end() {
	if len(w.group) > 0 {
		w.settle()
	}
	w.explain()
	switch {
	case w.Covered > w.at:
		w.missing(max(w.at+1, w.from), w.Covered)
	default:
		w.NotCovered = w.at - w.Covered
	}
}

// maxBroken bounds the search for what was reordered.
const maxBroken = 32

// explain says of entries that do not fit the one before what happened: the
// entry was changed, or it belongs elsewhere, or nothing happened to it and the
// one before was changed.
func (w *walk) explain() {
	var hashes []audit.Sum
	var places []uint64
	for _, b := range w.broken {
		hashes = append(hashes, b.previous, b.Hash, b.Link(b.previous))
		places = append(places, b.Seq, b.Seq-1, b.Seq+1)
	}
	for _, b := range w.broken {
		problem := Problem{Table: audit.TableChain, Source: w.Source, Seq: b.Seq, Segment: b.Segment.String()}
		switch belongs := b.belongs(places, hashes); belongs {
		case b.Seq:
			continue
		case 0:
			problem.Kind, problem.What = Changed, "the entry does not fit the one before it"
		default:
			problem.Kind, problem.What = Reordered, fmt.Sprintf("the entry belongs at seq %d", belongs)
		}
		w.report.add(problem)
	}
	w.broken = w.broken[:0]
}

// belongs is the place where the entry fits, its own first; 0 for none.
func (b link) belongs(places []uint64, hashes []audit.Sum) uint64 {
	for _, seq := range append([]uint64{b.Seq}, places...) {
		moved := b.Entry
		moved.Seq = seq
		if slices.ContainsFunc(hashes, func(h audit.Sum) bool { return moved.Link(h) == b.Hash }) {
			return seq
		}
	}
	return 0
}
