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
	openSuffix    = ".open"
	sealedSuffix  = ".seg"
	sentSuffix    = ".sent"
	scratchSuffix = ".tmp"
)

// retryInterval is between attempts to write to a disk that failed.
const retryInterval = time.Second

var (
	// ErrFull is returned by Append when the folder has reached its limit: a
	// state that passes when the database takes data again.
	ErrFull = errors.New("the segment folder is full")
	// ErrNoSpace is returned by Append when the disk itself is full.
	ErrNoSpace = errors.New("the disk of the segment folder is full")
	// ErrReadOnly is returned by Append when the disk cannot be written.
	ErrReadOnly = errors.New("the disk of the segment folder is read-only")
	// ErrDuplicate is returned by Append when a record with the same Request
	// was acknowledged before: it is on disk, and stored once.
	ErrDuplicate = errors.New("the request is stored already")
	// ErrClosed is returned by Append and Next after Close.
	ErrClosed = errors.New("the segment store is closed")
	// ErrDeadLettersFull is returned by Bury when the dead-letter folder has
	// reached its limit; the segment stays where it is.
	ErrDeadLettersFull = errors.New("the dead-letter folder is full")
)

// Settings of a Store.
type Settings struct {
	Directory    string        // created owner-only where missing; one process at a time
	MaxAge       time.Duration // a segment is sealed this long after its first record
	MaxBytes     int64         // and when it would become larger than this
	MaxRows      int           // and when a table would get more rows than this
	MaxDiskBytes int64         // Append fails with ErrFull beyond, 5 % earlier for all but audit events; 0 = no limit
	Now          func() time.Time

	// MaxDeadLetterBytes bounds the dead-letter folder; 0 = no limit.
	MaxDeadLetterBytes int64
	// DuplicateWindow is how long after an acknowledgement a record with the
	// same Request is refused with ErrDuplicate, also across restarts.
	// 0 = DefaultDuplicateWindow.
	DuplicateWindow time.Duration
	// Memory keeps everything in memory: nothing survives the process, and
	// MaxDiskBytes bounds the memory. Buried segments are dropped.
	Memory bool
	// Trailer, where set, is asked for the last record of a segment whose
	// records have digests, when the segment is sealed or recovered. It must
	// change nothing: its answer counts when Trailed is called. digests are the
	// records' non-empty Digests, in order. A nil record is none. Neither must
	// call the store; calls do not overlap. While one of them fails, the segment
	// is not sent, and nothing is appended. On a full disk there is room for
	// TrailerShare times the digests and some kilobytes, for both together.
	Trailer func(h Header, digests [][]byte) (*Record, error)
	// Trailed, where set, is told each trailer that is on disk: when its segment
	// is sealed and, at Open, of all that are known, oldest first. It may be told
	// the same one again.
	Trailed func(h Header, trailer *Record) error
}

// DefaultDuplicateWindow is longer than senders retry for.
const DefaultDuplicateWindow = 10 * time.Minute

// Store writes records into segments and hands out sealed ones.
type Store struct {
	settings Settings
	files    files
	lock     *os.File // nil in memory
	room     *room

	// turn is held by whoever writes: to the active segment, which is its own,
	// or by sealing it.
	turn        chan struct{}
	lastID      int64     // Unix ms of the newest id
	sealFailure error     // why the active segment could not be sealed
	sealAgain   time.Time // when that is tried again

	// mu guards everything below; active and its tallies change only with the
	// turn as well.
	mu        sync.Mutex
	active    *active
	queue     []*pending
	inFlight  map[[16]byte]*pending
	window    *window
	condition Condition
	waiting   []*Sealed // oldest first, not yet handed out
	claimed   map[ID]*Sealed
	sent      []sentFile
	bytes     int64         // of all segments on disk
	notify    chan struct{} // closed and replaced when waiting grows or the store closes
	closed    bool
}

// Sealed is a segment that will not change any more.
type Sealed struct {
	ID        ID
	Path      string // in memory mode no file has it: see Store.OpenReader
	Created   time.Time
	Bytes     int64
	Rows      map[string]int // by table
	Recovered bool           // left by an earlier run

	requests [][16]byte
	trailer  *Record
	copied   bool // the open file that it was copied from may be there still
}

// Open locks the folder, recovers what an earlier run left and seals it.
func Open(settings Settings) (*Store, error) {
	if settings.Memory {
		return openFiles(settings, newMemory())
	}
	if err := os.MkdirAll(settings.Directory, 0o700); err != nil {
		return nil, fmt.Errorf("cannot create the segment folder: %w", classify(err))
	}
	lock, err := lockDirectory(filepath.Join(settings.Directory, "lock"))
	if err != nil {
		return nil, classify(err)
	}
	s, err := openFiles(settings, disk{})
	if err != nil {
		lock.Close()
		return nil, err
	}
	s.lock = lock
	return s, nil
}

func openFiles(settings Settings, fsys files) (*Store, error) {
	if settings.DuplicateWindow == 0 {
		settings.DuplicateWindow = DefaultDuplicateWindow
	}
	s := &Store{
		settings: settings,
		files:    fsys,
		turn:     make(chan struct{}, 1),
		inFlight: map[[16]byte]*pending{},
		window:   newWindow(settings.DuplicateWindow, settings.Now()),
		claimed:  map[ID]*Sealed{},
		notify:   make(chan struct{}),
		room:     &room{files: fsys},
	}
	if !settings.Memory {
		s.room.path = filepath.Join(settings.Directory, roomName)
	}
	if err := s.recoverAll(); err != nil {
		return nil, classify(err)
	}
	return s, nil
}

// newID is after all earlier ones, also when the clock is set back.
func (s *Store) newID() (ID, error) {
	s.lastID = max(s.settings.Now().UnixMilli(), s.lastID+1)
	return NewID(time.UnixMilli(s.lastID))
}

// SealExpired seals the active segment if it is old enough. To be called every
// now and then; it is also what finds that a failed disk works again while
// nobody appends.
func (s *Store) SealExpired() {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	if a := s.active; a != nil && (a.closing || s.settings.Now().Sub(a.header.Created) >= s.settings.MaxAge) {
		s.sealNoting()
		return
	}
	s.probe()
}

// Seal seals the active segment now.
func (s *Store) Seal() {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.commitQueue()
	if s.active != nil {
		s.sealNoting()
	}
}

// sealNoting seals; an error is for Stats and for the next Append.
func (s *Store) sealNoting() {
	if err := s.seal(); err != nil {
		s.mu.Lock()
		s.condition.note(classify(err), s.settings.Now())
		s.mu.Unlock()
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
	err := s.remember(sealed)
	if errors.Is(err, ErrNoSpace) && s.room.release() {
		err = s.remember(sealed)
	}
	if errors.Is(err, ErrNoSpace) {
		err = s.rememberOnFullDisk(sealed)
	}
	if err != nil {
		return err
	}
	if err := s.removeSealed(sealed); err != nil {
		return err
	}
	s.forget(sealed)
	s.pruneSent()
	return nil
}

// Vanished says whether somebody else has removed a claimed segment, and then
// forgets it: nothing can send it any more.
func (s *Store) Vanished(sealed *Sealed) bool {
	f, err := s.files.open(sealed.Path)
	if err == nil {
		f.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) {
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
	if s.condition.State == StateFull {
		s.condition = Condition{}
	}
}

// wake must be called with mu held.
func (s *Store) wake() {
	close(s.notify)
	s.notify = make(chan struct{})
}

// Close seals the active segment, wakes Next and unlocks the folder. What
// waits stays on disk for the next start.
func (s *Store) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.commitQueue()
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	if s.active != nil {
		s.sealNoting()
	}
	s.mu.Lock()
	s.wake()
	s.mu.Unlock()
	s.room.release()
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}
