package book

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrUnreadable says that the state file holds something else. It has been set
// aside, and the book is empty.
var ErrUnreadable = errors.New("state file is unreadable")

// state is the file: small enough (one entry an open episode) to be written whole.
type state struct {
	Version  int        `json:"version"`
	Episodes []*Episode `json:"episodes"`
}

const stateVersion = 1

func load(path string) ([]Episode, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	var s struct {
		Version  int       `json:"version"`
		Episodes []Episode `json:"episodes"`
	}
	if err := json.Unmarshal(content, &s); err != nil || s.Version != stateVersion {
		aside := path + ".unreadable"
		if err := os.Rename(path, aside); err != nil {
			return nil, fmt.Errorf("cannot set %s aside: %w", path, err)
		}
		return nil, fmt.Errorf("%w: expected version %d; it is now %s", ErrUnreadable, stateVersion, aside)
	}
	return s.Episodes, nil
}

// store replaces the file in one step: after a crash there is the old or the
// new one, never half of one.
func store(path string, episodes []*Episode) error {
	content, err := json.Marshal(state{Version: stateVersion, Episodes: episodes})
	if err != nil {
		return err
	}
	temporary := path + ".tmp"
	if err := writeSynced(temporary, content); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func writeSynced(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncFolder makes a rename lasting.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
