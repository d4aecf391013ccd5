package history

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnpackSortsByTime(t *testing.T) {
	var data []byte
	for _, record := range [][2]uint32{{20, math.Float32bits(2.5)}, {10, math.Float32bits(-1)}} {
		data = binary.LittleEndian.AppendUint32(data, record[0])
		data = binary.LittleEndian.AppendUint32(data, record[1])
	}
	at, values := unpack(append(data, 1, 2, 3), 1)
	require.Equal(t, []uint32{10, 20}, at)
	require.Equal(t, [][]float32{{-1, 2.5}}, values)
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 2, 0, 0, 0}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, columns uint8) {
		at, values := unpack(data, int(columns%8))
		require.True(t, slices.IsSorted(at))
		for _, column := range values {
			require.Len(t, column, len(at))
		}
	})
}
