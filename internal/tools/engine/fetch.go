package main

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/weir-otel/weir/internal/chdb/library"
)

// fetcher brings one package's library to one place.
type fetcher struct {
	Package   string // name@version
	Integrity string // sha512-<base64> of the packed package
	Target    string
	Npm       func() (string, error)
	Say       func(format string, args ...any)
}

// fetch does nothing when the library is there: it is put there whole or not
// at all. Two at the same time fetch once.
func (f *fetcher) fetch(ctx context.Context) error {
	if f.there() {
		return nil
	}
	npm, err := f.Npm()
	if err != nil {
		return fmt.Errorf("cannot fetch the embedded ClickHouse engine without npm: install it (Debian and Ubuntu: apt-get install npm; macOS: brew install node), or set %s to a %s of %s",
			library.PathVariable, library.FileName, f.Package)
	}
	if f.Integrity == "" {
		return fmt.Errorf("cannot check %s, no checksum is pinned for this platform: look it up with `npm view %s dist.integrity`, compare it with what you trust, and run `go run ./internal/tools/engine -integrity <checksum>`; or set %s",
			f.Package, f.Package, library.PathVariable)
	}
	folder := filepath.Dir(f.Target)
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // nothing private is in a library
		return fmt.Errorf("cannot make the engine's cache folder: %w", err)
	}
	unlock, err := f.lock(ctx, folder)
	if err != nil {
		return err
	}
	defer unlock()
	if f.there() {
		return nil
	}
	work, err := os.MkdirTemp(folder, "fetch-")
	if err != nil {
		return fmt.Errorf("cannot make a folder for the engine: %w", err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // nothing depends on it
	packed, err := f.pack(ctx, npm, work)
	if err != nil {
		return err
	}
	if err := f.check(packed); err != nil {
		return err
	}
	f.Say("unpacking %s", library.FileName)
	unpacked := filepath.Join(work, library.FileName)
	if err := unpack(packed, "package/"+library.FileName, unpacked); err != nil {
		return fmt.Errorf("cannot unpack %s: %w", f.Package, err)
	}
	if err := os.Rename(unpacked, f.Target); err != nil {
		return fmt.Errorf("cannot put the engine in place: %w", err)
	}
	f.Say("ready: %s", f.Target)
	return nil
}

func (f *fetcher) there() bool {
	info, err := os.Stat(f.Target)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	f.Say("already there: %s", f.Target)
	return true
}

// lockInterval is how often a lock that another fetch holds is tried.
const lockInterval = 100 * time.Millisecond

// lock waits for another fetch into the folder to end, or for ctx.
func (f *fetcher) lock(ctx context.Context, folder string) (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o644) //nolint:gosec // an empty file
	if err != nil {
		return nil, fmt.Errorf("cannot lock the engine's cache folder: %w", err)
	}
	ticker := time.NewTicker(lockInterval)
	defer ticker.Stop()
	for waits := 0; ; waits++ {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("cannot lock the engine's cache folder: %w", errors.Join(err, file.Close()))
		}
		if waits == 0 {
			f.Say("waiting for another fetch to end")
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("cannot wait for another fetch to end: %w", errors.Join(ctx.Err(), file.Close()))
		case <-ticker.C:
		}
	}
}

// heartbeat is how often a line says that the transfer goes on.
const heartbeat = 10 * time.Second

// pack has npm fetch the package as it is published, without running anything
// of it, and returns the file.
func (f *fetcher) pack(ctx context.Context, npm, work string) (string, error) {
	f.Say("fetching %s with npm (about 170 MB, once)", f.Package)
	begun := time.Now()
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	output := &strings.Builder{}
	cmd := exec.CommandContext(ctx, npm, "pack", "--ignore-scripts", "--loglevel=error", f.Package)
	cmd.Dir, cmd.Stdout, cmd.Stderr = work, io.Discard, output
	done := make(chan error, 1)
	go func() { done <- cmd.Run() }()
	for {
		select {
		case <-ticker.C:
			f.Say("still fetching, %s", time.Since(begun).Round(time.Second))
		case err := <-done:
			if err != nil {
				return "", fmt.Errorf("cannot fetch %s: npm pack: %w\n%s", f.Package, err, strings.TrimSpace(output.String()))
			}
			files, err := filepath.Glob(filepath.Join(work, "*.tgz"))
			if err != nil || len(files) != 1 {
				return "", fmt.Errorf("cannot fetch %s: npm pack left %d packages", f.Package, len(files))
			}
			return files[0], nil
		}
	}
}

// check compares the package with its checksum.
func (f *fetcher) check(packed string) error {
	file, err := os.Open(packed)
	if err != nil {
		return fmt.Errorf("cannot check %s: %w", f.Package, err)
	}
	defer file.Close() //nolint:errcheck // only read
	hash := sha512.New()
	if _, err := io.Copy(hash, file); err != nil {
		return fmt.Errorf("cannot check %s: %w", f.Package, err)
	}
	if found := "sha512-" + base64.StdEncoding.EncodeToString(hash.Sum(nil)); found != f.Integrity {
		return fmt.Errorf("refused %s: its checksum is %s, expected %s; a registry or proxy handed out something else", f.Package, found, f.Integrity)
	}
	return nil
}
