package catalog

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Watcher keeps the catalog of a source up to date. A bad revision is reported
// once and left aside: the last good one stays in force.
type Watcher struct {
	source  Source
	current atomic.Pointer[Catalog]

	mu         sync.Mutex // guards everything below
	seen       string     // revision of the last content looked at, good or bad
	references []string   // the OpenAPI files that it names
	readFail   string     // the last failure to read, so that it is reported once
}

// NewWatcher loads the catalog of a source; the first revision has to be good.
func NewWatcher(ctx context.Context, source Source) (*Watcher, error) {
	files, err := source.Read(ctx)
	if err != nil {
		return nil, err
	}
	w := &Watcher{source: source}
	if err := w.take(build(ctx, source.ReadBeside, files)); err != nil {
		return nil, err
	}
	return w, nil
}

// Current returns the catalog in force. It may be called from anywhere; take it
// once for a batch, so that one batch is read by one revision.
func (w *Watcher) Current() *Catalog { return w.current.Load() }

// Check looks at the source once. It reports whether a new revision came into
// force, or why one was refused; a refused revision is reported the first time only.
func (w *Watcher) Check(ctx context.Context) (changed bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	files, err := w.source.Read(ctx)
	if err != nil {
		if w.readFail == err.Error() {
			return false, nil
		}
		w.readFail = err.Error()
		return false, err
	}
	w.readFail = ""
	revision := revisionOf(files, readSpecs(ctx, w.source.ReadBeside, w.references)...)
	if revision == w.seen {
		return false, nil
	}
	before := w.Current()
	if err := w.take(build(ctx, w.source.ReadBeside, files)); err != nil {
		return false, err
	}
	return w.Current() != before, nil
}

// take puts a revision in force if it is good, and is not in force already.
func (w *Watcher) take(b *built) error {
	w.seen, w.references = b.revision, b.references
	c, err := b.result()
	if err != nil {
		return err
	}
	if current := w.Current(); current == nil || current.Revision != c.Revision {
		w.current.Store(c)
	}
	return nil
}

// Run checks at every tick until ctx is done, and tells report what came of it.
func (w *Watcher) Run(ctx context.Context, ticks <-chan time.Time, report func(changed bool, err error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if changed, err := w.Check(ctx); changed || err != nil {
				report(changed, err)
			}
		}
	}
}

// AsProblems returns the problems in err, if it came from a bad file.
func AsProblems(err error) (Problems, bool) {
	var problems Problems
	ok := errors.As(err, &problems)
	return problems, ok
}
