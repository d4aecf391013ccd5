package segment

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHeaderAndRecordsComeBackAsTheyWere(t *testing.T) {
	created := time.Unix(0, 1740830400123456789)
	id, err := NewID(created)
	require.NoError(t, err)
	want := []Record{
		{Meta: []byte{1, 2}, Tables: []Table{{Name: "spans", Rows: 200, Block: bytes.Repeat([]byte{7}, 300)}, {Name: "logs", Rows: 1, Block: []byte{}}}, Digests: []byte{}},
		{Meta: []byte{}, Tables: []Table{{Name: "logs", Rows: 3, Block: []byte("x")}}, Digests: []byte{}, Request: [16]byte{9}},
		{Meta: []byte{}, Tables: []Table{{Name: "events", Rows: 3, Block: []byte("x")}}, Digests: []byte("digest"), Request: [16]byte{1, 2}, Audit: true},
	}
	file := encodeHeader(Header{ID: id, Created: created})
	for i := range want {
		start := len(file)
		file, err = appendRecord(file, &want[i], i == 2)
		require.NoError(t, err)
		mark(file[start:], id)
	}
	var got []Record
	var trailers []bool
	found, err := scan(bytes.NewReader(file), int64(len(file)), "f", func(r *stored) error {
		for i, table := range r.Tables {
			require.Equal(t, string(table.Block), string(file[r.blocks[i]:r.blocks[i]+int64(len(table.Block))]))
		}
		got = append(got, *r.clone())
		trailers = append(trailers, r.trailer)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, id, found.header.ID)
	require.True(t, created.Equal(found.header.Created))
	require.EqualValues(t, len(file), found.end)
	require.Empty(t, found.damaged)
	require.Equal(t, want, got)
	require.Equal(t, []bool{false, false, true}, trailers)
}

func TestIDsReadBackFromTheirNames(t *testing.T) {
	id, err := NewID(time.UnixMilli(1740830400123))
	require.NoError(t, err)
	back, err := ParseID(id.String())
	require.NoError(t, err)
	require.Equal(t, id, back)
	_, err = ParseID("nonsense")
	require.Error(t, err)
	require.Equal(t, [16]byte{7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8}, ID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}.Native())
}

// file frames records as the segment ID{1} has them.
func file1(records ...*Record) []byte {
	file := encodeHeader(Header{ID: ID{1}, Created: time.Unix(1, 0)})
	for _, r := range records {
		start := len(file)
		file, _ = appendRecord(file, r, false)
		mark(file[start:], ID{1})
	}
	return file
}

// Whatever a file holds, what was read as valid stays valid on its own, and each
// byte is of a record, of the header or damaged.
func FuzzScan(f *testing.F) {
	r := &Record{Meta: []byte("m"), Request: [16]byte{7}, Tables: []Table{{Name: "spans", Rows: 2, Block: []byte("block")}}}
	two := file1(r, r)
	f.Add(two)
	f.Add(two[:len(two)-1])
	f.Add(append(file1(r), two[headerSize+1:]...))
	f.Add([]byte(magicV2))
	v1, err := os.ReadFile("testdata/v1.seg")
	require.NoError(f, err)
	f.Add(v1)
	f.Fuzz(func(t *testing.T, data []byte) {
		again := func(data []byte) (layout, error) {
			return scan(bytes.NewReader(data), int64(len(data)), "f", func(*stored) error { return nil })
		}
		found, err := again(data)
		if err != nil {
			var damaged *DamagedError
			require.ErrorAs(t, err, &damaged)
			return
		}
		require.LessOrEqual(t, found.end, int64(len(data)))
		at := int64(0)
		for _, part := range found.damaged {
			require.GreaterOrEqual(t, part.Offset, at)
			require.Positive(t, part.Length)
			at = part.Offset + part.Length
		}
		require.LessOrEqual(t, at, found.end)
		cut, err := again(data[:found.end])
		require.NoError(t, err)
		require.Equal(t, found, cut)
	})
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 'a', 1, 2, 'x', 'y'})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, version := range []int{1, 2} {
			r, err := parsePayload(data, version)
			if err != nil {
				continue
			}
			for i, table := range r.Tables {
				require.Equal(t, string(table.Block), string(data[r.blocks[i]:r.blocks[i]+int64(len(table.Block))]))
			}
		}
	})
}
