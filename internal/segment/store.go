package segment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	openSuffix   = ".open"
	sealedSuffix = ".seg"
)

var (
	// ErrFull is returned by Append when the folder has reached its limit: a
	// state that passes when the database takes data again.
	ErrFull = errors.New("the segment folder is full")
	// ErrClosed is returned by Append and Next after Close.
	ErrClosed = errors.New("the segment store is closed")
)

// Settings of a Store.
type Settings struct {
	Directory    string        // created owner-only where missing; one process at a time
	MaxAge       time.Duration // a segment is sealed this long after its first record
	MaxBytes     int64         // and when it would become larger than this
	MaxRows      int           // and when a table would get more rows than this
	MaxDiskBytes int64         // Append fails with ErrFull beyond; 0 = no limit
	Now          func() time.Time
}

// Store writes records into segments and hands out sealed ones.
type Store struct {
	settings Settings
	lock     *os.File

	// mu guards everything below.
	mu      sync.Mutex
	active  *active
	sealing map[*active]struct{} // retired, their last sync and rename under way
	waiting []*Sealed            // oldest first, not yet handed out
	claimed map[ID]*Sealed
	bytes   int64         // of all segments on disk
	notify  chan struct{} // closed and replaced when waiting grows or the store closes
	closed  bool
}

// Sealed is a segment that will not change any more.
type Sealed struct {
	ID        ID
	Path      string
	Created   time.Time
	Bytes     int64
	Rows      map[string]int // by table
	Recovered bool           // left by an earlier run
}

// Open locks the folder, recovers what an earlier run left and seals it.
func Open(settings Settings) (*Store, error) {
	if err := os.MkdirAll(settings.Directory, 0o700); err != nil {
		return nil, fmt.Errorf("cannot create the segment folder: %w", err)
	}
	lock, err := lockDirectory(filepath.Join(settings.Directory, "lock"))
	if err != nil {
		return nil, err
	}
	s := &Store{settings: settings, lock: lock, sealing: map[*active]struct{}{}, claimed: map[ID]*Sealed{}, notify: make(chan struct{})}
	if s.waiting, err = recoverDirectory(settings.Directory); err != nil {
		lock.Close()
		return nil, err
	}
	for _, sealed := range s.waiting {
		s.bytes += sealed.Bytes
	}
	return s, nil
}

// Append writes r and returns when it is on disk. After an error the record is
// not stored, unless the process dies before the tail is cut.
func (s *Store) Append(ctx context.Context, r *Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	buf := getBuffer()
	defer putBuffer(buf)
	var err error
	if buf.b, err = appendRecord(buf.b[:0], r); err != nil {
		return err
	}
	target, offset, full, err := s.write(buf.b, r)
	if full != nil {
		// Sealed by size or rows; this caller pays for it.
		s.seal(full)
	}
	if err != nil {
		return err
	}
	if err := target.commit(offset + int64(len(buf.b))); err != nil {
		s.abandon(target)
		return fmt.Errorf("cannot sync segment %s: %w", target.path, err)
	}
	return nil
}

// write puts a framed record into the active segment. Where that had no room
// for it, full is the segment to seal.
func (s *Store) write(framed []byte, r *Record) (target *active, offset int64, full *active, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, 0, nil, ErrClosed
	}
	if limit := s.settings.MaxDiskBytes; limit > 0 && s.bytes+int64(len(framed)) > limit {
		return nil, 0, nil, fmt.Errorf("%w: %d of %d bytes wait for the database in %s", ErrFull, s.bytes, limit, s.settings.Directory)
	}
	if s.active != nil && s.active.overflows(r, int64(len(framed)), s.settings) {
		full = s.retire()
	}
	if s.active == nil {
		if s.active, err = newActive(s.settings.Directory, s.settings.Now()); err != nil {
			return nil, 0, full, describe(err)
		}
		s.bytes += headerSize
	}
	offset, err = s.active.write(framed, r)
	if err != nil {
		if s.active.broken {
			// Its tail could not be cut: what is valid in it will still be sent.
			full = s.retire()
		}
		return nil, 0, full, describe(err)
	}
	s.bytes += int64(len(framed))
	return s.active, offset, full, nil
}

// SealExpired seals the active segment if it is old enough.
func (s *Store) SealExpired() {
	s.sealIf(func(a *active) bool { return s.age(a) >= s.settings.MaxAge })
}

// Seal seals the active segment now.
func (s *Store) Seal() { s.sealIf(func(*active) bool { return true }) }

func (s *Store) age(a *active) time.Duration { return s.settings.Now().Sub(a.created) }

func (s *Store) sealIf(want func(*active) bool) {
	s.mu.Lock()
	a := s.active
	if a == nil || !want(a) {
		s.mu.Unlock()
		return
	}
	s.retire()
	s.mu.Unlock()
	s.seal(a)
}

// retire makes room for a new active segment; seal must follow. It must be
// called with mu held.
func (s *Store) retire() *active {
	a := s.active
	s.active = nil
	s.sealing[a] = struct{}{}
	return a
}

// seal finishes a segment that is no longer active and queues it.
func (s *Store) seal(a *active) {
	sealed, err := a.finish(s.settings.Directory)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sealing, a)
	if err != nil || sealed == nil {
		// Nothing valid in it, or unreadable now: the next start looks again.
		s.bytes -= a.size.Load()
		return
	}
	s.bytes += sealed.Bytes - a.size.Load()
	s.waiting = append(s.waiting, sealed)
	s.wake()
}

// abandon retires a segment whose sync failed, once.
func (s *Store) abandon(a *active) {
	s.mu.Lock()
	current := s.active == a
	if current {
		s.retire()
	}
	s.mu.Unlock()
	if current {
		s.seal(a)
	}
}

// Next waits for a sealed segment, oldest first, and claims it. The claim ends
// with Delivered, Bury or Release.
func (s *Store) Next(ctx context.Context) (*Sealed, error) {
	for {
		if err := ctx.Err(); err != nil { // also when segments wait: one that was released would come again and again
			return nil, err
		}
		s.mu.Lock()
		if len(s.waiting) > 0 {
			sealed := s.waiting[0]
			s.waiting = s.waiting[1:]
			s.claimed[sealed.ID] = sealed
			s.mu.Unlock()
			return sealed, nil
		}
		closed, notify := s.closed, s.notify
		s.mu.Unlock()
		if closed {
			return nil, ErrClosed
		}
		select {
		case <-notify:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Delivered removes a segment all of whose rows the database has. One that is
// gone already is fine. A removal that a power cut undoes is too: the segment
// is sent again under the same tokens.
func (s *Store) Delivered(sealed *Sealed) error {
	if err := os.Remove(sealed.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove a delivered segment: %w", err)
	}
	s.forget(sealed)
	_ = syncDirectory(s.settings.Directory)
	return nil
}

// Vanished says whether somebody else has removed a claimed segment, and then
// forgets it: nothing can send it any more.
func (s *Store) Vanished(sealed *Sealed) bool {
	if _, err := os.Stat(sealed.Path); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	s.forget(sealed)
	return true
}

// Release gives a claimed segment back; it stays on disk and is handed out again.
func (s *Store) Release(sealed *Sealed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claimed, sealed.ID)
	s.waiting = append([]*Sealed{sealed}, s.waiting...)
	s.wake()
}

func (s *Store) forget(sealed *Sealed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claimed, sealed.ID)
	s.bytes -= sealed.Bytes
}

// wake must be called with mu held.
func (s *Store) wake() {
	close(s.notify)
	s.notify = make(chan struct{})
}

// Close seals the active segment, wakes Next and unlocks the folder. What
// waits stays on disk for the next start.
func (s *Store) Close() error {
	s.Seal()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.wake()
	return s.lock.Close()
}
