package history

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnpackSortsByTimeAndAddsUp(t *testing.T) {
	var data []byte
	for _, record := range []struct {
		at uint32
		x  float64
	}{{20, 2.5}, {10, -1}, {20, 0.25}} {
		data = binary.LittleEndian.AppendUint32(data, record.at)
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(record.x))
	}
	var u unpacker
	at, values := u.unpack(append(data, 1, 2, 3), 1)
	require.Equal(t, []uint32{10, 20}, at)
	require.Equal(t, [][]float64{{-1, 2.75}}, values)

	at, values = u.unpack(data[:12], 1) // nothing is left of the one before
	require.Equal(t, []uint32{20}, at)
	require.Equal(t, [][]float64{{2.5}}, values)
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, columns uint8) {
		var u unpacker
		at, values := u.unpack(data, int(columns%8))
		require.True(t, slices.IsSorted(at))
		require.Len(t, slices.Compact(slices.Clone(at)), len(at))
		for _, column := range values {
			require.Len(t, column, len(at))
		}
	})
}
