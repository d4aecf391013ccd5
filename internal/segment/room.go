package segment

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"sync"
)

const (
	// roomName is of the file that holds the room; a start removes it.
	roomName = "room" + scratchSuffix
	// roomBase is for the frame of a trailer, the state of who chains trailers,
	// and the hashes of a segment that is delivered.
	roomBase = 64 << 10
	// roomStep is what is written at a time.
	roomStep = 64 << 10
	// TrailerShare is how many times the bytes of its digests a trailer may take.
	TrailerShare = 4
)

// room is space on the disk that is given up when the disk is full: without it,
// what fills the disk could not be ended, sent and removed. It is not on disk in
// the sense of a sync; a power cut may take it. It keeps the largest size that was
// needed until it is given up, and is no part of what Settings.MaxDiskBytes bounds.
type room struct {
	files files
	path  string // "" = none is needed

	// mu guards everything below.
	mu   sync.Mutex
	file file // nil = there is none
	size int64
}

// keep makes it at least so large.
func (r *room) keep(need int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" || r.size >= need {
		return nil
	}
	if err := r.grow(need); err != nil {
		return fmt.Errorf("cannot keep %d bytes free for what ends a segment: %w", need, err)
	}
	return nil
}

// grow writes noise: zeros take no space where a file system compresses.
func (r *room) grow(need int64) error {
	if r.file == nil {
		if err := r.files.remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // of an earlier run
		}
		f, err := r.files.create(r.path)
		if err != nil {
			return err
		}
		r.file = f
	}
	noise := make([]byte, roomStep)
	rand.NewChaCha8([32]byte{}).Read(noise) //nolint:errcheck // never fails
	for r.size < need {
		if _, err := r.file.WriteAt(noise, r.size); err != nil {
			return err
		}
		r.size += roomStep
	}
	return nil
}

// release gives it up; false where there was none.
func (r *room) release() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return false
	}
	r.file.Close()
	r.file, r.size = nil, 0 // also where it cannot be removed: grow does that again
	err := r.files.remove(r.path)
	return err == nil || errors.Is(err, fs.ErrNotExist)
}
