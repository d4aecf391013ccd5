package segment

import (
	"errors"
	"fmt"
	"path/filepath"
)

// active is the segment that records are appended to. It belongs to the holder
// of the store's turn; what Stats reads changes under mu.
type active struct {
	header Header
	path   string
	file   file

	rows        map[string]int
	requests    [][16]byte
	digests     [][]byte
	digestBytes int64 // of digests together
	size        int64
	synced      int64 // bytes known to be on disk
	trailer     *Record

	// closing: it takes no more records and waits to be sealed.
	closing bool
	// broken: what is behind synced is unknown, and no sync will tell.
	broken error
	// recovered: an earlier run has written it.
	recovered bool
}

// begin makes a new segment file. A header that is not on disk yet is no loss:
// the first record's sync covers it.
func begin(fs files, folder string, h Header) (*active, error) {
	a := &active{header: h, path: filepath.Join(folder, h.ID.String()+openSuffix), rows: map[string]int{}}
	var err error
	if a.file, err = fs.create(a.path); err != nil {
		return nil, fmt.Errorf("cannot create a segment: %w", err)
	}
	if _, err = a.file.WriteAt(encodeHeader(h), 0); err == nil {
		a.size = headerSize
		err = fs.syncFolder(folder)
	}
	if err != nil {
		a.file.Close()
		return nil, fmt.Errorf("cannot begin a segment: %w", errors.Join(err, fs.remove(a.path)))
	}
	return a, nil
}

// overflows says whether r belongs into the next segment.
func (a *active) overflows(r *Record, length int64, limits *Settings) bool {
	if a.size == headerSize {
		return false // a record larger than a segment gets one of its own
	}
	if limits.MaxBytes > 0 && a.size+length > limits.MaxBytes {
		return true
	}
	for _, t := range r.Tables {
		if limits.MaxRows > 0 && a.rows[t.Name]+t.Rows > limits.MaxRows {
			return true
		}
	}
	return false
}

// write appends a framed record. A partial write is taken back: what it left
// could be read as a record that its sender was refused.
func (a *active) write(framed []byte) error {
	mark(framed, a.header.ID)
	_, err := a.file.WriteAt(framed, a.size)
	if err == nil {
		return nil
	}
	if cut := a.file.Truncate(a.size); cut != nil {
		err = errors.Join(err, cut)
		a.fail(err)
	}
	return fmt.Errorf("cannot write %d bytes to segment %s: %w", len(framed), a.path, err)
}

// sync returns when all that was written is on disk. It never tries again: the
// kernel may have dropped the pages, and a second sync would say nothing of it.
func (a *active) sync() error {
	if a.broken != nil {
		return a.broken
	}
	if a.synced == a.size {
		return nil
	}
	if err := a.file.Sync(); err != nil {
		a.fail(fmt.Errorf("cannot sync segment %s: %w", a.path, err))
		return a.broken
	}
	a.synced = a.size
	return nil
}

func (a *active) fail(err error) { a.broken, a.closing = err, true }
