package segment

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// sentFile is what is kept of a segment that is gone: its requests and trailer.
type sentFile struct {
	id      ID
	path    string
	created time.Time
	trailer bool
}

// remember keeps on disk what has to outlive a segment; it comes before the
// segment is removed.
func (s *Store) remember(sealed *Sealed) error {
	if s.settings.Memory || len(sealed.requests) == 0 && sealed.trailer == nil {
		return nil
	}
	content, err := sentContent(sealed)
	if err != nil {
		return err
	}
	f := sentOf(sealed)
	if err := replaceFile(s.files, f.path, bytes.NewReader(content)); err != nil {
		return fmt.Errorf("cannot keep the requests of segment %s: %w", sealed.ID, classify(err))
	}
	s.addSent(f)
	return nil
}

// rememberOnFullDisk is remember where there is no room for another file. A
// segment without a trailer has to go, for it is what fills the disk; its
// requests are remembered until the process ends. One with a trailer becomes
// the .sent file itself.
func (s *Store) rememberOnFullDisk(sealed *Sealed) error {
	if sealed.trailer == nil {
		return nil
	}
	f := sentOf(sealed)
	if err := s.files.rename(sealed.Path, f.path); err != nil {
		return fmt.Errorf("cannot keep the trailer of segment %s: %w", sealed.ID, classify(err))
	}
	s.addSent(f)
	return nil
}

func sentOf(sealed *Sealed) sentFile {
	return sentFile{id: sealed.ID, path: withSuffix(sealed.Path, sentSuffix), created: sealed.Created, trailer: sealed.trailer != nil}
}

func (s *Store) addSent(f sentFile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = slices.DeleteFunc(s.sent, func(o sentFile) bool { return o.id == f.id })
	s.sent = append(s.sent, f)
}

func sentContent(sealed *Sealed) ([]byte, error) {
	content := encodeHeader(Header{ID: sealed.ID, Created: sealed.Created})
	add := func(r *Record, trailer bool) (err error) {
		start := len(content)
		if content, err = appendRecord(content, r, trailer); err == nil {
			mark(content[start:], sealed.ID)
		}
		return err
	}
	for _, request := range sealed.requests {
		if err := add(&Record{Request: request}, false); err != nil {
			return nil, err
		}
	}
	if sealed.trailer != nil {
		if err := add(sealed.trailer, true); err != nil {
			return nil, err
		}
	}
	return content, nil
}

// pruneSent removes what is older than the window. The newest trailer stays:
// it is the end of somebody's chain. What cannot be removed is tried again.
func (s *Store) pruneSent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var newest ID
	for _, f := range s.sent {
		if f.trailer && bytes.Compare(f.id[:], newest[:]) > 0 {
			newest = f.id
		}
	}
	oldest := s.settings.Now().Add(-s.window.span - s.settings.MaxAge)
	s.sent = slices.DeleteFunc(s.sent, func(f sentFile) bool {
		return f.id != newest && f.created.Before(oldest) && s.removeFile(f.path) == nil
	})
}
