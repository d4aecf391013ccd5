package segment

import (
	"bytes"
	"encoding/binary"
	"slices"
)

const (
	maxTables = 64
	maxRows   = 1 << 30
)

// Record is what one request contributes: rows for any number of tables, and a
// few bytes of meta data for whoever sends the segment.
type Record struct {
	Meta   []byte
	Tables []Table
	// Digests of the record's audit events, for Settings.Trailer; opaque here.
	Digests []byte
	// Request is the hash of the request, by which a re-send is recognised;
	// zero = it has none.
	Request [16]byte
	// Audit lets the record use the space that is kept from others.
	Audit bool
}

// Table is the rows of a record for one table: a Native block whose last
// column is segment_id, of type UUID, without that column's values.
type Table struct {
	Name  string
	Rows  int
	Block []byte
}

// The flags that a payload begins with.
const (
	flagRequest = 1 << iota
	flagAudit
	flagTrailer
	flagsKnown = flagRequest | flagAudit | flagTrailer
)

func appendPayload(dst []byte, r *Record, trailer bool) []byte {
	var flags byte
	if r.Request != ([16]byte{}) {
		flags |= flagRequest
	}
	if r.Audit {
		flags |= flagAudit
	}
	if trailer {
		flags |= flagTrailer
	}
	dst = append(dst, flags)
	if flags&flagRequest != 0 {
		dst = append(dst, r.Request[:]...)
	}
	dst = appendBytes(dst, r.Meta)
	dst = appendBytes(dst, r.Digests)
	dst = binary.AppendUvarint(dst, uint64(len(r.Tables)))
	for _, t := range r.Tables {
		dst = appendBytes(dst, []byte(t.Name))
		dst = binary.AppendUvarint(dst, uint64(t.Rows))
		dst = appendBytes(dst, t.Block)
	}
	return dst
}

func appendBytes(dst, b []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	return append(dst, b...)
}

// stored is a record as a file holds it.
type stored struct {
	Record
	trailer bool
	blocks  []int64 // where the block of each table begins
}

// parsePayload splits a payload; what it returns shares its memory. Positions
// are relative to the payload.
func parsePayload(payload []byte, version int) (stored, error) {
	c := cursor{left: payload, ok: true}
	var r stored
	if version > 1 {
		flags := c.byte()
		if flags&^flagsKnown != 0 {
			return stored{}, errRecord
		}
		r.Audit, r.trailer = flags&flagAudit != 0, flags&flagTrailer != 0
		if flags&flagRequest != 0 {
			copy(r.Request[:], c.take(uint64(len(r.Request))))
		}
	}
	r.Meta = c.bytes()
	if version > 1 {
		r.Digests = c.bytes()
	}
	for range c.number(maxTables) {
		t := Table{Name: string(c.bytes()), Rows: c.number(maxRows)}
		t.Block = c.bytes()
		r.Tables = append(r.Tables, t)
		r.blocks = append(r.blocks, int64(len(payload)-len(c.left)-len(t.Block)))
	}
	if !c.ok || len(c.left) != 0 {
		return stored{}, errRecord
	}
	return r, nil
}

// cursor reads a payload; after the first failure ok is false and all it gives
// is empty.
type cursor struct {
	left []byte
	ok   bool
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.left)) {
		c.left, c.ok = nil, false
		return nil
	}
	head := c.left[:n]
	c.left = c.left[n:]
	return head
}

func (c *cursor) byte() byte {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) uvarint() uint64 {
	v, n := binary.Uvarint(c.left)
	if n <= 0 {
		c.left, c.ok = nil, false
		return 0
	}
	c.left = c.left[n:]
	return v
}

func (c *cursor) number(most uint64) int {
	v := c.uvarint()
	if v > most {
		c.left, c.ok = nil, false
		return 0
	}
	return int(v)
}

func (c *cursor) bytes() []byte { return c.take(c.uvarint()) }

func (r *Record) clone() *Record {
	c := *r
	c.Meta, c.Digests = bytes.Clone(r.Meta), bytes.Clone(r.Digests)
	c.Tables = slices.Clone(r.Tables)
	for i := range c.Tables {
		c.Tables[i].Block = bytes.Clone(c.Tables[i].Block)
	}
	return &c
}
