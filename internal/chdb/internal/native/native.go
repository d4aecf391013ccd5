// Package native rewrites blocks of ClickHouse's Native format for clients that
// ask for a revision of it.
//
// libchdb writes revision 0. A client that sends client_protocol_version, as
// clickhouse-go does, expects block infos and a byte a column in addition. The
// values are the same, so they are copied, not decoded: only their length has
// to be known, and that follows from the type. Types that this package does not
// know (JSON, Dynamic, Variant) are decoded and encoded with clickhouse-go.
package native

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
)

// customSerialization is the first revision with a byte a column that says
// whether its serialization is a special one.
const customSerialization = 54454

const (
	bufferSize = 256 << 10 // at least what ch-go's reader wants, so that both share it
	maxRows    = 1 << 32
	maxColumns = 1 << 16
	maxName    = 1 << 20
)

// Reencode copies blocks of revision 0 from r to w in the given revision.
func Reencode(w io.Writer, r io.Reader, revision uint64) error {
	in := bufio.NewReaderSize(r, bufferSize)
	c := &copier{in: in, foreign: chproto.NewReader(in), out: bufio.NewWriterSize(w, bufferSize)}
	for {
		if _, err := in.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := c.block(revision); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("cannot encode the result for client_protocol_version %d: %w", revision, err)
		}
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
}

// copier moves values from one stream to the other.
type copier struct {
	in      *bufio.Reader
	foreign *chproto.Reader // the same stream, for clickhouse-go
	out     *bufio.Writer
}

// blockInfo is: field 1 is_overflows = 0, field 2 bucket_num = -1, end.
var blockInfo = []byte{1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0}

func (c *copier) block(revision uint64) error {
	if revision > 0 {
		if _, err := c.out.Write(blockInfo); err != nil {
			return err
		}
	}
	columns, err := c.number()
	if err != nil {
		return err
	}
	rows, err := c.number()
	if err != nil {
		return err
	}
	if columns > maxColumns || rows > maxRows {
		return fmt.Errorf("a block of %d columns and %d rows", columns, rows)
	}
	for range columns {
		if err := c.column(revision, rows); err != nil {
			return err
		}
	}
	return nil
}

func (c *copier) column(revision, rows uint64) error {
	name, err := c.text()
	if err != nil {
		return err
	}
	kind, err := c.text()
	if err != nil {
		return err
	}
	if revision >= customSerialization {
		if err := c.out.WriteByte(0); err != nil {
			return err
		}
	}
	if rows == 0 {
		return nil
	}
	l := layoutOf(kind)
	if l.shape == foreign {
		err = c.decoded(name, kind, rows)
	} else if err = c.prefix(l); err == nil {
		err = c.values(l, rows)
	}
	if err != nil {
		return fmt.Errorf("column %q of type %s: %w", name, kind, err)
	}
	return nil
}

// decoded takes a column of a type that is not known here through clickhouse-go.
func (c *copier) decoded(name, kind string, rows uint64) error {
	values, err := column.Type(kind).Column(name, &column.ServerContext{})
	if err != nil {
		return err
	}
	var buffer chproto.Buffer
	custom, hasPrefix := values.(column.CustomSerialization)
	if hasPrefix {
		if err := custom.ReadStatePrefix(c.foreign); err != nil {
			return err
		}
	}
	if err := values.Decode(c.foreign, int(rows)); err != nil { //nolint:gosec // at most maxRows
		return err
	}
	if hasPrefix {
		if err := custom.WriteStatePrefix(&buffer); err != nil {
			return err
		}
	}
	values.Encode(&buffer)
	_, err = c.out.Write(buffer.Buf)
	return err
}

// number copies a varint and returns it.
func (c *copier) number() (uint64, error) {
	n, err := binary.ReadUvarint(c.in)
	if err != nil {
		return 0, err
	}
	_, err = c.out.Write(binary.AppendUvarint(nil, n))
	return n, err
}

// text copies a name and returns it.
func (c *copier) text() (string, error) {
	length, err := c.number()
	if err != nil {
		return "", err
	}
	if length > maxName {
		return "", fmt.Errorf("a name of %d bytes", length)
	}
	name := make([]byte, length)
	if _, err := io.ReadFull(c.in, name); err != nil {
		return "", err
	}
	_, err = c.out.Write(name)
	return string(name), err
}
