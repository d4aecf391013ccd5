package block

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

const (
	maxColumns = 1 << 12
	maxRows    = 1 << 26
)

// Block is the rows of a Native block; it shares the memory it was parsed from.
type Block struct {
	columns []*Column
	rows    int
}

// Column is a column of a block.
type Column struct {
	Name string
	Type string // as ClickHouse names it, e.g. DateTime64(9, 'UTC')

	layout *layout
	values *values
}

// Parse reads the first block of data, of revision 0, and returns what follows
// it.
func Parse(data []byte) (b *Block, rest []byte, err error) {
	count, data, err := uvarint(data, maxColumns)
	if err != nil {
		return nil, nil, err
	}
	b = &Block{}
	if b.rows, data, err = uvarint(data, maxRows); err != nil {
		return nil, nil, err
	}
	for range count {
		c := &Column{}
		if data, err = c.parse(data, b.rows); err != nil {
			return nil, nil, fmt.Errorf("cannot parse column %q of a block: %w", c.Name, err)
		}
		b.columns = append(b.columns, c)
	}
	return b, data, nil
}

func (c *Column) parse(data []byte, rows int) (rest []byte, err error) {
	if c.Name, data, err = name(data); err != nil {
		return nil, err
	}
	if c.Type, data, err = name(data); err != nil {
		return nil, err
	}
	if c.layout, err = parseType(c.Type, 0); err != nil {
		return nil, err
	}
	if rows == 0 {
		return data, errors.New("it has no rows")
	}
	if data, err = c.layout.skipState(data); err != nil {
		return nil, err
	}
	c.values, data, err = c.layout.read(data, rows)
	return data, err
}

// Rows is how many there are.
func (b *Block) Rows() int { return b.rows }

// Column is the column of that name, nil where there is none.
func (b *Block) Column(name string) *Column {
	at := slices.IndexFunc(b.columns, func(c *Column) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return b.columns[at]
}

// Append encodes the given rows, of which there must be one, as a block.
func (b *Block) Append(dst []byte, rows []int) []byte {
	return b.encode(dst, rows, len(b.columns))
}

// AppendWithoutLast is Append without the values of the last column, as blocks
// lie in segments.
func (b *Block) AppendWithoutLast(dst []byte, rows []int) []byte {
	return b.encode(dst, rows, len(b.columns)-1)
}

func (b *Block) encode(dst []byte, rows []int, withValues int) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b.columns)))
	dst = binary.AppendUvarint(dst, uint64(len(rows)))
	for i, c := range b.columns {
		dst = appendName(dst, c.Name)
		dst = appendName(dst, c.Type)
		if i < withValues {
			dst = c.layout.appendState(dst)
			dst = c.values.append(dst, rows)
		}
	}
	return dst
}

func uvarint(data []byte, limit uint64) (n int, rest []byte, err error) {
	v, size := binary.Uvarint(data)
	if size <= 0 || v > limit {
		return 0, nil, fmt.Errorf("cannot parse a block: it begins with %d, expected at most %d", v, limit)
	}
	return int(v), data[size:], nil
}

func name(data []byte) (s string, rest []byte, err error) {
	length, size := binary.Uvarint(data)
	if size <= 0 || length > uint64(len(data)-size) {
		return "", nil, errShort
	}
	return string(data[size : size+int(length)]), data[size+int(length):], nil
}

func appendName(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}
