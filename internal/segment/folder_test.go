package segment_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is on disk is sent though its folder could not be synced or renamed in.
func TestASegmentIsSentThoughItsFolderWasAwayWhenItWasSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "segments")
	store := open(t, settings(dir, newClock()))
	require.NoError(t, store.Append(t.Context(), record(3, "x")))
	require.NoError(t, os.Rename(dir, dir+"-away"))
	store.Seal()
	require.NoError(t, os.Rename(dir+"-away", dir))
	sealed := next(t, store)
	require.Equal(t, map[string]int{"spans": 3}, sealed.Rows)
	require.NoError(t, store.Delivered(sealed))
	require.Zero(t, store.Stats().Segments)
}

func TestASegmentThatSomebodyRemovedIsForgotten(t *testing.T) {
	store := open(t, settings(t.TempDir(), newClock()))
	require.NoError(t, store.Append(t.Context(), record(1, "x")))
	store.Seal()
	sealed := next(t, store)
	require.False(t, store.Vanished(sealed))
	require.NoError(t, os.Remove(sealed.Path))
	require.True(t, store.Vanished(sealed))
	require.Zero(t, store.Stats().Segments)
	require.Zero(t, store.Stats().Bytes)
}
