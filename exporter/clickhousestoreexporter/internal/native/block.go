package native

import (
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
)

// Column is one column of a block; ch-go's columns are such.
type Column interface {
	Type() proto.ColumnType
	Rows() int
	Reset()
	EncodeColumn(b *proto.Buffer)
}

// stateful is a column that writes a prefix before its values.
type stateful interface {
	EncodeState(b *proto.Buffer)
}

// Field is a column and its name in the table.
type Field struct {
	Name   string
	Column Column
}

// Block is the columns of one table. The column segment_id, whose values are
// added when a segment is read, is put last by Encode.
type Block struct {
	Fields []Field
}

// Rows is the number of rows of the first column.
func (b *Block) Rows() int { return b.Fields[0].Column.Rows() }

// Reset empties all columns and keeps their memory.
func (b *Block) Reset() {
	for _, f := range b.Fields {
		f.Column.Reset()
	}
}

// Encode appends the block to buf, without the values of segment_id.
func (b *Block) Encode(buf *proto.Buffer) error {
	rows := b.Rows()
	buf.PutInt(len(b.Fields) + 1)
	buf.PutInt(rows)
	for _, f := range b.Fields {
		if got := f.Column.Rows(); got != rows {
			return fmt.Errorf("cannot encode a block: column %s has %d rows, expected %d", f.Name, got, rows)
		}
		buf.PutString(f.Name)
		buf.PutString(string(f.Column.Type()))
		if s, ok := f.Column.(stateful); ok {
			s.EncodeState(buf)
		}
		f.Column.EncodeColumn(buf)
	}
	buf.PutString("segment_id")
	buf.PutString("UUID")
	return nil
}

// Typed gives a column another type name, e.g. an enum's.
type Typed[C Column] struct {
	Name   proto.ColumnType
	Values C
}

// Type returns the name.
func (t *Typed[C]) Type() proto.ColumnType { return t.Name }

// Rows counts the values.
func (t *Typed[C]) Rows() int { return t.Values.Rows() }

// Reset empties the column.
func (t *Typed[C]) Reset() { t.Values.Reset() }

// EncodeColumn writes the values.
func (t *Typed[C]) EncodeColumn(b *proto.Buffer) { t.Values.EncodeColumn(b) }
