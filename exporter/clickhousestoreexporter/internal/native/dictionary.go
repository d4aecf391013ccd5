package native

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/ClickHouse/ch-go/proto"
)

// Dictionary is a LowCardinality(String) column. Values that repeat the order
// of what came before cost one comparison: after each entry it remembers which
// entry followed it last time, as attribute keys of spans of one kind do. Most
// others cost one more: recent has the last entry of each sort of values.
type Dictionary struct {
	ids     map[string]uint32
	keys    Strings
	entries []entry
	last    uint32
	recent  [1 << recentBits]uint32 // by sortOf; of no use where it is out of range or another value
	rows    []uint32
	// classify, where set, gives each new entry a tag, so that a caller can
	// recognise values without comparing strings.
	classify func(string) uint8
}

type entry struct {
	value string
	next  uint32 // the entry that followed this one last time
	tag   uint8
}

// The prefix and the flags of ClickHouse's serialization of LowCardinality:
// one dictionary a block, written with it.
const (
	sharedDictionariesWithAdditionalKeys = 1
	hasAdditionalKeys                    = 1 << 9
	needUpdateDictionary                 = 1 << 10
)

// NewDictionary returns an empty column; classify may be nil.
func NewDictionary(classify func(string) uint8) *Dictionary {
	return &Dictionary{ids: map[string]uint32{}, classify: classify}
}

// Append adds a value and returns its tag.
func (c *Dictionary) Append(v string) uint8 {
	if len(c.entries) > 0 {
		next := c.entries[c.last].next
		if e := &c.entries[next]; e.value == v {
			c.last = next
			c.rows = append(c.rows, next)
			return e.tag
		}
	}
	return c.lookUp(v)
}

// AppendEmpty adds n empty values.
func (c *Dictionary) AppendEmpty(n int) { c.AppendRepeated("", n) }

// AppendRepeated adds a value n times.
func (c *Dictionary) AppendRepeated(v string, n int) {
	if n <= 0 {
		return
	}
	c.Append(v)
	first := len(c.rows) - 1
	c.rows = slices.Grow(c.rows, n-1)[:first+n]
	same := c.rows[first:]
	id := same[0]
	for i := range same {
		same[i] = id
	}
}

func (c *Dictionary) lookUp(v string) uint8 {
	recent := &c.recent[sortOf(v)]
	id := *recent
	if int(id) >= len(c.entries) || c.entries[id].value != v {
		id = c.idOf(v)
		*recent = id
	}
	c.entries[c.last].next = id
	c.last = id
	c.rows = append(c.rows, id)
	return c.entries[id].tag
}

// idOf returns the number of an entry, which it makes for a new value.
func (c *Dictionary) idOf(v string) uint32 {
	if id, ok := c.ids[v]; ok {
		return id
	}
	id := uint32(len(c.entries))
	c.ids[v] = id
	c.keys.Append(v)
	var tag uint8
	if c.classify != nil {
		tag = c.classify(v)
	}
	c.entries = append(c.entries, entry{value: v, next: id, tag: tag})
	return id
}

const recentBits = 7

// sortOf mixes the length of a value with its first and last bytes, where most
// differ. A sender of values of one sort only loses what recent saves, no more.
func sortOf(v string) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	n := len(v)
	if n < 8 {
		if n == 0 {
			return 0
		}
		return (uint64(n) ^ uint64(v[0])<<8 ^ uint64(v[n/2])<<16 ^ uint64(v[n-1])<<24) * odd >> (64 - recentBits)
	}
	return (uint64(n) ^ eightBytes(v) ^ eightBytes(v[n-8:])*odd) * odd >> (64 - recentBits)
}

// eightBytes is one instruction.
func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Type is LowCardinality(String).
func (c *Dictionary) Type() proto.ColumnType { return "LowCardinality(String)" }

// Rows counts the values.
func (c *Dictionary) Rows() int { return len(c.rows) }

// Reset empties the column and its dictionary.
func (c *Dictionary) Reset() {
	clear(c.ids)
	clear(c.entries) // release the strings
	c.keys.Reset()
	c.entries, c.rows, c.last = c.entries[:0], c.rows[:0], 0
}

// EncodeState writes the version of the serialization.
func (c *Dictionary) EncodeState(b *proto.Buffer) {
	b.PutInt64(sharedDictionariesWithAdditionalKeys)
}

// EncodeColumn writes the dictionary and the indexes.
func (c *Dictionary) EncodeColumn(b *proto.Buffer) {
	if len(c.rows) == 0 {
		return
	}
	width := int64(0)
	switch n := len(c.entries); {
	case n > math.MaxUint16+1:
		width = 2
	case n > math.MaxUint8+1:
		width = 1
	}
	b.PutInt64(hasAdditionalKeys | needUpdateDictionary | width)
	b.PutInt64(int64(c.keys.Rows()))
	c.keys.EncodeColumn(b)
	b.PutInt64(int64(len(c.rows)))
	switch width {
	case 0:
		end := len(b.Buf)
		b.Buf = slices.Grow(b.Buf, len(c.rows))[:end+len(c.rows)]
		to := b.Buf[end:]
		for i, id := range c.rows {
			to[i] = byte(id)
		}
	case 1:
		for _, id := range c.rows {
			b.Buf = binary.LittleEndian.AppendUint16(b.Buf, uint16(id))
		}
	default:
		for _, id := range c.rows {
			b.Buf = binary.LittleEndian.AppendUint32(b.Buf, id)
		}
	}
}
