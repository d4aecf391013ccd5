package geo

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// file is one MMDB file on disk.
type file struct {
	field string   // the configuration's key, for errors
	path  string   // "" for none
	kinds []string // words of which the file's database_type has one, in lower case

	seen     state  // the last content looked at, good or bad
	reported string // the last failure, until one succeeds
}

// state tells one content of a file from the next without reading it.
type state struct {
	modified time.Time
	size     int64
}

// check returns the file's content if it is another than the last one looked at,
// and nil otherwise.
func (f *file) check() (*maxminddb.Reader, error) {
	if f.path == "" {
		return nil, nil //nolint:nilnil // nothing new
	}
	reader, err := f.reload()
	if err == nil {
		f.reported = ""
		return reader, nil
	}
	if err.Error() == f.reported {
		return nil, nil //nolint:nilnil // told already
	}
	f.reported = err.Error()
	return nil, fmt.Errorf("%s: %w", f.field, err)
}

func (f *file) reload() (*maxminddb.Reader, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, fmt.Errorf("cannot find the file: %w", err)
	}
	now := state{modified: info.ModTime(), size: info.Size()}
	if now == f.seen {
		return nil, nil //nolint:nilnil // nothing new
	}
	f.seen = now
	return f.open()
}

// open reads the whole file into memory: a mapped file that is overwritten in
// place would change, or end, under the look-ups.
func (f *file) open() (*maxminddb.Reader, error) {
	content, err := os.ReadFile(f.path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the file: %w", err)
	}
	reader, err := maxminddb.OpenBytes(content)
	if err != nil {
		return nil, fmt.Errorf("%s is not a MaxMind DB file: %w", f.path, err)
	}
	kind := strings.ToLower(reader.Metadata.DatabaseType)
	for _, word := range f.kinds {
		if strings.Contains(kind, word) {
			return reader, nil
		}
	}
	return nil, fmt.Errorf("%s holds %q, expected a database of type %s",
		f.path, reader.Metadata.DatabaseType, strings.Join(f.kinds, ", "))
}
