package history

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// Sizes of what packed writes, in bytes.
const (
	timeSize   = 4
	figureSize = 8
)

// unpack reads what packed wrote: times, in order, and columns parallel to them.
// What is of one time is added up. A record that is cut short is left out.
func unpack(data []byte, columns int) (at []uint32, values [][]float64) {
	size := timeSize + figureSize*columns
	n := len(data) / size
	timeOf := func(i int) uint32 { return binary.LittleEndian.Uint32(data[i*size:]) }
	for i := 1; i < n; i++ {
		if timeOf(i) < timeOf(i-1) {
			data = sorted(data[:n*size], size)
			break
		}
	}
	at, values = make([]uint32, 0, n), make([][]float64, columns)
	figures := make([]float64, n*columns)
	for c := range values {
		values[c] = figures[c*n : (c+1)*n]
	}
	for i := range n {
		if t := timeOf(i); len(at) == 0 || at[len(at)-1] != t {
			at = append(at, t)
		}
		k := len(at) - 1
		for c := range values {
			values[c][k] += math.Float64frombits(binary.LittleEndian.Uint64(data[i*size+timeSize+figureSize*c:]))
		}
	}
	for c := range values {
		values[c] = values[c][:len(at)]
	}
	return at, values
}

// sorted are the records by time; those of one time by their figures, so that it
// does not matter in which order the engine has read them.
func sorted(data []byte, size int) []byte {
	records := slices.Collect(slices.Chunk(data, size))
	slices.SortFunc(records, func(a, b []byte) int {
		if c := int64(binary.LittleEndian.Uint32(a)) - int64(binary.LittleEndian.Uint32(b)); c != 0 {
			return int(c)
		}
		return bytes.Compare(a, b)
	})
	return bytes.Join(records, nil)
}
