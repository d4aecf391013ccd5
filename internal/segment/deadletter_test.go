package segment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

func TestDeadLettersKeepTheSegmentAndItsReason(t *testing.T) {
	dir := t.TempDir()
	store := open(t, settings(dir, newClock()))
	require.NoError(t, store.Append(t.Context(), record(1, "poison")))
	store.Seal()
	sealed := next(t, store)
	reason := segment.Reason{Segment: sealed.ID.String(), At: start, Tables: []segment.TableReason{{Table: "spans", Rows: 1, Code: 469, Message: "constraint"}}}
	require.NoError(t, store.Bury(sealed, reason))
	require.Zero(t, store.Stats().Segments)

	letters, err := segment.DeadLetters(dir)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, reason, letters[0].Reason)
	got, _ := body(t, letters[0].Path, "spans")
	require.Contains(t, got, "poison")

	require.NoError(t, letters[0].Remove())
	letters, err = segment.DeadLetters(dir)
	require.NoError(t, err)
	require.Empty(t, letters)
}

func TestALetterOfRowsAloneCanBeSent(t *testing.T) {
	dir := t.TempDir()
	id, err := segment.NewID(start)
	require.NoError(t, err)
	h := segment.Header{ID: id, Created: start}
	reason := segment.Reason{Segment: id.String(), Tables: []segment.TableReason{{Table: "spans", Rows: 1, Code: 6, Name: "CANNOT_PARSE_TEXT", First: 7, Key: "tenant_id=acme"}}}
	for _, block := range []string{"first attempt", "poison"} {
		require.NoError(t, segment.WriteLetter(dir, h, []segment.Record{*record(1, block)}, reason))
	}
	letters, err := segment.DeadLetters(dir)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, reason.Tables, letters[0].Tables)
	got, _ := body(t, letters[0].Path, "spans")
	require.Equal(t, withID(id, "poison"), got)
}

func TestAFullDeadLetterFolderKeepsTheSegment(t *testing.T) {
	limits := settings(t.TempDir(), newClock())
	limits.MaxDeadLetterBytes = 100
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), record(1, string(make([]byte, 100)))))
	store.Seal()
	sealed := next(t, store)
	require.ErrorIs(t, store.Bury(sealed, segment.Reason{}), segment.ErrDeadLettersFull)
	require.FileExists(t, sealed.Path)
	used, err := segment.DeadLetterBytes(limits.Directory)
	require.NoError(t, err)
	require.Zero(t, used)
}
