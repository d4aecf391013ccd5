package demo

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

func TestSegmentsAreKeptByASecondLink(t *testing.T) {
	at := fakeLayout(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- keepSegments(ctx, at, 1) }()
	name := writeSegment(t, at, "row")
	kept := filepath.Join(at.keptSegments(), name)
	require.Eventually(t, func() bool { _, err := os.Stat(kept); return err == nil }, 5*time.Second, 5*time.Millisecond)
	require.NoError(t, os.Remove(filepath.Join(at.segments(), name)))
	cancel()
	require.NoError(t, <-done)
	require.FileExists(t, kept)
}

// writeSegment leaves a sealed segment with one block and returns its name.
func writeSegment(t *testing.T, at layout, block string) string {
	t.Helper()
	store, err := segment.Open(segment.Settings{Directory: at.segments(), MaxAge: time.Hour, MaxBytes: 1 << 20, MaxRows: 1000, Now: time.Now})
	require.NoError(t, err)
	require.NoError(t, store.Append(t.Context(), &segment.Record{Tables: []segment.Table{{Name: "spans", Rows: 1, Block: []byte(block)}}}))
	store.Seal()
	sealed, err := store.Next(t.Context())
	require.NoError(t, err)
	require.NoError(t, store.Close())
	return filepath.Base(sealed.Path)
}
