package native

import (
	"encoding/binary"
	"slices"

	"github.com/ClickHouse/ch-go/proto"
)

// Strings is a String column, kept in its encoded form.
type Strings struct {
	encoded []byte
	rows    int
}

// Append adds a value.
func (c *Strings) Append(v string) {
	c.rows++
	end := len(c.encoded)
	whole := end + 1 + len(v)
	if len(v) >= 0x80 || whole > cap(c.encoded) {
		c.encoded = append(binary.AppendUvarint(c.encoded, uint64(len(v))), v...)
		return
	}
	c.encoded = c.encoded[:whole] // most are short: one check of the capacity is enough
	c.encoded[end] = byte(len(v))
	copy(c.encoded[end+1:], v)
}

// AppendBytes adds a value.
func (c *Strings) AppendBytes(v []byte) {
	c.encoded = binary.AppendUvarint(c.encoded, uint64(len(v)))
	c.encoded = append(c.encoded, v...)
	c.rows++
}

// AppendEmpty adds n empty values.
func (c *Strings) AppendEmpty(n int) {
	if n <= 0 {
		return
	}
	end := len(c.encoded)
	c.encoded = slices.Grow(c.encoded, n)[:end+n]
	clear(c.encoded[end:])
	c.rows += n
}

// Type is String.
func (c *Strings) Type() proto.ColumnType { return proto.ColumnTypeString }

// Rows counts the values.
func (c *Strings) Rows() int { return c.rows }

// Reset empties the column.
func (c *Strings) Reset() { c.encoded, c.rows = c.encoded[:0], 0 }

// EncodeColumn writes the values.
func (c *Strings) EncodeColumn(b *proto.Buffer) { b.PutRaw(c.encoded) }
