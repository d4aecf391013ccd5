package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed is what npm would fetch, and its checksum.
func packed(t *testing.T, files map[string]string) (content []byte, integrity string) {
	t.Helper()
	var buffer bytes.Buffer
	compressed := gzip.NewWriter(&buffer)
	archive := tar.NewWriter(compressed)
	for name, text := range files {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644, Typeflag: tar.TypeReg}))
		_, err := archive.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, compressed.Close())
	sum := sha512.Sum512(buffer.Bytes())
	return buffer.Bytes(), "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// fakeNpm puts an npm on the PATH that hands out the package, and counts its calls.
func fakeNpm(t *testing.T, content []byte) (calls func() int) {
	t.Helper()
	folder := t.TempDir()
	source, log := filepath.Join(folder, "source"), filepath.Join(folder, "log")
	require.NoError(t, os.WriteFile(source, content, 0o600))
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %s\n[ \"$1\" = pack ] && cp %s lib.tgz\n", log, source)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "npm"), []byte(script), 0o755)) //nolint:gosec // a program
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return func() int {
		lines, err := os.ReadFile(log)
		if err != nil {
			return 0
		}
		return bytes.Count(lines, []byte("\n"))
	}
}

func newFetcher(t *testing.T, integrity string) *fetcher {
	return &fetcher{
		Package: "@x/lib@1", Integrity: integrity, Target: filepath.Join(t.TempDir(), "a", "b", "libchdb.so"),
		Npm: func() (string, error) { return exec.LookPath("npm") }, Say: t.Logf,
	}
}

func left(t *testing.T, f *fetcher) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(f.Target))
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestFetchesOnce(t *testing.T) {
	content, integrity := packed(t, map[string]string{"package/index.js": "x", "package/libchdb.so": "the engine"})
	calls := fakeNpm(t, content)
	f := newFetcher(t, integrity)
	for range 3 {
		require.NoError(t, f.fetch(t.Context()))
	}
	require.Equal(t, 1, calls())
	found, err := os.ReadFile(f.Target)
	require.NoError(t, err)
	require.Equal(t, "the engine", string(found))
	info, err := os.Stat(f.Target)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o755), info.Mode().Perm()&0o755)
	require.Equal(t, []string{"libchdb.so", "lock"}, left(t, f))
}

func TestTwoAtTheSameTimeFetchOnce(t *testing.T) {
	content, integrity := packed(t, map[string]string{"package/libchdb.so": "the engine"})
	calls := fakeNpm(t, content)
	f := newFetcher(t, integrity)
	errs := make(chan error)
	for range 4 {
		go func() { errs <- f.fetch(t.Context()) }()
	}
	for range 4 {
		require.NoError(t, <-errs)
	}
	require.Equal(t, 1, calls())
}

func TestWaitingForAnotherFetchCanBeInterrupted(t *testing.T) {
	content, integrity := packed(t, map[string]string{"package/libchdb.so": "the engine"})
	calls := fakeNpm(t, content)
	f := newFetcher(t, integrity)
	require.NoError(t, os.MkdirAll(filepath.Dir(f.Target), 0o750))
	unlock, err := f.lock(t.Context(), filepath.Dir(f.Target))
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	f.Say = func(string, ...any) { cancel() } // Ctrl-C when it says that it waits
	require.ErrorIs(t, f.fetch(ctx), context.Canceled)
	require.Zero(t, calls())
}

func TestRefusesAnotherPackage(t *testing.T) {
	_, integrity := packed(t, map[string]string{"package/libchdb.so": "the engine"})
	other, _ := packed(t, map[string]string{"package/libchdb.so": "something else"})
	fakeNpm(t, other)
	f := newFetcher(t, integrity)
	require.ErrorContains(t, f.fetch(t.Context()), "refused @x/lib@1: its checksum is sha512-")
	require.Equal(t, []string{"lock"}, left(t, f), "nothing of it stays")
}

func TestSaysWhatToDo(t *testing.T) {
	fail := func(f *fetcher, want string) {
		t.Helper()
		require.ErrorContains(t, f.fetch(t.Context()), want)
	}
	content, integrity := packed(t, map[string]string{"package/other.so": "x"})
	fakeNpm(t, content)
	fail(newFetcher(t, integrity), "it has no package/libchdb.so")
	fail(newFetcher(t, ""), "npm view @x/lib@1 dist.integrity")
	t.Setenv("PATH", t.TempDir())
	fail(newFetcher(t, integrity), "apt-get install npm")
	fail(newFetcher(t, integrity), "CHDB_LIB_PATH")
	npm := filepath.Join(t.TempDir(), "npm")
	require.NoError(t, os.WriteFile(npm, []byte("#!/bin/sh\necho E404 not found >&2\nexit 1\n"), 0o755)) //nolint:gosec // a program
	t.Setenv("PATH", filepath.Dir(npm)+":/usr/bin:/bin")
	fail(newFetcher(t, integrity), "E404 not found")
}
