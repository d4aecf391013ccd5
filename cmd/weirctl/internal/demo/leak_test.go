package demo

import (
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/simulate"
)

func stringReader(s string) io.Reader { return strings.NewReader(s) }

func TestFilesAndSegmentsAreSearchedForSecrets(t *testing.T) {
	secrets := simulate.NewSecrets(1)
	at := fakeLayout(t)
	require.NoError(t, os.WriteFile(at.log(), []byte("took "+secrets.APIKey+" and "+secrets.APIKey), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(at.dir, "clean.txt"), []byte(base64.StdEncoding.EncodeToString([]byte("nothing"))), 0o600))
	writeSegment(t, at, "row with "+secrets.Email)

	leaks, searched := Leaks{}, Searched{}
	require.NoError(t, searchFiles(at, secrets, leaks, &searched))
	require.Equal(t, 2, leaks["API key"]["file weir.log"])
	require.Equal(t, 1, leaks["e-mail address"]["segment, table spans"])
	require.Len(t, leaks, 2)
	require.Equal(t, 1, searched.Segments)
	require.GreaterOrEqual(t, searched.Files, 2)
	require.Equal(t, []string{"API key in file weir.log (2)", "e-mail address in segment, table spans (1)"}, leaks.places())
	require.NotContains(t, strings.Join(leaks.places(), ""), secrets.APIKey)
}

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

func TestStatementsThatSearchNameNoSecret(t *testing.T) {
	secrets := simulate.NewSecrets(1)
	search := newTableSearch(secrets)
	columns := []column{{name: "`name`", kind: "String"}, {name: "`at`", kind: "DateTime64(9)"}, {name: "`a`", kind: "Map(LowCardinality(String), Int64)"}}
	first, which := search.anyQuery("`weir`.`spans`", columns), search.whichQuery("`weir`.`spans`", columns)
	require.Len(t, search.parameters, 5)
	for _, value := range secrets.Named() {
		require.NotContains(t, first+which, value)
	}
	require.NotContains(t, first, "`at`")
	require.Contains(t, first, "multiSearchAny(toString(`a`), ")
	require.Contains(t, which, "position(dump, {s4:String})")
}
