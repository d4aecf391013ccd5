package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
)

// The file begins with a header:
//
//	"WEIRSEG1" | id, 16 bytes | created, unix ns, uint64 | CRC-32C of the above, uint32
//
// and goes on with records:
//
//	length of payload, uint32 | CRC-32C of length and payload, uint32 | payload
//	payload = len(meta) meta, tables { len(name) name, rows, len(block) block }…
//
// Lengths within the payload are uvarints, fixed integers little-endian.
const (
	magic            = "WEIRSEG1"
	headerSize       = 8 + 16 + 8 + 4
	recordHeaderSize = 4 + 4
	// maxPayload bounds what a torn length can make a reader allocate.
	maxPayload = 1 << 30
	maxTables  = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errHeader = errors.New("not a segment file, or its header is damaged")
	errRecord = errors.New("record is damaged")
)

// Record is what one request contributes: rows for any number of tables, and a
// few bytes of meta data for whoever sends the segment.
type Record struct {
	Meta   []byte
	Tables []Table
}

// Table is the rows of a record for one table: a Native block whose last
// column is segment_id, of type UUID, without that column's values.
type Table struct {
	Name  string
	Rows  int
	Block []byte
}

// Header is the beginning of a segment file.
type Header struct {
	ID      ID
	Created time.Time
}

func appendHeader(dst []byte, h Header) []byte {
	start := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, h.ID[:]...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(h.Created.UnixNano()))
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

func parseHeader(b []byte) (Header, error) {
	if len(b) < headerSize || string(b[:8]) != magic {
		return Header{}, errHeader
	}
	body := b[:headerSize-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(b[headerSize-4:]) {
		return Header{}, errHeader
	}
	var h Header
	copy(h.ID[:], body[8:24])
	h.Created = time.Unix(0, int64(binary.LittleEndian.Uint64(body[24:])))
	return h, nil
}

// appendRecord frames r.
func appendRecord(dst []byte, r *Record) ([]byte, error) {
	start := len(dst)
	dst = append(dst, make([]byte, recordHeaderSize)...)
	dst = appendBytes(dst, r.Meta)
	dst = binary.AppendUvarint(dst, uint64(len(r.Tables)))
	for _, t := range r.Tables {
		dst = binary.AppendUvarint(dst, uint64(len(t.Name)))
		dst = append(dst, t.Name...)
		dst = binary.AppendUvarint(dst, uint64(t.Rows))
		dst = appendBytes(dst, t.Block)
	}
	length := len(dst) - start - recordHeaderSize
	if length > maxPayload {
		return nil, fmt.Errorf("cannot write a record of %d bytes: the limit is %d", length, maxPayload)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(length))
	binary.LittleEndian.PutUint32(dst[start+4:], recordSum(dst[start:start+4], dst[start+recordHeaderSize:]))
	return dst, nil
}

func appendBytes(dst, b []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	return append(dst, b...)
}

// recordSum covers the length too: a tail of zeros is then no valid empty record.
func recordSum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, payload)
}

// parsePayload splits a payload; what it returns shares its memory.
func parsePayload(b []byte) (Record, error) {
	var r Record
	var ok bool
	if r.Meta, b, ok = cutBytes(b); !ok {
		return Record{}, errRecord
	}
	count, n := binary.Uvarint(b)
	if n <= 0 || count > maxTables {
		return Record{}, errRecord
	}
	b = b[n:]
	for range count {
		var t Table
		var name []byte
		if name, b, ok = cutBytes(b); !ok {
			return Record{}, errRecord
		}
		rows, n := binary.Uvarint(b)
		if n <= 0 || rows > maxPayload {
			return Record{}, errRecord
		}
		t.Name, t.Rows = string(name), int(rows)
		if t.Block, b, ok = cutBytes(b[n:]); !ok {
			return Record{}, errRecord
		}
		r.Tables = append(r.Tables, t)
	}
	if len(b) != 0 {
		return Record{}, errRecord
	}
	return r, nil
}

func cutBytes(b []byte) (head, tail []byte, ok bool) {
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return nil, nil, false
	}
	return b[n : n+int(length)], b[n+int(length):], true
}
