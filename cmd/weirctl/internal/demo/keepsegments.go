package demo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Segments are removed as soon as the database has their rows. To search them,
// the demo keeps a second link to every n-th.
const (
	keepEvery   = 4
	lookForSegs = 50 * time.Millisecond
)

// keepSegments links sealed segments until the context ends.
func keepSegments(ctx context.Context, at layout, every int) error {
	seen := map[string]bool{}
	ticker := time.NewTicker(lookForSegs)
	defer ticker.Stop()
	for {
		if err := linkNew(at, every, seen); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func linkNew(at layout, every int, seen map[string]bool) error {
	sealed, err := filepath.Glob(filepath.Join(at.segments(), "*.seg"))
	if err != nil {
		return err
	}
	for _, path := range sealed {
		name := filepath.Base(path)
		if seen[name] {
			continue
		}
		seen[name] = true
		if len(seen)%every != 1%every {
			continue
		}
		if err := os.Link(path, filepath.Join(at.keptSegments(), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
