package native

import "github.com/ClickHouse/ch-go/proto"

// Map is a Map(LowCardinality(String), V) column. Keys and Values are filled
// entry by entry; End closes a row.
type Map[V Column] struct {
	Keys    *Dictionary
	Values  V
	offsets proto.ColUInt64
	typ     proto.ColumnType
}

// NewMap returns an empty column; classify may be nil.
func NewMap[V Column](values V, classify func(string) uint8) *Map[V] {
	keys := NewDictionary(classify)
	return &Map[V]{Keys: keys, Values: values, typ: "Map(" + keys.Type() + ", " + values.Type() + ")"}
}

// End closes the row.
func (c *Map[V]) End() { c.offsets = append(c.offsets, uint64(c.Keys.Rows())) }

// Type is Map(LowCardinality(String), V).
func (c *Map[V]) Type() proto.ColumnType { return c.typ }

// Rows counts the closed rows.
func (c *Map[V]) Rows() int { return len(c.offsets) }

// Reset empties the column.
func (c *Map[V]) Reset() {
	c.Keys.Reset()
	c.Values.Reset()
	c.offsets.Reset()
}

// EncodeState writes the prefix of the keys' dictionary.
func (c *Map[V]) EncodeState(b *proto.Buffer) {
	c.Keys.EncodeState(b)
	if s, ok := any(c.Values).(stateful); ok {
		s.EncodeState(b)
	}
}

// EncodeColumn writes offsets, keys and values.
func (c *Map[V]) EncodeColumn(b *proto.Buffer) {
	c.offsets.EncodeColumn(b)
	c.Keys.EncodeColumn(b)
	c.Values.EncodeColumn(b)
}

// Array is an Array(V) column. Values is filled element by element; End closes
// a row.
type Array[V Column] struct {
	Values  V
	offsets proto.ColUInt64
	typ     proto.ColumnType
}

// NewArray returns an empty column.
func NewArray[V Column](values V) *Array[V] {
	return &Array[V]{Values: values, typ: "Array(" + values.Type() + ")"}
}

// End closes the row.
func (c *Array[V]) End() { c.offsets = append(c.offsets, uint64(c.Values.Rows())) }

// AppendEmpty adds n empty rows.
func (c *Array[V]) AppendEmpty(n int) {
	end := uint64(c.Values.Rows())
	for range n {
		c.offsets = append(c.offsets, end)
	}
}

// Type is Array(V).
func (c *Array[V]) Type() proto.ColumnType { return c.typ }

// Rows counts the closed rows.
func (c *Array[V]) Rows() int { return len(c.offsets) }

// Reset empties the column.
func (c *Array[V]) Reset() {
	c.Values.Reset()
	c.offsets.Reset()
}

// EncodeState writes the prefix of the elements, if they have one.
func (c *Array[V]) EncodeState(b *proto.Buffer) {
	if s, ok := any(c.Values).(stateful); ok {
		s.EncodeState(b)
	}
}

// EncodeColumn writes offsets and elements.
func (c *Array[V]) EncodeColumn(b *proto.Buffer) {
	c.offsets.EncodeColumn(b)
	c.Values.EncodeColumn(b)
}
