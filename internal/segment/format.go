package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
)

// The layout is in the package comment.
const (
	magicV1          = "WEIRSEG1"
	magicV2          = "WEIRSEG2"
	headerSize       = 8 + 16 + 8 + 4
	markerSize       = 8
	recordHeaderSize = markerSize + lengthAndSumSize
	lengthAndSumSize = 4 + 4 // all there is before a payload of version 1
	maxPayload       = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errHeader = errors.New("not a segment file, or its header is damaged")
	errRecord = errors.New("record is damaged")
)

// Header is the beginning of a segment file.
type Header struct {
	ID      ID
	Created time.Time
}

func encodeHeader(h Header) []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magicV2...)
	b = append(b, h.ID[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.Created.UnixNano()))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// parseHeader also says which version of the format follows.
func parseHeader(b []byte) (h Header, version int, err error) {
	if len(b) < headerSize {
		return Header{}, 0, errHeader
	}
	switch string(b[:8]) {
	case magicV1:
		version = 1
	case magicV2:
		version = 2
	default:
		return Header{}, 0, errHeader
	}
	body := b[:headerSize-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(b[headerSize-4:]) {
		return Header{}, 0, errHeader
	}
	copy(h.ID[:], body[8:24])
	h.Created = time.Unix(0, int64(binary.LittleEndian.Uint64(body[24:])))
	return h, version, nil
}

// appendRecord frames r, for any segment: mark makes it a record of one.
func appendRecord(dst []byte, r *Record, trailer bool) ([]byte, error) {
	start := len(dst)
	dst = append(dst, make([]byte, recordHeaderSize)...)
	dst = appendPayload(dst, r, trailer)
	length := len(dst) - start - recordHeaderSize
	if length > maxPayload {
		return nil, fmt.Errorf("cannot write a record of %d bytes: the limit is %d", length, maxPayload)
	}
	frame := dst[start+markerSize:]
	binary.LittleEndian.PutUint32(frame, uint32(length))
	binary.LittleEndian.PutUint32(frame[4:], recordSum(frame[:4], frame[lengthAndSumSize:]))
	return dst, nil
}

// mark makes a framed record one of the segment id.
func mark(framed []byte, id ID) { copy(framed, markerOf(id)) }

func markerOf(id ID) []byte { return id[len(id)-markerSize:] }

// recordSum covers the length too: a tail of zeros is then no valid empty record.
func recordSum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, payload)
}
