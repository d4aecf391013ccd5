package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// Settings of a Ledger.
type Settings struct {
	// Directory holds the ledger's state, in a file of its own: part of the
	// segment folder. Empty: nothing outlives the process, and each start is a
	// source of its own.
	Directory string
	Key       ed25519.PrivateKey
	Interval  time.Duration // between checkpoints, when there are new events
	EventDays int           // how long events are kept,
	ChainDays int           // and the chain's entries
	Now       func() time.Time
}

// heartbeat is how often a checkpoint is signed when there are no new events:
// one that is missing says that the end of the chain was removed, or that the
// collector is gone.
const heartbeat = time.Hour

// Ledger is one source's chain, at its end: it links the events of sealed
// segments and signs statements. Its life is
//
//	Trailer ─► rows of the segment's trailer ─► (fsync) ─► Trailed: the head moves
//	Due ─► statements ─► (fsync) ─► Stated: they are not given again
//
// and a crash between any two steps repeats the step with the same result.
type Ledger struct {
	settings Settings
	path     string // of the state; "" = in memory

	// mu guards state.
	mu    sync.Mutex
	state state
}

// Open reads the state that an earlier run left, or begins a new source.
func Open(settings Settings) (*Ledger, error) {
	l := &Ledger{settings: settings, path: statePath(settings.Directory)}
	found, err := readState(l.path)
	if err != nil {
		return nil, err
	}
	if found != nil {
		l.state = *found
		return l, nil
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, fmt.Errorf("cannot make the name of an audit source: %w", err)
	}
	l.state = state{Version: stateVersion, Source: "weir-" + hex.EncodeToString(id[:])}
	l.state.Head = Genesis(l.state.Source)
	// On disk before the first event carries the name.
	return l, l.save(l.state)
}

// Source is the name of the chain.
func (l *Ledger) Source() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.Source
}

// Trailer links the events of a segment that is being sealed. It changes
// nothing: as long as the trailer is not on disk, the same entries are made
// again.
func (l *Ledger) Trailer(segment SegmentID, digests []Sum) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := make([]Entry, len(digests))
	head := l.state.Head
	for i, digest := range digests {
		e := Entry{Source: l.state.Source, Seq: l.state.Seq + 1 + uint64(i), Segment: segment, Digest: digest}
		head = e.Link(head)
		e.Hash = head
		entries[i] = e
	}
	return entries
}

// Trailed moves the head behind entries that are on disk. Entries from before
// the head, and of another source that had this folder once, change nothing.
func (l *Ledger) Trailed(entries []Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(entries) == 0 {
		return nil
	}
	last := entries[len(entries)-1]
	if last.Source != l.state.Source || last.Seq <= l.state.Seq {
		return nil
	}
	next := l.state
	next.Seq, next.Head, next.Segment = last.Seq, last.Hash, last.Segment
	return l.save(next)
}

// Due are the statements that have to be stored: those that an earlier call
// returned and that Stated has not confirmed; else, when the interval has
// passed or atOnce asks for it, a checkpoint of what is new. Before the first
// event there is nothing to state.
func (l *Ledger) Due(atOnce bool) ([]Statement, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.state.Pending) > 0 || !l.isDue(atOnce) {
		return l.state.Pending, nil
	}
	next := l.state
	if days := (retention{uint32(l.settings.EventDays), uint32(l.settings.ChainDays)}); days != next.Retention {
		next.Retention = days
		next.state(l.settings, Statement{Kind: Retention, EventDays: days.EventDays, ChainDays: days.ChainDays})
	}
	next.state(l.settings, Statement{Kind: Checkpoint, Seq: next.Seq, Head: next.Head, Segment: next.Segment})
	next.Checkpointed = next.Seq
	// Signed statements are on disk before anybody sees them: never two of the
	// same number.
	if err := l.save(next); err != nil {
		return nil, err
	}
	return l.state.Pending, nil
}

func (l *Ledger) isDue(atOnce bool) bool {
	passed := time.Duration(l.settings.Now().UnixMilli()-l.state.StatedAt) * time.Millisecond
	switch {
	case l.state.Seq == 0:
		return false
	case l.state.Seq > l.state.Checkpointed:
		// A clock that was set back must not stop checkpoints.
		return atOnce || passed >= l.settings.Interval || passed < 0
	default:
		return passed >= heartbeat
	}
}

// Stated says that the statements which Due returned are on disk.
func (l *Ledger) Stated() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.state.Pending) == 0 {
		return nil
	}
	next := l.state
	next.Pending = nil
	return l.save(next)
}

// save makes next the state, on disk first. It must be called with mu held, or
// before the ledger is shared.
func (l *Ledger) save(next state) error {
	if err := writeState(l.path, &next); err != nil {
		return err
	}
	l.state = next
	return nil
}
