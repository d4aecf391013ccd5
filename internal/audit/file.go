package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeFile replaces a file so that after a crash it is the old or the new one,
// and whole. Only its owner can read it.
func writeFile(path string, data []byte) error {
	partial := path + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("cannot sync folder %s: %w", filepath.Dir(path), err)
	}
	return nil
}
