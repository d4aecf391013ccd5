//go:build !unix

package segment

import (
	"fmt"
	"os"
)

// lockDirectory relies on the operator where there is no flock.
func lockDirectory(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot create the lock of the segment folder: %w", err)
	}
	return f, nil
}
