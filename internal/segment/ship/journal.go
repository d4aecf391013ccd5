package ship

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// journalSuffix follows the name of the segment's file.
const journalSuffix = ".split"

// journal remembers what became of the slices of a segment whose rows had to be
// split, across crashes: without it a slice that is stored could be sent again
// within a larger one, under another token. It is a file of JSON lines, each
// fsynced, beside the segment; a torn last line was not acted upon.
type journal struct {
	path   string // empty = in memory only
	file   *os.File
	tables map[string]map[slice]step
}

// slice is some rows of one group, by the first and the last.
type slice struct{ first, last int }

// step is a line of the journal.
type step struct {
	Table   string `json:"table"`
	Do      string `json:"do"`
	First   int    `json:"first"`
	Last    int    `json:"last"`
	Rows    int    `json:"rows,omitempty"`
	Class   Class  `json:"class,omitempty"`
	Code    int    `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Doubted refusals are for an unknown reason, from before any row of the
	// table was taken: they are tried once more when one is.
	Doubted bool `json:"doubted,omitempty"`
}

// What a step says.
const (
	doBegin   = "begin"   // the table is sent in slices from here on, never whole again
	doSplit   = "split"   // the slice was refused; its halves follow
	doStored  = "stored"  // ClickHouse has its rows
	doRefused = "refused" // its rows are for the dead letters
	doAgain   = "again"   // the slice is no longer refused
	doForget  = "forget"  // nothing of the table is stored; begin anew
)

func openJournal(path string) (*journal, error) {
	j := &journal{path: path, tables: map[string]map[slice]step{}}
	if path == "" {
		return j, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read which rows of a segment are stored: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	valid := 0
	for lines.Scan() {
		var s step
		if valid+len(lines.Bytes()) == len(data) || json.Unmarshal(lines.Bytes(), &s) != nil {
			break // no line break at its end: torn
		}
		valid += len(lines.Bytes()) + 1
		j.apply(s)
	}
	// What follows would join the torn line.
	if valid < len(data) {
		if err := os.Truncate(path, int64(valid)); err != nil {
			return nil, fmt.Errorf("cannot cut a torn line: %w", err)
		}
	}
	return j, nil
}

func (j *journal) apply(s step) {
	if j.tables[s.Table] == nil {
		j.tables[s.Table] = map[slice]step{}
	}
	switch s.Do {
	case doBegin:
	case doForget:
		delete(j.tables, s.Table)
	case doAgain:
		delete(j.tables[s.Table], slice{s.First, s.Last})
	default:
		j.tables[s.Table][slice{s.First, s.Last}] = s
	}
}

// add returns when the step survives a crash.
func (j *journal) add(s step) error {
	if j.path != "" {
		if err := j.write(s); err != nil {
			return fmt.Errorf("cannot note which rows of a segment are stored in %s: %w", j.path, err)
		}
	}
	j.apply(s)
	return nil
}

func (j *journal) write(s step) error {
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if j.file == nil {
		if j.file, err = os.OpenFile(j.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		if err := syncFolder(filepath.Dir(j.path)); err != nil {
			return err
		}
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// begun says whether the table is sent in slices.
func (j *journal) begun(table string) bool { return j.tables[table] != nil }

// stored says whether any slice of the table is.
func (j *journal) stored(table string) bool {
	for _, s := range j.tables[table] {
		if s.Do == doStored {
			return true
		}
	}
	return false
}

// forget removes the file: the segment is delivered.
func (j *journal) forget() error {
	if j.path == "" {
		return nil
	}
	var errs []error
	if j.file != nil {
		errs = append(errs, j.file.Close())
		j.file = nil
	}
	if err := os.Remove(j.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	file := j.file
	j.file = nil
	return file.Close()
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// RemoveOrphans removes journals in the folder whose segments are gone.
func RemoveOrphans(directory string) error {
	found, err := filepath.Glob(filepath.Join(directory, "*"+journalSuffix))
	if err != nil {
		return err
	}
	for _, path := range found {
		if _, err := os.Stat(path[:len(path)-len(journalSuffix)]); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("cannot remove what is left of a delivered segment: %w", err)
		}
	}
	return nil
}
