package segment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Damage is a part of a segment file that holds no valid record, in bytes.
type Damage struct{ Offset, Length int64 }

// DamagedError says where a segment cannot be read: after a crash the tail that
// was not yet acknowledged, else a damaged disk.
type DamagedError struct {
	Path  string
	Parts []Damage
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("segment %s is damaged: no valid record in %s", e.Path, describeDamage(e.Parts))
}

func describeDamage(parts []Damage) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprintf("bytes %d to %d", p.Offset, p.Offset+p.Length)
	}
	return strings.Join(texts, ", ")
}

// layout is what scan has found.
type layout struct {
	header  Header
	records int
	end     int64    // of the last valid record, or of the header
	damaged []Damage // before end
}

// withTail is all damage of a file of the given size, the torn tail included.
func (l *layout) withTail(size int64) []Damage {
	if l.end == size {
		return l.damaged
	}
	return append(l.damaged, Damage{Offset: l.end, Length: size - l.end})
}

// scan calls each for every valid record of src, in order; a record is valid
// only until each returns. It fails with a *DamagedError where not even the
// header and the file's name say which segment it is.
func scan(src io.ReaderAt, size int64, path string, each func(*stored) error) (layout, error) {
	s := scanner{src: src, size: size, version: 2}
	var found layout
	at, err := s.header(path, &found)
	if err != nil {
		return found, err
	}
	for at < size {
		r, next, err := s.read(at)
		if errors.Is(err, errRecord) {
			if at, err = s.nextMarker(at + 1); err == nil {
				continue
			}
		}
		if err != nil {
			return found, fmt.Errorf("cannot read segment %s: %w", path, err)
		}
		if at > found.end {
			found.damaged = append(found.damaged, Damage{Offset: found.end, Length: at - found.end})
		}
		if err := each(&r); err != nil {
			return found, err
		}
		found.records++
		found.end, at = next, next
	}
	return found, nil
}

// scanner reads records of one file.
type scanner struct {
	src     io.ReaderAt
	size    int64
	version int
	marker  []byte

	in      *bufio.Reader
	at      int64 // that in is at
	payload []byte
}

// header returns where to look for the first record. A header that is damaged
// costs no record: the file's name holds the id too.
func (s *scanner) header(path string, found *layout) (at int64, err error) {
	head := make([]byte, min(headerSize, s.size))
	if _, err := s.src.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("cannot read segment %s: %w", path, err)
	}
	if found.header, s.version, err = parseHeader(head); err == nil {
		found.end = headerSize
	} else if found.header, err = headerOfName(path); err == nil {
		s.version = 2
	} else {
		return 0, &DamagedError{Path: path, Parts: []Damage{{Length: s.size}}}
	}
	s.marker = markerOf(found.header.ID)
	return found.end, nil
}

func headerOfName(path string) (Header, error) {
	name := filepath.Base(path)
	id, err := ParseID(strings.TrimSuffix(name, filepath.Ext(name)))
	return Header{ID: id, Created: id.time()}, err
}

// read returns the record at an offset and where it ends, or errRecord.
func (s *scanner) read(at int64) (r stored, next int64, err error) {
	if s.in == nil || s.at != at {
		left := s.size - at
		s.in, s.at = bufio.NewReaderSize(io.NewSectionReader(s.src, at, left), int(min(left, 1<<18))), at
	}
	frame := make([]byte, recordHeaderSize)
	if s.version == 1 {
		frame = frame[markerSize:]
	}
	if err := s.fill(frame); err != nil {
		return stored{}, 0, err
	}
	if s.version > 1 {
		if !bytes.Equal(frame[:markerSize], s.marker) {
			return stored{}, 0, errRecord
		}
		frame = frame[markerSize:]
	}
	length := int64(binary.LittleEndian.Uint32(frame))
	if length == 0 || length > maxPayload || length > s.size-s.at {
		return stored{}, 0, errRecord
	}
	if int64(cap(s.payload)) < length {
		s.payload = make([]byte, length)
	}
	payload := s.payload[:length]
	begins := s.at
	if err := s.fill(payload); err != nil {
		return stored{}, 0, err
	}
	if recordSum(frame[:4], payload) != binary.LittleEndian.Uint32(frame[4:]) {
		return stored{}, 0, errRecord
	}
	if r, err = parsePayload(payload, s.version); err != nil {
		return stored{}, 0, err
	}
	for i := range r.blocks {
		r.blocks[i] += begins
	}
	return r, s.at, nil
}

// fill reads len(b) bytes, or fails with errRecord at the end of the file.
func (s *scanner) fill(b []byte) error {
	n, err := io.ReadFull(s.in, b)
	s.at += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errRecord
	}
	return err
}

// nextMarker returns where the next record may begin, or the file's size.
func (s *scanner) nextMarker(from int64) (int64, error) {
	if s.version == 1 || from >= s.size { // version 1 has no markers
		return s.size, nil
	}
	buf := make([]byte, min(s.size-from, 1<<16))
	for from < s.size {
		n, err := s.src.ReadAt(buf[:min(int64(len(buf)), s.size-from)], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.Index(buf[:n], s.marker); i >= 0 {
			return from + int64(i), nil
		}
		if n < markerSize {
			break
		}
		from += int64(n - markerSize + 1)
	}
	return s.size, nil
}
