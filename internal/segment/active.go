package segment

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// active is the segment that records are appended to. Writes are serialised by
// the store's lock; commits have their own, so that while one caller syncs,
// others write, and all of those share the next sync.
type active struct {
	id      ID
	path    string
	created time.Time
	file    *os.File
	rows    map[string]int
	size    atomic.Int64
	broken  bool // a partial write could not be taken back

	// syncMu guards everything below, and the file's life.
	syncMu  sync.Mutex
	synced  int64
	syncErr error
}

func newActive(directory string, now time.Time) (*active, error) {
	id, err := NewID(now)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(directory, id.String()+openSuffix)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot create a segment: %w", err)
	}
	a := &active{id: id, path: path, created: now, file: f, rows: map[string]int{}}
	if err := a.begin(directory); err != nil {
		err = errors.Join(err, f.Close(), os.Remove(path))
		return nil, fmt.Errorf("cannot begin a segment: %w", err)
	}
	return a, nil
}

func (a *active) begin(directory string) error {
	header := appendHeader(nil, Header{ID: a.id, Created: a.created})
	if _, err := a.file.Write(header); err != nil {
		return err
	}
	a.size.Store(headerSize)
	return syncDirectory(directory)
}

// overflows says whether r belongs into the next segment.
func (a *active) overflows(r *Record, length int64, limits Settings) bool {
	if len(a.rows) == 0 {
		return false // a record larger than a segment gets one of its own
	}
	if limits.MaxBytes > 0 && a.size.Load()+length > limits.MaxBytes {
		return true
	}
	for _, t := range r.Tables {
		if limits.MaxRows > 0 && a.rows[t.Name]+t.Rows > limits.MaxRows {
			return true
		}
	}
	return false
}

// write appends a framed record and returns its offset. A partial write is cut
// off again.
func (a *active) write(framed []byte, r *Record) (int64, error) {
	offset := a.size.Load()
	if _, err := a.file.WriteAt(framed, offset); err != nil {
		if cut := a.file.Truncate(offset); cut != nil {
			a.broken = true
			err = errors.Join(err, cut)
		}
		return 0, fmt.Errorf("cannot write %d bytes to segment %s: %w", len(framed), a.path, err)
	}
	a.size.Store(offset + int64(len(framed)))
	for _, t := range r.Tables {
		a.rows[t.Name] += t.Rows
	}
	return offset, nil
}

// commit returns when everything before end is on disk. Whoever comes first
// syncs for all that wrote before it did.
func (a *active) commit(end int64) error {
	a.syncMu.Lock()
	defer a.syncMu.Unlock()
	if a.synced >= end {
		return nil
	}
	// After a failed sync the kernel may have dropped the pages: trying again
	// could succeed without the data.
	if a.syncErr != nil {
		return a.syncErr
	}
	written := a.size.Load()
	if err := a.file.Sync(); err != nil {
		a.syncErr = err
		return err
	}
	a.synced = written
	return nil
}

// finish syncs, closes and renames the file. It returns nil when the segment
// holds no record.
func (a *active) finish(directory string) (*Sealed, error) {
	err := a.commit(a.size.Load())
	a.syncMu.Lock()
	defer a.syncMu.Unlock()
	if err != nil || a.broken {
		// Unacknowledged records must not come back: their senders retry.
		cut := a.synced
		if a.broken && err == nil {
			cut = a.size.Load()
		}
		if cutErr := a.file.Truncate(cut); cutErr != nil {
			a.file.Close()
			return nil, cutErr
		}
		a.file.Close()
		return recoverFile(a.path)
	}
	// All of it is on disk: from here on nothing may keep it from being sent. A
	// rename that fails, or that a power cut undoes, leaves a file that is
	// recovered at the next start.
	a.file.Close()
	sealed := &Sealed{ID: a.id, Path: a.path, Created: a.created, Bytes: a.size.Load(), Rows: a.rows}
	final := filepath.Join(directory, a.id.String()+sealedSuffix)
	if os.Rename(a.path, final) == nil {
		sealed.Path = final
		_ = syncDirectory(directory)
	}
	return sealed, nil
}

// describe says in words what an operator has to do about a failed write.
func describe(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: the disk is full: %w", ErrFull, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the disk is read-only: %w", err)
	default:
		return err
	}
}
