package segment

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
)

// Reader gives the rows of one segment table by table, for sending.
type Reader struct {
	Header Header
	// Meta of every record, in order.
	Meta [][]byte

	file   *os.File
	tables map[string]*tableIndex
}

type tableIndex struct {
	rows   int
	blocks []blockPosition
}

type blockPosition struct {
	offset, length int64
	rows           int
}

// OpenReader verifies the checksum of every record of the segment at path.
func OpenReader(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open segment: %w", err)
	}
	r := &Reader{file: f, tables: map[string]*tableIndex{}}
	r.Header, _, err = scan(f, path, r.add)
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) add(offset int64, rec Record) error {
	if len(rec.Meta) > 0 {
		r.Meta = append(r.Meta, bytes.Clone(rec.Meta))
	}
	// Within a payload the blocks come last of each table; their offsets follow
	// from the lengths before them.
	at := offset + int64(uvarintLen(len(rec.Meta))+len(rec.Meta)+uvarintLen(len(rec.Tables)))
	for _, t := range rec.Tables {
		at += int64(uvarintLen(len(t.Name)) + len(t.Name) + uvarintLen(t.Rows) + uvarintLen(len(t.Block)))
		index := r.tables[t.Name]
		if index == nil {
			index = &tableIndex{}
			r.tables[t.Name] = index
		}
		index.rows += t.Rows
		index.blocks = append(index.blocks, blockPosition{offset: at, length: int64(len(t.Block)), rows: t.Rows})
		at += int64(len(t.Block))
	}
	return nil
}

func uvarintLen(n int) int {
	length := 1
	for v := uint64(n); v >= 0x80; v >>= 7 {
		length++
	}
	return length
}

// Tables lists the tables that have rows, sorted by name.
func (r *Reader) Tables() []string {
	names := make([]string, 0, len(r.tables))
	for name := range r.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Rows is how many rows of a table the segment holds.
func (r *Reader) Rows(table string) int {
	if index := r.tables[table]; index != nil {
		return index.rows
	}
	return 0
}

// Body is the table's rows as concatenated Native blocks, each completed with
// the values of segment_id. It can be called any number of times and gives the
// same bytes each time.
func (r *Reader) Body(table string) io.Reader {
	index := r.tables[table]
	if index == nil {
		return bytes.NewReader(nil)
	}
	id := r.Header.ID.Native()
	return &bodyReader{file: r.file, blocks: index.blocks, id: id}
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// bodyReader alternates between a block of the file and repeated ids.
type bodyReader struct {
	file   *os.File
	blocks []blockPosition
	id     [16]byte
	inFile int64 // bytes of blocks[0] that were read
	ids    int64 // id bytes of blocks[0] that were read
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(b.blocks) > 0 {
		block := b.blocks[0]
		if left := block.length - b.inFile; left > 0 {
			n, err := b.file.ReadAt(p[:min(int64(len(p)), left)], block.offset+b.inFile)
			b.inFile += int64(n)
			if n > 0 {
				return n, nil
			}
			return 0, fmt.Errorf("cannot read a block of a segment: %w", err)
		}
		if left := int64(block.rows)*16 - b.ids; left > 0 {
			n := int(min(int64(len(p)), left))
			for i := range n {
				p[i] = b.id[(b.ids+int64(i))%16]
			}
			b.ids += int64(n)
			return n, nil
		}
		b.blocks, b.inFile, b.ids = b.blocks[1:], 0, 0
	}
	return 0, io.EOF
}
