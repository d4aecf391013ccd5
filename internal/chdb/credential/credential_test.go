package credential

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteReplacesWhatWasThere(t *testing.T) {
	folder := t.TempDir()
	for _, password := range []string{"one", "two"} {
		want := Credential{Endpoint: "http://127.0.0.1:1", Username: "weir", Password: password}
		require.NoError(t, Write(folder, want))
		got, err := Read(folder)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file is left")
	info, err := entries[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, Remove(folder))
	require.NoError(t, Remove(folder), "twice is fine")
	_, err = Read(folder)
	require.ErrorContains(t, err, "embedded_clickhouse")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestErrorsNameTheFile(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, FileName), []byte("no json"), 0o600))
	_, err := Read(folder)
	require.ErrorContains(t, err, FileName)
	require.ErrorContains(t, Write(filepath.Join(folder, "nowhere"), Credential{}), "cannot write the engine's credentials")
}
