//go:build unix

package segment

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockDirectory keeps a second process out; the lock ends with the process.
func lockDirectory(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, syscall.EROFS) {
		f, err = os.Open(path) // what is there can be sent all the same
	}
	if err != nil {
		return nil, fmt.Errorf("cannot create the lock of the segment folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("cannot lock %s: another collector uses this folder; give each its own `directory`", path)
		}
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	return f, nil
}
