package segment_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

// withID is a body as readers complete it.
func withID(id segment.ID, blocks ...string) string {
	native := id.Native()
	var b bytes.Buffer
	for _, block := range blocks {
		b.WriteString(block)
		b.Write(native[:])
	}
	return b.String()
}

// damage changes a sealed segment of the records one, two and three on disk.
func damage(t *testing.T, change func([]byte) []byte) (dir string, store *segment.Store, sealed *segment.Sealed) {
	t.Helper()
	dir = t.TempDir()
	store = open(t, settings(dir, newClock()))
	for _, block := range []string{"one", "two", "three"} {
		require.NoError(t, store.Append(t.Context(), record(1, block)))
	}
	store.Seal()
	sealed = next(t, store)
	data, err := os.ReadFile(sealed.Path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(sealed.Path, change(data), 0o600))
	return dir, store, sealed
}

func TestADamagedRecordCostsNoOther(t *testing.T) {
	f := func(name string, change func([]byte) []byte, want ...string) {
		t.Run(name, func(t *testing.T) {
			_, store, sealed := damage(t, change)
			r, err := store.OpenReader(sealed)
			require.NoError(t, err)
			require.NoError(t, r.Close())
			require.NotEmpty(t, r.Damaged)
			require.Equal(t, len(want), r.Rows("spans"))
			got, _ := body(t, sealed.Path, "spans")
			require.Equal(t, withID(sealed.ID, want...), got)
		})
	}
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 1; return b }
	}
	const header, length = 36, 32 // of the file; of the records one and two
	f("the file's header", flip(9), "one", "two", "three")
	f("the first marker", flip(header), "two", "three")
	f("a length", flip(header+length+8), "one", "three")
	f("a checksum", flip(header+length+13), "one", "three")
	f("rows", flip(header+2*length-1), "one", "three")
	f("the last record", func(b []byte) []byte { return b[:len(b)-1] }, "one", "two")
	f("zeros in the middle", func(b []byte) []byte { clear(b[header+10 : header+length+10]); return b }, "three")
	f("bytes are missing", func(b []byte) []byte { return append(b[:header+5], b[header+9:]...) }, "two", "three")
	f("more bytes than before", func(b []byte) []byte { return append(b, "more"...) }, "one", "two", "three")
}

func TestDamagedBytesAreInTheDeadLetterFolder(t *testing.T) {
	dir, store, sealed := damage(t, func(b []byte) []byte { b[36+32+20] ^= 1; return b })
	for range 2 { // each attempt to send opens it
		r, err := store.OpenReader(sealed)
		require.NoError(t, err)
		require.Equal(t, []segment.Damage{{Offset: 36 + 32, Length: 32}}, r.Damaged)
		require.NoError(t, r.Close())
	}
	letters, err := segment.DeadLetters(dir)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, "no valid record in bytes 68 to 100", letters[0].Damaged)
	require.Equal(t, sealed.ID.String(), letters[0].Segment)
	content, err := os.ReadFile(letters[0].Path)
	require.NoError(t, err)
	require.Len(t, content, 32)
	require.Contains(t, string(content), "two")
	require.NoError(t, letters[0].Remove())
}

func TestAFileWithoutAnyRecordIsDamagedAsAWhole(t *testing.T) {
	_, store, sealed := damage(t, func(b []byte) []byte { clear(b); return b })
	_, err := store.OpenReader(sealed)
	var damaged *segment.DamagedError
	require.ErrorAs(t, err, &damaged)
	require.NoError(t, store.Bury(sealed, segment.Reason{Damaged: err.Error()}))
}

// What a sender puts into its data never counts as a record.
func TestARecordWithinARecordIsNone(t *testing.T) {
	dir := t.TempDir()
	store := open(t, settings(dir, newClock()))
	require.NoError(t, store.Append(t.Context(), record(1, "honest")))
	store.Seal()
	planted, err := os.ReadFile(next(t, store).Path)
	require.NoError(t, err)

	require.NoError(t, store.Append(t.Context(), record(1, string(planted))))
	store.Seal()
	sealed := next(t, store)
	data, err := os.ReadFile(sealed.Path)
	require.NoError(t, err)
	data[36+10] ^= 1 // the record around it
	require.NoError(t, os.WriteFile(sealed.Path, data, 0o600))
	_, err = store.OpenReader(sealed)
	var damaged *segment.DamagedError
	require.ErrorAs(t, err, &damaged)
}

// testdata/v1.seg was written by the version before format 2.
func v1(t *testing.T, change func([]byte) []byte, suffix string) (*segment.Store, *segment.Sealed) {
	t.Helper()
	data, err := os.ReadFile("testdata/v1.seg")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0195518e-5800-7000-8000-00000000001a"+suffix), change(data), 0o600))
	store := open(t, settings(dir, newClock()))
	return store, next(t, store)
}

func TestSegmentsOfTheVersionBeforeAreSent(t *testing.T) {
	f := func(name, suffix string, change func([]byte) []byte, rows int, damaged bool) {
		t.Run(name, func(t *testing.T) {
			store, sealed := v1(t, change, suffix)
			require.True(t, start.Equal(sealed.Created))
			require.True(t, sealed.Recovered)
			r, err := store.OpenReader(sealed)
			require.NoError(t, err)
			require.NoError(t, r.Close())
			require.Equal(t, rows, r.Rows("spans"))
			require.Equal(t, damaged, len(r.Damaged) > 0)
		})
	}
	whole := func(b []byte) []byte { return b }
	torn := func(b []byte) []byte { return b[:len(b)-1] }
	f("sealed", ".seg", whole, 1+2+3, false)
	f("left open", ".open", whole, 1+2+3, false)
	f("torn", ".open", torn, 1+2, false)
	f("damaged", ".seg", torn, 1+2, true)
}
