package segment

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// recoverDirectory seals what an earlier run left, oldest first.
func recoverDirectory(directory string) ([]*Sealed, error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("cannot list the segment folder: %w", err)
	}
	var found []*Sealed
	for _, entry := range entries {
		path := filepath.Join(directory, entry.Name())
		var sealed *Sealed
		switch filepath.Ext(entry.Name()) {
		case openSuffix:
			sealed, err = recoverFile(path)
		case sealedSuffix:
			sealed, err = inspect(path)
		default:
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot recover segment %s: %w", path, err)
		}
		if sealed != nil {
			sealed.Recovered = true
			found = append(found, sealed)
		}
	}
	slices.SortFunc(found, func(a, b *Sealed) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return found, syncDirectory(directory)
}

// recoverFile cuts an open segment at its last valid record and seals it. It
// removes a file without any and returns nil.
func recoverFile(path string) (*Sealed, error) {
	sealed, end, err := tally(path)
	var torn *DamagedError
	if err != nil && !errors.As(err, &torn) {
		return nil, err
	}
	if len(sealed.Rows) == 0 {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("cannot remove an empty segment: %w", err)
		}
		return nil, nil
	}
	if err := cut(path, end); err != nil {
		return nil, err
	}
	sealed.Bytes = end
	final := strings.TrimSuffix(path, openSuffix) + sealedSuffix
	if err := os.Rename(path, final); err != nil {
		return nil, fmt.Errorf("cannot seal a recovered segment: %w", err)
	}
	sealed.Path = final
	return sealed, syncDirectory(filepath.Dir(path))
}

func cut(path string, end int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("cannot open a torn segment: %w", err)
	}
	defer f.Close()
	if err := f.Truncate(end); err != nil {
		return fmt.Errorf("cannot cut a torn segment: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("cannot sync a cut segment: %w", err)
	}
	return nil
}

// inspect describes a sealed segment. A damaged one is described as far as it
// can be read; whoever opens it for sending is told.
func inspect(path string) (*Sealed, error) {
	sealed, _, err := tally(path)
	var torn *DamagedError
	if err != nil && !errors.As(err, &torn) {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot size a segment: %w", err)
	}
	sealed.Bytes = info.Size()
	if sealed.ID == (ID{}) {
		if sealed.ID, err = ParseID(strings.TrimSuffix(filepath.Base(path), sealedSuffix)); err != nil {
			return nil, err
		}
	}
	return sealed, nil
}

func tally(path string) (*Sealed, int64, error) {
	sealed := &Sealed{Path: path, Rows: map[string]int{}}
	f, err := os.Open(path)
	if err != nil {
		return sealed, 0, fmt.Errorf("cannot open a segment: %w", err)
	}
	defer f.Close()
	header, end, err := scan(f, path, func(_ int64, r Record) error {
		for _, t := range r.Tables {
			sealed.Rows[t.Name] += t.Rows
		}
		return nil
	})
	sealed.ID, sealed.Created = header.ID, header.Created
	return sealed, end, err
}

// syncDirectory makes created, renamed and removed names survive a power cut.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot open a folder to sync it: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("cannot sync a folder: %w", err)
	}
	return nil
}
