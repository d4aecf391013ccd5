package segment

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHeaderAndRecordsComeBackAsTheyWere(t *testing.T) {
	created := time.Unix(0, 1740830400123456789)
	id, err := NewID(created)
	require.NoError(t, err)
	want := []Record{
		{Meta: []byte{1, 2}, Tables: []Table{{Name: "spans", Rows: 200, Block: bytes.Repeat([]byte{7}, 300)}, {Name: "logs", Rows: 1, Block: []byte{}}}},
		{Meta: []byte{}, Tables: []Table{{Name: "logs", Rows: 3, Block: []byte("x")}}},
	}
	file := appendHeader(nil, Header{ID: id, Created: created})
	for i := range want {
		file, err = appendRecord(file, &want[i])
		require.NoError(t, err)
	}
	var got []Record
	header, end, err := scan(bytes.NewReader(file), "f", func(_ int64, r Record) error {
		clone := Record{Meta: bytes.Clone(r.Meta)}
		for _, table := range r.Tables {
			table.Block = bytes.Clone(table.Block)
			clone.Tables = append(clone.Tables, table)
		}
		got = append(got, clone)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, id, header.ID)
	require.True(t, created.Equal(header.Created))
	require.EqualValues(t, len(file), end)
	require.Equal(t, want, got)
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

func FuzzScan(f *testing.F) {
	file := appendHeader(nil, Header{ID: ID{1}, Created: time.Unix(1, 0)})
	file, _ = appendRecord(file, &Record{Meta: []byte("m"), Tables: []Table{{Name: "spans", Rows: 2, Block: []byte("block")}}})
	f.Add(file)
	f.Add(file[:len(file)-1])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, end, err := scan(bytes.NewReader(data), "f", func(int64, Record) error { return nil })
		var torn *DamagedError
		require.True(t, err == nil || errors.As(err, &torn))
		require.LessOrEqual(t, end, int64(len(data)))
		// What was read as valid stays valid on its own.
		if end > 0 {
			_, again, err := scan(bytes.NewReader(data[:end]), "f", func(int64, Record) error { return nil })
			require.NoError(t, err)
			require.Equal(t, end, again)
		}
	})
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte{0, 1, 1, 'a', 1, 2, 'x', 'y'})
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = parsePayload(data) })
}
