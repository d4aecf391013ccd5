package library

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindTakesTheVariableFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.so")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv(PathVariable, file)
	found, err := Find()
	require.NoError(t, err)
	require.Equal(t, file, found)

	t.Setenv(PathVariable, file+"x")
	_, err = Find()
	require.ErrorContains(t, err, PathVariable)
	require.ErrorContains(t, err, "make engine")
}

func TestFindLooksInTheCache(t *testing.T) {
	t.Setenv(PathVariable, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	_, err := Find()
	require.ErrorContains(t, err, "run `make engine`")

	path, err := CachePath()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	found, err := Find()
	require.NoError(t, err)
	require.Equal(t, path, found)
	require.Contains(t, path, Version+"-"+Platform())
}
