package book

import (
	"cmp"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/finding"
)

// Policy is how a kind of destination wants to be told.
type Policy struct {
	// Interval is how often a firing episode is told again; 0 = it is told once.
	// It is also the least time between the first "firing" and "resolved", so
	// that a destination that groups (Alertmanager's group_wait) sees both.
	Interval time.Duration

	// Resolves is how often the end is told, at least once.
	Resolves int
}

// repeats says that the destination keeps one alert by its labels (as
// Alertmanager does), not one an episode.
func (p Policy) repeats() bool { return p.Interval > 0 }

// Notice is one thing to tell.
type Notice struct {
	Finding finding.Finding // as it stands; Status says what to tell
	First   bool            // the destination has not been told this yet
	key     key
}

// Due returns what the destination is to be told now, and when there will be
// more (zero: when something changes).
//
//	not told yet   → firing, at once
//	firing         → firing again, an Interval after the last time
//	resolved       → resolved, Resolves times, an Interval apart
func (b *Book) Due(destination string, p Policy, now time.Time) (due []Notice, next time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	type candidate struct {
		notice Notice
		failed int
	}
	var candidates []candidate
	for k, e := range b.episodes {
		mark := e.Marks[destination]
		status, first, at, ok := b.plan(e, mark, p)
		if !ok {
			continue
		}
		if at.After(now) {
			if next.IsZero() || at.Before(next) {
				next = at
			}
			continue
		}
		notice := Notice{Finding: e.Finding, First: first, key: k}
		notice.Finding.Status = status
		candidates = append(candidates, candidate{notice, mark.failedNotices})
	}
	// Those that failed before go last: one that a destination cannot digest
	// must not hold up the others.
	slices.SortFunc(candidates, func(x, y candidate) int {
		return cmp.Or(
			cmp.Compare(x.failed, y.failed),
			x.notice.Finding.StartedAt.Compare(y.notice.Finding.StartedAt),
			cmp.Compare(x.notice.Finding.Fingerprint, y.notice.Finding.Fingerprint),
		)
	})
	for _, c := range candidates {
		due = append(due, c.notice)
	}
	return due, next
}

// plan says what to tell of one episode and when. An episode that was over
// before anybody could be told is told as firing first: it happened.
func (b *Book) plan(e *Episode, mark Mark, p Policy) (status finding.Status, first bool, at time.Time, ok bool) {
	superseded := e.Finding.StartedAt.Before(b.latest[e.Finding.Fingerprint])
	switch {
	case superseded && p.repeats():
		return "", false, at, false // the newer episode has the same labels and speaks for both
	case mark.FiringAt.IsZero():
		return finding.Firing, true, at, true
	case e.Finding.Status == finding.Firing:
		return finding.Firing, false, mark.lastFiring.Add(p.Interval), p.repeats()
	case mark.Resolved == 0:
		return finding.Resolved, true, mark.FiringAt.Add(p.Interval), true
	}
	return finding.Resolved, false, mark.lastResolved.Add(p.Interval), mark.Resolved < p.Resolves
}

// Told notes that the destination has been told. It is in the state file after
// the next Save or Accept.
func (b *Book) Told(destination string, notices []Notice, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, notice := range notices {
		e, mark := b.mark(destination, notice)
		if e == nil {
			continue
		}
		mark.failedNotices = 0
		if notice.Finding.Status == finding.Firing {
			if mark.FiringAt.IsZero() {
				mark.FiringAt, b.unsaved = now, true
			}
			mark.lastFiring = now
		} else {
			mark.Resolved++
			mark.lastResolved, b.unsaved = now, true
		}
		e.Marks[destination] = mark
	}
}

// Failed notes that the destination could not be told.
func (b *Book) Failed(destination string, notices []Notice) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, notice := range notices {
		if e, mark := b.mark(destination, notice); e != nil {
			mark.failedNotices++
			e.Marks[destination] = mark
		}
	}
}

// mark finds a notice's episode; nil when it has been forgotten or has begun to
// fire again since.
func (b *Book) mark(destination string, notice Notice) (*Episode, Mark) {
	e := b.episodes[notice.key]
	if e == nil || (notice.Finding.Status == finding.Resolved && e.Finding.Status == finding.Firing) {
		return nil, Mark{}
	}
	if e.Marks == nil {
		e.Marks = map[string]Mark{}
	}
	return e, e.Marks[destination]
}
