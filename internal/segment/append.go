package segment

import (
	"context"
	"errors"
	"fmt"
)

// pending is a record on its way to disk.
type pending struct {
	record *Record
	framed []byte
	err    error         // of the append, once done is closed
	done   chan struct{} // closed when the record is on disk or refused
}

// Append writes r and returns when it is on disk. After an error it is not
// stored, unless the process dies before its bytes are taken back.
//
// Who finds the turn free writes for all who wait by then, with one sync.
func (s *Store) Append(ctx context.Context, r *Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	buf := getBuffer()
	defer putBuffer(buf)
	var err error
	if buf.b, err = appendRecord(buf.b[:0], r, false); err != nil {
		return err
	}
	p := &pending{record: r, framed: buf.b, done: make(chan struct{})}
	if err := s.enqueue(ctx, p); err != nil {
		return err
	}
	select {
	case <-p.done:
	case s.turn <- struct{}{}:
		s.commitQueue()
		<-s.turn
	}
	return p.err
}

// enqueue puts p into the queue, after whoever has the same request in flight.
func (s *Store) enqueue(ctx context.Context, p *pending) error {
	for {
		first, err := s.tryEnqueue(p)
		if first == nil {
			return err
		}
		select {
		case <-first.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryEnqueue returns who has the request in flight, if somebody has.
func (s *Store) tryEnqueue(p *pending) (first *pending, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if request := p.record.Request; request != ([16]byte{}) {
		if first := s.inFlight[request]; first != nil {
			return first, nil
		}
		s.inFlight[request] = p
	}
	s.queue = append(s.queue, p)
	return nil, nil
}

// commitQueue writes and syncs all that is in the queue. It needs the turn.
func (s *Store) commitQueue() {
	s.mu.Lock()
	group := s.queue
	s.queue = nil
	s.mu.Unlock()
	var written []*pending // to the active segment, not synced
	for _, p := range group {
		if a := s.active; a != nil && (a.closing || a.overflows(p.record, int64(len(p.framed)), &s.settings)) {
			a.closing = true
			s.sync(written) // they are not of the next segment
			written = nil
		}
		if err := s.write(p); err != nil {
			s.finish(p, err)
			continue
		}
		written = append(written, p)
	}
	s.sync(written)
}

// write puts p into the active segment, or a new one.
func (s *Store) write(p *pending) error {
	if s.active != nil && s.active.closing {
		if err := s.seal(); err != nil {
			return err
		}
	}
	length := int64(len(p.framed))
	if err := s.admit(p.record, length); err != nil {
		return err
	}
	if s.active == nil {
		id, err := s.newID()
		if err != nil {
			return err
		}
		a, err := begin(s.files, s.settings.Directory, Header{ID: id, Created: s.settings.Now()})
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.active = a
		s.bytes += headerSize
		s.mu.Unlock()
	}
	a := s.active
	digests := a.digestBytes + int64(len(p.record.Digests))
	if err := s.room.keep(roomBase + TrailerShare*digests); err != nil {
		return err
	}
	if err := a.write(p.framed); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.size += length
	s.bytes += length
	addRows(a.rows, p.record)
	if p.record.Request != ([16]byte{}) {
		a.requests = append(a.requests, p.record.Request)
	}
	if len(p.record.Digests) > 0 {
		a.digests = append(a.digests, append([]byte(nil), p.record.Digests...))
		a.digestBytes = digests
	}
	return nil
}

// reserveShare of the limit is for audit events.
const reserveShare = 20

// admit says whether a record is new, and the limits allow it.
func (s *Store) admit(r *Record, length int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if s.window.has(r.Request, s.settings.Now()) {
		return ErrDuplicate
	}
	limit := s.settings.MaxDiskBytes
	if limit == 0 {
		return nil
	}
	if !r.Audit {
		limit -= limit / reserveShare
	}
	if s.bytes+length > limit {
		return fmt.Errorf("%w: %d of %d bytes wait for the database in %s", ErrFull, s.bytes, limit, s.settings.Directory)
	}
	return nil
}

// sync ends the appends of what was written to the active segment.
func (s *Store) sync(written []*pending) {
	if len(written) == 0 {
		return
	}
	err := s.active.sync()
	for _, p := range written {
		s.finish(p, err)
	}
}

// finish ends an append.
func (s *Store) finish(p *pending, err error) {
	err = classify(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.settings.Now()
	if request := p.record.Request; request != ([16]byte{}) {
		delete(s.inFlight, request)
		if err == nil {
			s.window.add(request, now)
		}
	}
	switch {
	case errors.Is(err, ErrDuplicate): // says nothing of the disk
	case err == nil && p.record.Audit && s.condition.State == StateFull: // it found room in its reserve
	default:
		s.condition.note(err, now)
	}
	p.err = err
	close(p.done)
}
