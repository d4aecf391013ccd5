package segment

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// deadLetterFolder is inside the segment folder.
const deadLetterFolder = "dead-letter"

// Reason says why a segment, or some of its tables, could not be stored.
type Reason struct {
	Segment string         `json:"segment"`
	At      time.Time      `json:"at"`
	Created time.Time      `json:"created"`
	Tables  []TableReason  `json:"tables,omitempty"`  // what is not stored
	Stored  map[string]int `json:"stored,omitempty"`  // rows by table that are
	Damaged string         `json:"damaged,omitempty"` // the file itself is unreadable
}

// TableReason is one table's failure.
type TableReason struct {
	Table   string `json:"table"`
	Rows    int    `json:"rows"`
	Code    int    `json:"code"` // ClickHouse's error code
	Message string `json:"message"`
}

// DeadLetter is a segment in the dead-letter folder.
type DeadLetter struct {
	Reason
	Path string `json:"path"` // of the segment; the reason is beside it
}

// Bury moves a claimed segment to the dead-letter folder with its reason.
func (s *Store) Bury(sealed *Sealed, reason Reason) error {
	folder := filepath.Join(s.settings.Directory, deadLetterFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("cannot create the dead-letter folder: %w", err)
	}
	path := filepath.Join(folder, sealed.ID.String()+sealedSuffix)
	// The reason goes first: a crash in between leaves the segment where it is
	// sent again, and no segment without a reason.
	if err := writeReason(path, reason); err != nil {
		return err
	}
	if err := os.Rename(sealed.Path, path); err != nil {
		return fmt.Errorf("cannot move a segment to the dead-letter folder: %w", err)
	}
	s.forget(sealed)
	// A move that a power cut undoes is made again.
	_, _ = syncDirectory(folder), syncDirectory(s.settings.Directory)
	return nil
}

// DeadLetters lists the dead-letter folder of a segment folder, oldest first.
func DeadLetters(directory string) ([]DeadLetter, error) {
	folder := filepath.Join(directory, deadLetterFolder)
	paths, err := filepath.Glob(filepath.Join(folder, "*"+sealedSuffix))
	if err != nil {
		return nil, fmt.Errorf("cannot list the dead-letter folder: %w", err)
	}
	slices.Sort(paths)
	letters := make([]DeadLetter, 0, len(paths))
	for _, path := range paths {
		letter := DeadLetter{Path: path}
		data, err := os.ReadFile(reasonPath(path))
		if err != nil {
			return nil, fmt.Errorf("cannot read the reason of a dead letter: %w", err)
		}
		if err := json.Unmarshal(data, &letter.Reason); err != nil {
			return nil, fmt.Errorf("cannot parse %s: %w", reasonPath(path), err)
		}
		letters = append(letters, letter)
	}
	return letters, nil
}

// Update replaces the reason after a replay that stored a part.
func (d DeadLetter) Update() error { return writeReason(d.Path, d.Reason) }

// Remove deletes the dead letter after a replay that stored all of it.
func (d DeadLetter) Remove() error {
	if err := os.Remove(d.Path); err != nil {
		return fmt.Errorf("cannot remove a dead letter: %w", err)
	}
	if err := os.Remove(reasonPath(d.Path)); err != nil {
		return fmt.Errorf("cannot remove the reason of a dead letter: %w", err)
	}
	return syncDirectory(filepath.Dir(d.Path))
}

func reasonPath(path string) string { return strings.TrimSuffix(path, sealedSuffix) + ".json" }

func writeReason(path string, reason Reason) error {
	data, err := json.MarshalIndent(reason, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot encode a dead-letter reason: %w", err)
	}
	// Half a reason would hide all dead letters from the list: it appears whole.
	partial := reasonPath(path) + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write a dead-letter reason: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("cannot write a dead-letter reason: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("cannot sync a dead-letter reason: %w", err)
	}
	if err := os.Rename(partial, reasonPath(path)); err != nil {
		return fmt.Errorf("cannot replace a dead-letter reason: %w", err)
	}
	return nil
}
