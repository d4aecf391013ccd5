package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/simulate"
)

// Leaks is where planted secrets were found, by secret, then place. The names
// are safe to print; the values never are.
type Leaks map[string]map[string]int

func (l Leaks) add(secret, place string, times int) {
	if times == 0 {
		return
	}
	if l[secret] == nil {
		l[secret] = map[string]int{}
	}
	l[secret][place] += times
}

// places lists "e-mail address in table spans (12)".
func (l Leaks) places() []string {
	all := []string{}
	for secret, in := range l {
		for place, n := range in {
			all = append(all, fmt.Sprintf("%s in %s (%d)", secret, place, n))
		}
	}
	slices.Sort(all)
	return all
}

// in tells whether a secret was found in places of one sort.
func (l Leaks) in(secret, sort string) bool {
	for place := range l[secret] {
		if strings.HasPrefix(place, sort) {
			return true
		}
	}
	return false
}

// searchLeaks looks for every secret in a decoded dump of all tables, in every
// kept segment and dead letter, and, as they are, in all other files of the
// collector's folder: its log, its state, and what the engine has beside the
// columns, which are compressed and were searched as tables. searched counts what
// was looked through.
func searchLeaks(ctx context.Context, conn driver.Conn, at layout, secrets *simulate.Secrets) (leaks Leaks, searched Searched, err error) {
	leaks = Leaks{}
	if err := searchTables(ctx, conn, secrets, leaks, &searched); err != nil {
		return leaks, searched, err
	}
	return leaks, searched, searchFiles(at, secrets, leaks, &searched)
}

// columnSuffix is of the engine's compressed columns.
const columnSuffix = ".bin"

func searchFiles(at layout, secrets *simulate.Secrets, leaks Leaks, searched *Searched) error {
	return filepath.WalkDir(at.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // delivered or merged in between
			return nil
		case err != nil:
			return err
		case !entry.Type().IsRegular(), filepath.Ext(path) == columnSuffix:
			return nil
		}
		return searchFile(path, strings.TrimPrefix(path, at.dir+"/"), secrets, leaks, searched)
	})
}

// Searched is how much a search looked through.
type Searched struct {
	Tables   int `json:"tables"`
	Rows     int `json:"rows"`
	Segments int `json:"segments"`
	Files    int `json:"files"`
}

// segmentSuffixes are of files that segment.Read reads; open ones may be torn at their end.
var segmentSuffixes = []string{".seg", ".open"}

func searchFile(path, shown string, secrets *simulate.Secrets, leaks Leaks, searched *Searched) error {
	if slices.Contains(segmentSuffixes, filepath.Ext(path)) {
		searched.Segments++
		return searchSegment(path, shown, secrets, leaks)
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot search a file: %w", err)
	}
	searched.Files++
	searchBytes(content, "file "+shown, secrets, leaks)
	return nil
}

func searchSegment(path, shown string, secrets *simulate.Secrets, leaks Leaks) error {
	_, err := segment.Read(path, func(record segment.Record) error {
		searchBytes(record.Meta, "segment meta data", secrets, leaks)
		for _, table := range record.Tables {
			searchBytes(table.Block, "segment, table "+table.Name, secrets, leaks)
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

func searchBytes(content []byte, place string, secrets *simulate.Secrets, leaks Leaks) {
	for name, value := range secrets.Named() {
		leaks.add(name, place, bytes.Count(content, []byte(value)))
	}
}
