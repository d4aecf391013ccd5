package segment_test

import (
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

func TestInMemoryNothingTouchesTheDisk(t *testing.T) {
	dir := t.TempDir()
	limits := settings(dir, newClock())
	limits.Memory, limits.MaxDiskBytes = true, 500
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), request(1, "one")))
	require.ErrorIs(t, store.Append(t.Context(), request(1, "one")), segment.ErrDuplicate)
	require.ErrorIs(t, store.Append(t.Context(), record(1, string(make([]byte, 500)))), segment.ErrFull)
	store.Seal()
	sealed := next(t, store)
	r, err := store.OpenReader(sealed)
	require.NoError(t, err)
	got, err := io.ReadAll(r.Body("spans"))
	require.NoError(t, err)
	require.Equal(t, "one", string(got[:3]))
	require.NoError(t, r.Close())
	require.NoError(t, store.Delivered(sealed))
	require.NoError(t, store.Append(t.Context(), record(1, "two")))
	store.Seal()
	require.NoError(t, store.Bury(next(t, store), segment.Reason{}))
	require.Zero(t, store.Stats().Bytes)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}
