package block

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

var errShort = errors.New("the block ends within a column")

// values are the values of a column, or of a part of one.
type values struct {
	shape shape
	width int
	rows  int
	data  []byte   // fixed: the values; nullable: a byte a row
	texts [][]byte // text
	ends  []int    // list: where each row ends in parts[0]
	index []int    // dictionary: which of parts[0] each row is
	parts []*values
}

// The flags and widths of a dictionary's indexes, and the version before it.
const (
	dictionaryVersion = 1
	hasKeys           = 1 << 9
	needUpdate        = 1 << 10
)

// skipState steps over what precedes the values: the version of each dictionary.
func (l *layout) skipState(in []byte) ([]byte, error) {
	if l.shape == dictionary {
		if len(in) < 8 {
			return nil, errShort
		}
		return in[8:], nil
	}
	var err error
	for _, part := range l.parts {
		if in, err = part.skipState(in); err != nil {
			return nil, err
		}
	}
	return in, nil
}

func (l *layout) appendState(dst []byte) []byte {
	if l.shape == dictionary {
		return binary.LittleEndian.AppendUint64(dst, dictionaryVersion)
	}
	for _, part := range l.parts {
		dst = part.appendState(dst)
	}
	return dst
}

// read takes the given number of values off in.
func (l *layout) read(in []byte, rows int) (v *values, rest []byte, err error) {
	v = &values{shape: l.shape, width: l.width, rows: rows}
	switch l.shape {
	case fixed:
		v.data, rest, err = take(in, rows, l.width)
		return v, rest, err
	case text:
		return v.readTexts(in)
	case nullable:
		if v.data, in, err = take(in, rows, 1); err != nil {
			return nil, nil, err
		}
		return v.readParts(l, in, rows)
	case list:
		return v.readList(l, in)
	case tuple:
		return v.readParts(l, in, rows)
	default:
		return v.readDictionary(l, in)
	}
}

func take(in []byte, count, width int) (head, rest []byte, err error) {
	high, n := bits.Mul64(uint64(count), uint64(width))
	if high != 0 || n > uint64(len(in)) {
		return nil, nil, errShort
	}
	return in[:n], in[n:], nil
}

func (v *values) readParts(l *layout, in []byte, rows int) (*values, []byte, error) {
	for _, part := range l.parts {
		read, rest, err := part.read(in, rows)
		if err != nil {
			return nil, nil, err
		}
		v.parts, in = append(v.parts, read), rest
	}
	return v, in, nil
}

func (v *values) readTexts(in []byte) (*values, []byte, error) {
	if v.rows > len(in) {
		return nil, nil, errShort
	}
	v.texts = make([][]byte, v.rows)
	for i := range v.texts {
		length, n := binary.Uvarint(in)
		if n <= 0 || length > uint64(len(in)-n) {
			return nil, nil, errShort
		}
		v.texts[i], in = in[n:n+int(length)], in[n+int(length):]
	}
	return v, in, nil
}

func (v *values) readList(l *layout, in []byte) (*values, []byte, error) {
	ends, in, err := take(in, v.rows, 8)
	if err != nil {
		return nil, nil, err
	}
	v.ends = make([]int, v.rows)
	last := 0
	for i := range v.ends {
		end := binary.LittleEndian.Uint64(ends[8*i:])
		if end < uint64(last) || end > uint64(len(in)) {
			return nil, nil, fmt.Errorf("list %d ends at element %d, after one that ends at %d", i, end, last)
		}
		v.ends[i], last = int(end), int(end)
	}
	return v.readParts(l, in, last)
}

func (v *values) readDictionary(l *layout, in []byte) (*values, []byte, error) {
	if v.rows == 0 {
		v.parts = []*values{{shape: l.parts[0].shape, width: l.parts[0].width}}
		return v, in, nil
	}
	head, in, err := take(in, 2, 8)
	if err != nil {
		return nil, nil, err
	}
	flags, keys := binary.LittleEndian.Uint64(head), binary.LittleEndian.Uint64(head[8:])
	if flags&0xff > 3 || flags&hasKeys == 0 || keys > uint64(len(in)) {
		return nil, nil, fmt.Errorf("a dictionary with flags %#x and %d keys", flags, keys)
	}
	if _, in, err = v.readParts(l, in, int(keys)); err != nil {
		return nil, nil, err
	}
	if len(in) < 8 || binary.LittleEndian.Uint64(in) != uint64(v.rows) {
		return nil, nil, errors.New("a dictionary whose indexes are not as many as the rows")
	}
	width := 1 << (flags & 0xff)
	indexes, rest, err := take(in[8:], v.rows, width)
	if err != nil {
		return nil, nil, err
	}
	v.index = make([]int, v.rows)
	for i := range v.index {
		at := number(indexes[i*width:], width)
		if at >= keys {
			return nil, nil, fmt.Errorf("index %d in a dictionary of %d keys", at, keys)
		}
		v.index[i] = int(at)
	}
	return v, rest, nil
}

// number reads an unsigned integer of 1, 2, 4 or 8 bytes.
func number(b []byte, width int) uint64 {
	switch width {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	default:
		return binary.LittleEndian.Uint64(b)
	}
}

// append encodes the given rows.
func (v *values) append(dst []byte, rows []int) []byte {
	switch v.shape {
	case fixed:
		for _, row := range rows {
			dst = append(dst, v.data[row*v.width:(row+1)*v.width]...)
		}
	case text:
		for _, row := range rows {
			dst = binary.AppendUvarint(dst, uint64(len(v.texts[row])))
			dst = append(dst, v.texts[row]...)
		}
	case nullable:
		for _, row := range rows {
			dst = append(dst, v.data[row])
		}
		dst = v.parts[0].append(dst, rows)
	case list:
		dst = v.appendList(dst, rows)
	case tuple:
		for _, part := range v.parts {
			dst = part.append(dst, rows)
		}
	case dictionary:
		dst = v.appendDictionary(dst, rows)
	}
	return dst
}

func (v *values) appendList(dst []byte, rows []int) []byte {
	var elements []int
	for _, row := range rows {
		start := 0
		if row > 0 {
			start = v.ends[row-1]
		}
		for element := start; element < v.ends[row]; element++ {
			elements = append(elements, element)
		}
		dst = binary.LittleEndian.AppendUint64(dst, uint64(len(elements)))
	}
	return v.parts[0].append(dst, elements)
}

// appendDictionary writes only the keys that the rows use: one that ClickHouse
// refuses must not come along with rows that do not have it.
func (v *values) appendDictionary(dst []byte, rows []int) []byte {
	if len(rows) == 0 {
		return dst
	}
	place := map[int]uint32{}
	var keys []int
	for _, row := range rows {
		if key := v.index[row]; len(keys) == 0 || !has(place, key) {
			place[key] = uint32(len(keys))
			keys = append(keys, key)
		}
	}
	const fourBytes = 2
	dst = binary.LittleEndian.AppendUint64(dst, hasKeys|needUpdate|fourBytes)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(keys)))
	dst = v.parts[0].append(dst, keys)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(rows)))
	for _, row := range rows {
		dst = binary.LittleEndian.AppendUint32(dst, place[v.index[row]])
	}
	return dst
}

func has(m map[int]uint32, key int) bool {
	_, ok := m[key]
	return ok
}
