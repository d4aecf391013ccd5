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
