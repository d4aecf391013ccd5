package segment_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

// chain makes trailers that say what is in their segment and which trailer was
// before.
type chain struct {
	head  string
	fails error
}

func (c *chain) in(s segment.Settings) segment.Settings {
	s.Trailer = func(_ segment.Header, digests [][]byte) (*segment.Record, error) {
		var texts []string
		for _, d := range digests {
			texts = append(texts, string(d))
		}
		meta := fmt.Sprintf("%s(%s)", c.head, strings.Join(texts, ","))
		return &segment.Record{Meta: []byte(meta), Tables: []segment.Table{{Name: "chain", Rows: 1, Block: []byte("t")}}}, c.fails
	}
	s.Trailed = func(_ segment.Header, trailer *segment.Record) error {
		c.head = string(trailer.Meta)
		return nil
	}
	return s
}

func event(digest string) *segment.Record {
	return &segment.Record{Tables: []segment.Table{{Name: "events", Rows: 1, Block: []byte("e")}}, Digests: []byte(digest), Audit: true}
}

func names(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	return found
}

func TestASegmentWithDigestsEndsWithATrailer(t *testing.T) {
	c := &chain{}
	store := open(t, c.in(settings(t.TempDir(), newClock())))
	require.NoError(t, store.Append(t.Context(), event("a")))
	require.NoError(t, store.Append(t.Context(), record(1, "no event")))
	require.NoError(t, store.Append(t.Context(), event("b")))
	store.Seal()
	sealed := next(t, store)
	require.Equal(t, 1, sealed.Rows["chain"], "its rows are among the segment's")
	require.Equal(t, "(a,b)", c.head)
	var last segment.Record
	_, err := segment.Read(sealed.Path, func(r segment.Record) error { last = r; return nil })
	require.NoError(t, err)
	require.Equal(t, "chain", last.Tables[0].Name)
	got, _ := body(t, sealed.Path, "chain")
	require.Equal(t, "t", got[:1])
}

func TestASegmentWithoutDigestsHasNoTrailer(t *testing.T) {
	c := &chain{}
	store := open(t, c.in(settings(t.TempDir(), newClock())))
	require.NoError(t, store.Append(t.Context(), record(1, "a")))
	store.Seal()
	require.Empty(t, c.head)
}

func TestTheChainGoesOnAfterARestart(t *testing.T) {
	f := func(name string, between func(*testing.T, *segment.Store), want string) {
		t.Run(name, func(t *testing.T) {
			dir, first := t.TempDir(), &chain{}
			store := open(t, first.in(settings(dir, newClock())))
			for _, digest := range []string{"a", "b"} {
				require.NoError(t, store.Append(t.Context(), event(digest)))
				store.Seal()
			}
			between(t, store)
			require.NoError(t, store.Close())
			second := &chain{}
			store = open(t, second.in(settings(dir, newClock())))
			require.Equal(t, "(a)(b)", second.head)
			require.NoError(t, store.Append(t.Context(), event("c")))
			store.Seal()
			require.Equal(t, want, second.head)
		})
	}
	f("all waits", func(*testing.T, *segment.Store) {}, "(a)(b)(c)")
	f("all is delivered", func(t *testing.T, s *segment.Store) {
		require.NoError(t, s.Delivered(next(t, s)))
		require.NoError(t, s.Delivered(next(t, s)))
	}, "(a)(b)(c)")
	f("the newer is delivered first", func(t *testing.T, s *segment.Store) {
		older, newer := next(t, s), next(t, s)
		require.NoError(t, s.Delivered(newer))
		require.NoError(t, s.Delivered(older))
	}, "(a)(b)(c)")
}

func TestTheNewestTrailerIsKeptForEver(t *testing.T) {
	dir, c, clock := t.TempDir(), &chain{}, newClock()
	store := open(t, c.in(settings(dir, clock)))
	for _, digest := range []string{"a", "b"} {
		require.NoError(t, store.Append(t.Context(), event(digest)))
		store.Seal()
		require.NoError(t, store.Delivered(next(t, store)))
	}
	clock.advance(1e6 * 1e9)
	require.NoError(t, store.Close())
	c.head = ""
	open(t, c.in(settings(dir, clock)))
	require.Len(t, names(t, dir, "*.sent"), 1)
	require.Equal(t, "(a)(b)", c.head)
}

func TestRecoveryAddsTheTrailerThatACrashPrevented(t *testing.T) {
	dir, c := t.TempDir(), &chain{}
	writeOpen(t, dir, event("a"), event("b"))
	store := open(t, c.in(settings(dir, newClock())))
	require.Equal(t, "(a,b)", c.head)
	require.Equal(t, map[string]int{"events": 2, "chain": 1}, next(t, store).Rows)
}

func TestASegmentIsNotSentWithoutItsTrailer(t *testing.T) {
	clock := newClock()
	c := &chain{fails: errors.New("no key")}
	store := open(t, c.in(settings(t.TempDir(), clock)))
	require.NoError(t, store.Append(t.Context(), event("a")))
	store.Seal()
	require.Equal(t, segment.StateFailed, store.Stats().State)
	require.ErrorContains(t, store.Append(t.Context(), record(1, "x")), "no key")
	c.fails = nil
	clock.advance(2e9)
	store.SealExpired()
	require.Equal(t, map[string]int{"events": 1, "chain": 1}, next(t, store).Rows)
	require.Equal(t, "(a)", c.head)
}

// After that the segment is there as a copy and as what it was copied from.
func TestACopyCountsInsteadOfItsOriginal(t *testing.T) {
	dir := t.TempDir()
	original := writeOpen(t, dir, record(1, "a"), record(2, "torn"))
	store := open(t, settings(dir, newClock()))
	require.NoError(t, store.Close())
	require.FileExists(t, original)
	store = open(t, settings(dir, newClock()))
	require.Equal(t, 1, store.Stats().Segments)
	require.NoError(t, store.Delivered(next(t, store)))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "more than the lock")
}
