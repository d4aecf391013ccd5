package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// deadLetterFolder is inside the segment folder.
	deadLetterFolder = "dead-letter"
	// damagedSuffix is of the bytes of a segment that hold no valid record.
	damagedSuffix = ".damaged"
	reasonSuffix  = ".json"
)

// Reason says why a segment, or some of its tables, could not be stored.
type Reason struct {
	Segment string         `json:"segment"`
	At      time.Time      `json:"at"`
	Created time.Time      `json:"created"`
	Tables  []TableReason  `json:"tables,omitempty"`  // what is not stored
	Stored  map[string]int `json:"stored,omitempty"`  // rows by table that are
	Damaged string         `json:"damaged,omitempty"` // what of the file cannot be read
	From    string         `json:"from,omitempty"`    // the segment that the rows were in before
}

// TableReason is one table's failure.
type TableReason struct {
	Table   string `json:"table"`
	Rows    int    `json:"rows"`
	Code    int    `json:"code"`                // ClickHouse's error code
	Name    string `json:"name,omitempty"`      // and its name
	First   int    `json:"first_row,omitempty"` // of the rows, in the segment
	Key     string `json:"key,omitempty"`       // of that row, e.g. "tenant_id=acme connector_id=crm"
	Message string `json:"message"`
}

// DeadLetter is a file in the dead-letter folder: a whole segment, one of the
// rows that could not be stored, or the bytes of one that cannot be read.
type DeadLetter struct {
	Reason
	Path string `json:"path"` // the reason is beside it
}

// Bury moves a claimed segment to the dead-letter folder with its reason.
func (s *Store) Bury(sealed *Sealed, reason Reason) error {
	if err := s.remember(sealed); err != nil {
		return err
	}
	if s.settings.Memory {
		if err := s.removeSealed(sealed); err != nil {
			return err
		}
		s.forget(sealed)
		return nil
	}
	path := s.deadLetterPath(sealed, sealedSuffix)
	// The reason goes first: a crash in between leaves the segment where it is
	// sent again, and no segment without a reason.
	if err := s.deadLetterRoom(sealed.Bytes); err != nil {
		return err
	}
	if err := writeReason(s.files, path, reason); err != nil {
		return err
	}
	if err := s.removeOrigin(sealed); err != nil {
		return err
	}
	if err := s.files.rename(sealed.Path, path); err != nil {
		return fmt.Errorf("cannot move a segment to the dead-letter folder: %w", err)
	}
	s.forget(sealed)
	// A move that a power cut undoes is made again.
	_, _ = s.files.syncFolder(filepath.Dir(path)), s.files.syncFolder(s.settings.Directory)
	return nil
}

// WriteLetter writes a dead letter that holds only the given records, under the
// id of the segment they come from. It appears whole, and replaces what an
// earlier attempt has written.
func WriteLetter(directory string, h Header, records []Record, reason Reason) error {
	content := encodeHeader(h)
	for i := range records {
		start := len(content)
		var err error
		if content, err = appendRecord(content, &records[i], false); err != nil {
			return err
		}
		mark(content[start:], h.ID)
	}
	path := filepath.Join(directory, deadLetterFolder, h.ID.String()+sealedSuffix)
	return addDeadLetter(disk{}, path, reason, bytes.NewReader(content))
}

// DeadLetterBytes is the size of the dead-letter folder of a segment folder.
func DeadLetterBytes(directory string) (int64, error) {
	return folderBytes(disk{}, filepath.Join(directory, deadLetterFolder))
}

// isolate copies the damaged parts of a segment, once.
func (s *Store) isolate(sealed *Sealed, r *Reader) error {
	path := s.deadLetterPath(sealed, damagedSuffix)
	if f, err := s.files.open(path); err == nil {
		return f.Close()
	}
	reason := Reason{
		Segment: sealed.ID.String(), At: s.settings.Now(), Created: sealed.Created,
		Damaged: "no valid record in " + describeDamage(r.Damaged),
	}
	var parts []io.Reader
	var size int64
	for _, part := range r.Damaged {
		parts = append(parts, io.NewSectionReader(r.file, part.Offset, part.Length))
		size += part.Length
	}
	if err := s.deadLetterRoom(size); err != nil {
		return err
	}
	return addDeadLetter(s.files, path, reason, io.MultiReader(parts...))
}

func (s *Store) deadLetterPath(sealed *Sealed, suffix string) string {
	return filepath.Join(s.settings.Directory, deadLetterFolder, sealed.ID.String()+suffix)
}

func (s *Store) deadLetterRoom(size int64) error {
	limit := s.settings.MaxDeadLetterBytes
	if limit == 0 {
		return nil
	}
	folder := filepath.Join(s.settings.Directory, deadLetterFolder)
	used, err := folderBytes(s.files, folder)
	if err != nil {
		return err
	}
	if used+size > limit {
		return fmt.Errorf("%w: %d of %d bytes in %s, %d more do not fit: replay or remove some", ErrDeadLettersFull, used, limit, folder, size)
	}
	return nil
}

func folderBytes(fsys files, folder string) (int64, error) {
	entries, err := fsys.list(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("cannot list the dead-letter folder: %w", err)
	}
	var used int64
	for _, e := range entries {
		used += e.size
	}
	return used, nil
}

func addDeadLetter(fsys files, path string, reason Reason, content io.Reader) error {
	if err := writeReason(fsys, path, reason); err != nil {
		return err
	}
	if err := replaceFile(fsys, path, content); err != nil {
		return fmt.Errorf("cannot write a dead letter: %w", classify(err))
	}
	return nil
}

// DeadLetters lists the dead-letter folder of a segment folder, oldest first.
func DeadLetters(directory string) ([]DeadLetter, error) {
	folder := filepath.Join(directory, deadLetterFolder)
	entries, err := disk{}.list(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the dead-letter folder: %w", err)
	}
	var letters []DeadLetter
	for _, e := range entries {
		if suffix := filepath.Ext(e.name); suffix != sealedSuffix && suffix != damagedSuffix {
			continue
		}
		letter := DeadLetter{Path: filepath.Join(folder, e.name)}
		data, err := os.ReadFile(reasonPath(letter.Path))
		if err != nil {
			return nil, fmt.Errorf("cannot read the reason of a dead letter: %w", err)
		}
		if err := json.Unmarshal(data, &letter.Reason); err != nil {
			return nil, fmt.Errorf("cannot parse %s: %w", reasonPath(letter.Path), err)
		}
		letters = append(letters, letter)
	}
	return letters, nil
}

// Update replaces the reason after a replay that stored a part.
func (d DeadLetter) Update() error { return writeReason(disk{}, d.Path, d.Reason) }

// Remove deletes the dead letter after a replay that stored all of it.
func (d DeadLetter) Remove() error {
	if err := os.Remove(d.Path); err != nil {
		return fmt.Errorf("cannot remove a dead letter: %w", err)
	}
	if err := os.Remove(reasonPath(d.Path)); err != nil {
		return fmt.Errorf("cannot remove the reason of a dead letter: %w", err)
	}
	return disk{}.syncFolder(filepath.Dir(d.Path))
}

// reasonPath is beside the dead letter: a segment can have one of each suffix.
func reasonPath(path string) string {
	return strings.TrimSuffix(path, sealedSuffix) + reasonSuffix
}

func writeReason(fsys files, path string, reason Reason) error {
	data, err := json.MarshalIndent(reason, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot encode a dead-letter reason: %w", err)
	}
	if err := fsys.makeFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("cannot create the dead-letter folder: %w", classify(err))
	}
	// Half a reason would hide all dead letters from the list: it appears whole.
	if err := replaceFile(fsys, reasonPath(path), bytes.NewReader(append(data, '\n'))); err != nil {
		return fmt.Errorf("cannot write a dead-letter reason: %w", classify(err))
	}
	return nil
}
