package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

const (
	manifestVersion = 1
	manifestName    = "manifest.json"
	statementsName  = "statements.jsonl"
	chainSuffix     = ".chain.jsonl"
	eventsSuffix    = ".events.jsonl"
)

// Manifest says what is in a folder of evidence.
type Manifest struct {
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	Since   time.Time `json:"since,omitzero"` // events that are older are left out
	Files   []File    `json:"files"`
}

// File is one file of the folder.
type File struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Write puts a trail into a new or empty folder, for its owner only: events
// since a time, and all of what proves them. It returns the SHA-256 of the
// manifest, which stands for the whole.
func Write(ctx context.Context, trail verify.Trail, folder string, since, now time.Time) (*Manifest, string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, "", fmt.Errorf("cannot create the folder for the evidence: %w", err)
	}
	if found, err := os.ReadDir(folder); err != nil || len(found) > 0 {
		return nil, "", errors.Join(err, fmt.Errorf("cannot write evidence to %s: expected an empty folder", folder))
	}
	w := &writer{folder: folder, manifest: &Manifest{Version: manifestVersion, Created: now.UTC(), Since: since.UTC()}}
	if err := w.all(ctx, trail); err != nil {
		return nil, "", fmt.Errorf("cannot write evidence to %s: %w", folder, err)
	}
	data, err := json.MarshalIndent(w.manifest, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, manifestName), append(data, '\n'), 0o600)
	}
	if err != nil {
		return nil, "", fmt.Errorf("cannot write the manifest of the evidence: %w", err)
	}
	sum := sha256.Sum256(append(data, '\n'))
	return w.manifest, hex.EncodeToString(sum[:]), nil
}

type writer struct {
	folder   string
	manifest *Manifest
}

func (w *writer) all(ctx context.Context, trail verify.Trail) error {
	err := w.file(statementsName, func(put func(any) error) error {
		all, err := trail.Statements(ctx)
		for i := range all {
			err = errors.Join(err, put(&all[i]))
		}
		return err
	})
	if err != nil {
		return err
	}
	days, err := trail.Days(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		err := w.file(day.Format(time.DateOnly)+chainSuffix, func(put func(any) error) error {
			return trail.DayEntries(ctx, day, func(e audit.Entry) error { return put(&e) })
		})
		if err == nil && !day.Before(w.manifest.Since.Truncate(24*time.Hour)) {
			err = w.file(day.Format(time.DateOnly)+eventsSuffix, func(put func(any) error) error {
				return trail.DayEvents(ctx, day, func(r *verify.Row) error { return put(lineOf(r)) })
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// file writes one file of lines, and into the manifest what it is.
func (w *writer) file(name string, fill func(put func(any) error) error) (err error) {
	f, err := os.OpenFile(filepath.Join(w.folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	rows := 0
	encoder := json.NewEncoder(io.MultiWriter(f, sum))
	encoder.SetEscapeHTML(false)
	err = fill(func(line any) error {
		rows++
		return encoder.Encode(line)
	})
	if err == nil {
		err = f.Sync()
	}
	w.manifest.Files = append(w.manifest.Files, File{Name: name, Rows: rows, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return err
}
