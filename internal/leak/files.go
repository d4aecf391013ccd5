package leak

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/weir-otel/weir/internal/segment"
)

// columnSuffix is of the engine's compressed columns.
const columnSuffix = ".bin"

// segmentSuffixes are of files that segment.Read reads; open ones may be torn at their end.
var segmentSuffixes = []string{".seg", ".open"}

// Files searches all files of a collector's folder: segments and dead letters
// decoded, others as they are (its log, its state, and what the engine has beside
// the columns).
func (s *Search) Files(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // delivered or merged in between
			return nil
		case err != nil:
			return err
		case !entry.Type().IsRegular(), filepath.Ext(path) == columnSuffix:
			return nil
		}
		return s.file(path, strings.TrimPrefix(path, dir+"/"))
	})
}

func (s *Search) file(path, shown string) error {
	if slices.Contains(segmentSuffixes, filepath.Ext(path)) {
		s.Searched.Segments++
		return s.segment(path, shown)
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot search a file: %w", err)
	}
	s.Searched.Files++
	s.Bytes(content, "file "+shown)
	return nil
}

func (s *Search) segment(path, shown string) error {
	_, err := segment.Read(path, func(record segment.Record) error {
		s.Bytes(record.Meta, "segment meta data")
		for _, table := range record.Tables {
			s.Bytes(table.Block, "segment, table "+table.Name)
		}
		return nil
	})
	var damaged *segment.DamagedError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.As(err, &damaged) && filepath.Ext(path) == ".open":
		return nil // is being written
	case err != nil:
		return fmt.Errorf("cannot search segment %s: %w", shown, err)
	}
	return nil
}
