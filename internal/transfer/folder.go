package transfer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/weir-otel/weir/internal/schema"
)

// Manifest is the file manifest.json of a backup.
type Manifest struct {
	Version  int    `json:"version"` // 1
	ID       string `json:"id"`
	Database string `json:"database"`
	Complete bool   `json:"complete"`
	// RetentionDays and RollupRetentionDays of the tables.
	RetentionDays       int     `json:"retention_days"`
	RollupRetentionDays int     `json:"rollup_retention_days"`
	Tables              []Table `json:"tables"` // with the partitions that are complete
}

// File is a chunk of a partition: Native blocks in a ZSTD frame.
type File struct {
	Name   string `json:"name"` // within the folder
	SHA256 string `json:"sha256"`
}

const (
	manifestName    = "manifest.json"
	manifestVersion = 1
)

var (
	errIncomplete = errors.New("the backup is not complete: run weirctl backup with the same folder again")
	errDamaged    = errors.New("the file is not what was written")
	errOther      = errors.New("the folder holds a backup of another database")
	plainName     = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// folder is a backup. Its manifest is written after each partition, so that an
// interrupted backup goes on.
type folder struct {
	path     string
	kept     schema.Options // of the source
	manifest Manifest
}

// KeptByBackup says how long the tables of a backup keep their rows.
func KeptByBackup(directory string) (schema.Options, error) {
	f := folder{path: directory}
	err := f.open()
	return schema.Options{RetentionDays: f.manifest.RetentionDays, RollupRetentionDays: f.manifest.RollupRetentionDays}, err
}

// open reads a backup that is complete.
func (f *folder) open() error {
	if err := f.load(); err != nil {
		return fmt.Errorf("cannot open the backup %s: %w", f.path, err)
	}
	if !f.manifest.Complete {
		return fmt.Errorf("cannot open the backup %s: %w", f.path, errIncomplete)
	}
	return nil
}

func (f *folder) load() error {
	content, err := os.ReadFile(filepath.Join(f.path, manifestName))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &f.manifest); err != nil {
		return fmt.Errorf("%s: %w", manifestName, err)
	}
	if f.manifest.Version != manifestVersion {
		return fmt.Errorf("%s has version %d, expected %d: use the version of Weir that made it", manifestName, f.manifest.Version, manifestVersion)
	}
	for _, t := range f.manifest.Tables {
		for _, p := range t.Partitions {
			if !plainName.MatchString(t.Name) || !plainName.MatchString(p.ID) {
				return fmt.Errorf("%s names table %q and partition %q, expected letters, digits, _ and -", manifestName, t.Name, p.ID)
			}
		}
	}
	return nil
}

// begin opens or makes the folder. Data in it is as sensitive as the tables.
func (f *folder) begin(_ context.Context, id string, tables []Table) error {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder of the backup: %w", err)
	}
	switch err := f.load(); {
	case errors.Is(err, fs.ErrNotExist):
		f.manifest = Manifest{Version: manifestVersion, ID: id + "-" + rand.Text(), Database: f.kept.Database}
	case err != nil:
		return fmt.Errorf("cannot go on with the backup %s: %w", f.path, err)
	case len(f.manifest.ID) < len(id) || f.manifest.ID[:len(id)] != id:
		return fmt.Errorf("cannot use folder %s: %w; name an empty one", f.path, errOther)
	}
	f.manifest.Complete = false
	f.manifest.RetentionDays, f.manifest.RollupRetentionDays = f.kept.RetentionDays, f.kept.RollupRetentionDays
	before := f.manifest.Tables
	f.manifest.Tables = nil
	for _, t := range tables {
		wanted := t.Partitions
		t.Partitions = nil
		if i := slices.IndexFunc(before, func(b Table) bool { return b.Name == t.Name && slices.Equal(b.Columns, t.Columns) }); i >= 0 {
			// A partition that has ended meanwhile is left out.
			t.Partitions = slices.DeleteFunc(before[i].Partitions, func(p Partition) bool {
				return !slices.ContainsFunc(wanted, func(w Partition) bool { return w.ID == p.ID })
			})
		}
		f.manifest.Tables = append(f.manifest.Tables, t)
	}
	return f.save()
}

func (f *folder) put(ctx context.Context, from source, t Table, p Partition) (skipped bool, err error) {
	entry := &f.manifest.Tables[slices.IndexFunc(f.manifest.Tables, func(x Table) bool { return x.Name == t.Name })]
	at := slices.IndexFunc(entry.Partitions, func(x Partition) bool { return x.ID == p.ID })
	if at >= 0 && entry.Partitions[at].same(p) {
		return true, nil
	}
	if err := os.MkdirAll(filepath.Join(f.path, t.Name), 0o700); err != nil {
		return false, fmt.Errorf("cannot make the folder of the table: %w", err)
	}
	p.Files = nil
	err = from.each(ctx, t, p, func(blocks io.Reader) error {
		file, err := f.write(fmt.Sprintf("%s/%s-%06d.native.zst", t.Name, p.ID, len(p.Files)+1), blocks)
		p.Files = append(p.Files, file)
		return err
	})
	if err != nil {
		return false, err
	}
	now, err := from.again(ctx, t, p)
	if err != nil {
		return false, err
	}
	if !now.same(p) {
		return false, errChanged
	}
	if at >= 0 {
		entry.Partitions[at] = p
	} else {
		entry.Partitions = append(entry.Partitions, p)
	}
	return false, f.save()
}

// finish marks the backup as complete.
func (f *folder) finish(context.Context) error {
	f.manifest.Complete = true
	return f.save()
}

func (f *folder) id(context.Context) (string, error) { return f.manifest.ID, nil }

func (f *folder) tables(context.Context) ([]Table, error)                          { return f.manifest.Tables, nil }
func (f *folder) again(_ context.Context, _ Table, p Partition) (Partition, error) { return p, nil }

func (f *folder) each(_ context.Context, t Table, p Partition, use func(io.Reader) error) error {
	for i, file := range p.Files {
		name := fmt.Sprintf("%s/%s-%06d.native.zst", t.Name, p.ID, i+1)
		if file.Name != name {
			return fmt.Errorf("%s names the file %q, expected %s", manifestName, file.Name, name)
		}
		if err := f.read(file, use); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return nil
}

// read checks the file before it is used.
func (f *folder) read(file File, use func(io.Reader) error) error {
	opened, err := os.Open(filepath.Join(f.path, file.Name))
	if err != nil {
		return err
	}
	defer opened.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, opened); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != file.SHA256 {
		return fmt.Errorf("%w: SHA-256 is %s, expected %s", errDamaged, got, file.SHA256)
	}
	if _, err := opened.Seek(0, io.SeekStart); err != nil {
		return err
	}
	blocks, err := zstd.NewReader(opened)
	if err != nil {
		return err
	}
	defer blocks.Close()
	return use(blocks)
}

// write makes a file that is complete when it has its name.
func (f *folder) write(name string, blocks io.Reader) (File, error) {
	path := filepath.Join(f.path, filepath.FromSlash(name))
	sum := sha256.New()
	err := replace(path, func(w io.Writer) error { return compress(io.MultiWriter(w, sum), blocks) })
	if err != nil {
		return File{}, fmt.Errorf("cannot write %s: %w", path, err)
	}
	return File{Name: name, SHA256: sumOf(sum)}, nil
}

func sumOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func compress(w io.Writer, from io.Reader) error {
	frame, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	_, err = io.Copy(frame, from)
	return errors.Join(err, frame.Close())
}

func (f *folder) save() error {
	content, err := json.MarshalIndent(f.manifest, "", "  ")
	if err == nil {
		err = replace(filepath.Join(f.path, manifestName), func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("cannot write the manifest of the backup: %w", err)
	}
	return nil
}

// replace writes a file beside path, syncs it and gives it its name.
func replace(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path+".partial", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".partial", path); err != nil {
		return err
	}
	directory, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}
