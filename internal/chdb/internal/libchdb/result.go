package libchdb

import (
	"errors"
	"unsafe"
)

// Stats counts what a statement did.
type Stats struct {
	ReadRows, ReadBytes, WrittenRows, WrittenBytes, ResultRows uint64
	Elapsed                                                    float64 // seconds
}

// Add sums up the counts of a further block.
func (s *Stats) Add(other Stats) {
	s.ReadRows += other.ReadRows
	s.ReadBytes += other.ReadBytes
	s.WrittenRows += other.WrittenRows
	s.WrittenBytes += other.WrittenBytes
	s.ResultRows += other.ResultRows
	s.Elapsed += other.Elapsed
}

// Result is memory of libchdb; Close gives it back.
type Result struct {
	library *Library
	handle  unsafe.Pointer
}

// result takes over a chdb_result, or turns it into the error it holds.
func (l *Library) result(handle unsafe.Pointer) (*Result, error) {
	if handle == nil {
		return nil, errors.New("the engine returned neither a result nor an error")
	}
	if message := l.c.resultError(handle); message != "" {
		l.c.resultDestroy(handle)
		return nil, parseError(message)
	}
	return &Result{library: l, handle: handle}, nil
}

// Bytes is the encoded result, valid until Close.
func (r *Result) Bytes() []byte {
	length := r.library.c.resultLength(r.handle)
	buffer := r.library.c.resultBuffer(r.handle)
	if length == 0 || buffer == nil {
		return nil
	}
	return unsafe.Slice((*byte)(buffer), length)
}

// Stats says what the statement, or this block of it, did.
func (r *Result) Stats() Stats {
	c := &r.library.c
	return Stats{
		ReadRows: c.resultStorageRows(r.handle), ReadBytes: c.resultStorageBytes(r.handle),
		WrittenRows: c.resultRowsWritten(r.handle), WrittenBytes: c.resultBytesWritten(r.handle),
		ResultRows: c.resultRowsRead(r.handle), Elapsed: c.resultElapsed(r.handle),
	}
}

// Close gives the memory back.
func (r *Result) Close() {
	if r.handle != nil {
		r.library.c.resultDestroy(r.handle)
		r.handle = nil
	}
}

// Stream is a result fetched block by block.
type Stream struct {
	conn   *Conn
	handle *Result
	block  *Result
	stats  Stats
	ended  bool
}

// Next returns the next encoded part, valid until the following call of Next
// or Close; nil at the end.
func (s *Stream) Next() ([]byte, error) {
	s.dropBlock()
	if s.ended {
		return nil, nil
	}
	library := s.conn.library
	block, err := library.result(library.c.streamFetch(s.conn.connection(), s.handle.handle))
	if err != nil {
		s.ended = true
		return nil, err
	}
	s.block = block
	s.stats.Add(block.Stats())
	data := block.Bytes()
	if len(data) == 0 {
		s.ended = true
		return nil, nil
	}
	return data, nil
}

// Stats sums up what was fetched.
func (s *Stream) Stats() Stats { return s.stats }

// Close stops the statement when it has not ended, and gives its memory back.
func (s *Stream) Close() {
	s.dropBlock()
	if !s.ended {
		s.ended = true
		s.conn.library.c.streamCancel(s.conn.connection(), s.handle.handle)
	}
	s.handle.Close()
}

func (s *Stream) dropBlock() {
	if s.block != nil {
		s.block.Close()
		s.block = nil
	}
}
