package segment

import (
	"fmt"
	"io"
	"os"
)

// files is what a store needs of a disk. Paths are complete. What is written is
// on disk after file.Sync, a name after syncFolder, and neither before.
type files interface {
	makeFolder(path string) error
	// list gives the files of a folder in the order of their names.
	list(folder string) ([]entry, error)
	// create makes a file that is not there yet.
	create(path string) (file, error)
	// open opens a file for reading.
	open(path string) (file, error)
	// rename replaces what has the new name.
	rename(from, to string) error
	remove(path string) error
	syncFolder(path string) error
}

// file is an open file of files.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
}

// entry is a file in a folder.
type entry struct {
	name string
	size int64
}

// disk is the files of the operating system.
type disk struct{}

var _ files = disk{}

func (disk) makeFolder(path string) error { return os.MkdirAll(path, 0o700) }

func (disk) list(folder string) ([]entry, error) {
	found, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, 0, len(found))
	for _, f := range found {
		if !f.Type().IsRegular() {
			continue
		}
		if info, err := f.Info(); err == nil { // else it is gone meanwhile
			entries = append(entries, entry{name: f.Name(), size: info.Size()})
		}
	}
	return entries, nil
}

func (disk) create(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) open(path string) (file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) rename(from, to string) error { return os.Rename(from, to) }

func (disk) remove(path string) error { return os.Remove(path) }

// syncFolder makes created, renamed and removed names survive a power cut.
func (disk) syncFolder(path string) error {
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

type diskFile struct{ *os.File }

func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
