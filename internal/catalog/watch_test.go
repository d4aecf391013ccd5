package catalog_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestWatcherPutsANewRevisionInForce(t *testing.T) {
	path, write := file(t, "version: 1\nconnectors: [{id: a}]")
	w, err := catalog.NewWatcher(path)
	require.NoError(t, err)
	first := w.Current()

	changed, err := w.Check()
	require.NoError(t, err)
	require.False(t, changed, "same content")

	write("version: 1\nconnectors: [{id: b}]")
	changed, err = w.Check()
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "b", w.Current().Connectors[0].ID)
	require.NotEqual(t, first.Revision, w.Current().Revision)
	require.Equal(t, "a", first.Connectors[0].ID, "a batch under way keeps its revision")
}

func TestWatcherKeepsTheGoodRevisionAndReportsABadOneOnce(t *testing.T) {
	path, write := file(t, "version: 1\nconnectors: [{id: a}]")
	w, err := catalog.NewWatcher(path)
	require.NoError(t, err)
	good := w.Current()

	write("version: 1\nconnectors: [{id: a}, {id: a}]")
	_, err = w.Check()
	problems, ok := catalog.AsProblems(err)
	require.True(t, ok)
	require.Equal(t, "connectors[1].id", problems[0].Field)
	require.Same(t, good, w.Current())

	changed, err := w.Check()
	require.NoError(t, err, "the same bad revision again")
	require.False(t, changed)

	write("version: 1\nconnectors: [{id: a}]")
	changed, err = w.Check()
	require.NoError(t, err)
	require.False(t, changed, "back to the one in force")
	require.Same(t, good, w.Current())
}

func TestWatcherReportsAMissingFileOnce(t *testing.T) {
	path, write := file(t, "version: 1")
	w, err := catalog.NewWatcher(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	_, err = w.Check()
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = w.Check()
	require.NoError(t, err)
	write("version: 1\nconnectors: [{id: a}]")
	changed, err := w.Check()
	require.NoError(t, err)
	require.True(t, changed)
}

func TestNewWatcherRefusesABadFile(t *testing.T) {
	path, _ := file(t, "version: 7")
	_, err := catalog.NewWatcher(path)
	require.ErrorContains(t, err, "version: 7, expected 1")
}

func TestWatcherRunsUntilItsContextIsDone(t *testing.T) {
	path, write := file(t, "version: 1")
	w, err := catalog.NewWatcher(path)
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
