package history

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// field is the size of a time or a figure.
const field = 4

// unpack reads what packed wrote: times, in order, and columns parallel to them.
// A record that is cut short is left out.
func unpack(data []byte, columns int) (at []uint32, values [][]float32) {
	size := field * (1 + columns)
	n := len(data) / size
	records := make([][]byte, n)
	for i := range records {
		records[i] = data[i*size : (i+1)*size]
	}
	byTime := func(a, b []byte) int {
		return int(int64(binary.LittleEndian.Uint32(a)) - int64(binary.LittleEndian.Uint32(b)))
	}
	if !slices.IsSortedFunc(records, byTime) {
		slices.SortFunc(records, func(a, b []byte) int {
			if c := byTime(a, b); c != 0 {
				return c
			}
			return bytes.Compare(a, b)
		})
	}
	at, values = make([]uint32, n), make([][]float32, columns)
	for c := range values {
		values[c] = make([]float32, n)
	}
	for i, record := range records {
		at[i] = binary.LittleEndian.Uint32(record)
		for c := range values {
			values[c][i] = math.Float32frombits(binary.LittleEndian.Uint32(record[field*(c+1):]))
		}
	}
	return at, values
}
