package segment

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
)

// errLeft is why a segment of an earlier run is copied.
var errLeft = errors.New("it was left open by an earlier run")

// contents is all that a store has to know of a segment file.
type contents struct {
	layout
	rows     map[string]int
	requests [][16]byte
	digests  [][]byte
	trailer  *Record
}

func (c *contents) sealed(path string, size int64) *Sealed {
	return &Sealed{
		ID: c.header.ID, Path: path, Created: c.header.Created, Bytes: size, Rows: c.rows,
		requests: c.requests, trailer: c.trailer,
	}
}

// inspect reads the first size bytes of a segment.
func inspect(f file, size int64, path string) (*contents, error) {
	c := &contents{rows: map[string]int{}}
	var err error
	c.layout, err = scan(f, size, path, func(r *stored) error {
		for _, t := range r.Tables {
			c.rows[t.Name] += t.Rows
		}
		if r.Request != ([16]byte{}) {
			c.requests = append(c.requests, r.Request)
		}
		switch {
		case r.trailer:
			c.trailer = r.clone()
		case len(r.Digests) > 0:
			c.digests = append(c.digests, bytes.Clone(r.Digests))
		}
		return nil
	})
	return c, err
}

// recoverAll takes over what an earlier run has left, oldest first, so that
// whoever chains trailers is told them in order. A disk that cannot be written
// is no reason to fail: what is sealed can be sent.
func (s *Store) recoverAll() error {
	entries, err := s.files.list(s.settings.Directory)
	if err != nil {
		return fmt.Errorf("cannot list the segment folder: %w", err)
	}
	has := map[string]bool{}
	for _, e := range entries {
		has[e.name] = true
		if filepath.Ext(e.name) == scratchSuffix { // first of all: the disk may be full
			_ = s.files.remove(filepath.Join(s.settings.Directory, e.name))
		}
	}
	for _, e := range entries { // ordered by name, so by id, so by age
		path := filepath.Join(s.settings.Directory, e.name)
		hasSealed := has[withSuffix(e.name, sealedSuffix)]
		switch suffix := filepath.Ext(e.name); {
		case suffix == openSuffix && hasSealed: // goes with the segment that is its copy
		case suffix == sentSuffix && hasSealed: // is written again when the segment is removed
		case suffix == openSuffix, suffix == sealedSuffix, suffix == sentSuffix:
			copied := suffix == sealedSuffix && has[withSuffix(e.name, openSuffix)]
			if err := s.recoverFile(path, suffix, e.size, copied); err != nil {
				return fmt.Errorf("cannot recover segment %s: %w", path, err)
			}
		}
	}
	s.pruneSent()
	return nil
}

// recoverFile takes over one file. A copied segment's name has to be on disk
// before it is sent: it could come back as what it was copied from.
func (s *Store) recoverFile(path, suffix string, size int64, copied bool) error {
	if copied {
		if err := s.files.syncFolder(s.settings.Directory); err != nil {
			return err
		}
	}
	f, err := s.files.open(path)
	if err != nil {
		return err
	}
	c, err := inspect(f, size, path)
	if err != nil {
		f.Close()
		return err
	}
	s.lastID = max(s.lastID, c.header.ID.time().UnixMilli())
	if suffix == openSuffix {
		return s.recoverOpen(f, c, path)
	}
	f.Close()
	sealed := c.sealed(path, size)
	s.recall(sealed)
	if suffix == sentSuffix {
		s.sent = append(s.sent, sentFile{id: sealed.ID, path: path, created: sealed.Created, trailer: sealed.trailer != nil})
	} else {
		sealed.Recovered, sealed.copied = true, copied
		s.bytes += sealed.Bytes
		s.waiting = append(s.waiting, sealed)
	}
	return s.trailed(c.header, c.trailer)
}

// recall takes the requests of an earlier run into the window. They were
// acknowledged at most MaxAge after their segment was begun.
func (s *Store) recall(sealed *Sealed) {
	for _, request := range sealed.requests {
		s.window.add(request, sealed.Created.Add(s.settings.MaxAge))
	}
}

// recoverOpen seals what was active when the process died. That is what was
// known to be on disk, and perhaps more: pages that the kernel still has after a
// sync that failed look as if they were. So it is copied, as after such a sync.
func (s *Store) recoverOpen(f file, c *contents, path string) error {
	if s.active != nil {
		return fmt.Errorf("a segment before it cannot be sealed: %w", s.active.broken)
	}
	s.active = &active{
		header: c.header, path: path, file: f, rows: c.rows, size: c.end, synced: c.end,
		broken: errLeft, closing: true, recovered: true,
	}
	s.bytes += c.end
	if err := s.seal(); err != nil {
		s.condition.note(classify(err), s.settings.Now())
	}
	return nil
}
