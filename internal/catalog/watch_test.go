package catalog_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestWatcherPutsANewRevisionInForce(t *testing.T) {
	path, write := file(t, "version: 1\nconnectors: [{id: a}]")
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	first := w.Current()

	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed, "same content")

	write("version: 1\nconnectors: [{id: b}]")
	changed, err = w.Check(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "b", w.Current().Connectors[0].ID)
	require.NotEqual(t, first.Revision, w.Current().Revision)
	require.Equal(t, "a", first.Connectors[0].ID, "a batch under way keeps its revision")
}

func TestWatcherKeepsTheGoodRevisionAndReportsABadOneOnce(t *testing.T) {
	path, write := file(t, "version: 1\nconnectors: [{id: a}]")
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	good := w.Current()

	write("version: 1\nconnectors: [{id: a}, {id: a}]")
	_, err = w.Check(t.Context())
	problems, ok := catalog.AsProblems(err)
	require.True(t, ok)
	require.Equal(t, "connectors[1].id", problems[0].Field)
	require.Same(t, good, w.Current())

	changed, err := w.Check(t.Context())
	require.NoError(t, err, "the same bad revision again")
	require.False(t, changed)

	write("version: 1\nconnectors: [{id: a}]")
	changed, err = w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed, "back to the one in force")
	require.Same(t, good, w.Current())
}

func TestReadersSeeOneRevisionWholeWhileItChanges(t *testing.T) {
	content := func(i int) string {
		return fmt.Sprintf("version: 1\nconnectors:\n  - {id: a, version: v%[1]d, match: {gateway_consumers: [one]}}\n  - {id: b, version: v%[1]d, match: {gateway_consumers: [two]}}\n", i)
	}
	path, write := file(t, content(0))
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	var readers errgroup.Group
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() error {
			for {
				select {
				case <-stop:
					return nil
				default:
				}
				c := w.Current()
				one, two := c.Index().Consumer("one"), c.Index().Consumer("two")
				if one.Version != two.Version || c.ConnectorByID("a") != one {
					return fmt.Errorf("mixed: %s and %s", one.Version, two.Version)
				}
			}
		})
	}
	for i := range 100 {
		write(content(i + 1))
		changed, err := w.Check(t.Context())
		require.NoError(t, err)
		require.True(t, changed)
	}
	close(stop)
	require.NoError(t, readers.Wait())
	require.Equal(t, "v100", w.Current().Connectors[0].Version)
}

func TestWatcherReportsAMissingFileOnce(t *testing.T) {
	path, write := file(t, "version: 1")
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	_, err = w.Check(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = w.Check(t.Context())
	require.NoError(t, err)
	write("version: 1\nconnectors: [{id: a}]")
	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
}

func TestNewWatcherRefusesABadFile(t *testing.T) {
	path, _ := file(t, "version: 7")
	_, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.ErrorContains(t, err, "version: 7, expected 1")
}

func TestWatcherRunsUntilItsContextIsDone(t *testing.T) {
	path, write := file(t, "version: 1")
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ticks := make(chan time.Time)
	reports := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx, ticks, func(_ bool, err error) { reports <- err })
	}()
	write("version: 1\nconnectors: [{id: a}]")
	ticks <- time.Now()
	require.NoError(t, <-reports)
	require.Len(t, w.Current().Connectors, 1)
	cancel()
	<-done
}

// file writes a catalog and returns its path and how to replace it.
func file(t *testing.T, content string) (path string, write func(string)) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "catalog.yaml")
	write = func(content string) {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	write(content)
	return path, write
}
