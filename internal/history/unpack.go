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

// unpacker reads what packed wrote. Its memory is used again by the next.
type unpacker struct {
	at      []uint32
	figures []float64
	values  [][]float64
	records [][]byte
	sorted  []byte
}

// unpack gives times, in order, and columns parallel to them. What is of one time is
// added up. A record that is cut short is left out.
func (u *unpacker) unpack(data []byte, columns int) (at []uint32, values [][]float64) {
	size := timeSize + figureSize*columns
	n := len(data) / size
	timeOf := func(i int) uint32 { return binary.LittleEndian.Uint32(data[i*size:]) }
	for i := 1; i < n; i++ {
		if timeOf(i) < timeOf(i-1) {
			data = u.sort(data[:n*size], size)
			break
		}
	}
	u.at = u.at[:0]
	u.figures = slices.Grow(u.figures[:0], n*columns)[:n*columns]
	clear(u.figures)
	u.values = u.values[:0]
	for c := range columns {
		u.values = append(u.values, u.figures[c*n:(c+1)*n])
	}
	for i := range n {
		if t := timeOf(i); len(u.at) == 0 || u.at[len(u.at)-1] != t {
			u.at = append(u.at, t)
		}
		k := len(u.at) - 1
		for c := range u.values {
			u.values[c][k] += math.Float64frombits(binary.LittleEndian.Uint64(data[i*size+timeSize+figureSize*c:]))
		}
	}
	for c := range u.values {
		u.values[c] = u.values[c][:len(u.at)]
	}
	return u.at, u.values
}

// sort gives the records by time; those of one time by their figures, so that it
// does not matter in which order the engine has read them.
func (u *unpacker) sort(data []byte, size int) []byte {
	u.records = slices.AppendSeq(u.records[:0], slices.Chunk(data, size))
	slices.SortFunc(u.records, func(a, b []byte) int {
		if c := int64(binary.LittleEndian.Uint32(a)) - int64(binary.LittleEndian.Uint32(b)); c != 0 {
			return int(c)
		}
		return bytes.Compare(a, b)
	})
	u.sorted = u.sorted[:0]
	for _, record := range u.records {
		u.sorted = append(u.sorted, record...)
	}
	clear(u.records) // they hold what was read
	return u.sorted
}
