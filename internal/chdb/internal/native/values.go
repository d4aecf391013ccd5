package native

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
)

// prefix copies the state that precedes the values of a column: the version of
// each LowCardinality in it.
func (c *copier) prefix(l *layout) error {
	if l.shape == lowCardinality {
		return c.bytes(8)
	}
	for _, part := range l.parts {
		if err := c.prefix(part); err != nil {
			return err
		}
	}
	return nil
}

// values copies the values of a column, or of a part of one.
func (c *copier) values(l *layout, rows uint64) error {
	if rows == 0 {
		return nil
	}
	switch l.shape {
	case fixed:
		return c.fixed(rows, l.width)
	case text:
		return c.texts(rows)
	case nullable:
		if err := c.bytes(rows); err != nil {
			return err
		}
		return c.values(l.parts[0], rows)
	case array:
		elements, err := c.offsets(rows)
		if err != nil {
			return err
		}
		return c.values(l.parts[0], elements)
	case tuple:
		for _, part := range l.parts {
			if err := c.values(part, rows); err != nil {
				return err
			}
		}
		return nil
	case lowCardinality:
		return c.lowCardinality(l.parts[0], rows)
	default:
		return fmt.Errorf("a shape %d that cannot be copied", l.shape)
	}
}

func (c *copier) fixed(rows uint64, width int) error {
	high, n := bits.Mul64(rows, uint64(width)) //nolint:gosec // a positive width
	if high != 0 || n > 1<<62 {
		return fmt.Errorf("%d values of %d bytes", rows, width)
	}
	return c.bytes(n)
}

func (c *copier) bytes(n uint64) error {
	_, err := io.CopyN(c.out, c.in, int64(n)) //nolint:gosec // below 1<<62
	return err
}

// texts copies as many whole strings as the buffer holds at a time.
func (c *copier) texts(rows uint64) error {
	for rows > 0 {
		if _, err := c.in.Peek(1); err != nil {
			return err
		}
		window, err := c.in.Peek(c.in.Buffered())
		if err != nil {
			return err
		}
		at := 0
		for rows > 0 {
			length, size := binary.Uvarint(window[at:])
			if size <= 0 || length > uint64(len(window)-at-size) { //nolint:gosec // not negative
				break
			}
			at += size + int(length) //nolint:gosec // within the window
			rows--
		}
		if at == 0 { // the string goes on beyond the buffer
			length, err := c.number()
			if err != nil {
				return err
			}
			if err := c.fixed(length, 1); err != nil {
				return err
			}
			rows--
			continue
		}
		if _, err := c.out.Write(window[:at]); err != nil {
			return err
		}
		if _, err := c.in.Discard(at); err != nil {
			return err
		}
	}
	return nil
}

// offsets copies the ends of a column's arrays, and returns the last one.
func (c *copier) offsets(rows uint64) (last uint64, err error) {
	if err := c.fixed(rows-1, 8); err != nil {
		return 0, err
	}
	return c.word()
}

// word copies 8 bytes and returns them as a number.
func (c *copier) word() (uint64, error) {
	var word [8]byte
	if _, err := io.ReadFull(c.in, word[:]); err != nil {
		return 0, err
	}
	_, err := c.out.Write(word[:])
	return binary.LittleEndian.Uint64(word[:]), err
}

// hasKeys says that a LowCardinality's part brings dictionary keys of its own.
const hasKeys = 1 << 9

// lowCardinality copies parts of: flags and width of the indexes, the keys of
// the dictionary, the indexes; until all rows have an index.
func (c *copier) lowCardinality(key *layout, rows uint64) error {
	for rows > 0 {
		flags, err := c.word()
		if err != nil {
			return err
		}
		if flags&0xff > 3 {
			return fmt.Errorf("indexes of type %d", flags&0xff)
		}
		if flags&hasKeys != 0 {
			keys, err := c.word()
			if err != nil {
				return err
			}
			if err := c.values(key, keys); err != nil {
				return err
			}
		}
		indexes, err := c.word()
		if err != nil {
			return err
		}
		if indexes == 0 || indexes > rows {
			return fmt.Errorf("%d indexes for %d rows", indexes, rows)
		}
		if err := c.fixed(indexes, 1<<(flags&0xff)); err != nil {
			return err
		}
		rows -= indexes
	}
	return nil
}
