package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

func request(hash byte, block string) *segment.Record {
	r := record(1, block)
	r.Request[0] = hash
	return r
}

func TestAResentRequestIsStoredOnce(t *testing.T) {
	c := newClock()
	store := open(t, settings(t.TempDir(), c))
	require.NoError(t, store.Append(t.Context(), request(1, "a")))
	c.advance(9*time.Minute + 59*time.Second)
	require.ErrorIs(t, store.Append(t.Context(), request(1, "a")), segment.ErrDuplicate)
	require.NoError(t, store.Append(t.Context(), request(2, "b")))
	require.Equal(t, map[string]int{"spans": 2}, store.Stats().Rows)
	require.Equal(t, segment.StateOK, store.Stats().State)
}

func TestAfterTheWindowARequestIsNew(t *testing.T) {
	c := newClock()
	limits := settings(t.TempDir(), c)
	limits.DuplicateWindow = time.Minute
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), request(1, "a")))
	c.advance(time.Minute)
	require.NoError(t, store.Append(t.Context(), request(1, "a")))
}

func TestRecordsWithoutAHashAreNeverDuplicates(t *testing.T) {
	store := open(t, settings(t.TempDir(), newClock()))
	require.NoError(t, store.Append(t.Context(), record(1, "a")))
	require.NoError(t, store.Append(t.Context(), record(1, "a")))
}

func TestARequestIsRecognisedAfterARestart(t *testing.T) {
	for name, before := range map[string]func(*testing.T, *segment.Store){
		"waiting":   func(*testing.T, *segment.Store) {},
		"delivered": func(t *testing.T, s *segment.Store) { s.Seal(); require.NoError(t, s.Delivered(next(t, s))) },
		"buried": func(t *testing.T, s *segment.Store) {
			s.Seal()
			require.NoError(t, s.Bury(next(t, s), segment.Reason{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, c := t.TempDir(), newClock()
			store := open(t, settings(dir, c))
			require.NoError(t, store.Append(t.Context(), request(1, "a")))
			before(t, store)
			require.NoError(t, store.Close())
			c.advance(9 * time.Minute)
			store = open(t, settings(dir, c))
			require.ErrorIs(t, store.Append(t.Context(), request(1, "a")), segment.ErrDuplicate)
			c.advance(2 * time.Minute)
			require.NoError(t, store.Append(t.Context(), request(1, "a")))
		})
	}
}

func TestWhatIsKeptOfRequestsIsRemovedAfterTheWindow(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	store := open(t, settings(dir, c))
	require.NoError(t, store.Append(t.Context(), request(1, "a")))
	store.Seal()
	require.NoError(t, store.Delivered(next(t, store)))
	require.Len(t, names(t, dir, "*.sent"), 1)
	c.advance(11 * time.Minute)
	require.NoError(t, store.Append(t.Context(), record(1, "b")))
	store.Seal()
	require.NoError(t, store.Delivered(next(t, store)))
	require.Empty(t, names(t, dir, "*.sent"))
}
