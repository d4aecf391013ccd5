package chdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lockWait is how long a lock that somebody holds is waited for: an engine
// whose parent was killed needs a moment to end.
const lockWait = 5 * time.Second

// lock takes the folder for this process and the children that inherit the
// file. It is released when the last of them has closed it.
func lock(ctx context.Context, directory string) (*os.File, error) {
	path := filepath.Join(directory, "lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock of the engine's folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	ticker := time.NewTicker(lockWait / 100)
	defer ticker.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("cannot lock %q: %w", path, err), file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("cannot use the engine's folder %q: it is in use by %s; stop that, or set another directory", directory, holder(file)), file.Close())
		case <-ticker.C:
		}
	}
	if err := errors.Join(file.Truncate(0), writeAt(file, fmt.Sprintf("%d\n", os.Getpid()))); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write %q: %w", path, err), file.Close())
	}
	return file, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// holder names the process that wrote its number into the lock.
func holder(file *os.File) string {
	buffer := make([]byte, 32)
	n, _ := file.ReadAt(buffer, 0)
	if pid := strings.TrimSpace(string(buffer[:n])); pid != "" {
		return "process " + pid
	}
	return "another process"
}
