package segment

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// Reader gives the rows of one segment table by table, for sending.
type Reader struct {
	Header Header
	// Meta of every record that has some, in order.
	Meta [][]byte
	// Damaged are the parts of the file that hold no valid record: their rows
	// are missing.
	Damaged []Damage

	file   file
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

// OpenReader reads a claimed segment. Damaged parts of it are copied to the
// dead-letter folder first.
func (s *Store) OpenReader(sealed *Sealed) (*Reader, error) {
	r, err := openReader(s.files, sealed.Path)
	if err != nil {
		return nil, err
	}
	if len(r.Damaged) > 0 && !s.settings.Memory {
		if err := s.isolate(sealed, r); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

// OpenReader verifies the checksum of every record of the segment at path. A
// file without any valid record is a *DamagedError.
func OpenReader(path string) (*Reader, error) { return openReader(disk{}, path) }

func openReader(fsys files, path string) (*Reader, error) {
	f, err := fsys.open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open segment: %w", err)
	}
	r := &Reader{file: f, tables: map[string]*tableIndex{}}
	if err := r.index(path); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) index(path string) error {
	size, err := r.file.Size()
	if err != nil {
		return fmt.Errorf("cannot size segment %s: %w", path, err)
	}
	found, err := scan(r.file, size, path, r.add)
	if err != nil {
		return err
	}
	r.Header, r.Damaged = found.header, found.withTail(size)
	if found.records == 0 && len(r.Damaged) > 0 {
		return &DamagedError{Path: path, Parts: r.Damaged}
	}
	return nil
}

func (r *Reader) add(rec *stored) error {
	if len(rec.Meta) > 0 {
		r.Meta = append(r.Meta, bytes.Clone(rec.Meta))
	}
	for i, t := range rec.Tables {
		index := r.tables[t.Name]
		if index == nil {
			index = &tableIndex{}
			r.tables[t.Name] = index
		}
		index.rows += t.Rows
		index.blocks = append(index.blocks, blockPosition{offset: rec.blocks[i], length: int64(len(t.Block)), rows: t.Rows})
	}
	return nil
}

// Read calls each for every valid record of the segment at path, in order. A
// record is valid only until each returns. Where the file is torn or damaged it
// returns a *DamagedError, after the valid records.
func Read(path string, each func(Record) error) (Header, error) {
	f, err := disk{}.open(path)
	if err != nil {
		return Header{}, fmt.Errorf("cannot read segment: %w", err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return Header{}, fmt.Errorf("cannot size segment %s: %w", path, err)
	}
	found, err := scan(f, size, path, func(r *stored) error { return each(r.Record) })
	if parts := found.withTail(size); err == nil && len(parts) > 0 {
		err = &DamagedError{Path: path, Parts: parts}
	}
	return found.header, err
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

// Blocks is how many blocks, one a record, the table's rows are in.
func (r *Reader) Blocks(table string) int {
	if index := r.tables[table]; index != nil {
		return len(index.blocks)
	}
	return 0
}

// Body is the table's rows as concatenated Native blocks, each completed with
// the values of segment_id. It can be called any number of times and gives the
// same bytes each time.
func (r *Reader) Body(table string) io.Reader {
	body, _ := r.Part(table, 0, r.Blocks(table))
	return body
}

// Part is Body of the blocks from up to but not including to, and how many rows
// these hold.
func (r *Reader) Part(table string, from, to int) (body io.Reader, rows int) {
	index := r.tables[table]
	if index == nil {
		return bytes.NewReader(nil), 0
	}
	blocks := index.blocks[from:to]
	for _, block := range blocks {
		rows += block.rows
	}
	return &bodyReader{file: r.file, blocks: blocks, id: r.Header.ID.Native()}, rows
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// bodyReader alternates between a block of the file and repeated ids.
type bodyReader struct {
	file   io.ReaderAt
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
