// Package book keeps the episodes that somebody has been or must be told
// about, and decides for each destination what to tell it and when.
//
// It holds state, not a queue of messages: a destination that was away for an
// hour is told how things stand, not everything that happened. What a
// destination has been told already is part of the state, so that a restart
// neither pages again nor forgets to resolve:
//
//	record ──Accept──► episode ──Due──► notices ──(delivered)──► Told
//	                      │                                        │
//	                      └──────────── state file ◄─────Save──────┘
package book

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/weir-otel/weir/internal/finding"
)

// Episode is one finding's life, and who has been told about it.
type Episode struct {
	Finding finding.Finding `json:"finding"`
	SeenAt  time.Time       `json:"seen_at"`        // last time a record spoke of it
	Marks   map[string]Mark `json:"told,omitempty"` // by destination
}

// Mark is what one destination has been told.
type Mark struct {
	FiringAt      time.Time `json:"firing_at,omitzero"` // told first that it fires
	Resolved      int       `json:"resolved,omitempty"` // how often told that it is over
	lastFiring    time.Time // told last; not kept over a restart, so it is told again then
	lastResolved  time.Time
	failedNotices int
}

type key struct {
	fingerprint string
	startedAt   int64
}

func keyOf(f finding.Finding) key { return key{f.Fingerprint, f.StartedAt.UnixNano()} }

// Options are the limits of a Book.
type Options struct {
	Path        string        // state file; empty keeps the state in memory
	MaxEpisodes int           // more are refused
	StaleAfter  time.Duration // a firing episode nobody spoke of for so long is over; 0 = never
}

// retention is how long an episode stays after its end, so that a record of it
// that arrives again tells nobody again.
const retention = 24 * time.Hour

// Book is safe for use by several goroutines.
type Book struct {
	opts Options

	mu       sync.Mutex // guards everything below
	episodes map[key]*Episode
	latest   map[string]time.Time // by fingerprint: start of its newest episode
	unsaved  bool                 // somebody was told since the state file was written
}

// Open reads the state file, if there is one.
func Open(opts Options) (*Book, error) {
	b := &Book{opts: opts, episodes: map[key]*Episode{}, latest: map[string]time.Time{}}
	if opts.Path == "" {
		return b, nil
	}
	episodes, err := load(opts.Path)
	for i := range episodes {
		b.add(&episodes[i])
	}
	return b, err
}

// Outcome says what Accept did with a finding.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted" // a new episode, or news of a known one
	Pending  Outcome = "pending"  // not confirmed yet: nobody is told
	Stale    Outcome = "stale"    // older than what is known
	Unknown  Outcome = "unknown"  // the end of an episode whose beginning nobody was told
	Full     Outcome = "full"     // more than MaxEpisodes
	Released Outcome = "released" // another collector tells of it from now on
)

// Accept takes findings in, and returns when they are in the state file.
func (b *Book) Accept(findings []finding.Finding, now time.Time) (map[Outcome]int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	outcomes := map[Outcome]int{}
	for _, f := range findings {
		outcomes[b.accept(f, now)]++
	}
	if outcomes[Accepted]+outcomes[Released] == 0 {
		return outcomes, nil
	}
	return outcomes, b.save()
}

func (b *Book) accept(f finding.Finding, now time.Time) Outcome {
	known, ok := b.episodes[keyOf(f)]
	if f.Status == finding.Lapsed { // who was told, before late data came, is told the end
		f.Status = finding.Resolved
	}
	switch {
	case f.Status == finding.Pending:
		return Pending
	case f.Status == finding.Released:
		b.forget(keyOf(f))
		return Released
	case ok && f.UpdatedAt.Before(known.Finding.UpdatedAt):
		return Stale
	case ok:
		if f.Status == finding.Firing && known.Finding.Status == finding.Resolved && f.UpdatedAt.After(known.Finding.UpdatedAt) {
			known.Marks = nil // it fires again: everybody is told anew
		} else if f.Status == finding.Firing && known.Finding.Status == finding.Resolved {
			return Stale
		}
		known.Finding, known.SeenAt = f, now
		return Accepted
	case f.Status == finding.Resolved:
		return Unknown
	case b.opts.MaxEpisodes > 0 && len(b.episodes) >= b.opts.MaxEpisodes:
		return Full
	}
	b.add(&Episode{Finding: f, SeenAt: now})
	return Accepted
}

func (b *Book) forget(k key) {
	delete(b.episodes, k)
	if b.latest[k.fingerprint].UnixNano() == k.startedAt {
		delete(b.latest, k.fingerprint)
	}
}

func (b *Book) add(e *Episode) {
	b.episodes[keyOf(e.Finding)] = e
	if e.Finding.StartedAt.After(b.latest[e.Finding.Fingerprint]) {
		b.latest[e.Finding.Fingerprint] = e.Finding.StartedAt
	}
}

// Firing returns how many episodes fire.
func (b *Book) Firing() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, e := range b.episodes {
		if e.Finding.Status == finding.Firing {
			n++
		}
	}
	return n
}

// Tidy ends the episodes that nobody speaks of any more, and forgets those that
// ended long ago. It returns the fingerprints of the former.
func (b *Book) Tidy(now time.Time) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var stale []string
	forgotten := 0
	for k, e := range b.episodes {
		switch {
		case e.Finding.Status == finding.Firing && b.opts.StaleAfter > 0 && now.Sub(e.SeenAt) > b.opts.StaleAfter:
			e.Finding.Status, e.Finding.ResolvedAt = finding.Resolved, now
			stale = append(stale, e.Finding.Fingerprint)
		case e.Finding.Status == finding.Resolved && now.Sub(later(e.SeenAt, e.Finding.ResolvedAt)) > retention:
			b.forget(k)
			forgotten++
		}
	}
	slices.Sort(stale)
	if len(stale)+forgotten == 0 {
		return nil, nil
	}
	return stale, b.save()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Save writes what Told has noted. It is apart from it because the file is
// written whole: once for every notification would be quadratic in an outbreak.
func (b *Book) Save() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.unsaved {
		return nil
	}
	return b.save()
}

// save is called with mu held.
func (b *Book) save() error {
	if b.opts.Path == "" {
		b.unsaved = false
		return nil
	}
	episodes := make([]*Episode, 0, len(b.episodes))
	for _, e := range b.episodes {
		episodes = append(episodes, e)
	}
	slices.SortFunc(episodes, byStart)
	if err := store(b.opts.Path, episodes); err != nil {
		return fmt.Errorf("cannot write the state of %d episodes: %w", len(episodes), err)
	}
	b.unsaved = false
	return nil
}

func byStart(x, y *Episode) int {
	return cmp.Or(x.Finding.StartedAt.Compare(y.Finding.StartedAt), cmp.Compare(x.Finding.Fingerprint, y.Finding.Fingerprint))
}
