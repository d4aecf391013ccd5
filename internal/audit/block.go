package audit

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
)

// Tables of the audit trail. Events are encoded by the exporter.
const (
	TableEvents      = "events"
	TableChain       = "event_chain"
	TableCheckpoints = "audit_checkpoints"
	TableTombstones  = "audit_tombstones"
)

// Block is rows of a table as a segment holds them: a Native block whose last
// column, segment_id, has no values.
type Block struct {
	Table string
	Rows  int
	Data  []byte
}

type column struct {
	name string
	typ  string
	put  func(*proto.Buffer, int) // the value of row i
}

func encode(table string, rows int, columns []column) Block {
	var buf proto.Buffer
	buf.PutInt(len(columns) + 1)
	buf.PutInt(rows)
	for _, c := range columns {
		buf.PutString(c.name)
		buf.PutString(c.typ)
		for i := range rows {
			c.put(&buf, i)
		}
	}
	buf.PutString("segment_id")
	buf.PutString("UUID")
	return Block{Table: table, Rows: rows, Data: buf.Buf}
}

const sumType = "FixedString(32)"

// EncodeChain makes the rows of event_chain that a segment's trailer holds.
func EncodeChain(entries []Entry) Block {
	return encode(TableChain, len(entries), []column{
		{"source", "String", func(b *proto.Buffer, i int) { b.PutString(entries[i].Source) }},
		{"seq", "UInt64", func(b *proto.Buffer, i int) { b.PutUInt64(entries[i].Seq) }},
		{"digest", sumType, func(b *proto.Buffer, i int) { b.PutRaw(entries[i].Digest[:]) }},
		{"hash", sumType, func(b *proto.Buffer, i int) { b.PutRaw(entries[i].Hash[:]) }},
	})
}

var errTrailer = errors.New("the segment's trailer holds no rows of event_chain as this version writes them")

// DecodeChain reads what EncodeChain wrote; which segment it is in is not part
// of it.
func DecodeChain(data []byte, segment SegmentID) ([]Entry, error) {
	r := reader{rest: data}
	columns, rows := r.uvarint(), r.uvarint()
	// Each row has at least a length, a number and two sums.
	if columns != 5 || rows > uint64(len(data))/(1+8+2*uint64(len(Sum{}))) {
		return nil, errTrailer
	}
	entries := make([]Entry, rows)
	r.header("source", "String")
	for i := range entries {
		entries[i].Source, entries[i].Segment = string(r.text()), segment
	}
	r.header("seq", "UInt64")
	for i := range entries {
		if b := r.take(8); b != nil {
			entries[i].Seq = binary.LittleEndian.Uint64(b)
		}
	}
	r.header("digest", sumType)
	for i := range entries {
		copy(entries[i].Digest[:], r.take(len(Sum{})))
	}
	r.header("hash", sumType)
	for i := range entries {
		copy(entries[i].Hash[:], r.take(len(Sum{})))
	}
	r.header("segment_id", "UUID")
	if r.failed || len(r.rest) > 0 {
		return nil, errTrailer
	}
	return entries, nil
}

// reader takes fields off the front; what is not there fails it for good.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || n > len(r.rest) {
		r.failed = true
		return nil
	}
	var head []byte
	head, r.rest = r.rest[:n], r.rest[n:]
	return head
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed = true
		return 0
	}
	r.take(n)
	return v
}

func (r *reader) text() []byte {
	length := r.uvarint()
	if length > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	return r.take(int(length))
}

func (r *reader) header(name, typ string) {
	if string(r.text()) != name || string(r.text()) != typ {
		r.failed = true
	}
}

// EncodeStatements makes the rows of audit_checkpoints and audit_tombstones.
func EncodeStatements(all []Statement) []Block {
	var checkpoints, tombstones []Statement
	for _, s := range all {
		if s.Kind == Checkpoint {
			checkpoints = append(checkpoints, s)
		} else {
			tombstones = append(tombstones, s)
		}
	}
	var blocks []Block
	if len(checkpoints) > 0 {
		blocks = append(blocks, encode(TableCheckpoints, len(checkpoints), append(signed(checkpoints),
			column{"seq", "UInt64", func(b *proto.Buffer, i int) { b.PutUInt64(checkpoints[i].Seq) }},
			column{"head", sumType, func(b *proto.Buffer, i int) { b.PutRaw(checkpoints[i].Head[:]) }},
			column{"head_segment", "UUID", func(b *proto.Buffer, i int) { putUUID(b, checkpoints[i].Segment) }},
		)))
	}
	if len(tombstones) > 0 {
		blocks = append(blocks, encode(TableTombstones, len(tombstones), append(signed(tombstones),
			column{"kind", "String", func(b *proto.Buffer, i int) { b.PutString(string(tombstones[i].Kind)) }},
			column{"event_days", "UInt32", func(b *proto.Buffer, i int) { b.PutUInt32(tombstones[i].EventDays) }},
			column{"chain_days", "UInt32", func(b *proto.Buffer, i int) { b.PutUInt32(tombstones[i].ChainDays) }},
			column{"target", "String", func(b *proto.Buffer, i int) { b.PutString(tombstones[i].Target) }},
			seqs(tombstones),
			column{"receipt", "String", func(b *proto.Buffer, i int) { b.PutString(tombstones[i].Receipt) }},
		)))
	}
	return blocks
}

// signed are the columns that both tables have.
func signed(all []Statement) []column {
	return []column{
		{"source", "String", func(b *proto.Buffer, i int) { b.PutString(all[i].Source) }},
		{"number", "UInt64", func(b *proto.Buffer, i int) { b.PutUInt64(all[i].Number) }},
		{"previous", sumType, func(b *proto.Buffer, i int) { b.PutRaw(all[i].Previous[:]) }},
		{"at", "DateTime64(3, 'UTC')", func(b *proto.Buffer, i int) { b.PutInt64(all[i].At) }},
		{"public_key", sumType, func(b *proto.Buffer, i int) { b.PutRaw(all[i].Key) }},
		{"signature", "FixedString(64)", func(b *proto.Buffer, i int) { b.PutRaw(all[i].Signature) }},
	}
}

// seqs is a column of arrays: all ends first, then all values.
func seqs(all []Statement) column {
	return column{"seqs", "Array(UInt64)", func(b *proto.Buffer, i int) {
		if i > 0 {
			return
		}
		end := uint64(0)
		for _, s := range all {
			end += uint64(len(s.Seqs))
			b.PutUInt64(end)
		}
		for _, s := range all {
			for _, seq := range s.Seqs {
				b.PutUInt64(seq)
			}
		}
	}}
}

// putUUID writes a UUID as Native has it: two little-endian halves.
func putUUID(b *proto.Buffer, id SegmentID) {
	b.PutUInt64(binary.BigEndian.Uint64(id[:8]))
	b.PutUInt64(binary.BigEndian.Uint64(id[8:]))
}

// ParseDigests splits what an encoder put beside its rows into digests.
func ParseDigests(records [][]byte) ([]Sum, error) {
	var digests []Sum
	for _, r := range records {
		if len(r)%len(Sum{}) != 0 {
			return nil, fmt.Errorf("cannot chain events: a record has %d bytes of digests, expected a multiple of %d", len(r), len(Sum{}))
		}
		for ; len(r) > 0; r = r[len(Sum{}):] {
			digests = append(digests, Sum(r))
		}
	}
	return digests, nil
}
