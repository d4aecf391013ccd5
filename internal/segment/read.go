package segment

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// DamagedError says where a segment stops being readable: after a crash the
// tail that was not yet acknowledged, else a damaged disk.
type DamagedError struct {
	Path   string
	Offset int64 // end of the last valid record
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("segment %s is damaged after byte %d", e.Path, e.Offset)
}

// Read calls each for every record of the segment at path, in order. A record
// is valid only until each returns. Where the file is torn or damaged it
// returns a *DamagedError, after the valid records.
func Read(path string, each func(Record) error) (Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return Header{}, fmt.Errorf("cannot read segment: %w", err)
	}
	defer f.Close()
	header, _, err := scan(f, path, func(_ int64, r Record) error { return each(r) })
	return header, err
}

// scan reads all records; offset is where a record's payload begins, end the
// end of the last valid record.
func scan(src io.Reader, path string, each func(offset int64, r Record) error) (header Header, end int64, err error) {
	in := bufio.NewReaderSize(src, 1<<18)
	var head [headerSize]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return Header{}, 0, damaged(path, 0, err)
	}
	if header, err = parseHeader(head[:]); err != nil {
		return Header{}, 0, &DamagedError{Path: path}
	}
	end = headerSize
	var frame [recordHeaderSize]byte
	var payload []byte
	for {
		if _, err := io.ReadFull(in, frame[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return header, end, nil
			}
			return header, end, damaged(path, end, err)
		}
		length := binary.LittleEndian.Uint32(frame[:])
		if length == 0 || length > maxPayload {
			return header, end, &DamagedError{Path: path, Offset: end}
		}
		if payload, err = readPayload(in, payload, int(length)); err != nil {
			return header, end, damaged(path, end, err)
		}
		if recordSum(frame[:4], payload) != binary.LittleEndian.Uint32(frame[4:]) {
			return header, end, &DamagedError{Path: path, Offset: end}
		}
		r, err := parsePayload(payload)
		if err != nil {
			return header, end, &DamagedError{Path: path, Offset: end}
		}
		if err := each(end+recordHeaderSize, r); err != nil {
			return header, end, err
		}
		end += recordHeaderSize + int64(length)
	}
}

// readPayload grows buf as bytes arrive, so that a torn length costs no memory.
func readPayload(in io.Reader, buf []byte, length int) ([]byte, error) {
	const step = 1 << 20
	buf = buf[:0]
	for len(buf) < length {
		n := min(step, length-len(buf))
		start := len(buf)
		if cap(buf) < start+n {
			grown := make([]byte, start, max(2*cap(buf), start+n))
			copy(grown, buf)
			buf = grown
		}
		buf = buf[:start+n]
		if _, err := io.ReadFull(in, buf[start:]); err != nil {
			return buf, err
		}
	}
	return buf, nil
}

func damaged(path string, end int64, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &DamagedError{Path: path, Offset: end}
	}
	return fmt.Errorf("cannot read segment %s: %w", path, err)
}
