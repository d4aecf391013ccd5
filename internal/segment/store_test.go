package segment_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/segment"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerFolder); dir != "" {
		write(dir)
	}
	goleak.VerifyTestMain(m)
}

var start = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: start} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func settings(directory string, c *clock) segment.Settings {
	return segment.Settings{Directory: directory, MaxAge: 5 * time.Second, MaxBytes: 1 << 20, MaxRows: 1000, Now: c.Now}
}

func open(t *testing.T, s segment.Settings) *segment.Store {
	t.Helper()
	store, err := segment.Open(s)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func record(rows int, block string) *segment.Record {
	return &segment.Record{Meta: []byte("m"), Tables: []segment.Table{{Name: "spans", Rows: rows, Block: []byte(block)}}}
}

func next(t *testing.T, s *segment.Store) *segment.Sealed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	sealed, err := s.Next(ctx)
	require.NoError(t, err)
	return sealed
}

func body(t *testing.T, path, table string) (string, segment.ID) {
	t.Helper()
	r, err := segment.OpenReader(path)
	require.NoError(t, err)
	defer r.Close()
	b, err := io.ReadAll(r.Body(table))
	require.NoError(t, err)
	return string(b), r.Header.ID
}

func TestAgeSealsASegmentAndReadersCompleteItsRowsWithTheID(t *testing.T) {
	c := newClock()
	store := open(t, settings(t.TempDir(), c))
	require.NoError(t, store.Append(t.Context(), record(1, "one")))
	require.NoError(t, store.Append(t.Context(), record(2, "two")))
	c.advance(4 * time.Second)
	store.SealExpired()
	require.Equal(t, 1, store.Stats().Segments)
	c.advance(time.Second)
	store.SealExpired()

	sealed := next(t, store)
	require.Equal(t, map[string]int{"spans": 3}, sealed.Rows)
	got, id := body(t, sealed.Path, "spans")
	native := id.Native()
	require.Equal(t, "one"+string(native[:])+"two"+string(native[:])+string(native[:]), got)
	require.Equal(t, sealed.ID, id)

	require.NoError(t, store.Delivered(sealed))
	require.Zero(t, store.Stats().Segments)
	require.Zero(t, store.Stats().Bytes)
}

func TestFullSegmentsAreSealedByRowsAndBytes(t *testing.T) {
	c := newClock()
	limits := settings(t.TempDir(), c)
	limits.MaxRows, limits.MaxBytes = 10, 300
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), record(8, "a")))
	require.NoError(t, store.Append(t.Context(), record(8, "b")))
	require.Equal(t, 8, next(t, store).Rows["spans"])
	require.NoError(t, store.Append(t.Context(), record(1, string(make([]byte, 290)))))
	require.Equal(t, 8, next(t, store).Rows["spans"])
	require.NoError(t, store.Append(t.Context(), record(1, "c")))
	require.Equal(t, 1, next(t, store).Rows["spans"])
}

func TestARecordLargerThanASegmentGetsOneOfItsOwn(t *testing.T) {
	limits := settings(t.TempDir(), newClock())
	limits.MaxBytes, limits.MaxRows = 100, 1
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), record(500, string(make([]byte, 1000)))))
	store.Seal()
	require.Equal(t, 500, next(t, store).Rows["spans"])
}

func TestWhatWaitsSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	first := open(t, settings(dir, c))
	require.NoError(t, first.Append(t.Context(), record(1, "sealed")))
	first.Seal()
	c.advance(time.Second)
	require.NoError(t, first.Append(t.Context(), record(2, "open")))
	require.NoError(t, first.Close())
	require.ErrorIs(t, first.Append(t.Context(), record(1, "late")), segment.ErrClosed)

	second := open(t, settings(dir, c))
	a, b := next(t, second), next(t, second)
	require.True(t, a.Recovered)
	require.Equal(t, []int{1, 2}, []int{a.Rows["spans"], b.Rows["spans"]})
}

func TestTornTailIsCutAtTheLastValidRecord(t *testing.T) {
	const last = 31 // bytes of the second record
	for name, tear := range map[string]func([]byte) []byte{
		"half a record":   func(b []byte) []byte { return b[:len(b)-3] },
		"flipped bit":     func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"zeros after":     func(b []byte) []byte { return append(b[:len(b)-last], make([]byte, 4096)...) },
		"absurd length":   func(b []byte) []byte { return append(b[:len(b)-last], 0xff, 0xff, 0xff, 0x7f, 1, 2, 3, 4, 5) },
		"half a header":   func(b []byte) []byte { return b[:len(b)-last+4] },
		"nothing is torn": func(b []byte) []byte { return b[:len(b)-last] },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := writeOpen(t, dir, record(3, "kept"), record(4, "xx"))
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, tear(data), 0o600))
			store := open(t, settings(dir, newClock()))
			sealed := next(t, store)
			require.Equal(t, map[string]int{"spans": 3}, sealed.Rows)
			info, err := os.Stat(sealed.Path)
			require.NoError(t, err)
			require.Equal(t, sealed.Bytes, info.Size())
		})
	}
}

// writeOpen gives the file that a crash right after the last append leaves.
func writeOpen(t *testing.T, dir string, records ...*segment.Record) string {
	t.Helper()
	scratch := t.TempDir()
	store := open(t, settings(scratch, newClock()))
	for _, r := range records {
		require.NoError(t, store.Append(t.Context(), r))
	}
	paths, err := filepath.Glob(filepath.Join(scratch, "*.open"))
	require.NoError(t, err)
	require.Len(t, paths, 1)
	data, err := os.ReadFile(paths[0])
	require.NoError(t, err)
	path := filepath.Join(dir, filepath.Base(paths[0]))
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestAnEmptyOpenSegmentIsRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "0195518e-0000-7000-8000-000000000000.open")
	require.NoError(t, os.WriteFile(path, []byte("WEIRSEG1"), 0o600))
	store := open(t, settings(dir, newClock()))
	require.Zero(t, store.Stats().Segments)
	require.NoFileExists(t, path)
}

func TestDiskLimitRefusesAndRecovers(t *testing.T) {
	limits := settings(t.TempDir(), newClock())
	limits.MaxDiskBytes = 200
	store := open(t, limits)
	require.NoError(t, store.Append(t.Context(), record(1, string(make([]byte, 100)))))
	require.ErrorIs(t, store.Append(t.Context(), record(1, string(make([]byte, 100)))), segment.ErrFull)
	store.Seal()
	require.NoError(t, store.Delivered(next(t, store)))
	require.NoError(t, store.Append(t.Context(), record(1, string(make([]byte, 100)))))
}

func TestASecondProcessIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	open(t, settings(dir, newClock()))
	_, err := segment.Open(settings(dir, newClock()))
	require.ErrorContains(t, err, "another collector uses this folder")
}

func TestConcurrentAppendsAreAllThere(t *testing.T) {
	limits := settings(t.TempDir(), newClock())
	limits.MaxRows = 100
	store := open(t, limits)
	var wg sync.WaitGroup
	const senders, each = 16, 50
	for i := range senders {
		wg.Go(func() {
			for j := range each {
				require.NoError(t, store.Append(t.Context(), record(1, fmt.Sprintf("<%d/%d>", i, j))))
			}
		})
	}
	wg.Wait()
	store.Seal()
	var all bytes.Buffer
	rows := 0
	for rows < senders*each {
		sealed := next(t, store)
		rows += sealed.Rows["spans"]
		b, _ := body(t, sealed.Path, "spans")
		all.WriteString(b)
		require.NoError(t, store.Delivered(sealed))
	}
	for i := range senders {
		for j := range each {
			require.Equal(t, 1, bytes.Count(all.Bytes(), fmt.Appendf(nil, "<%d/%d>", i, j)))
		}
	}
}

func TestReleasedSegmentsComeAgainFirst(t *testing.T) {
	store := open(t, settings(t.TempDir(), newClock()))
	for _, b := range []string{"a", "b"} {
		require.NoError(t, store.Append(t.Context(), record(1, b)))
		store.Seal()
	}
	first := next(t, store)
	store.Release(first)
	require.Equal(t, first.ID, next(t, store).ID)
}

// A sender whose context has ended gives its segment back; it must not get it
// again and again.
func TestNextEndsWithTheContextThoughSegmentsWait(t *testing.T) {
	s := open(t, settings(t.TempDir(), newClock()))
	require.NoError(t, s.Append(t.Context(), record(1, "a")))
	s.Seal()
	s.Release(next(t, s))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Next(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNextEndsWithTheContextAndWithClose(t *testing.T) {
	store := open(t, settings(t.TempDir(), newClock()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := store.Next(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, store.Close())
	_, err = store.Next(t.Context())
	require.ErrorIs(t, err, segment.ErrClosed)
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "segments")
	store := open(t, settings(dir, newClock()))
	require.NoError(t, store.Append(t.Context(), record(1, "x")))
	for _, path := range []string{dir, filepath.Join(dir, "*.open"), filepath.Join(dir, "lock")} {
		found, err := filepath.Glob(path)
		require.NoError(t, err)
		require.Len(t, found, 1)
		info, err := os.Stat(found[0])
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, found[0])
	}
}
