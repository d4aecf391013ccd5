package evidence

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

// Folder is a trail in a folder of evidence.
type Folder struct {
	Manifest
	path  string
	chain []audit.Entry // of all sources, by source and seq
}

var _ verify.Trail = (*Folder)(nil)

// Open reads the manifest and checks each file against it.
func Open(path string) (*Folder, error) {
	data, err := os.ReadFile(filepath.Join(path, manifestName))
	if err != nil {
		return nil, fmt.Errorf("cannot read the manifest of the evidence: %w", err)
	}
	f := &Folder{path: path}
	if f.Manifest, err = parseManifest(data); err != nil {
		return nil, fmt.Errorf("cannot use %s: %w", filepath.Join(path, manifestName), err)
	}
	for _, file := range f.Files {
		if err := f.check(file); err != nil {
			return nil, err
		}
	}
	return f, f.readChain()
}

func parseManifest(data []byte) (Manifest, error) {
	var m Manifest
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return Manifest{}, err
	}
	if m.Version != manifestVersion {
		return Manifest{}, fmt.Errorf("`version` is %d, expected %d", m.Version, manifestVersion)
	}
	for i, file := range m.Files {
		if !filepath.IsLocal(file.Name) || filepath.Base(file.Name) != file.Name {
			return Manifest{}, fmt.Errorf("`files[%d].name` is %q, expected the name of a file in the folder", i, file.Name)
		}
	}
	return m, nil
}

// errAltered is of a file that is not as the manifest says.
var errAltered = errors.New("it is not as the manifest says: it was changed after the export, or cut")

func (f *Folder) check(file File) error {
	opened, err := os.Open(filepath.Join(f.path, file.Name))
	if err != nil {
		return fmt.Errorf("cannot read the evidence: %w", err)
	}
	defer opened.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, opened); err != nil {
		return fmt.Errorf("cannot read the evidence: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return fmt.Errorf("cannot use %s: %w", filepath.Join(f.path, file.Name), errAltered)
	}
	return nil
}

func (f *Folder) readChain() error {
	for _, file := range f.Files {
		if !strings.HasSuffix(file.Name, chainSuffix) {
			continue
		}
		err := lines(f, file.Name, func(e audit.Entry) error {
			f.chain = append(f.chain, e)
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(f.chain, func(a, b audit.Entry) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Seq, b.Seq))
	})
	return nil
}

// Statements implements verify.Trail.
func (f *Folder) Statements(context.Context) (all []audit.Statement, err error) {
	err = lines(f, statementsName, func(s audit.Statement) error {
		all = append(all, s)
		return nil
	})
	return all, err
}

// Sources implements verify.Trail.
func (f *Folder) Sources(context.Context) (names []string, err error) {
	for _, e := range f.chain {
		if len(names) == 0 || names[len(names)-1] != e.Source {
			names = append(names, e.Source)
		}
	}
	return names, nil
}

// Chain implements verify.Trail.
func (f *Folder) Chain(_ context.Context, source string, from uint64, each func(audit.Entry) error) error {
	for _, e := range f.chain {
		if e.Source != source || e.Seq < from {
			continue
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// Days implements verify.Trail.
func (f *Folder) Days(context.Context) (days []time.Time, err error) {
	for _, file := range f.Files {
		name, found := strings.CutSuffix(file.Name, chainSuffix)
		if !found {
			continue
		}
		day, err := time.Parse(time.DateOnly, name)
		if err != nil {
			return nil, fmt.Errorf("cannot use %s: expected a day before %s", file.Name, chainSuffix)
		}
		days = append(days, day)
	}
	return days, nil
}

// DayEntries implements verify.Trail.
func (f *Folder) DayEntries(_ context.Context, day time.Time, each func(audit.Entry) error) error {
	return lines(f, day.Format(time.DateOnly)+chainSuffix, each)
}

// DayEvents implements verify.Trail.
func (f *Folder) DayEvents(_ context.Context, day time.Time, each func(*verify.Row) error) error {
	return lines(f, day.Format(time.DateOnly)+eventsSuffix, func(l eventLine) error {
		row, err := l.row()
		if err != nil {
			return err
		}
		return each(row)
	})
}

// lines reads a file of the manifest, a value a line.
func lines[T any](f *Folder, name string, each func(T) error) error {
	opened, err := os.Open(filepath.Join(f.path, name))
	if err != nil {
		return fmt.Errorf("cannot read the evidence: %w", err)
	}
	defer opened.Close()
	decoder := json.NewDecoder(bufio.NewReader(opened))
	decoder.DisallowUnknownFields()
	for n := 1; ; n++ {
		var value T
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = each(value)
		}
		if err != nil {
			return fmt.Errorf("cannot use row %d of %s: %w", n, name, err)
		}
	}
}
